"""Free desk times, and a booked one as a calendar file."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.journeys import Step
from backend.letters import calendars
from backend.web import bookings
from backend.web.api import submissions
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

DAYS_AHEAD = 42
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
    free = await bookings.free_slots(app, actor, desks, ability, today, DAYS_AHEAD)
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
    kept = await submissions.received(pages, service, key)
    if not kept.appointment:
        raise NotFound("appointment")
    booked = bookings.shown(pages.app, kept.appointment, "")
    title = pages.app.words.plain(pages.lang, pages.app.services.of_old(service, kept.version).title)
    host = pages.app.settings.where.rpartition("/")[2]
    body = calendars.appointment(
        f"{kept.appointment['id']}@{host}", title, booked["at"], f"{booked['desk']}, {booked['address']}", pages.app.zone, pages.now
    )
    headers = {"content-disposition": 'attachment; filename="appointment.ics"', "cache-control": "no-store"}
    return Response(body, media_type="text/calendar", headers=headers)
