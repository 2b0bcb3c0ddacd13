"""A photo sent with a question's form, or by the phone itself: made safe and kept, or refused by a code.

A file is taken only where a file question stands on this person's own way through a service.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Meta, Struct

from backend.domain import answers, journeys, services
from backend.domain.actors import Actor
from backend.domain.drafts import MESSAGE, Draft, fitted
from backend.domain.errors import BadFile, Busy
from backend.domain.journeys import Step
from backend.domain.services import Service
from backend.store import drafts, files
from backend.web import cookies as jar, facts, forms, journey_context, owners
from backend.web.api.submissions import Key
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


async def keep(app: AppState, actor: Actor, upload: UploadFile, request: Request, key: str = "") -> dict[str, Any]:
    mb = 2**20
    room = files.Room(app.settings.guest_files_mb * mb, app.settings.least_free_mb * mb)
    return await files.add(app.db, actor, upload, upload.filename, app.now(), room, payers(actor, request), key)


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


class Way(Struct, forbid_unknown_fields=True, kw_only=True):
    """The answers that lead to the question a photo answers, as the phone will send them. `service` is `MESSAGE` for what goes with
    a message, or is a paper of a case."""

    service: Annotated[str, Meta(max_length=64)]
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    answers: dict[str, Any]
    question: Annotated[str, Meta(max_length=64)]
    row: Annotated[str, Meta(max_length=64)] = ""


@put("/api/files/{key:str}", name="put_file", request_max_body_size=forms.FILE_BYTES)
async def put_file(
    request: Request, key: FromPath[Key], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:  # fmt: skip
    """A photo that waited on a phone: multipart with `way` and one file, under an id of the phone's making. 201 the
    first time, 200 when the phone, unsure, sends it again."""
    owners.check(request, actor)
    if await already(app, actor, forms.key(key)):
        return Response({"id": key})
    pairs, sent = await forms.read_with_file(request)
    upload = next(iter(sent.values()), None)
    if upload is None or not await leads_to_file(app, actor, forms.value(pairs, "way")):
        raise BadFile("not-asked")
    token = ""
    if not actor.session:
        actor, token = await app.sessions.begin_guest(app.now())
    await keep(app, actor, upload, request, key)
    return Response({"id": key}, status_code=201, cookies=[jar.session(token)] if token else [])


async def already(app: AppState, actor: Actor, key: str) -> bool:
    return bool(actor.session) and await files.earlier(app.db, actor, key)


async def leads_to_file(app: AppState, actor: Actor, text: str) -> bool:
    try:
        way = msgspec.json.decode(text, type=Way)
    except msgspec.DecodeError:
        return False
    if way.service == MESSAGE:
        return not actor.is_guest
    definition = app.services.version(way.service, way.version)
    draft = fitted(Draft(id="", service=way.service, version=way.version, answers=way.answers), definition)
    walked = journeys.walk(definition, draft.answers, await facts.of(app, actor), app.today())
    return asks_for_file(definition, journeys.step_of(definition, walked, way.question, way.row))


async def is_asked(app: AppState, actor: Actor, service: str, question: str, row: str) -> bool:
    """Does the stored draft lead to this question, and is it one for a file?"""
    stored = await drafts.get(app.db, actor, service) if actor.session else None
    if stored is None or stored.sent:
        return False
    definition, draft = journey_context.under(app, stored)
    walked = journeys.walk(definition, draft.answers, await facts.of(app, actor), app.today())
    return asks_for_file(definition, journeys.step_of(definition, walked, question, row))
