"""A desk time after sending: choosing one where none is booked, moving it, cancelling it, and taking it again.

By the receipt's key, so from My Page and from the receipt alike. A form says which state of the booking it saw: what
changed meanwhile, in another tab or on another phone, is shown and not written over.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from backend.domain import fields
from backend.domain.errors import NotFound
from backend.domain.reading import read_appointment
from backend.domain.services import Question
from backend.domain.submissions import Booking, Kept
from backend.store import appointments
from backend.web import bookings, forms
from backend.web.api import appointments as free, submissions
from backend.web.rendering.responder import Pages

ADDRESS = "/{lang:str}/services/{service:str}/appointment"
NAME = "time"


class Visit(Struct, frozen=True):
    """The receipt, the question of its service, and the booking as it is now (None: there never was one)."""

    pages: Pages
    kept: Kept
    question: Question
    row: appointments.Row | None

    @property
    def seen(self) -> int:
        return self.row.sequence if self.row else -1

    @property
    def is_over(self) -> bool:
        return bool(self.row and self.row.is_live and self.row.starts_at < bookings.wall(self.pages.app))


async def visit(pages: Pages, service: str, key: str) -> Visit:
    """Raises `NotFound` where the service has no desk times."""
    kept = await submissions.received(pages, service, key)
    asked = bookings.question_of(pages.app, kept.service, kept.version)
    if asked is None:
        raise NotFound("appointment")
    return Visit(pages, kept, asked, await appointments.latest(pages.app.db, pages.actor, kept.case))


@get(ADDRESS, name="appointment")
async def show_appointment(
    pages: NamedDependency[Pages], service: FromPath[str], key: FromQuery[str] = "", cancel: FromQuery[str] = ""
) -> Response[bytes]:
    found = await visit(pages, service, key)
    can_cancel = found.row and found.row.is_live and not found.is_over
    return await show(found, "ask" if cancel and can_cancel else "choose")


async def show(found: Visit, state: str, code: str = "", status: int = 200) -> Response[bytes]:
    """`state`: choose, ask, cancelled, changed, other, over. `code`: of the mistake in what was chosen."""
    pages, kept = found.pages, found.kept
    head = pages.app.services.of_old(kept.service, kept.version)
    times = await free.free_times(pages.app, pages.actor, found.question.desk) if state != "ask" else {}
    errors = [{"field": f"{NAME}_1", "code": code, "say": "", "n": 0, "date": ""}] if code else []
    row = found.row
    view = {
        "service": {"id": head.id, "title": head.title, "icon": head.icon},
        "key": kept.receipt.key, "seen": found.seen, "state": "over" if found.is_over else state, "errors": errors,
        "booked": 1 if row and row.is_live else 0,
        "old": f"{row.desk}@{row.starts_at}" if row else "",
        "appointment": bookings.told(pages.app, row.desk, row.starts_at) if row else {},
        "field": {
            "id": NAME, "name": NAME, "error": errors[0] if errors else {}, "options": [],
            "days": fields.slot_days(NAME, None, {}, times), "desks": times.get("desks", []),
        },
    }  # fmt: skip
    return pages.show("appointment", view, status=status)


@post(ADDRESS, name="change_appointment")
async def change_appointment(
    request: Request, pages: NamedDependency[Pages], service: FromPath[str], key: FromQuery[str] = ""
) -> Response[Any]:
    """`do` is "choose" or "cancel"; `seen` the state of the booking the form was made for."""
    posted = await forms.read(request)
    found = await visit(pages, service, key)
    seen = forms.value(posted, "seen")
    seen_n = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1
    if forms.value(posted, "do") == "cancel":
        return await cancel(found, seen_n)
    return await choose(found, forms.value(posted, NAME)[:100], seen_n)


async def cancel(found: Visit, seen: int) -> Response[Any]:
    app = found.pages.app
    outcome = await appointments.cancel(app.db, found.pages.actor, found.kept.case, seen, bookings.wall(app), app.now())
    now = await again(found)
    return await show(now, "cancelled") if outcome == "done" else await show(now, "changed", status=409)


async def choose(found: Visit, typed: str, seen: int) -> Response[Any]:
    """A page with what is free now, wherever it could not be done; her booking is then as it was."""
    pages, kept = found.pages, found.kept
    to = wanted(found, typed)
    if to is None:
        return await show(found, "choose", "time-taken" if typed else "time-empty", status=422)
    outcome = await appointments.choose(pages.app.db, pages.actor, kept.case, to, seen, pages.app.now())
    if outcome == "done":
        return pages.go(submissions.done_path(kept.service, kept.receipt.key))
    if outcome == "taken":
        return await show(await again(found), "choose", "time-taken", status=422)
    return await show(await again(found), outcome, status=409)


def wanted(found: Visit, typed: str) -> Booking | None:
    """A time on offer at a desk that can do it; whether it is taken, the store says."""
    app = found.pages.app
    said, _ = read_appointment(typed)
    desk = bookings.desk_named(app, said.get("desk", "")) if isinstance(said, dict) else None
    if desk is None or not bookings.is_offered(app, desk, found.question.desk, said.get("at", "")):
        return None
    return Booking(desk.id, said["at"], desk.places, since=bookings.wall(app))


async def again(found: Visit) -> Visit:
    return await visit(found.pages, found.kept.service, found.kept.receipt.key)
