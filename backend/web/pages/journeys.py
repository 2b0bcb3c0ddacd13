"""The pages of a journey: a question, "one more?", an ending, check answers; and what a person does on them."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain import answers, journeys, views
from backend.domain.errors import DraftMoved, NotFound, SignInNeeded, SlotTaken
from backend.domain.journeys import Step
from backend.store import drafts
from backend.web import forms, journey_context, preferences
from backend.web.api import appointments, submissions, uploads
from backend.web.journey_context import JourneyContext
from backend.web.pages import conflicts, duplicate_drafts, kept_papers, unfinished
from backend.web.rendering.responder import Pages

IDLE = timedelta(minutes=30)
"""After this a guest's answers are not simply shown again on a phone that may be somebody else's by now."""
STEP = ["/{lang:str}/services/{service:str}/{question:str}", "/{lang:str}/services/{service:str}/{question:str}/{row:str}"]


@get(STEP, name="step")
async def show_step(
    pages: NamedDependency[Pages], service: FromPath[str], question: FromPath[str], row: FromPath[str] = "", new: FromQuery[str] = ""
) -> Response[Any]:
    """The page of this step, or the way to the step that comes first. Who began twice chooses before anything else."""
    journey = await journey_context.of(pages, service, anew=new == "1")
    if pages.owner and await duplicate_drafts.waiting(pages, service):
        return pages.go(duplicate_drafts.address(service))
    if journey.draft.sent:
        return await submissions.show_sent(journey)
    if asks_first(journey):
        return pages.show("go-on", {"service": journey.head, "at": journey.address(journey.walk.at)})
    if journey.moved:
        return withdrawn(journey)
    step = journey.step(question, row)
    if step is None:
        known_or_not_found(journey, question)
        if not journey.draft.revision and pages.has_ended:
            raise SignInNeeded("ended")  # as a guest she would begin anew, and her answers would seem gone
        return pages.go(journey.address(journey.walk.at))
    return await show(journey, step, journey.draft.answers, journey.draft.raw, [])


async def show(
    journey: JourneyContext, step: Step, said: dict[str, Any], raw: dict[str, Any], errors: list[Any], status: int = 200
) -> Response[Any]:
    pages, service, walk = journey.pages, journey.service, journey.walk
    template = step.kind
    if step.kind == "check" and service.ticks:
        template, view = "checklist", views.checklist(service, walk, said, errors, journey.facts, pages.today)
    elif step.kind == "check":
        signed_in = int(bool(pages.owner))
        view = views.check(service, walk, said, raw, errors, journey.facts, pages.today, signed_in)
    elif step.kind == "ending":
        view = views.ending(service, walk, step)
    elif step.kind == "more":
        view = views.more(service, walk, step, said, raw, errors, journey.facts, pages.today)
    else:
        slots = await appointments.slots_for(pages, service, step)
        view = views.question(service, walk, step, said, raw, errors, journey.facts, pages.today, slots=slots)
        view |= {"kept_papers": await kept_papers.offered(journey, step)}
    switch = "form" if step.kind != "ending" else "link"
    return pages.show(template, view | journey.form, status=status, switch=switch, ask_phone=asks_whose_phone(pages, view))


def asks_whose_phone(pages: Pages, view: dict[str, Any]) -> int:
    """Below Continue, when there is something to lose: beside a guest's second answer and once more after it. Whoever
    signed in on the way is asked where that led her."""
    first = 1 if pages.owner else 2
    return int(first <= view.get("number", 1) <= 3)


def known_or_not_found(journey: JourneyContext, question: str) -> None:
    """An address of this service that is not on the way now is led back; any other does not exist."""
    service = journey.service
    ids = {q.id for q in service.questions} | {g.id for g in service.groups} | {e.id for e in service.endings}
    if question not in ids | {"check"}:
        raise NotFound(question)


def withdrawn(journey: JourneyContext) -> Response[bytes]:
    """The questions changed in the middle: told once, before she goes on at the first that does not fit."""
    return journey.pages.show("withdrawn", {"service": journey.head, "at": journey.address(journey.walk.at)} | journey.form)


def asks_first(journey: JourneyContext) -> bool:
    """A guest's answers, on a phone not declared her own, come back only when she says "go on"."""
    pages, draft = journey.pages, journey.draft
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
    if unfinished.is_of_another(pages, fields):
        return await unfinished.keep(pages, service, question, row, fields, bool(files))
    form_id = forms.hex_id(forms.value(fields, "draft"))
    if (sent := await submissions.sent_with(pages, form_id)) is not None:
        return pages.go(submissions.done_path(service, sent))
    journey = await journey_context.of(pages, service, fresh_id=form_id, anew=True)
    act, _, what = forms.value(fields, "do").partition(":")
    journey = await begun(journey)
    if journey.moved and act not in MAY_MOVE:
        return await move(journey, question, row, fields)
    return await ACTS.get(act, go_on)(journey, question, row, fields, files, what)


async def move(journey: JourneyContext, question: str, row: str, fields: forms.Pairs) -> Response[Any]:
    """Her form is of the withdrawn version: what she typed in it is kept beside the rest, and she is told."""
    step = journey.step(question, row)
    raw = answers.typed(journey.service, step, fields, journey.draft.raw) if step else journey.draft.raw
    return withdrawn(await journey_context.save(journey, raw=raw))


async def begun(journey: JourneyContext) -> JourneyContext:
    """A guest's first post makes the session her draft belongs to."""
    pages = journey.pages
    if pages.actor.is_guest and not pages.actor.session:
        await pages.begin_session()
    return journey


async def go_on(journey: JourneyContext, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    """Continue: take the answer, keep it, and on to the next page; or this page again, with what is wrong."""
    pages, draft = journey.pages, journey.draft
    step = journey.step(question, row)
    if step is None or step.kind == "ending":
        return pages.go(journey.address(journey.walk.at))
    taken = await uploads.take(journey, step, files)
    accepted = answers.accept(
        journey.service, step, fields, draft.answers, journey.facts, pages.today,
        raw=draft.raw, words=pages.app.date_words, uploads=taken,
    )  # fmt: skip
    if conflicts.is_conflict(journey, fields, accepted):
        return conflicts.show(journey, step, fields, accepted)
    if not accepted.touched:
        return await show(journey, step, draft.answers, draft.raw, [])
    try:
        journey = await journey_context.save(journey, answers=accepted.answers, raw=accepted.raw)
    except DraftMoved:
        return await again(journey, question, row, fields, files)
    if accepted.errors:
        return await show(journey, step, accepted.answers, accepted.raw, accepted.errors, status=422)
    if step.kind == "check" and not journey.service.ticks:
        return await send(journey, step)
    return pages.go(journey.address(journey.walk.at))


async def again(journey: JourneyContext, question: str, row: str, fields: forms.Pairs, files: Any) -> Response[Any]:
    """Another save came between reading and writing: read again; now it is seen, and judged as a conflict or not."""
    return await go_on(await journey_context.of(journey.pages, journey.service.id), question, row, fields, files, "")


async def send(journey: JourneyContext, step: Step) -> Response[Any]:
    """The whole is judged and received; then the receipt, at an address that can be kept."""
    if journey.walk.at.kind != "check":
        return journey.pages.go(journey.address(journey.walk.at))
    try:
        key = await submissions.send(journey)
    except SlotTaken:
        return await slot_taken(journey)
    return journey.pages.go(submissions.done_path(journey.service.id, key))


async def slot_taken(journey: JourneyContext) -> Response[Any]:
    """Somebody was quicker: back to choosing, the rest is kept."""
    place = next(s for s in journey.walk.steps if is_appointment(journey, s))
    rest = {id: value for id, value in journey.draft.answers.items() if id != place.id}
    journey = await journey_context.save(journey, answers=rest)
    errors = [{"field": f"{place.id}_1", "code": "time-taken", "say": "", "n": 0, "date": ""}]
    return await show(journey, place, rest, {}, errors, status=422)


def is_appointment(journey: JourneyContext, step: Step) -> bool:
    return any(q.id == step.id and q.kind == "appointment" for q in journey.service.questions)


async def change_language(journey: JourneyContext, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    """Keep the text as typed and the photo chosen, then the same page in that language."""
    refused = await keep_unfinished(journey, journey.step(question, row), fields, files)
    return refused or journey.pages.go_in(what, journey.pages.here)


async def keep_unfinished(journey: JourneyContext, step: Step | None, fields: forms.Pairs, files: Any) -> Response[Any] | None:
    """What stands in a form that is left without Continue. The page again where a photo chosen cannot be kept: a photo that
    was gone on the next page would be missed only after sending."""
    if step is None:
        return None
    taken = await uploads.take(journey, step, files)
    if not taken:
        ticked = answers.ticked(journey.service, step, fields, journey.draft.answers, journey.facts, journey.pages.today)
        await journey_context.save(journey, answers=ticked, raw=answers.typed(journey.service, step, fields, journey.draft.raw))
        return None
    read = answers.accept(
        journey.service, step, fields, journey.draft.answers, journey.facts, journey.pages.today,
        raw=journey.draft.raw, words=journey.pages.app.date_words, uploads=taken,
    )  # fmt: skip
    journey = await journey_context.save(journey, answers=read.answers, raw=read.raw)
    return await show(journey, step, read.answers, read.raw, read.errors, status=422) if read.errors else None


async def say_whose_phone(journey: JourneyContext, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    """Keep the text as typed and what she says of her phone, then the same page."""
    pages = journey.pages
    if refused := await keep_unfinished(journey, journey.step(question, row), fields, files):
        return refused
    chosen = preferences.change(pages.choice, {"own_phone": what})
    return pages.go(pages.here, cookies=[preferences.cookie(chosen, pages.lang)])


async def ask_remove(journey: JourneyContext, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    """Asked before anything is thrown away (`deletion.py`)."""
    return journey.pages.go(f"{journey.start}/delete?{urlencode({'group': question, 'row': what[:64]})}")


async def ask_erase(journey: JourneyContext, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    """Asked before anything is thrown away; what is typed on this page stays until then."""
    step = journey.step(question, row)
    if step is not None:
        await journey_context.save(journey, raw=answers.typed(journey.service, step, fields, journey.draft.raw))
    return journey.pages.go(f"{journey.start}/delete")


async def resume(journey: JourneyContext, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    """ "Go on": the draft counts as in use again."""
    journey = await journey_context.save(journey)
    return journey.pages.go(journey.address(journey.walk.at))


async def start_over(journey: JourneyContext, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    await drafts.delete(journey.pages.app.db, journey.pages.actor, journey.service.id)
    first = journeys.walk(journey.service, {}, journey.facts, journey.pages.today).at
    return journey.pages.go(journey.address(first))


async def keep_theirs(journey: JourneyContext, question: str, row: str, fields: forms.Pairs, files: Any, what: str) -> Response[Any]:
    return journey.pages.go(journey.address(journey.walk.at))


MAY_MOVE = {"accept", "erase", "start-over"}
"""What can be done with a draft whose version is withdrawn, knowing or not knowing that it is."""
ACTS = {
    "continue": go_on, "keep-mine": go_on, "keep-theirs": keep_theirs, "lang": change_language, "own": say_whose_phone, "remove": ask_remove,
    "erase": ask_erase, "go-on": resume, "accept": resume, "start-over": start_over,
}  # fmt: skip
