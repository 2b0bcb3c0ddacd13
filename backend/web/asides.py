"""Begun twice: once before signing in and once as herself. Both are kept, she looks at them and chooses one."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain import views
from backend.domain.drafts import Draft
from backend.domain.errors import SignInNeeded
from backend.store import asides, drafts
from backend.web import facts, forms, trips
from backend.web.pages import Pages
from backend.web.trips import Trip


async def waiting(pages: Pages, service: str) -> list[Trip]:
    """What was set aside and can still be opened, newest first."""
    return await opened(pages, await asides.list_all(pages.house.db, pages.actor, service))


async def opened(pages: Pages, found: list[Draft]) -> list[Trip]:
    """Those with something in them, of a version that was not withdrawn."""
    versions = pages.house.services.versions
    whole = [draft for draft in found if not draft.sent and (draft.service, draft.version) in versions]
    known = await facts.of(pages.house, pages.actor) if whole else {}
    return [trips.made(pages, versions[draft.service, draft.version], draft, known) for draft in whole]


def address(service: str) -> str:
    return f"services/{service}/aside"


@get("/{lang:str}/services/{service:str}/aside", name="aside")
async def show_aside(pages: NamedDependency[Pages], service: FromPath[str]) -> Response[Any]:
    if not pages.owner:
        raise SignInNeeded("mine")
    head = pages.house.services.get(service)
    held = await asides.list_all(pages.house.db, pages.actor, service)
    before = await opened(pages, held)
    if not before:
        return pages.go(f"services/{service}")
    own = await drafts.get(pages.house.db, pages.actor, service)
    in_use = await opened(pages, [own] if own else [])
    view = {
        "service": {"id": head.id, "title": head.title, "icon": head.icon},
        "drafts": [shown(trip, "guest") for trip in before] + [shown(trip, "own") for trip in in_use],
        "seen": [f"{d.id}.{d.revision}" for d in [*held, *([own] if own else [])]],
        "mark": own.id if own and own.sent else "",
        "alone": int(len(before) == 1 and not in_use),
    }
    return pages.show("aside", view)


def shown(trip: Trip, begun: str) -> dict[str, Any]:
    """`begun`: "guest" before she signed in, "own" as herself."""
    asked = [step for step in trip.walk.steps if step.kind == "question" and step != trip.walk.at]
    rows = [views.answered(trip.service, trip.walk, step, trip.facts) for step in asked]
    at = trip.pages.house.local_text(trip.draft.updated_at)
    return {"id": trip.draft.id, "begun": begun, "at": at, "rows": rows}


@post("/{lang:str}/services/{service:str}/aside", name="choose_aside")
async def choose_aside(request: Request, pages: NamedDependency[Pages], service: FromPath[str]) -> Response[None]:
    """On with the one chosen. If there is more than she was shown, nothing is erased and she is asked again."""
    if not pages.owner:
        raise SignInNeeded("mine")
    pages.house.services.get(service)
    fields = await forms.read(request)
    _, _, keep = forms.value(fields, "do").partition(":")
    done = await asides.choose(pages.house.db, pages.actor, service, keep, seen_in(fields), pages.now)
    if not done:
        return pages.go(address(service))
    kept = await drafts.get(pages.house.db, pages.actor, service)
    for trip in await opened(pages, [kept] if kept else []):
        return pages.go(trip.address(trip.walk.at))
    return pages.go(f"services/{service}")


def seen_in(fields: forms.Pairs) -> asides.Seen:
    parts = [value.partition(".") for name, value in fields if name == "seen"]
    return [(id, int(revision)) for id, _, revision in parts if revision.isascii() and revision.isdigit() and len(revision) < 16]
