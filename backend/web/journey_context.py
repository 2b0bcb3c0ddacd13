"""One person's way through one service, put together for one request: definition, draft, facts, journey."""

import secrets
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain import journeys
from backend.domain.drafts import Draft
from backend.domain.errors import DraftMoved, SignInNeeded, VersionGone
from backend.domain.journeys import Step, Walk
from backend.domain.services import Service
from backend.store import drafts
from backend.web import facts
from backend.web.rendering.responder import Pages


class JourneyContext(Struct):
    """`moved`: the version it was begun under is withdrawn, so it is read under the newest, and not yet saved so."""

    pages: Pages
    service: Service
    draft: Draft
    facts: dict[str, Any]
    walk: Walk
    moved: bool = False

    @property
    def first(self) -> Step:
        return self.walk.steps[0] if self.walk.steps else self.walk.at

    @property
    def head(self) -> dict[str, str]:
        return {"id": self.service.id, "title": self.service.title, "icon": self.service.icon}

    @property
    def start(self) -> str:
        return f"services/{self.service.id}"

    def address(self, step: Step) -> str:
        return f"{self.start}/{step.path}"

    def step(self, question: str, row: str) -> Step | None:
        return journeys.step_of(self.service, self.walk, question, row)

    @property
    def form(self) -> dict[str, Any]:
        """What every form of a journey carries."""
        return {"draft": self.draft.id, "revision": self.draft.revision, "owner": self.pages.owner}


async def of(pages: Pages, service: str, fresh_id: str = "", anew: bool = False) -> JourneyContext:
    """The stored draft under its own version, or a fresh one under the newest (always with `anew`).

    Raises `NotFound`, and `SignInNeeded` where the service asks for a person from the start.
    """
    app = pages.app
    newest = app.services.get(service)
    if newest.sign_in == "to-start" and not pages.owner:
        raise SignInNeeded("to-start")
    stored = await drafts.get(app.db, pages.actor, service)
    if stored is None or (anew and stored.sent):
        stored = fresh(newest, fresh_id)
    definition, draft = under(app, stored)
    journey = made(pages, definition, draft, await facts.of(app, pages.actor))
    journey.moved = draft.version != stored.version
    return journey


def under(app: Any, draft: Draft) -> tuple[Service, Draft]:
    """The draft with its own definition; where that is withdrawn, with the newest: what still fits stays answered."""
    try:
        return app.services.version(draft.service, draft.version), draft
    except VersionGone:
        newest = app.services.get(draft.service)
        return newest, msgspec.structs.replace(draft, version=newest.version)


def made(pages: Pages, definition: Service, draft: Draft, known: dict[str, Any]) -> JourneyContext:
    return JourneyContext(pages, definition, draft, known, journeys.walk(definition, draft.answers, known, pages.today))


def fresh(service: Service, id: str = "") -> Draft:
    return Draft(id=id or secrets.token_hex(16), service=service.id, version=service.version)


async def save(journey: JourneyContext, **changes: Any) -> JourneyContext:
    """The draft with its changes, kept; the journey walked again. Raises `DraftMoved`."""
    pages = journey.pages
    said = {"lang": pages.lang, "device": pages.actor.session, "facts": journey.facts} | changes
    kept = await put(pages.app, pages.actor, msgspec.structs.replace(journey.draft, **said))
    return made(pages, journey.service, kept, journey.facts)


async def put(app: Any, actor: Any, draft: Draft, replaces: str = "") -> Draft:
    """Like the store's, but a mark left by a sent draft gives way to a new one; never to the very draft it stands for,
    saved late."""
    try:
        return await drafts.put(app.db, actor, draft, app.now(), replaces=replaces)
    except DraftMoved as moved:
        if not isinstance(moved.theirs, Draft) or moved.theirs.sent in ("", draft.id) or draft.revision:
            raise
        over = msgspec.structs.replace(draft, revision=moved.theirs.revision)
        return await drafts.put(app.db, actor, over, app.now(), replaces=moved.theirs.id)
