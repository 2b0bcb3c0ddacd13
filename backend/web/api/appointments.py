"""Free desk times, and a booked one as a calendar file."""

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain import appointments as domain
from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.journeys import Step
from backend.domain.submissions import Kept
from backend.letters import calendars
from backend.store import appointments
from backend.web import bookings
from backend.web.api import submissions
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

MOST_DAYS = 4
MOST_A_DAY = 6
"""A page of choices people can hold in mind: a few days, a few times each, spread over the day."""


@get("/api/appointments/{ability:str}", name="free_times")
async def list_free_times(
    ability: FromPath[str], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:
    """`{"desks": […], "days": [{"date", "slots": [{"desk", "at"}]}]}` of all desks that can do it."""
    if not any(ability in d.abilities for d in app.settings.desks):
        raise NotFound(ability)
    return Response(await free_times(app, actor, ability), headers={"cache-control": "no-store"})


async def slots_for(pages: Pages, service: Any, step: Step) -> dict[str, Any]:
    question = next((q for q in service.questions if q.id == step.id and q.kind == "appointment"), None)
    return await free_times(pages.app, pages.actor, question.desk) if question else {}


async def free_times(app: AppState, actor: Actor, ability: str) -> dict[str, Any]:
    desks = [d for d in app.settings.desks if ability in d.abilities]
    today = bookings.local(app).date()
    free = await bookings.free_slots(app, actor, desks, ability, today, domain.DAYS_AHEAD)
    days: dict[str, list[dict[str, str]]] = {}
    for slot in free:
        days.setdefault(slot.at[:10], []).append({"desk": slot.desk, "at": slot.at})
    soon = list(days.items())[:MOST_DAYS]
    return {
        "desks": [{"id": d.id, "name": d.name, "address": d.address} for d in desks],
        "days": [{"date": day, "slots": spread(slots)} for day, slots in soon],
    }


def spread(slots: list[dict[str, str]]) -> list[dict[str, str]]:
    """Evenly over the day, the first always among them."""
    if len(slots) <= MOST_A_DAY:
        return slots
    return [slots[n * len(slots) // MOST_A_DAY] for n in range(MOST_A_DAY)]


@get("/{lang:str}/services/{service:str}/appointment.ics", name="calendar_file")
async def show_calendar_file(pages: NamedDependency[Pages], service: FromPath[str], key: FromQuery[str] = "") -> Response[bytes]:
    """The booking as it is now; of a cancelled one the file that takes it out of the calendar again."""
    kept = await submissions.received(pages, service, key)
    booked = await appointments.latest(pages.app.db, pages.actor, kept.case)
    if booked is None:
        raise NotFound("appointment")
    body = calendars.appointment(meeting(pages, kept, booked), pages.app.zone)
    headers = {"content-disposition": 'attachment; filename="appointment.ics"', "cache-control": "no-store"}
    method = "PUBLISH" if booked.is_live else "CANCEL"
    return Response(body, media_type=f"text/calendar; charset=utf-8; method={method}", headers=headers)


def meeting(pages: Pages, kept: Kept, booked: appointments.Row) -> calendars.Meeting:
    desk = bookings.desk_named(pages.app, booked.desk)
    place = f"{desk.name}, {desk.address}" if desk else booked.desk
    host = pages.app.settings.where.rpartition("/")[2]
    return calendars.Meeting(
        f"{booked.public_id}@{host}", booked.sequence,
        pages.app.words.plain(pages.lang, pages.app.services.of_old(kept.service, kept.version).title),
        booked.starts_at, desk.slot_minutes if desk else 15, place,
        datetime.fromtimestamp(booked.changed_at / 1000, UTC), not booked.is_live,
    )  # fmt: skip
