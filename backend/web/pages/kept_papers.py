"""At a question for a photo or a paper: one she has kept, instead of taking it anew. The answer is the same as an upload's."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain import answers
from backend.domain.errors import BadFile, DraftMoved, SignInNeeded
from backend.domain.journeys import Step
from backend.store import files, papers
from backend.web import archives, forms, journey_context
from backend.web.api import uploads
from backend.web.journey_context import JourneyContext
from backend.web.pages import papers as own_papers
from backend.web.rendering.responder import Pages

ADDRESS = "/{lang:str}/services/{service:str}/kept-paper"


async def offered(journey: JourneyContext, step: Step) -> int:
    """1 where she keeps papers, one of which may be the answer."""
    pages = journey.pages
    asked = pages.owner and uploads.asks_for_file(journey.service, step)
    return int(bool(asked) and await papers.count(pages.app.db, pages.actor) > 0)


@get(ADDRESS, name="kept_paper")
async def show_kept_papers(
    pages: NamedDependency[Pages], service: FromPath[str], question: FromQuery[str] = "", row: FromQuery[str] = ""
) -> Response[Any]:
    journey, step = await asked(pages, service, question, row)
    return await shown(journey, step) if step else pages.go(journey.address(journey.walk.at))


async def asked(pages: Pages, service: str, question: str, row: str) -> tuple[JourneyContext, Step | None]:
    """Her draft, and the question in it if it stands on her way and is one for a file."""
    if not pages.owner:
        raise SignInNeeded("mine")
    journey = await journey_context.of(pages, service)
    step = journey.step(question, row)
    return journey, step if uploads.asks_for_file(journey.service, step) and not (journey.moved or journey.draft.sent) else None


async def shown(journey: JourneyContext, step: Step, code: str = "") -> Response[Any]:
    pages = journey.pages
    kept = [one for one in await papers.list_all(pages.app.db, pages.actor) if not one.removed_at]
    view = {
        "service": journey.head, "step": {"id": step.id, "row": step.row, "path": step.path},
        "papers": [own_papers.row(pages, one) for one in kept],
        "errors": [{"field": "papers", "code": code, "say": "", "n": 0, "date": ""}] if code else [],
    }  # fmt: skip
    return pages.show("kept-paper", view | journey.form, status=422 if code else 200)


@post(ADDRESS, name="use_kept_paper")
async def use_kept_paper(
    request: Request, pages: NamedDependency[Pages], service: FromPath[str], question: FromQuery[str] = "", row: FromQuery[str] = ""
) -> Response[Any]:
    """A copy of it becomes the answer, and she goes on; also where her draft was saved meanwhile."""
    paper = forms.value(await forms.read(request), "paper")
    journey, step = await asked(pages, service, question, row)
    if step is None:
        return pages.go(journey.address(journey.walk.at))
    try:
        answer = await copied(pages, paper)
    except BadFile as refused:
        return await shown(journey, step, uploads.code_of(refused.why))
    try:
        return await answered(journey, step, answer)
    except DraftMoved:
        journey, step = await asked(pages, service, question, row)
        return await answered(journey, step, answer) if step else pages.go(journey.address(journey.walk.at))


async def copied(pages: Pages, paper: str) -> dict[str, Any]:
    app, mb = pages.app, 2**20
    found = await papers.get(app.db, pages.actor, paper)
    name = archives.file_name(own_papers.named(pages, found), found.kind)
    room = files.Room(app.settings.guest_files_mb * mb, app.settings.least_free_mb * mb)
    return await papers.use(app.db, pages.actor, paper, name, pages.now, room)


async def answered(journey: JourneyContext, step: Step, answer: dict[str, Any]) -> Response[Any]:
    pages, draft = journey.pages, journey.draft
    accepted = answers.accept(
        journey.service, step, [["do", "continue"]], draft.answers, journey.facts, pages.today,
        raw=draft.raw, words=pages.app.date_words, uploads={step.id: answer},
    )  # fmt: skip
    journey = await journey_context.save(journey, answers=accepted.answers, raw=accepted.raw)
    return pages.go(journey.address(journey.walk.at))


ROUTES: list[Any] = [show_kept_papers, use_kept_paper]
