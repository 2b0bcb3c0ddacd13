"""What we know of the person, for a journey: from the register, and the desks from the settings."""

from typing import Any

from backend.domain.actors import Actor
from backend.store import residents
from backend.web.house import House


async def of(house: House, actor: Actor) -> dict[str, Any]:
    known = {} if actor.is_guest else await residents.facts(house.db, actor, house.today())
    return known | {"desks": desks(house)}


def desks(house: House) -> list[dict[str, Any]]:
    return [
        {"id": d.id, "name": d.name, "address": d.address, "phone": d.phone, "abilities": d.abilities}
        for d in house.settings.desks
    ]
