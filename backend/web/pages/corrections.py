"""Correcting what was sent, before a caseworker has opened it: a draft with the same answers, that becomes the case's new content."""

import secrets
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain.drafts import Draft
from backend.store import corrections, drafts
from backend.store.cases import Whole
from backend.web import forms, journey_context
from backend.web.pages.cases import has_rows_apart, head, held, is_untouched
from backend.web.rendering.responder import Pages

ADDRESS = "/{lang:str}/mine/cases/{case:str}/correct"


@get(ADDRESS, name="ask_correction")
async def ask_correction(pages: NamedDependency[Pages], case: FromPath[str]) -> Response[bytes]:
    whole = await held(pages, case)
    return show(pages, whole, await state_of(pages, whole))


async def state_of(pages: Pages, whole: Whole) -> str:
    """ask, opened (a caseworker was first) or begun: another of the same service is being written, and would be lost."""
    service = pages.app.services.of_old(whole.case.service, whole.case.version)
    if not is_untouched(whole.case) or has_rows_apart(service, whole):
        return "opened"
    stored = await drafts.get(pages.app.db, pages.actor, whole.case.service)
    return "begun" if stored and not stored.sent and stored.answers | stored.raw else "ask"


def show(pages: Pages, whole: Whole, state: str, status: int = 200) -> Response[bytes]:
    view = head(pages.app, whole.case) | {"state": state, "service": whole.case.service}
    return pages.show("correction", view, status=status)


@post(ADDRESS, name="correct")
async def correct(request: Request, pages: NamedDependency[Pages], case: FromPath[str]) -> Response[Any]:
    """To the check page of the draft, where each answer has its way to change it."""
    pairs, whole = await forms.read(request), await held(pages, case)
    state = await state_of(pages, whole)
    if state != "ask" or forms.value(pairs, "do") != "correct":
        return show(pages, whole, state, 409 if state == "opened" else 200)
    about, id = whole.case, secrets.token_hex(16)
    if not await corrections.begin(pages.app.db, pages.actor, about.id, id, pages.app.now()):
        return show(pages, whole, "opened", 409)
    stored = await drafts.get(pages.app.db, pages.actor, about.service)
    draft = Draft(
        id=id, service=about.service, version=about.version, revision=stored.revision if stored else 0,
        answers=whole.content["answers"], lang=pages.lang, device=pages.actor.session,
    )  # fmt: skip
    await drafts.put(pages.app.db, pages.actor, draft, pages.app.now(), replaces=stored.id if stored else "")
    journey = await journey_context.of(pages, about.service)
    return pages.go(f"{journey.address(journey.walk.at)}?new=1")
