"""Deciding a case: status, letter, what it ends, event and audit line in one transaction; and taking it back for a minute.

The letter lies in the mailbox at once and can be read a minute later: what is taken back before that was never received, and
the case is as it was. The resident is shown nothing of a decision before its letter.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.cases import UNDO_MS, WITHDRAWN, WORKING
from backend.domain.errors import Invalid, TooLate
from backend.domain.letters import Letter
from backend.domain.moments import milliseconds
from backend.store import audit, case_events, letters, notices, rungs, tasks
from backend.store.casework import Place, changed, on, person_of, save_event
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("decisions")
ENDED = "decided"


class Said(Struct, frozen=True):
    """What is sealed in the event: what the case was before, and the tasks that ended with it, by their public ids."""

    status: str
    before: str
    before_at: int
    letter: str
    tasks: list[str]


class Decided(Struct, frozen=True):
    """`letter`: its public id, "" where nobody is written to. `until`: epoch ms, till when it can be taken back."""

    letter: str
    until: int


class New(Struct, frozen=True):
    here: Place
    seen: int
    said: Said
    letter: letters.New | None
    event: case_events.New
    now: int
    until: int


async def decide(
    db: Database, actor: Actor, here: Place, seen: int, status: str, letter: Letter | None, now: datetime
) -> Decided:  # fmt: skip
    """`status`: one of `cases.decisions`. `letter` None only for a guest's case. Raises `CaseMoved` where a colleague or the
    resident was first, and `Invalid` for a letter that lacks something."""
    if status in (*WORKING, WITHDRAWN) or (letter is None) is not here.is_guests:
        raise Invalid("decision", [{"field": "status", "code": "choice-empty", "say": "", "n": 0}])
    person, until = await person_of(db, here), milliseconds(now) + UNDO_MS
    available_at = now + timedelta(milliseconds=UNDO_MS)
    new = await letters.sealed_for(db, here.person, letter, now, case_row=here.row, available_at=available_at) if letter else None
    open_tasks = [row.public_id for row in await db.read(find_tasks, on(actor, here), public_id=here.id, row=here.row)]
    said = Said(status, here.status, here.decided_at, new.public_id if new else "", open_tasks)
    event = case_events.seal(db.keys, person, here.id, "decided", msgspec.to_builtins(said))
    await db.write(save, on(actor, here), new=New(here, seen, said, new, event, milliseconds(now), until))
    return Decided(said.letter, until)


async def take_back(db: Database, actor: Actor, here: Place, now: datetime) -> None:
    """The newest decision. Raises `TooLate` once its letter can be read, or where there is none."""
    rows = await db.read(find_events, on(actor, here), public_id=here.id, row=here.row)
    if not rows or rows[-1].at <= milliseconds(now):
        raise TooLate(here.id)
    event = case_events.opened(db.keys.opener(await person_of(db, here)), rows[-1])
    await db.write(undo, on(actor, here), here=here, event=event.id, said=msgspec.convert(event.said, Said), until=event.at, now=milliseconds(now))


def last_said(events: list[case_events.Event], now: int) -> dict[str, Any]:
    """Of the decision that can still be taken back: {"letter", "until", "by"}; {} for none."""
    newest = next((one for one in reversed(events) if one.kind == "decided"), None)
    return {"letter": newest.said.get("letter", ""), "until": newest.at, "by": newest.staff} if newest and newest.at > now else {}


# Bodies


def find_tasks(tx: Tx, actor: Actor, public_id: str, row: int) -> list[tasks.Row]:
    return tasks.open_of_case(tx, actor, row)


def find_events(tx: Tx, actor: Actor, public_id: str, row: int) -> list[case_events.Row]:
    return [one for one in case_events.of_case(tx, actor, row) if one.kind == "decided"]


def save(tx: Tx, actor: Actor, new: New) -> None:
    here = new.here
    changed(tx, here, tx.one(SQL.decide, int, here, seen=new.seen, status=new.said.status, until=new.until, now=new.now))
    if new.letter:
        letters.add(tx, actor, new.letter)
    tasks.end(tx, actor, here.row, new.said.tasks, new.now)
    rungs.stop(tx, actor, notices.end(tx, actor, here.owner, f"case/{here.id}", ENDED, new.now), ENDED)
    save_event(tx, actor, here, new.event, new.now, at=new.until)


def undo(tx: Tx, actor: Actor, here: Place, event: str, said: Said, until: int, now: int) -> None:
    if tx.one(SQL.take_back, int, here, before=said.before, before_at=said.before_at, until=until, now=now) is None:
        raise TooLate(here.id)
    if said.letter and not letters.withdraw(tx, actor, said.letter, now):
        raise TooLate(said.letter)
    tasks.reopen(tx, actor, here.row, said.tasks)
    notices.reopen_all(tx, actor, here.owner, f"case/{here.id}", ENDED, until - UNDO_MS, now)
    case_events.take_back(tx, actor, here.row, event)
    audit.add(tx, actor, "undo", f"case/{here.id}", now)
