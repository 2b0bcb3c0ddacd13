"""Answers corrected before a caseworker has opened the case: a draft that, sent, becomes the new content of the same case,
with the same number. What was sent first stays, with its receipt.

The draft knows nothing of it: its id, which becomes the key it is sent under, is noted here. So a phone sends it like any other.
"""

from datetime import datetime

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import CaseMoved
from backend.domain.moments import milliseconds
from backend.domain.submissions import Booking
from backend.store import appointments, audit, notices, persons, rungs
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("corrections")


class Place(Struct, frozen=True):
    """The case that is being corrected. `before`: the row of the submission that is its content now."""

    row: int
    case: str
    number: str
    before: int
    idem: str = ""
    files: list[str] = []
    """Ids of those on the case already."""


async def begin(db: Database, actor: Actor, case: str, draft: str, now: datetime) -> bool:
    """`draft`: the id of the draft to come. False: a caseworker has opened the case, or it is not hers."""
    return await db.write(note, actor, case=case, idem=db.keys.id_macs(draft)[-1], now=milliseconds(now))


# Bodies


def note(tx: Tx, actor: Actor, case: str, idem: str, now: int) -> bool:
    person = persons.find(tx, actor, actor.subject).id
    begun = tx.one(SQL.begin, int, person=person, public_id=case, idem=idem, now=now) is not None
    if begun:
        audit.add(tx, actor, "correct", f"case/{case}", now)
    return begun


def find(tx: Tx, actor: Actor, person: int, idems: list[str]) -> Place | None:
    """What a submission under this key corrects; None for a new matter, and for a correction that was sent already."""
    for idem in idems:
        found = tx.one(SQL.corrected_case, Place, person=person, idem=idem)
        if found:
            return Place(found.row, found.case, found.number, found.before, idem, tx.all(SQL.files_on_case, str, case_row=found.row))
    return None


def put(tx: Tx, actor: Actor, person: int, here: Place, submission: int, due_on: str, now: int) -> set[str]:
    """The new content; what the old one left to do, and its reminders, are gone. The names of tasks that are done already.
    Raises `CaseMoved` where a caseworker was first."""
    if not tx.one(SQL.replace_content, int, here, case_row=here.row, submission=submission, due_on=due_on):
        raise CaseMoved("opened", "", now, "received")
    tx.run(SQL.keep_replaced, person=person, idem=here.idem, before=here.before)
    tx.run(SQL.drop_open_tasks, case_row=here.row)
    rungs.stop(tx, actor, notices.end(tx, actor, person, f"case/{here.case}", "replaced", now), "replaced")
    return set(tx.all(SQL.done_tasks, str, case_row=here.row))


def book(tx: Tx, actor: Actor, person: int, here: Place, to: Booking, new_id: str, now: int) -> bool:
    """The time she has is kept or moved; False where it is taken, or another is still to be chosen."""
    booked = appointments.place(tx, actor, person, here.case)
    if booked.is_live and (not to.at or (booked.desk, booked.starts_at) == (to.desk, to.at)):
        return True
    if not to.at or appointments.has_other(tx, actor, person, booked.service, booked.case_row, to.since):
        return False
    if not appointments.move(tx, actor, person, booked, to, new_id, now):
        return False
    appointments.remind(tx, actor, person, booked.service, booked.public_id or new_id, to.at, now)
    return True
