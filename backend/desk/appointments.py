"""The times of the desks, day by day; and one resident's time: booked, moved or cancelled for her, which a letter tells her.

The lists name nobody: who comes is opened with the case, and stands in her access log.
"""

from datetime import date, timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from backend.desk.page import Desk
from backend.domain import days
from backend.domain.appointments import DAYS_AHEAD
from backend.domain.errors import NotFound
from backend.domain.letters import Letter
from backend.domain.reading import read_appointment
from backend.domain.services import Question
from backend.domain.submissions import Booking
from backend.letters.known import Given
from backend.store import appointments, casework, contacts, desk_times, residents
from backend.store.casework import Place
from backend.web import bookings, facts, forms
from i18n import languages

SHOWN = 7
"""Days on one page."""
TEMPLATE = "appointment"
WHY = "appointment"


class Visit(Struct, frozen=True):
    """A resident's case of a service with desk times, and its booking (None: there never was one)."""

    here: Place
    question: Question
    row: appointments.Row | None
    name: str

    @property
    def seen(self) -> int:
        return self.row.sequence if self.row else -1

    @property
    def is_live(self) -> bool:
        return bool(self.row and self.row.is_live)


@get("/appointments", name="desk_appointments")
async def show_appointments(desk: NamedDependency[Desk], day: FromQuery[str] = "") -> Response[bytes]:
    desk.need("book")
    first = date.fromisoformat(day if days.number(day) else desk.app.today())
    last = first + timedelta(days=SHOWN)
    listed: dict[str, list[dict[str, Any]]] = {}
    for one in desk.app.settings.desks:
        for time in await desk_times.of_desk(desk.app.db, one.id, first.isoformat(), last.isoformat()):
            listed.setdefault(time.at[:10], []).append(row(desk, time, one.name))
    return desk.show("appointments", {
        "days": [{"date": on, "times": sorted(times, key=lambda each: each["at"])} for on, times in sorted(listed.items())],
        "first": first.isoformat(), "earlier": (first - timedelta(days=SHOWN)).isoformat(), "later": last.isoformat(), "is_today": int(first.isoformat() == desk.app.today()),
        "desks": [{"name": one.name, "address": one.address, "places": one.places, "minutes": one.slot_minutes, "hours": hours(one)} for one in desk.app.settings.desks],
    })  # fmt: skip


def row(desk: Desk, time: desk_times.Time, name: str) -> dict[str, Any]:
    """`path` "" for a service that is not hers."""
    titles = {id: one.title for (id, _), one in desk.app.services.versions.items()}
    path = f"/desk/appointments/{time.case}" if desk.staff.may("book", time.service) else ""
    return {"at": time.at, "desk": name, "title": titles.get(time.service, ""), "number": time.number, "path": path}


def hours(desk: Any) -> list[dict[str, Any]]:
    return [{"day": one.day, "from": f"2024-01-01T{one.from_}", "to": f"2024-01-01T{one.to}"} for one in desk.hours]


async def visit(desk: Desk, case: str) -> Visit:
    """Raises `NotFound`, also for a case without a resident, and for a service without desk times."""
    here = await casework.place(desk.app.db, desk.staff, case, "book")
    question = bookings.question_of(desk.app, here.service, here.version)
    if here.is_guests or question is None:
        raise NotFound("appointment")
    actor = desk.about(here.person, WHY)
    person = await residents.get(desk.app.db, actor)
    return Visit(here, question, await appointments.latest(desk.app.db, actor, case), person.name if person else "")


@get("/appointments/{case:str}", name="desk_appointment")
async def show_appointment(desk: NamedDependency[Desk], case: FromPath[str], day: FromQuery[str] = "") -> Response[bytes]:
    return await shown(desk, await visit(desk, case), day)


async def shown(desk: Desk, found: Visit, day: str = "", problem: str = "", status: int = 200) -> Response[bytes]:
    """`day`: of which all free times stand there. `problem`: empty, taken, changed, other or over."""
    app, here = desk.app, found.here
    actor = desk.about(here.person, WHY)
    contact, person = await contacts.get(app.db, actor), await residents.get(app.db, actor)
    on = day if days.number(day) else app.today()
    desks = [one for one in app.settings.desks if found.question.desk in one.abilities]
    free = await bookings.free_slots(app, desk.actor, desks, found.question.desk, date.fromisoformat(on), 1) if is_near(desk, on) else []
    booked = bookings.told(app, found.row.desk, found.row.starts_at) if found.row and found.is_live else {}
    return desk.show("appointment-desk", {
        "case": {"id": here.id, "number": here.number, "title": app.services.of_old(here.service, here.version).title},
        "name": found.name, "person": here.person, "phone": contact.phone or (person.phone if person else ""), "booked": booked, "seen": found.seen,
        "over": int(bool(found.is_live and found.row and found.row.starts_at < bookings.wall(app))), "day": on, "problem": problem,
        "before": (date.fromisoformat(on) - timedelta(days=1)).isoformat(), "after": (date.fromisoformat(on) + timedelta(days=1)).isoformat(),
        "free": [
            {"desk": one.name, "times": [{"value": f"{one.id}@{slot.at}", "at": slot.at} for slot in free if slot.desk == one.id]}
            for one in desks if any(slot.desk == one.id for slot in free)
        ],
    }, status=status)  # fmt: skip


def is_near(desk: Desk, day: str) -> bool:
    """Among the days on which times are on offer."""
    today = date.fromisoformat(desk.app.today())
    return today <= date.fromisoformat(day) < today + timedelta(days=DAYS_AHEAD)


@post("/appointments/{case:str}", name="desk_change_appointment")
async def change_appointment(request: Request[Any, Any, Any], desk: NamedDependency[Desk], case: FromPath[str]) -> Response[Any]:
    """`do`: "choose" or "cancel"; `seen`: the state of the booking the form was made for."""
    found, said = await visit(desk, case), await forms.read(request)
    text, day = forms.value(said, "seen"), forms.value(said, "day")[:10]
    seen = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
    if forms.value(said, "do") == "cancel":
        outcome = await cancel(desk, found, seen)
    else:
        to = wanted(desk, found, forms.value(said, "time")[:100])
        if to is None:
            return await shown(desk, found, day, "taken" if forms.value(said, "time") else "empty", 422)
        outcome = await choose(desk, found, to, seen)
    if outcome != "done":
        return await shown(desk, await visit(desk, case), day, outcome, 422 if outcome == "taken" else 409)
    return desk.go(f"/desk/appointments/{case}")


def wanted(desk: Desk, found: Visit, typed: str) -> Booking | None:
    """A time on offer at a desk that can do it; whether it is taken, the store says."""
    said, _ = read_appointment(typed)
    place = bookings.desk_named(desk.app, said.get("desk", "")) if isinstance(said, dict) else None
    if place is None or not bookings.is_offered(desk.app, place, found.question.desk, said.get("at", "")):
        return None
    return Booking(place.id, said["at"], place.places, since=bookings.wall(desk.app))


async def choose(desk: Desk, found: Visit, to: Booking, seen: int) -> appointments.Outcome:
    letter = told(desk, found, "moved" if found.is_live else "booked", to.desk, to.at)
    return await desk_times.choose(desk.app.db, desk.about(found.here.person, WHY), found.here.id, to, seen, letter, desk.now)


async def cancel(desk: Desk, found: Visit, seen: int) -> appointments.Outcome:
    if found.row is None:
        return "changed"
    letter = told(desk, found, "cancelled", found.row.desk, found.row.starts_at)
    return await desk_times.cancel(desk.app.db, desk.about(found.here.person, WHY), found.here.id, seen, bookings.wall(desk.app), letter, desk.now)


def told(desk: Desk, found: Visit, change: str, place: str, at: str) -> Letter:
    """In every language on offer."""
    app, here = desk.app, found.here
    given = Given(
        name=found.name, today=app.today(), fields={"change": change}, case=here.id, case_number=here.number, service=here.service,
        answers={found.question.id: {"desk": place, "at": at}}, facts={"desks": facts.desks(app)}, lang=desk.lang,
    )  # fmt: skip
    letter: Letter = app.letters.compose(app.letters.get("", TEMPLATE), given, [code for code in app.words.codes if code not in languages.PSEUDO])
    return letter


ROUTES: list[Any] = [show_appointments, show_appointment, change_appointment]
