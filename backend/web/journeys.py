"""The pages of a journey: a question, "one more?", an ending, check answers; and what a person does on them."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain import answers, journeys, views
from backend.domain.errors import DraftMoved, NotFound, SlotTaken
from backend.domain.journeys import Step
from backend.store import drafts
from backend.web import appointments, asides, conflicts, forms, submissions, trips, uploads
from backend.web.pages import Pages
from backend.web.trips import Trip

IDLE = timedelta(minutes=30)
"""After this a guest's answers are not simply shown again on a phone that may be somebody else's by now."""
STEP = ["/{lang:str}/services/{service:str}/{question:str}", "/{lang:str}/services/{service:str}/{question:str}/{row:str}"]


@get(STEP, name="step")
async def show_step(
    pages: NamedDependency[Pages], service: FromPath[str], question: FromPath[str], row: FromPath[str] = "", new: FromQuery[str] = ""
) -> Response[Any]:
    """The page of this step, or the way to the step that comes first. Who began twice chooses before anything else."""
    trip = await trips.of(pages, service, anew=new == "1")
    if pages.owner and await asides.waiting(pages, service):
        return pages.go(asides.address(service))
    if trip.draft.sent:
        return await submissions.show_sent(trip)
    if asks_first(trip):
        return pages.show("go-on", {"service": trip.head, "at": trip.address(trip.walk.at)})
    if trip.moved:
        return withdrawn(trip)
    step = trip.step(question, row)
    if step is None:
        known_or_not_found(trip, question)
        return pages.go(trip.address(trip.walk.at))
    return await show(trip, step, trip.draft.answers, trip.draft.raw, [])


async def show(
    trip: Trip, step: Step, said: dict[str, Any], raw: dict[str, Any], errors: list[Any], status: int = 200
) -> Response[Any]:
    pages, service, walk = trip.pages, trip.service, trip.walk
    if step.kind == "check":
        signed_in = int(bool(pages.owner))
        view = views.check(service, walk, said, raw, errors, trip.facts, pages.today, signed_in)
    elif step.kind == "ending":
        view = views.ending(service, walk, step)
    elif step.kind == "more":
        view = views.more(service, walk, step, said, raw, errors, trip.facts, pages.today)
    else:
        slots = await appointments.slots_for(pages, service, step)
        view = views.question(service, walk, step, said, raw, errors, trip.facts, pages.today, slots=slots)
    return pages.show(step.kind, view | trip.form, status=status, switch="form" if step.kind != "ending" else "link")


def known_or_not_found(trip: Trip, question: str) -> None:
    """An address of this service that is not on the way now is led back; any other does not exist."""
    service = trip.service
    ids = {q.id for q in service.questions} | {g.id for g in service.groups} | {e.id for e in service.endings}
    if question not in ids | {"check"}:
        raise NotFound(question)


def withdrawn(trip: Trip) -> Response[bytes]:
    """The questions changed in the middle: told once, before she goes on at the first that does not fit."""
    return trip.pages.show("withdrawn", {"service": trip.head, "at": trip.address(trip.walk.at)} | trip.form)


def asks_first(trip: Trip) -> bool:
    """A guest's answers, on a phone not declared her own, come back only when she says "go on"."""
    pages, draft = trip.pages, trip.draft
    if pages.owner or pages.choice.own_phone == "yes" or not draft.revision:
        return False
    came_from = pages.request.headers.get("sec-fetch-site", "same-origin")
    return came_from not in ("same-origin", "same-site") or pages.now - datetime.fromisoformat(draft.updated_at) > IDLE


@post(STEP, name="answer", request_max_body_size=forms.FILE_BYTES)
async def answer_step(
    request: Request, pages: NamedDependency[Pages], service: FromPath[str], question: FromPath[str], row: FromPath[str] = "",
    new: FromQuery[str] = "",
) -> Response[Any]:  # fmt: skip
    """What the person pressed: continue, another language, remove a row, send, or start over."""
    fields, files = await forms.read_with_file(request)
    form_id = forms.hex_id(forms.value(fields, "draft"))
    if (sent := await submissions.sent_with(pages, form_id)) is not None:
        return pages.go(submissions.done_path(service, sent))
    trip = await trips.of(pages, service, fresh_id=form_id, anew=True)
    act, _, what = forms.value(fields, "do").partition(":")
    trip = await begun(trip)
    if trip.moved and act not in MAY_MOVE:
        return await move(trip, question, row, fields)
    return await ACTS.get(act, go_on)(trip, question, row, fields, files, what)


async def move(trip: Trip, question: str, row: str, fields: forms.Pairs) -> Response[Any]:
    """Her form is of the withdrawn version: what she typed in it is kept beside the rest, and she is told."""
    step = trip.step(question, row)
    raw = answers.typed(trip.service, step, fields, trip.draft.raw) if step else trip.draft.raw
    return withdrawn(await trips.save(trip, raw=raw))


async def begun(trip: Trip) -> Trip:
    """A guest's first post makes the session her draft belongs to."""
    pages = trip.pages
    if pages.actor.is_guest and not pages.actor.session:
        await pages.begin_session()
    return trip


async def go_on(trip: Trip, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    """Continue: take the answer, keep it, and on to the next page; or this page again, with what is wrong."""
    pages, draft = trip.pages, trip.draft
    step = trip.step(question, row)
    if step is None or step.kind == "ending":
        return pages.go(trip.address(trip.walk.at))
    taken = await uploads.take(pages, step, files)
    accepted = answers.accept(
        trip.service, step, fields, draft.answers, trip.facts, pages.today,
        raw=draft.raw, months=pages.house.months, uploads=taken,
    )  # fmt: skip
    if conflicts.is_one(trip, fields, accepted):
        return conflicts.show(trip, step, fields, accepted)
    if not accepted.touched:
        return await show(trip, step, draft.answers, draft.raw, [])
    try:
        trip = await trips.save(trip, answers=accepted.answers, raw=accepted.raw)
    except DraftMoved:
        return await again(trip, question, row, fields, files)
    if accepted.errors:
        return await show(trip, step, accepted.answers, accepted.raw, accepted.errors, status=422)
    if step.kind == "check":
        return await send(trip, step)
    return pages.go(trip.address(trip.walk.at))


async def again(trip: Trip, question: str, row: str, fields: forms.Pairs, files: Any) -> Response[Any]:
    """Another save came between reading and writing: read again; now it is seen, and judged as a conflict or not."""
    return await go_on(await trips.of(trip.pages, trip.service.id), question, row, fields, files, "")


async def send(trip: Trip, step: Step) -> Response[Any]:
    """The whole is judged and received; then the receipt, at an address that can be kept."""
    if trip.walk.at.kind != "check":
        return trip.pages.go(trip.address(trip.walk.at))
    try:
        key = await submissions.send(trip)
    except SlotTaken:
        return await slot_taken(trip)
    return trip.pages.go(submissions.done_path(trip.service.id, key))


async def slot_taken(trip: Trip) -> Response[Any]:
    """Somebody was quicker: back to choosing, the rest is kept."""
    place = next(s for s in trip.walk.steps if is_appointment(trip, s))
    rest = {id: value for id, value in trip.draft.answers.items() if id != place.id}
    trip = await trips.save(trip, answers=rest)
    errors = [{"field": f"{place.id}_1", "code": "time-taken", "say": "", "n": 0, "date": ""}]
    return await show(trip, place, rest, {}, errors, status=422)


def is_appointment(trip: Trip, step: Step) -> bool:
    return any(q.id == step.id and q.kind == "appointment" for q in trip.service.questions)


async def change_language(trip: Trip, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    """Keep the text as typed, then the same page in that language."""
    pages, step = trip.pages, trip.step(question, row)
    if step is not None:
        await trips.save(trip, raw=answers.typed(trip.service, step, fields, trip.draft.raw))
    return pages.go_in(what, pages.here)


async def remove_row(trip: Trip, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    trip = await trips.save(trip, answers=answers.without_row(trip.draft.answers, question, what))
    return trip.pages.go(trip.address(trip.step(question, "") or trip.walk.at))


async def erase(trip: Trip, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    await drafts.delete(trip.pages.house.db, trip.pages.actor, trip.service.id)
    return trip.pages.go(trip.start)


async def resume(trip: Trip, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    """ "Go on": the draft counts as in use again."""
    trip = await trips.save(trip)
    return trip.pages.go(trip.address(trip.walk.at))


async def start_over(trip: Trip, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    await drafts.delete(trip.pages.house.db, trip.pages.actor, trip.service.id)
    first = journeys.walk(trip.service, {}, trip.facts, trip.pages.today).at
    return trip.pages.go(trip.address(first))


async def keep_theirs(trip: Trip, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    return trip.pages.go(trip.address(trip.walk.at))


MAY_MOVE = {"accept", "erase", "start-over"}
"""What can be done with a draft whose version is withdrawn, knowing or not knowing that it is."""
ACTS = {
    "continue": go_on, "keep-mine": go_on, "keep-theirs": keep_theirs, "lang": change_language, "remove": remove_row,
    "erase": erase, "go-on": resume, "accept": resume, "start-over": start_over,
}  # fmt: skip
