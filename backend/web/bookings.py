"""The desk time in a submission: a time chosen, or a wish made without a network; and the booked one, shown."""

from datetime import date, datetime, timedelta
from typing import Any

from backend.domain import appointments as domain
from backend.domain.actors import Actor
from backend.domain.errors import SlotTaken
from backend.domain.services import Service
from backend.domain.submissions import Booking
from backend.settings import Desk
from backend.store import appointments
from backend.web.house import House

WISH_DAYS = 28
NOT_BEFORE = timedelta(days=2)
"""A time we choose for a wish leaves room to hear of it."""


async def wanted(house: House, actor: Actor, service: Service, kept: dict[str, Any], firm: bool) -> Booking | None:
    """`firm`: she chose the time online just now and is asked again if it is gone; else choosing becomes a to-do."""
    question = next((q for q in service.questions if q.kind == "appointment" and q.id in kept), None)
    said = kept[question.id] if question else None
    if not isinstance(said, dict):
        return None
    desk = desk_named(house, said.get("desk", ""))
    if desk is None or question is None:
        return Booking("")
    if said.get("at"):
        return chosen(house, desk, question.desk, said["at"], firm)
    free = await free_slots(house, actor, [desk], question.desk, local(house).date() + NOT_BEFORE, WISH_DAYS)
    fits = [s.at for s in free if domain.part_of_day(s.at) == said.get("part")]
    return Booking(desk.id, fits[0] if fits else "", desk.places, said.get("part", ""), firm=False)


def chosen(house: House, desk: Desk, ability: str, at: str, firm: bool) -> Booking:
    if domain.is_slot(desk, ability, at, local(house), lambda day: is_open(house, day)):
        return Booking(desk.id, at, desk.places, domain.part_of_day(at), firm)
    if firm:
        raise SlotTaken(at)
    return Booking(desk.id, "", desk.places, domain.part_of_day(at), firm=False)


async def free_slots(
    house: House, actor: Actor, desks: list[Desk], ability: str, first: date, days: int
) -> list[domain.Slot]:
    every = domain.slots(desks, ability, first, days, local(house), lambda day: is_open(house, day))
    return await appointments.free(house.db, actor, every, {d.id: d.places for d in desks})


def is_open(house: House, day: date) -> bool:
    """The desks keep their own hours; only days on which the whole town is closed are out."""
    return day.isoformat() not in house.settings.closed_on


def local(house: House) -> datetime:
    """Wall time without an offset, as desk times are written."""
    return house.now().astimezone(house.zone).replace(tzinfo=None)


def desk_named(house: House, id: str) -> Desk | None:
    return next((d for d in house.settings.desks if d.id == id), None)


def ics_path(service: str, key: str) -> str:
    """Where the calendar file is, without the language."""
    return f"services/{service}/appointment.ics?key={key}"


def shown(house: House, booked: dict[str, str], ics: str) -> dict[str, str]:
    """{} when no time is booked; a desk that was closed since keeps at least its id."""
    if not booked:
        return {}
    desk = desk_named(house, booked["desk"])
    name, address = (desk.name, desk.address) if desk else (booked["desk"], "")
    return {"desk": name, "address": address, "at": booked["at"], "ics": ics}
