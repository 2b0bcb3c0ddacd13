"""Begun twice: once before signing in and once as herself. Both are kept, she looks at them and chooses one."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain import views
from backend.domain.drafts import Draft
from backend.domain.errors import SignInNeeded
from backend.store import drafts, duplicate_drafts
from backend.web import facts, forms, journey_context
from backend.web.journey_context import JourneyContext
from backend.web.rendering.responder import Pages


async def waiting(pages: Pages, service: str) -> list[JourneyContext]:
    """What was set aside and can still be opened, newest first."""
    return await opened(pages, await duplicate_drafts.list_all(pages.app.db, pages.actor, service))


async def opened(pages: Pages, found: list[Draft]) -> list[JourneyContext]:
    """Those with something in them, of a version that was not withdrawn."""
    versions = pages.app.services.versions
    whole = [draft for draft in found if not draft.sent and (draft.service, draft.version) in versions]
    known = await facts.of(pages.app, pages.actor) if whole else {}
    return [journey_context.made(pages, versions[draft.service, draft.version], draft, known) for draft in whole]


def address(service: str) -> str:
    return f"services/{service}/duplicate-draft"


@get("/{lang:str}/services/{service:str}/duplicate-draft", name="duplicate_draft")
async def show_duplicate_draft(pages: NamedDependency[Pages], service: FromPath[str]) -> Response[Any]:
    if not pages.owner:
        raise SignInNeeded("mine")
    head = pages.app.services.get(service)
    held = await duplicate_drafts.list_all(pages.app.db, pages.actor, service)
    before = await opened(pages, held)
    if not before:
        return pages.go(f"services/{service}")
    own = await drafts.get(pages.app.db, pages.actor, service)
    in_use = await opened(pages, [own] if own else [])
    view = {
        "service": {"id": head.id, "title": head.title, "icon": head.icon},
        "drafts": [shown(journey, "guest") for journey in before] + [shown(journey, "own") for journey in in_use],
        "seen": [f"{d.id}.{d.revision}" for d in [*held, *([own] if own else [])]],
        "mark": own.id if own and own.sent else "",
        "alone": int(len(before) == 1 and not in_use),
    }
    return pages.show("duplicate-draft", view)


def shown(journey: JourneyContext, begun: str) -> dict[str, Any]:
    """`begun`: "guest" before she signed in, "own" as herself."""
    asked = [step for step in journey.walk.steps if step.kind == "question" and step != journey.walk.at]
    rows = [views.answered(journey.service, journey.walk, step, journey.facts) for step in asked]
    at = journey.pages.app.local_text(journey.draft.updated_at)
    return {"id": journey.draft.id, "begun": begun, "at": at, "rows": rows}


@post("/{lang:str}/services/{service:str}/duplicate-draft", name="choose_duplicate_draft")
async def choose_duplicate_draft(request: Request, pages: NamedDependency[Pages], service: FromPath[str]) -> Response[None]:
    """On with the one chosen. If there is more than she was shown, nothing is erased and she is asked again."""
    if not pages.owner:
        raise SignInNeeded("mine")
    pages.app.services.get(service)
    fields = await forms.read(request)
    _, _, keep = forms.value(fields, "do").partition(":")
    done = await duplicate_drafts.choose(pages.app.db, pages.actor, service, keep, seen_in(fields), pages.now)
    if not done:
        return pages.go(address(service))
    kept = await drafts.get(pages.app.db, pages.actor, service)
    for journey in await opened(pages, [kept] if kept else []):
        return pages.go(journey.address(journey.walk.at))
    return pages.go(f"services/{service}")


def seen_in(fields: forms.Pairs) -> duplicate_drafts.Seen:
    parts = [value.partition(".") for name, value in fields if name == "seen"]
    return [(id, int(revision)) for id, _, revision in parts if revision.isascii() and revision.isdigit() and len(revision) < 16]
