"""A photo sent with a question's form, or by the phone itself: made safe and kept, or refused by a code.

A file is taken only where a file question stands on this person's own way through a service.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain import answers, journeys, services
from backend.domain.actors import Actor
from backend.domain.errors import BadFile, Busy
from backend.domain.journeys import Step
from backend.domain.services import Service
from backend.store import drafts, files
from backend.web import facts, forms, journey_context, owners
from backend.web.journey_context import JourneyContext
from backend.web.middleware.addresses import site_network
from backend.web.middleware.rate_limits import SITE_SHARE
from backend.web.state import AppState

OTHER = "wrong-kind"


async def take(journey: JourneyContext, step: Step, sent: dict[str, UploadFile]) -> dict[str, dict[str, Any]]:
    """`{question: the stored file}`, or `{question: {"code", "n"}}` when it cannot be used."""
    upload = next(iter(sent.values()), None)
    if upload is None or not asks_for_file(journey.service, step):
        return {}
    try:
        return {step.id: await keep(journey.pages.app, journey.pages.actor, upload, journey.pages.request)}
    except BadFile as refused:
        return {step.id: {"code": code_of(refused.why), "n": refused.n}}
    except Busy as busy:
        if busy.why != "converting":
            raise
        return {step.id: {"code": "file-busy", "n": 0}}


def code_of(why: str) -> str:
    return f"file-{why if f'file-{why}' in answers.CODES else OTHER}"


def asks_for_file(service: Service, step: Step | None) -> bool:
    return step is not None and step.kind == "question" and services.question(service, step.id).kind == "file"


async def keep(app: AppState, actor: Actor, upload: UploadFile, request: Request) -> dict[str, Any]:
    mb = 2**20
    room = files.Room(app.settings.guest_files_mb * mb, app.settings.least_free_mb * mb)
    return await files.add(app.db, actor, upload, upload.filename, app.now(), room, payers(actor, request))


def payers(actor: Actor, request: Request) -> dict[str, float]:
    """A person answers for herself; a guest, of whom nothing is known, with those of the same network."""
    if not actor.is_guest:
        return {actor.person: 1.0}
    network = str(request.scope.get("network", ""))
    site = site_network(network) if network else ""
    return {network: 1.0} | ({site: float(SITE_SHARE)} if site else {})


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
    request: Request, actor: NamedDependency[Actor], app: NamedDependency[AppState],
    service: FromQuery[str] = "", question: FromQuery[str] = "", row: FromQuery[str] = "",
) -> Response[dict[str, Any]]:  # fmt: skip
    """Multipart with one file, for a question of the draft that is stored here; 201 with what that answer holds."""
    owners.check(request, actor)
    if not await is_asked(app, actor, service, question, row):
        raise BadFile("not-asked")
    _, sent = await forms.read_with_file(request)
    upload = next(iter(sent.values()), None)
    if upload is None:
        raise BadFile("empty")
    return Response(await keep(app, actor, upload, request), status_code=201)


async def is_asked(app: AppState, actor: Actor, service: str, question: str, row: str) -> bool:
    """Does the stored draft lead to this question, and is it one for a file?"""
    stored = await drafts.get(app.db, actor, service) if actor.session else None
    if stored is None or stored.sent:
        return False
    definition, draft = journey_context.under(app, stored)
    walked = journeys.walk(definition, draft.answers, await facts.of(app, actor), app.today())
    return asks_for_file(definition, journeys.step_of(definition, walked, question, row))
