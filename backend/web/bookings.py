"""The desk time in a submission: a time chosen, or a wish made without a network; and the booked one, shown."""

from datetime import date, datetime, timedelta
from typing import Any

from backend.domain import appointments as domain
from backend.domain.actors import Actor
from backend.domain.errors import SlotTaken
from backend.domain.services import Question, Service
from backend.domain.submissions import Booking
from backend.settings import Desk
from backend.store import appointments
from backend.web.state import AppState

WISH_DAYS = 28
NOT_BEFORE = timedelta(days=2)
"""A time we choose for a wish leaves room to hear of it."""


async def wanted(app: AppState, actor: Actor, service: Service, kept: dict[str, Any], firm: bool) -> Booking | None:
    """`firm`: she chose the time online just now and is asked again if it is gone; else choosing becomes a to-do."""
    question = next((q for q in service.questions if q.kind == "appointment" and q.id in kept), None)
    said = kept[question.id] if question else None
    if not isinstance(said, dict):
        return None
    desk = desk_named(app, said.get("desk", ""))
    if desk is None or question is None:
        return Booking("")
    if said.get("at"):
        return chosen(app, desk, question.desk, said["at"], firm)
    free = await free_slots(app, actor, [desk], question.desk, local(app).date() + NOT_BEFORE, WISH_DAYS)
    fits = [s.at for s in free if domain.part_of_day(s.at) == said.get("part")]
    return Booking(desk.id, fits[0] if fits else "", desk.places, said.get("part", ""), firm=False, since=wall(app))


def chosen(app: AppState, desk: Desk, ability: str, at: str, firm: bool) -> Booking:
    if is_offered(app, desk, ability, at):
        return Booking(desk.id, at, desk.places, domain.part_of_day(at), firm, wall(app))
    if firm:
        raise SlotTaken(at)
    return Booking(desk.id, "", desk.places, domain.part_of_day(at), firm=False)


def is_offered(app: AppState, desk: Desk, ability: str, at: str) -> bool:
    """Among the times the page offers, taken or not: what a form sends is not believed."""
    last = local(app).date() + timedelta(days=domain.DAYS_AHEAD - 1)
    fits = domain.is_slot(desk, ability, at, local(app), lambda day: day <= last and is_open(app, day))
    return fits and domain.is_on_the_wall(at, app.zone)


async def free_slots(
    app: AppState, actor: Actor, desks: list[Desk], ability: str, first: date, days: int
) -> list[domain.Slot]:
    every = domain.slots(desks, ability, first, days, local(app), lambda day: is_open(app, day))
    every = [slot for slot in every if domain.is_on_the_wall(slot.at, app.zone)]
    return await appointments.free(app.db, actor, every, {d.id: d.places for d in desks})


def is_open(app: AppState, day: date) -> bool:
    """The desks keep their own hours; only days on which the whole town is closed are out."""
    return day.isoformat() not in app.settings.closed_on


def local(app: AppState) -> datetime:
    """Wall time without an offset, as desk times are written."""
    return app.now().astimezone(app.zone).replace(tzinfo=None)


def wall(app: AppState) -> str:
    return local(app).strftime("%Y-%m-%dT%H:%M")


def desk_named(app: AppState, id: str) -> Desk | None:
    return next((d for d in app.settings.desks if d.id == id), None)


def ics_path(service: str, key: str) -> str:
    """Where the calendar file is, without the language."""
    return f"services/{service}/appointment.ics?key={key}"


def change_path(service: str, key: str) -> str:
    """Where a time is chosen, moved and cancelled, without the language."""
    return f"services/{service}/appointment?key={key}"


def question_of(app: AppState, service: str, version: int) -> Question | None:
    return next((q for q in app.services.of_old(service, version).questions if q.kind == "appointment"), None)


def shown(app: AppState, booked: dict[str, str], service: str, version: int, key: str) -> dict[str, str]:
    """The booked time; where none is booked and the service has times, only the way to choose one; else {}."""
    change = change_path(service, key) if question_of(app, service, version) else ""
    if not booked:
        return {"desk": "", "address": "", "at": "", "ics": "", "change": change} if change else {}
    ahead = change if booked["at"] >= wall(app) else ""
    return told(app, booked["desk"], booked["at"]) | {"ics": ics_path(service, key), "change": ahead}


def told(app: AppState, id: str, at: str) -> dict[str, str]:
    """A desk that was closed since keeps at least its id."""
    desk = desk_named(app, id)
    name, address = (desk.name, desk.address) if desk else (id, "")
    return {"desk": name, "address": address, "at": at}
