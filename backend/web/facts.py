"""What we know of the person, for a journey: from the register, and the desks from the settings."""

from typing import Any

from backend.domain.actors import Actor
from backend.store import residents
from backend.web.state import AppState


async def of(app: AppState, actor: Actor) -> dict[str, Any]:
    known = {} if actor.is_guest else await residents.facts(app.db, actor, app.today())
    return known | {"desks": desks(app)}


def desks(app: AppState) -> list[dict[str, Any]]:
    return [
        {"id": d.id, "name": d.name, "address": d.address, "phone": d.phone, "abilities": d.abilities}
        for d in app.settings.desks
    ]
