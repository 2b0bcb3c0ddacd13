"""What a caseworker does with a case, each act with its event and its audit line in one transaction.

Whoever acts says which revision of the case she saw. If a colleague, or the resident, was first, nothing is changed, and she is
told who did what: `CaseMoved`. A case of a service that is not hers is not found.
"""

import asyncio
import secrets
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain import tasks as todos
from backend.domain.actors import NOBODY, SYSTEM, Actor
from backend.domain.cases import IN_PROGRESS, WAITING, WORKING
from backend.domain.errors import CaseMoved, Invalid, NotFound
from backend.domain.moments import milliseconds
from backend.domain.reminders import TASK, Reminder
from backend.domain.staff import Act, Staff
from backend.store import access, appointments, audit, case_events, cases, content_files, files, notices, persons, tasks
from backend.store.case_events import Event
from backend.store.database import Database
from backend.store.keyring import Person
from backend.store.statements import Tx, load

SQL = load("casework")


class Place(Struct, frozen=True):
    """A case as far as it lies in clear. `person`, `assigned_id`: public ids. Times in epoch ms, 0 for never."""

    row: int
    id: str
    number: str
    service: str
    version: int
    status: str
    revision: int
    assigned: str
    assigned_id: str
    person: str
    opened_at: int
    looked_at: int
    decided_at: int
    due_on: str
    owner: int
    """The row of the resident."""

    @property
    def is_guests(self) -> bool:
        """Sent without sign-in: there is nobody whom we could write to here."""
        return self.person == NOBODY


class Whole(Struct, frozen=True):
    """`content` as in `cases.Whole`; `events` oldest first, notes too."""

    place: Place
    content: dict[str, Any]
    tasks: list[dict[str, Any]]
    appointment: dict[str, str]
    files: list[dict[str, Any]]
    events: list[Event]


async def place(db: Database, staff: Staff, case: str, act: Act = "see-cases") -> Place:
    """Raises `NotFound`, also for what this staff member may not do with it."""
    found = await db.read(find_place, SYSTEM, case=case)
    if found is None or not staff.may(act, found.service):
        raise NotFound("case")
    return found


def on(actor: Actor, here: Place) -> Actor:
    """The staff member, at work on this resident's case."""
    return msgspec.structs.replace(actor, subject=here.person, why=access.CASE_WORK)


async def get(db: Database, actor: Actor, here: Place, now: datetime) -> Whole:
    """The first time, the resident's timeline says that a caseworker has opened it."""
    if not here.looked_at:
        event = case_events.seal(db.keys, await person_of(db, here), here.id, "opened")
        await db.write(look, on(actor, here), here=here, event=event, now=milliseconds(now))
    as_it_is, (person, row, to_do, booked, papers, happened) = await db.read(find, on(actor, here), public_id=here.id)
    open = db.keys.opener(person)
    content = msgspec.json.decode(cases.unsealed(open, row))
    return Whole(
        as_it_is, content, [tasks.opened(open, one) for one in to_do], appointments.shown(booked),
        [files.unseal(db.keys, person, one) for one in papers], [case_events.opened(open, one) for one in happened],
    )  # fmt: skip


async def file(db: Database, actor: Actor, here: Place, id: str) -> files.Paper:
    """One of the case's files, also a guest's. Raises `NotFound`."""
    person, rows = await db.read(find_files, on(actor, here), public_id=here.id, row=here.row)
    row = next((one for one in rows if one.public_id == id), None)
    if row is None:
        raise NotFound("file")
    inside = files.open_row(db.keys, person, row)
    data = await asyncio.to_thread(content_files.read, db.data / files.FOLDER, row.name, bytes.fromhex(inside.key))
    return files.Paper(row.public_id, inside.name, inside.kind, data)


async def note(db: Database, actor: Actor, here: Place, text: str, now: datetime) -> None:
    """For colleagues; the resident reads it only where she asks for all that is kept about her."""
    if not text.strip():
        raise Invalid(errors=[{"field": "text", "code": "text-empty", "say": "", "n": 0}])
    event = case_events.seal(db.keys, await person_of(db, here), here.id, "note", {"text": text.strip()})
    await db.write(save_event, on(actor, here), here=here, event=event, now=milliseconds(now))


async def ask(db: Database, actor: Actor, here: Place, seen: int, wanted: dict[str, str], now: datetime) -> None:
    """For a paper: {"say", "text", "lang", "by"}, a sentence of the service or words in one language, and the last day.

    The resident is reminded of it like of every last day, and the case waits for her. Raises `CaseMoved`.
    """
    if here.is_guests:
        raise NotFound("resident")
    person = await person_of(db, here)
    task = {"id": f"{todos.PAPER}.{secrets.token_hex(4)}", "who": "me", "name": "", "why": todos.PAPER, **wanted}
    reminder = Reminder(TASK + task["id"], "act", "normal", "after-letter", last_day=wanted["by"])
    await db.write(
        save_asked, on(actor, here), here=here, seen=seen, task=tasks.seal(db.keys, person, here.id, task),
        notice=notices.new(person.id, f"case/{here.id}", reminder, milliseconds(now), here.service, here.version),
        event=case_events.seal(db.keys, person, here.id, "asked", {"task": task["id"], **wanted}), now=milliseconds(now),
    )  # fmt: skip


async def set_status(db: Database, actor: Actor, here: Place, seen: int, status: str, now: datetime) -> None:
    """One of `cases.WORKING`: what ends a case is decided, with its letter."""
    if status not in WORKING:
        raise Invalid(errors=[{"field": "status", "code": "choice-empty", "say": "", "n": 0}])
    event = case_events.seal(db.keys, await person_of(db, here), here.id, "status", {"status": status})
    await db.write(save_status, on(actor, here), here=here, seen=seen, status=status, event=event, now=milliseconds(now))


async def assign(db: Database, actor: Actor, here: Place, seen: int, to: str, now: datetime) -> None:
    """`to`: a staff member's public id, "" for nobody."""
    event = case_events.seal(db.keys, await person_of(db, here), here.id, "assigned", {"to": to})
    await db.write(save_assigned, on(actor, here), here=here, seen=seen, to=to, event=event, now=milliseconds(now))


async def person_of(db: Database, here: Place) -> Person:
    return await db.read(persons.find, SYSTEM, public_id=here.person)


# Bodies


def find_place(tx: Tx, actor: Actor, case: str) -> Place | None:
    return tx.one(SQL.place, Place, case=case)


def find(tx: Tx, actor: Actor, public_id: str) -> tuple[Place, Any]:
    """The place as it is now, beside what `cases.find` gives."""
    found = cases.find(tx, actor, public_id)
    here = find_place(tx, actor, public_id)
    assert here is not None, "its row was just read"
    return here, found


def find_files(tx: Tx, actor: Actor, public_id: str, row: int) -> tuple[Person, list[files.Row]]:
    return persons.find(tx, actor, actor.subject), files.of_case(tx, actor, row)


def look(tx: Tx, actor: Actor, here: Place, event: case_events.New, now: int) -> None:
    """Two who open it at the same moment have opened it once."""
    if tx.one(SQL.look, int, here, now=now) is not None:
        save_event(tx, actor, here, event, now)


def save_event(tx: Tx, actor: Actor, here: Place, event: case_events.New, now: int, at: int = 0) -> None:
    """`at`: when it is told, where that is later."""
    case_events.add(tx, actor, here.owner, here.row, event, at or now)
    audit.add(tx, actor, event.kind, f"case/{here.id}", now)


def save_asked(
    tx: Tx, actor: Actor, here: Place, seen: int, task: tasks.New, notice: notices.New, event: case_events.New, now: int
) -> None:  # fmt: skip
    changed(tx, here, tx.one(SQL.set_status, int, here, seen=seen, status=WAITING))
    tasks.add_all(tx, actor, here.owner, here.row, [task], now)
    notices.add(tx, actor, notice)
    save_event(tx, actor, here, event, now)


def save_status(tx: Tx, actor: Actor, here: Place, seen: int, status: str, event: case_events.New, now: int) -> None:
    changed(tx, here, tx.one(SQL.set_status, int, here, seen=seen, status=status))
    save_event(tx, actor, here, event, now)


def save_assigned(tx: Tx, actor: Actor, here: Place, seen: int, to: str, event: case_events.New, now: int) -> None:
    """Taken in hand by somebody, it is worked on."""
    if to and tx.one(SQL.staff_row, int, staff=to) is None:
        raise NotFound("staff")
    changed(tx, here, tx.one(SQL.set_assigned, int, here, seen=seen, to=to, in_progress=IN_PROGRESS))
    save_event(tx, actor, here, event, now)


def changed(tx: Tx, here: Place, found: int | None) -> None:
    """Raises `CaseMoved` with what happened last: that is what she has not seen."""
    if found is None:
        raise CaseMoved(*(tx.one(SQL.last_event, lambda *last: last, here) or ("", "", 0, here.status)))
