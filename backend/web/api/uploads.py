"""A photo sent with a question's form: made safe and kept before the answer names it, or refused by a code."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain.actors import Actor
from backend.domain.errors import BadFile
from backend.domain.journeys import Step
from backend.store import files
from backend.web import forms
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

KNOWN = {"empty", "too-large", "broken", "too-many"}
"""Reasons that have a sentence of their own at the field; any other is a kind we cannot read."""


async def take(pages: Pages, step: Step, sent: dict[str, UploadFile]) -> dict[str, dict[str, Any]]:
    """`{question: the stored file}`, or `{question: {"code"}}` when it cannot be used."""
    upload = next(iter(sent.values()), None)
    if upload is None:
        return {}
    try:
        return {step.id: await keep(pages.app, pages.actor, upload)}
    except BadFile as refused:
        return {step.id: {"code": f"file-{refused.why if refused.why in KNOWN else 'wrong-kind'}"}}


async def keep(app: AppState, actor: Actor, upload: UploadFile) -> dict[str, Any]:
    return await files.add(app.db, actor, await upload.read(), upload.filename, app.now())


@get("/api/files/{file:str}", name="get_file")
async def get_file(
    file: FromPath[str], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[bytes]:
    """Handed out as an attachment that can do nothing; a stranger's is not found."""
    paper = await files.get(app.db, actor, file)
    headers = {"content-disposition": "attachment", "cache-control": "no-store"}
    return Response(paper.data, media_type=paper.kind, headers=headers)


@post("/api/files", name="add_file", request_max_body_size=forms.FILE_BYTES)
async def add_file(
    request: Request, actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:
    """Multipart with one file; 201 with what a file question's answer holds."""
    _, sent = await forms.read_with_file(request)
    upload = next(iter(sent.values()), None)
    if upload is None:
        raise BadFile("empty")
    return Response(await keep(app, actor, upload), status_code=201)
