"""A missing paper comes in: the file goes to the case, the task is done, its reminders end and the timeline says so, all in
one transaction. Sent again under the same key it is the same paper, and the first time of receipt stands."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.cases import IN_PROGRESS, WAITING
from backend.domain.errors import NotFound
from backend.domain.moments import milliseconds
from backend.domain.reminders import TASK
from backend.store import audit, case_events, files, notices, persons, rungs
from backend.store.database import Database
from backend.store.keyring import Person
from backend.store.statements import Tx, load

SQL = load("case_papers")
KIND = "arrived"


class Sent(Struct, frozen=True):
    """`at`: the time of receipt, epoch ms. "closed": nothing is asked for any more, and nothing was taken."""

    outcome: Literal["done", "closed"]
    at: int = 0


class Place(Struct, frozen=True):
    row: int
    decided_at: int


class New(Struct, frozen=True):
    case: str
    task: str
    file: str
    papers: list[tuple[str, bytes]]
    """(public id, sealed for the case); empty where the file is not there or on a case already."""
    event: case_events.New
    now: int


async def send(db: Database, actor: Actor, case: str, task: str, file: str, say: str, now: datetime) -> Sent:
    """`file`: the key of an upload of hers that no case holds. `say`: the question's own words, for the timeline. Raises
    `NotFound` for a stranger's case or file."""
    person = await db.read(persons.find, actor, public_id=actor.subject)
    if (before := await received(db, actor, person, case, file)) is not None:
        return Sent("done", before)
    papers = await files.for_case(db, actor, case, [file])
    inside = await files.described(db, actor, file)
    event = case_events.seal(db.keys, person, case, KIND, {"task": task, "say": say, "name": inside["name"], "files": [file]})
    return await db.write(add, actor, new=New(case, task, file, papers, event, milliseconds(now)))


async def received(db: Database, actor: Actor, person: Person, case: str, file: str) -> int | None:
    """When this very file came in for this case; None if it did not."""
    open = db.keys.opener(person)
    events = [case_events.opened(open, row) for row in await db.read(events_of, actor, case=case) if row.kind == KIND]
    return next((one.at for one in events if file in one.said.get("files", [])), None)


# Bodies


def place(tx: Tx, actor: Actor, case: str) -> tuple[int, Place]:
    """(row of the person, her case). Raises `NotFound`."""
    person = persons.find(tx, actor, actor.subject).id
    found = tx.one(SQL.case_to_answer, Place, person=person, public_id=case)
    if found is None:
        raise NotFound("case")
    return person, found


def events_of(tx: Tx, actor: Actor, case: str) -> list[case_events.Row]:
    return case_events.of_case(tx, actor, place(tx, actor, case)[1].row)


def add(tx: Tx, actor: Actor, new: New) -> Sent:
    person, here = place(tx, actor, new.case)
    if here.decided_at or not tx.one(SQL.task_is_answered, int, case_row=here.row, task=new.task, now=new.now):
        return Sent("closed")
    if not new.papers or not files.attach(tx, actor, person, persons.owner(actor), here.row, new.papers):
        raise NotFound("file")
    tx.run(SQL.wait_no_more, case_row=here.row, in_progress=IN_PROGRESS, waiting=WAITING)
    case_events.add(tx, actor, person, here.row, new.event, new.now)
    ended = notices.end(tx, actor, person, f"case/{new.case}", "done", new.now, rule=TASK + new.task)
    rungs.stop(tx, actor, ended, "done")
    audit.add(tx, actor, "send-paper", f"case/{new.case}", new.now)
    return Sent("done", new.now)
