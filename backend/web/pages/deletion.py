"""Throwing away what was written, or one row of it: asked first, and undone from the page that follows.

It is gone from the store at once. What an undo needs travels sealed in that one page, for its owner alone and for ten
minutes: whoever takes the phone later finds nothing, neither here nor there.
"""

import base64
from binascii import Error as NotBase64
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from backend.domain import answers, views
from backend.domain.drafts import Draft
from backend.domain.errors import DraftMoved
from backend.store import drafts, persons
from backend.store.keyring import Tampered
from backend.web import forms, journey_context
from backend.web.journey_context import JourneyContext
from backend.web.pages.journeys import asks_first
from backend.web.rendering.responder import Pages

ADDRESS = "/{lang:str}/services/{service:str}/delete"
UNDO_MS = 10 * 60 * 1000
PURPOSE = "undo"


class Thrown(Struct, frozen=True):
    """What was thrown away. `left`: the revision of the draft that is left, 0 if none is. `at`: epoch ms."""

    draft: Draft
    left: int
    at: int


@get(ADDRESS, name="deletion")
async def ask_deletion(
    pages: NamedDependency[Pages], service: FromPath[str], group: FromQuery[str] = "", row: FromQuery[str] = ""
) -> Response[bytes]:
    journey = await journey_context.of(pages, service)
    if not journey.draft.revision or journey.draft.sent:
        return pages.go(journey.start)
    if asks_first(journey):
        return pages.go(journey.address(journey.walk.at))
    return shown(journey, "ask", group, row)


def shown(journey: JourneyContext, state: str, group: str, row: str, undo: str = "", status: int = 200) -> Response[bytes]:
    view = views.deletion(journey.service, journey.walk, group, row, journey.facts)
    more = {"key": "", "state": state, "undo": undo, "draft": journey.draft.id, "revision": journey.draft.revision}
    return journey.pages.show("deletion", view | more, status=status)


@post(ADDRESS, name="delete")
async def delete(request: Request, pages: NamedDependency[Pages], service: FromPath[str]) -> Response[Any]:
    """`do` is "delete" or "undo"; a second tap on Delete finds nothing left and leads to the start page."""
    fields = await forms.read(request)
    group, row = forms.value(fields, "group")[:64], forms.value(fields, "row")[:64]
    journey = await journey_context.of(pages, service)
    if forms.value(fields, "do") == "undo":
        return await undo(journey, group, row, forms.value(fields, "undo"))
    if not journey.draft.revision or journey.draft.sent:
        return pages.go(journey.start)
    if forms.value(fields, "draft") != journey.draft.id:
        return pages.go(journey.address(journey.walk.at))
    left = await without(journey, group, row)
    thrown = Thrown(journey.draft, left, int(pages.now.timestamp() * 1000))
    return shown(journey, "done", group, row, await sealed(journey, thrown))


async def without(journey: JourneyContext, group: str, row: str) -> int:
    """The revision of what is left."""
    if not row:
        await drafts.delete(journey.pages.app.db, journey.pages.actor, journey.service.id)
        return 0
    kept = await journey_context.save(journey, answers=answers.without_row(journey.draft.answers, group, row))
    return kept.draft.revision


async def undo(journey: JourneyContext, group: str, row: str, token: str) -> Response[Any]:
    """As it was, unless something was written since, or it is too long ago."""
    pages = journey.pages
    thrown = await opened(journey, token)
    there = 0 if journey.draft.sent else journey.draft.revision
    if thrown is None or thrown.left != there or not 0 <= pages.now.timestamp() * 1000 - thrown.at <= UNDO_MS:
        return shown(journey, "gone", group, row, status=409)
    back = msgspec.structs.replace(thrown.draft, revision=thrown.left)
    try:
        kept = await journey_context.put(pages.app, pages.actor, back)
    except DraftMoved:
        return shown(journey, "gone", group, row, status=409)
    again = journey_context.made(pages, journey.service, kept, journey.facts)
    return pages.go(again.address(again.step(group, "") or again.walk.at) if row else again.address(again.walk.at))


async def sealed(journey: JourneyContext, thrown: Thrown) -> str:
    """For this owner, this service and this server only."""
    db, actor = journey.pages.app.db, journey.pages.actor
    person = await db.read(persons.find, actor, public_id=actor.subject)
    data = db.keys.seal(person, PURPOSE, place(journey), msgspec.json.encode(thrown))
    text = base64.urlsafe_b64encode(data).decode()
    return text if len(text) < forms.FORM_BYTES // 2 else ""


async def opened(journey: JourneyContext, token: str) -> Thrown | None:
    """None for whatever we did not make for this person."""
    db, actor = journey.pages.app.db, journey.pages.actor
    person = await db.read(persons.find, actor, public_id=actor.subject)
    try:
        data = base64.b64decode(token, altchars=b"-_", validate=True)
        return msgspec.json.decode(db.keys.open(person, PURPOSE, place(journey), data), type=Thrown)
    except (Tampered, NotBase64, ValueError):
        return None


def place(journey: JourneyContext) -> str:
    return f"{journey.service.id}/{persons.owner(journey.pages.actor)}"
