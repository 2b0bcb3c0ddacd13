"""What we know of the person, for a journey: from the register, and the desks from the settings."""

from typing import Any

from backend.domain import journeys
from backend.domain.actors import Actor
from backend.domain.facts import NAMES
from backend.store import residents
from backend.web.state import AppState


async def of(app: AppState, actor: Actor) -> dict[str, Any]:
    known = {} if actor.is_guest else await residents.facts(app.db, actor, app.today())
    return known | {"desks": desks(app)}


def claimed(actor: Actor, said: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """What a phone may have known when Send was pressed. Of a guest the registers tell nothing but the desks."""
    if actor.is_guest:
        return known | {name: value for name, value in said.items() if name == "desks"}
    return {name: value for name, value in said.items() if name in NAMES and not name.startswith("row.")}


def unlike(said: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """What the phone said it knew and the registers do not say (None: it did not know it), for whoever looks at the case."""
    return {name: said.get(name) for name in sorted({*said, *known}) if not journeys.alike(said.get(name), known.get(name))}


def as_claimed(known: dict[str, Any], claimed: dict[str, Any]) -> dict[str, Any]:
    """What the phone knew, put together again: the way its questions went."""
    return {name: value for name, value in (known | claimed).items() if value is not None}


def desks(app: AppState) -> list[dict[str, Any]]:
    return [
        {"id": d.id, "name": d.name, "address": d.address, "phone": d.phone, "abilities": d.abilities}
        for d in app.settings.desks
    ]
