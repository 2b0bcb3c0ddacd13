"""Taking a case back before a caseworker has opened it, and taking that back again for a day.

Whether she or the caseworker was first is decided in the transaction: whoever comes second is told. A withdrawn case
counts as decided, so that it stands on nobody's list of work.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.moments import milliseconds
from backend.domain.submissions import Booking
from backend.store import appointments, audit, case_events, notices, persons, rungs, tasks
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("withdrawals")
WITHDRAWN = "withdrawn"
UNDO_MS = 24 * 3600 * 1000
"""So long a withdrawal can be taken back. Nobody has worked on the case, and the answers are kept anyway."""
Outcome = Literal["done", "opened", "late", "time-lost"]
"""opened: a caseworker was first. late: too late to undo. time-lost: it is undone, but somebody else has her time now."""


class Place(Struct, frozen=True):
    row: int
    service: str
    status: str
    looked_at: int
    decided_at: int


async def withdraw(db: Database, actor: Actor, case: str, now: datetime) -> Outcome:
    """Her time is free for others at once, nothing is left to do, and nothing more is told. Twice is "done"."""
    person = await db.read(persons.find, actor, public_id=actor.subject)
    event = case_events.seal(db.keys, person, case, WITHDRAWN)
    return await db.write(end, actor, case=case, event=event, now=milliseconds(now))


async def undo(db: Database, actor: Actor, case: str, seats: dict[str, int], since: str, now: datetime) -> Outcome:
    """As it was. `seats`: desk -> people served at once; `since`: the time on the wall, before which a time is over."""
    person = await db.read(persons.find, actor, public_id=actor.subject)
    event = case_events.seal(db.keys, person, case, "restored")
    left = tasks.seal(db.keys, person, case, tasks.CHOOSE_TIME)
    return await db.write(restore, actor, case=case, event=event, left=left, seats=seats, since=since, now=milliseconds(now))


def can_undo(status: str, decided_at: int, now: int) -> bool:
    return status == WITHDRAWN and 0 <= now - decided_at <= UNDO_MS


# Bodies


def place(tx: Tx, actor: Actor, case: str) -> tuple[int, Place]:
    person = persons.find(tx, actor, actor.subject).id
    found = tx.one(SQL.case_as_it_is, Place, person=person, public_id=case)
    if found is None:
        raise NotFound("case")
    return person, found


def end(tx: Tx, actor: Actor, case: str, event: case_events.New, now: int) -> Outcome:
    person, here = place(tx, actor, case)
    if here.status == WITHDRAWN:
        return "done"
    if not tx.one(SQL.withdraw_case, int, case_row=here.row, now=now):
        return "opened"
    tx.run(SQL.close_tasks, case_row=here.row, now=now)
    matters = [f"case/{case}"]
    if (booked := appointments.place(tx, actor, person, case)).is_live:
        tx.run(appointments.SQL.cancel, row=booked.row, now=now)
        matters.append(f"appointment/{booked.public_id}")
    for matter in matters:
        rungs.stop(tx, actor, notices.end(tx, actor, person, matter, WITHDRAWN, now), WITHDRAWN)
    notices.look_again_at_all(tx, actor, person, now)
    case_events.add(tx, actor, person, here.row, event, now)
    audit.add(tx, actor, "withdraw", f"case/{case}", now)
    return "done"


def restore(
    tx: Tx, actor: Actor, case: str, event: case_events.New, left: tasks.New, seats: dict[str, int], since: str, now: int
) -> Outcome:
    person, here = place(tx, actor, case)
    if here.status != WITHDRAWN:
        return "done"
    if not can_undo(here.status, here.decided_at, now):
        return "late"
    then = here.decided_at
    tx.run(SQL.restore_case, case_row=here.row, withdrawn_at=then)
    tx.run(SQL.reopen_tasks, case_row=here.row, withdrawn_at=then)
    notices.reopen_all(tx, actor, person, f"case/{case}", WITHDRAWN, then, now)
    case_events.add(tx, actor, person, here.row, event, now)
    audit.add(tx, actor, "restore", f"case/{case}", now)
    return take_time_again(tx, actor, person, case, left, seats, since, then, now)


def take_time_again(
    tx: Tx, actor: Actor, person: int, case: str, left: tasks.New, seats: dict[str, int], since: str, then: int, now: int
) -> Outcome:
    """The time given up with the case, if nobody has it and she took no other meanwhile; else choosing one is left to do."""
    booked, last = appointments.place(tx, actor, person, case), appointments.find_latest(tx, actor, case)
    if last is None or last.is_live or last.changed_at != then:
        return "done"
    to = Booking(booked.desk, booked.starts_at, seats.get(booked.desk, 0), since=since)
    is_free = to.at >= since and not appointments.has_other(tx, actor, person, booked.service, booked.case_row, since)
    if is_free and appointments.move(tx, actor, person, booked, to, booked.public_id, now):
        appointments.remind(tx, actor, person, booked.service, booked.public_id, to.at, now)
        return "done"
    tasks.add_all(tx, actor, person, booked.case_row, [left], now)
    return "time-lost"
