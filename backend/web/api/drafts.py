"""A draft between phone and server: fetched, saved with the revision last seen, deleted."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from backend.domain.actors import Actor
from backend.domain.drafts import Draft, fitted
from backend.domain.errors import DraftMoved, SignInNeeded
from backend.store import drafts, papers
from backend.web import cookies as jar, facts, forms, journey_context, owners, preferences
from backend.web.api.submissions import Key
from backend.web.state import AppState


class Saved(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a phone may say of a draft; owner, device and time are ours to set."""

    id: Key
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    revision: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    answers: dict[str, Any]
    raw: dict[str, Any] = {}
    lang: Annotated[str, Meta(max_length=20)] = ""
    replaces: Annotated[str, Meta(pattern="^([0-9a-f]{32})?$")] = ""
    """The stored draft this one takes the place of: start over, a conflict chosen, a correction."""


class Revision(Struct):
    id: str
    revision: int
    updated_at: str


@get("/api/drafts/{service:str}", name="get_draft")
async def get_draft(
    request: Request, service: FromPath[str], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:
    """The stored draft, or a fresh one; with the facts for it and whose it is."""
    owners.check(request, actor)
    newest = app.services.get(service)
    stored = await drafts.get(app.db, actor, service)
    draft = journey_context.fresh(newest) if stored is None or stored.sent else stored
    _, draft = journey_context.under(app, draft)
    shown = msgspec.to_builtins(draft) | {"facts": await facts.of(app, actor), "owner": owners.owner_of(actor), "mine": mine(draft, actor)}
    return Response(shown, headers={"cache-control": "no-store"})


@put("/api/drafts/{service:str}", name="save_draft", request_max_body_size=forms.FORM_BYTES)
async def save_draft(
    request: Request, service: FromPath[str], data: JSONBody[Saved],
    actor: NamedDependency[Actor], app: NamedDependency[AppState],
) -> Response[Revision]:  # fmt: skip
    """Equal revision: stored, plus one. Else 409 with the other version under `theirs`: the person chooses.

    `mine` says 1 where that version came from this very browser: from pages of the server's own.
    """
    owners.check(request, actor)
    definition = app.services.version(service, data.version)
    if definition.sign_in == "to-start" and actor.is_guest:
        raise SignInNeeded("to-start")
    token = ""
    if actor.is_guest and not actor.session:
        actor, token = await app.sessions.begin_guest(app.now())
    said = msgspec.structs.asdict(data) | {"service": service, "device": actor.session}
    replaces = said.pop("replaces")
    try:
        kept = await journey_context.put(app, actor, fitted(Draft(**said), definition), replaces)
    except DraftMoved as moved:
        moved.carries["mine"] = mine(moved.theirs, actor)
        raise
    cookies = [jar.session(token)] if token else []
    return Response(Revision(kept.id, kept.revision, kept.updated_at), cookies=cookies)


def mine(draft: Any, actor: Actor) -> int:
    return int(isinstance(draft, Draft) and bool(actor.session) and draft.device == actor.session)


@delete("/api/drafts/{service:str}", name="delete_draft", status_code=204)
async def delete_draft(
    request: Request, service: FromPath[str], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> None:
    owners.check(request, actor)
    app.services.get(service)
    await drafts.delete(app.db, actor, service)


@get("/api/facts", name="get_facts")
async def get_facts(request: Request, actor: NamedDependency[Actor], app: NamedDependency[AppState]) -> Response[dict[str, Any]]:
    """What a signed-in journey needs to begin without a network, and which drafts are stored here."""
    known = await facts.of(app, actor)
    choice = preferences.read(request.cookies.get(preferences.COOKIE, ""))
    held = await drafts.list_all(app.db, actor) if actor.session else []
    begun = [{"service": draft.service, "id": draft.id, "revision": draft.revision} for draft in held if not draft.sent]
    kept = 0 if actor.is_guest else await papers.count(app.db, actor)
    said = {"owner": owners.owner_of(actor), "name": known.get("person.name", ""), "facts": known, "drafts": begun, "own_phone": choice.own_phone, "papers": kept}
    return Response(said, headers={"cache-control": "no-store"})
