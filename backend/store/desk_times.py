"""The times of a desk as those who sit at it see them, and a time that the authority books, moves or cancels for a resident.

Whatever the authority does to her time, a letter tells her of it, in the same transaction; the ladder tells of the letter.
"""

import secrets
from datetime import datetime

from msgspec import Struct

from backend.domain.actors import SYSTEM, Actor
from backend.domain.letters import Letter
from backend.domain.moments import milliseconds
from backend.domain.submissions import Booking
from backend.store import appointments, letters, persons, tasks
from backend.store.appointments import Outcome
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("desk_times")


class Time(Struct, frozen=True):
    """As far as it lies in clear: who comes, is opened with the case."""

    id: str
    desk: str
    at: str
    service: str
    case: str
    number: str


async def of_desk(db: Database, desk: str, first: str, last: str) -> list[Time]:
    """From the local day `first` until the day `last`, without it, by time."""
    return await db.read(find_of_desk, SYSTEM, desk=desk, first=first, last=last)


async def choose(db: Database, actor: Actor, case: str, to: Booking, seen: int, letter: Letter, now: datetime) -> Outcome:
    """As `appointments.choose`, for the resident who is `actor.subject`; and she is told."""
    new = await letters.sealed_for(db, actor.subject, letter, now)
    return await db.write(put, actor, case=case, to=to, seen=seen, new_id=secrets.token_hex(16), letter=new, now=milliseconds(now))


async def cancel(db: Database, actor: Actor, case: str, seen: int, since: str, letter: Letter, now: datetime) -> Outcome:
    """As `appointments.cancel`; and she is told."""
    person = await db.read(persons.find, SYSTEM, public_id=actor.subject)
    left = tasks.seal(db.keys, person, case, tasks.CHOOSE_TIME)
    new = await letters.sealed_for(db, actor.subject, letter, now)
    return await db.write(end, actor, case=case, seen=seen, since=since, left=left, letter=new, now=milliseconds(now))


# Bodies


def find_of_desk(tx: Tx, actor: Actor, desk: str, first: str, last: str) -> list[Time]:
    return tx.all(SQL.of_desk, Time, desk=desk, first=first, last=last)


def sequence(tx: Tx, actor: Actor, case: str) -> int:
    """Of her case's booking: it grows with each change, 0 before there is one."""
    here = appointments.place(tx, actor, persons.find(tx, actor, actor.subject).id, case)
    return here.sequence + 1 if here.row else 0


def put(tx: Tx, actor: Actor, case: str, to: Booking, seen: int, new_id: str, letter: letters.New, now: int) -> Outcome:
    """The same choice sent again changes nothing, and is told once."""
    before = sequence(tx, actor, case)
    outcome = appointments.put(tx, actor, case, to, seen, new_id, now)
    return tell(tx, actor, outcome, letter, sequence(tx, actor, case) != before)


def end(tx: Tx, actor: Actor, case: str, seen: int, since: str, left: tasks.New, letter: letters.New, now: int) -> Outcome:
    before = sequence(tx, actor, case)
    outcome = appointments.end(tx, actor, case, seen, since, left, now)
    return tell(tx, actor, outcome, letter, sequence(tx, actor, case) != before)


def tell(tx: Tx, actor: Actor, outcome: Outcome, letter: letters.New, is_changed: bool) -> Outcome:
    if outcome == "done" and is_changed:
        letters.add(tx, actor, letter)
    return outcome
