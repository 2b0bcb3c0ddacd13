"""Sending, and the receipt: at its own address, the same however often it is asked for."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from backend.domain import deadlines, journeys, reminders, tasks, views
from backend.domain.actors import Actor
from backend.domain.errors import Invalid, KeyReused, NotFound, SignInNeeded, SlotTaken, VersionGone
from backend.domain.reminders import Reminder
from backend.domain.services import Group, Service
from backend.domain.submissions import Kept, Replay, Submission
from backend.store import submissions
from backend.web import bookings, facts, file_answers, forms, owners, preferences, reminder_offers
from backend.web.journey_context import JourneyContext
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

Key = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="The draft's generation id")]
RECEIVED = "submission.received"
Day = Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$", max_length=10)]


class Sent(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a phone may say. `facts` and `on` are what it knew, and the day it was, when Send was pressed."""

    service: Annotated[str, Meta(max_length=64)]
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    answers: dict[str, Any]
    lang: Annotated[str, Meta(max_length=20)] = ""
    facts: dict[str, Any] = {}
    on: Day = ""


@put("/api/submissions/{key:str}", name="receive_submission", request_max_body_size=forms.FORM_BYTES)
async def receive_submission(
    request: Request, key: FromPath[Key], data: JSONBody[Sent],
    actor: NamedDependency[Actor], app: NamedDependency[AppState], firm: FromQuery[bool] = False,
) -> Response[dict[str, Any]]:  # fmt: skip
    """201 the first time; 200 and the same receipt when the phone, unsure, sends again.

    `firm`: she chose a desk time just now and looks on; taken meanwhile, it is 409 and nothing is kept.
    """
    sender = owners.sender(request, actor)
    kept = await receive(app, sender, forms.key(key), data, firm)
    remind = await reminder_offers.offered(app, sender, preferences.read(request.cookies.get(preferences.COOKIE, "")))
    return Response(shown(app, kept) | {"remind": remind}, status_code=200 if isinstance(kept, Replay) else 201)


@get("/api/submissions/{key:str}", name="get_submission")
async def get_submission(
    request: Request, key: FromPath[Key], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:
    return Response(shown(app, await submissions.get(app.db, owners.sender(request, actor), forms.key(key))) | {"remind": 0})


@get("/api/submissions/{key:str}/proof", name="get_proof")
async def get_proof(
    request: Request, key: FromPath[Key], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:
    """What was sent, its salt and the signed receipt, to keep: `medborger receipt verify --proof FILE` needs no more."""
    kept = await submissions.get(app.db, owners.sender(request, actor), forms.key(key))
    said = {
        "receipt": kept.receipt.jws, "service": kept.service, "version": kept.version,
        "answers": kept.content["answers"], "salt": kept.receipt.salt,
    }  # fmt: skip
    named = f'attachment; filename="{kept.receipt.number.replace(" ", "")}.json"'
    return Response(said, headers={"content-disposition": named, "cache-control": "no-store"})


async def receive(app: AppState, actor: Actor, key: str, sent: Sent, firm: bool) -> Kept:
    """The receipt of before, if there is one: a retry is never judged anew. Else judged under its own version, then
    durable, with the rows that are filed by themselves."""
    before = await submissions.earlier(app.db, actor, key, sent.service, sent.version, sent.answers)
    if before and before[1]:
        return before[0]
    try:
        whole, rows = await judged(app, actor, key, sent, firm)
    except (Invalid, NotFound, SignInNeeded, SlotTaken, VersionGone):
        if before:
            raise KeyReused from None
        raise
    return await submissions.receive(app.db, actor, key, whole, app.now(), app.signer.sign, rows)


async def judged(app: AppState, actor: Actor, key: str, sent: Sent, firm: bool) -> tuple[Submission, list[tuple[str, Submission]]]:
    """The whole and its rows. Raises what keeps it from being received."""
    service = app.services.version(sent.service, sent.version)
    if service.ticks:
        raise NotFound(service.id)  # a list for herself: nobody receives it
    if service.sign_in != "never" and actor.is_guest:
        raise SignInNeeded("to-send")
    known = await facts.of(app, actor)
    then = {"facts": facts.claimed(actor, sent.facts, known), "on": sent.on} if sent.facts and sent.on else None
    known_then, on = journeys.at_sending(known, app.today(), then or {})
    found = journeys.judge(service, sent.answers, known, app.today(), then)
    if found.errors:
        raise Invalid(service.id, found.errors)
    kept = await file_answers.as_stored(app, actor, service, found.kept)
    todo = [
        *tasks.not_to_have(service, found.ending), *tasks.to_look_at(service, found.changed, known),
        *tasks.of(service, kept, known, app.today()),
    ]  # fmt: skip
    last_days = deadlines.of(service, kept, known, app.today(), {RECEIVED: app.today()})
    whole = Submission(
        service=service.id, version=service.version, answers=kept, as_sent=sent.answers, lang=sent.lang if app.words.offers(sent.lang) else "",
        facts=known, claimed=facts.unlike(known_then, known), on=on,
        tasks=todo, deadlines=last_days, reminders=[(one, told_from(app, one)) for one in reminders.of_case(last_days, todo)],
        files=file_answers.ids(service, kept), booking=await bookings.wanted(app, actor, service, kept, firm),
    )  # fmt: skip
    return whole, filed_alone(service, key, whole)


def told_from(app: AppState, one: Reminder) -> int:
    """Epoch ms: now, or the morning of the day on which there is something to tell."""
    if one.not_before == "":
        return int(app.now().timestamp() * 1000)
    return int(datetime.fromisoformat(f"{one.not_before}T08:00").replace(tzinfo=app.zone).timestamp() * 1000)


def filed_alone(service: Service, key: str, whole: Submission) -> list[tuple[str, Submission]]:
    """Each row of an `own_submission` group as a submission with only that row; booking, files, tasks and deadlines
    are those of the whole, or she would be told twice."""
    parts = []
    for group in (g for g in service.groups if g.own_submission):
        for row in whole.answers.get(group.id, []):
            row_key = sha256(f"{key}/{row['id']}".encode()).hexdigest()[:32]
            answers = whole.answers | {group.id: [row]}
            alone = {"answers": answers, "as_sent": None, "about": named(service, group, row), "tasks": [], "deadlines": [], "files": [], "booking": None, "reminders": []}
            parts.append((row_key, msgspec.structs.replace(whole, **alone)))
    return parts


def named(service: Service, group: Group, row: dict[str, Any]) -> str:
    """The first name or short text in it: the other workplace, say."""
    said = [row["answers"].get(q.id) for q in service.questions if q.group == group.id and q.kind in ("name", "text")]
    return next((each for each in said if isinstance(each, str) and each), "")


async def send(journey: JourneyContext) -> str:
    """From a page: the stored draft, under its own key."""
    if journey.service.sign_in != "never" and not journey.pages.owner:
        raise SignInNeeded("to-send")
    draft = journey.draft
    sent = Sent(service=draft.service, version=draft.version, answers=draft.answers, lang=journey.pages.lang)
    await receive(journey.pages.app, journey.pages.actor, draft.id, sent, firm=True)
    return draft.id


async def sent_with(pages: Pages, key: str) -> str | None:
    """The key, if it is a submission's already: a second tap on Send, or a page kept from before."""
    if not key:
        return None
    try:
        await submissions.get(pages.app.db, pages.actor, key)
    except NotFound:
        return None
    return key


def done_path(service: str, key: str) -> str:
    return f"services/{service}/done?key={key}"


@get("/{lang:str}/services/{service:str}/done", name="done")
async def show_done(pages: NamedDependency[Pages], service: FromPath[str], key: FromQuery[str] = "") -> Response[bytes]:
    kept = await received(pages, service, key)
    keep = "phone" if pages.owner else "never"
    return pages.show("done", shown(pages.app, kept) | {"remind": await reminder_offers.offered(pages.app, pages.actor, pages.choice)}, keep=keep)


async def received(pages: Pages, service: str, key: str) -> Kept:
    """Where the matter was signed in, its receipt asks for sign-in too; a stranger's is not found."""
    newest = pages.app.services.newest.get(service)
    if pages.actor.is_guest and newest and newest.sign_in != "never":
        raise SignInNeeded("mine")
    kept = await submissions.get(pages.app.db, pages.actor, forms.key(key))
    if kept.service != service:
        raise NotFound(service)
    return kept


async def show_sent(journey: JourneyContext) -> Response[bytes]:
    """Back, after sending: a plain page, not a second sending."""
    kept = await submissions.get(journey.pages.app.db, journey.pages.actor, journey.draft.sent)
    view = {"service": journey.head, "key": kept.receipt.key, "number": kept.receipt.number}
    return journey.pages.show("sent", view)


def shown(app: AppState, kept: Kept) -> dict[str, Any]:
    """The receipt and what follows, from what is durable."""
    service = app.services.of_old(kept.service, kept.version)
    content = kept.content
    day = content["received_at"][:10]
    view = views.done(service, content["answers"], content["facts"], day, {RECEIVED: day})
    receipt = msgspec.to_builtins(kept.receipt) | {"received_at": app.local_text(kept.receipt.received_at)}
    head = {"id": service.id, "title": service.title, "icon": service.icon}
    booked = bookings.shown(app, kept.appointment, kept.service, kept.version, kept.receipt.key)
    return view | {
        "state": "sent", "reason": "", "service": head, "title": service.title, "receipt": receipt, "tasks": tasks.duties_first(kept.tasks),
        "deadlines": content["deadlines"], "appointment": booked, "case": kept.case,
        "files": file_answers.sent(service, content["answers"]),
    }  # fmt: skip
