"""Desk times booked. UNIQUE (desk, starts_at, seat) is what makes a second booking impossible, not a look before.

A person has one booking to come for each service: asked inside the writing transaction, which only one thread runs.
Cancelled, a booking keeps its row, for the calendars that must hear of it, and the seat -id, which is nobody's.
"""

import secrets
from collections import Counter
from datetime import datetime
from typing import Literal

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.appointments import Slot
from backend.domain.errors import NotFound, SlotTaken
from backend.domain.reminders import of_appointment
from backend.domain.submissions import Booking
from backend.store import audit, notices, persons, rungs, tasks
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("appointments")
Outcome = Literal["done", "taken", "changed", "other"]
"""changed: it is not any more as she saw it. other: she has a time to come for this service, on another case."""


class Row(Struct, frozen=True):
    """`sequence` grows with each change. `changed_at`: epoch ms."""

    public_id: str
    case_id: str
    desk: str
    starts_at: str
    sequence: int
    changed_at: int
    is_live: bool


class Place(Struct, frozen=True):
    """A case, as rows know it, and the row of its booking, if there ever was one."""

    case_row: int
    service: str
    row: int | None
    sequence: int
    is_live: bool
    desk: str
    starts_at: str
    public_id: str


async def free(db: Database, actor: Actor, slots: list[Slot], places: dict[str, int]) -> list[Slot]:
    """Those of the slots that still have a seat. `places`: desk id -> people served at once."""
    if not slots:
        return []
    taken = await db.read(count_taken, actor, first=slots[0].at, last=slots[-1].at)
    return [slot for slot in slots if taken[slot.desk, slot.at] < places[slot.desk]]


async def latest(db: Database, actor: Actor, case: str) -> Row | None:
    """Of her case, cancelled or not; None if none was ever booked."""
    return await db.read(find_latest, actor, case=case)


async def choose(db: Database, actor: Actor, case: str, to: Booking, seen: int, now: datetime) -> Outcome:
    """Book a time for her case, or move the one it has. `seen`: the sequence she saw; -1 where there was no booking.

    The same choice sent again is "done". Raises `NotFound`, also for a stranger's case.
    """
    new_id = secrets.token_hex(16)
    return await db.write(put, actor, case=case, to=to, seen=seen, new_id=new_id, now=int(now.timestamp() * 1000))


async def cancel(db: Database, actor: Actor, case: str, seen: int, since: str, now: datetime) -> Outcome:
    """The seat is free for others at once; choosing another time is left to do. Cancelling twice is "done"."""
    person = await db.read(persons.find, actor, public_id=actor.subject)
    left = tasks.seal(db.keys, person, case, tasks.CHOOSE_TIME)
    return await db.write(end, actor, case=case, seen=seen, since=since, left=left, now=int(now.timestamp() * 1000))


def shown(row: Row | None) -> dict[str, str]:
    """{} if none is booked (any more)."""
    return {"id": row.public_id, "desk": row.desk, "at": row.starts_at} if row and row.is_live else {}


# Bodies


def count_taken(tx: Tx, actor: Actor, first: str, last: str) -> Counter[tuple[str, str]]:
    return Counter(tx.all(SQL.taken, lambda desk, at: (desk, at), first=first, last=last))


def book(tx: Tx, actor: Actor, person: int, case: int, service: str, booking: Booking, public_id: str, now: int) -> bool:
    """True when booked; False leaves choosing to be done: a guest has nobody to hold it for, and who has a time to
    come for this service keeps that one. Raises `SlotTaken` for a firm choice that came too late."""
    if not booking.at or actor.is_guest or has_other(tx, actor, person, service, case, booking.since):
        return False
    if seated(tx, SQL.book, booking, person=person, case_row=case, service=service, public_id=public_id, now=now):
        notices.add(tx, actor, reminder(person, service, public_id, booking.at, now))
        return True
    if booking.firm:
        raise SlotTaken(booking.at)
    return False


def seated(tx: Tx, statement: str, booking: Booking, **values: object) -> bool:
    """At the first seat that is free."""
    return any(tx.one(statement, int, booking, seat=seat, **values) for seat in range(1, booking.seats + 1))


def has_other(tx: Tx, actor: Actor, person: int, service: str, case: int, since: str) -> bool:
    return tx.one(SQL.other_to_come, int, person=person, service=service, case_row=case, since=since) is not None


def place(tx: Tx, actor: Actor, person: int, case: str) -> Place:
    found = tx.one(SQL.place_in_case, Place, person=person, public_id=case)
    if found is None:
        raise NotFound("case")
    return found


def put(tx: Tx, actor: Actor, case: str, to: Booking, seen: int, new_id: str, now: int) -> Outcome:
    person = persons.find(tx, actor, actor.subject).id
    here = place(tx, actor, person, case)
    if here.is_live and (here.desk, here.starts_at) == (to.desk, to.at):
        return "done"
    if (here.sequence if here.row else -1) != seen or (here.is_live and here.starts_at < to.since):
        return "changed"
    if has_other(tx, actor, person, here.service, here.case_row, to.since):
        return "other"
    if not move(tx, actor, person, here, to, new_id, now):
        return "taken"
    tx.run(SQL.time_is_chosen, case_row=here.case_row, now=now)
    remind(tx, actor, person, here.service, here.public_id or new_id, to.at, now)
    audit.add(tx, actor, "move" if here.is_live else "book", f"appointment/{here.public_id or new_id}", now)
    return "done"


def move(tx: Tx, actor: Actor, person: int, here: Place, to: Booking, new_id: str, now: int) -> bool:
    """The same row, so that the calendars know it again; the old seat is free with the same statement."""
    if here.row:
        return seated(tx, SQL.move, to, row=here.row, now=now)
    return seated(tx, SQL.book, to, person=person, case_row=here.case_row, service=here.service, public_id=new_id, now=now)


def end(tx: Tx, actor: Actor, case: str, seen: int, since: str, left: tasks.New, now: int) -> Outcome:
    person = persons.find(tx, actor, actor.subject).id
    here = place(tx, actor, person, case)
    if here.row and not here.is_live and here.sequence == seen + 1:
        return "done"
    if not here.is_live or here.sequence != seen or here.starts_at < since:
        return "changed"
    tx.run(SQL.cancel, row=here.row, now=now)
    ended = notices.end(tx, actor, person, f"appointment/{here.public_id}", "withdrawn", now)
    rungs.stop(tx, actor, ended, "withdrawn")
    notices.look_again_at_all(tx, actor, person, now)
    tasks.add_all(tx, actor, person, here.case_row, [left], now)
    audit.add(tx, actor, "cancel", f"appointment/{here.public_id}", now)
    return "done"


def remind(tx: Tx, actor: Actor, person: int, service: str, public_id: str, at: str, now: int) -> None:
    """Of the time as it is now; what was to be told of an earlier one, or of choosing one, is not told."""
    matter = f"appointment/{public_id}"
    ended = notices.end(tx, actor, person, matter, "replaced", now)
    rungs.stop(tx, actor, ended, "replaced")
    notices.add(tx, actor, reminder(person, service, public_id, at, now))
    notices.look_again_at_all(tx, actor, person, now)


def reminder(person: int, service: str, public_id: str, at: str, now: int) -> notices.New:
    return notices.new(person, f"appointment/{public_id}", of_appointment(at), now, service, occurrence=f"{at}/{now}")


def find_latest(tx: Tx, actor: Actor, case: str) -> Row | None:
    here = place(tx, actor, persons.find(tx, actor, actor.subject).id, case)
    return of_case(tx, actor, here.case_row)


def of_case(tx: Tx, actor: Actor, case: int) -> Row | None:
    return tx.one(SQL.appointment_of_case, Row, case_row=case)


def of_person(tx: Tx, actor: Actor, person: int) -> list[Row]:
    return tx.all(SQL.appointments_of_person, Row, person=person)


def case_of(tx: Tx, actor: Actor, person: int, public_id: str) -> str:
    """The public id of the case this time belongs to; "" for none of hers."""
    return tx.one(SQL.case_of_appointment, str, person=person, public_id=public_id) or ""
