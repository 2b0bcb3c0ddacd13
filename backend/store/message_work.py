"""What the authority does with a message: read it, answer it with a letter of the same thread, or find nothing to answer.

A message is done once: who comes second is told who was first (`MessageDone`). An answer can be read a minute later, and until
then it is taken back. A message under a subject that is not hers is not found.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import merge

from msgspec import Struct, structs

from backend.domain.actors import SYSTEM, Actor
from backend.domain.cases import UNDO_MS
from backend.domain.errors import MessageDone, NotFound, TooLate
from backend.domain.letters import Letter
from backend.domain.moments import milliseconds
from backend.domain.staff import Act, Staff
from backend.store import audit, content_files, files, letters, messages, persons
from backend.store.database import Database
from backend.store.keyring import Person
from backend.store.letters import Held
from backend.store.messages import Message
from backend.store.statements import Tx, load

SQL = load("message_work")
WHY = "message"
MOST = 50


class Item(Struct, frozen=True):
    """A message in the list, as far as it lies in clear. `opened_by`: the colleague who has read it, "" for nobody."""

    row: int
    id: str
    subject: str
    sent_at: int
    opened_by: str
    number: str
    is_reply: bool


class Place(Struct, frozen=True):
    """The same for one of them. `person`, `letter`, `case`, `answer`: public ids, "" for none. Times in epoch ms, 0 for never."""

    row: int
    id: str
    subject: str
    thread: str
    person: str
    owner: int
    letter: str
    case: str
    number: str
    case_row: int | None
    sent_at: int
    opened_by: str
    done_by: str
    done_at: int
    answer: str

    def seconds_left(self, now: datetime) -> int:
        """In which the answer can be taken back."""
        left = self.done_at + UNDO_MS - milliseconds(now)
        return (left + 999) // 1000 if self.answer and left > 0 else 0


class Whole(Struct, frozen=True):
    """`letters` and `messages`: of the thread, each oldest first. `files`: of this message."""

    message: Message
    letters: list[Held]
    messages: list[Message]
    files: list[dict[str, object]]


async def waiting(db: Database, subjects: Sequence[str], after: int = 0, most: int = MOST) -> list[Item]:
    """Oldest first; `after`: the row of the last one shown."""
    found = [await db.read(find_waiting, SYSTEM, subject=subject, after=after, most=most) for subject in subjects]
    return list(merge(*found, key=lambda one: one.row))[:most]


async def counts(db: Database, subjects: Sequence[str]) -> dict[str, int]:
    return {subject: await db.read(count_waiting, SYSTEM, subject=subject) for subject in subjects}


async def place(db: Database, staff: Staff, message: str, act: Act = "see-messages") -> Place:
    """Raises `NotFound`, also for what this staff member may not do with it."""
    found = await db.read(find_place, SYSTEM, message=message)
    if found is None or not staff.may(act, found.subject):
        raise NotFound("message")
    return found


def on(actor: Actor, here: Place) -> Actor:
    return structs.replace(actor, subject=here.person, why=WHY)


async def get(db: Database, actor: Actor, here: Place, now: datetime) -> Whole:
    """With all of its thread. Whose name stands first at it, has it in hand: colleagues see that in the list."""
    if not here.opened_by:
        await db.write(look, on(actor, here), here=here, now=milliseconds(now))
    person, mine, theirs, papers = await db.read(find, on(actor, here), here=here, now=milliseconds(now))
    said = [messages.opened(db, person, row) for row in mine]
    this = next(one for one in said if one.id == here.id)
    return Whole(this, letters.every(db.keys, person, theirs), said, [files.unseal(db.keys, person, one) for one in papers])


async def file(db: Database, actor: Actor, here: Place, id: str) -> files.Paper:
    """One of the message's photos. Raises `NotFound`."""
    person, rows = await db.read(find_files, on(actor, here), here=here)
    row = next((one for one in rows if one.public_id == id), None)
    if row is None:
        raise NotFound("file")
    inside = files.open_row(db.keys, person, row)
    data = await asyncio.to_thread(content_files.read, db.data / files.FOLDER, row.name, bytes.fromhex(inside.key))
    return files.Paper(row.public_id, inside.name, inside.kind, data)


async def answer(db: Database, actor: Actor, here: Place, letter: Letter, now: datetime) -> None:
    """Raises `MessageDone`, and `Invalid` for a letter that lacks something."""
    available_at = now + timedelta(milliseconds=UNDO_MS)
    new = await letters.sealed_for(db, here.person, letter, now, case_row=here.case_row, thread=here.thread, available_at=available_at)
    await db.write(save, on(actor, here), here=here, letter=new, now=milliseconds(now))


async def nothing_to_answer(db: Database, actor: Actor, here: Place, now: datetime) -> None:
    """Raises `MessageDone`."""
    await db.write(save, on(actor, here), here=here, letter=None, now=milliseconds(now))


async def take_back(db: Database, actor: Actor, here: Place, now: datetime) -> None:
    """It waits again, and no answer ever came. Raises `TooLate` once the answer can be read, or where there is nothing to take back."""
    await db.write(undo, on(actor, here), here=here, now=milliseconds(now))


# Bodies


def find_waiting(tx: Tx, actor: Actor, subject: str, after: int, most: int) -> list[Item]:
    return tx.all(SQL.waiting, Item, subject=subject, after=after, most=most)


def count_waiting(tx: Tx, actor: Actor, subject: str) -> int:
    return tx.one(SQL.count_waiting, int, subject=subject) or 0


def find_place(tx: Tx, actor: Actor, message: str) -> Place | None:
    return tx.one(SQL.place, Place, message=message)


def find(tx: Tx, actor: Actor, here: Place, now: int) -> tuple[Person, list[messages.Row], list[letters.Row], list[files.Row]]:
    person, mine = messages.find_thread(tx, actor, here.thread)
    theirs = tx.all(letters.SQL.letters_of_thread, letters.Row, person=person.id, thread=here.thread, now=now)
    return person, mine, theirs, tx.all(SQL.files, files.Row, here)


def find_files(tx: Tx, actor: Actor, here: Place) -> tuple[Person, list[files.Row]]:
    return persons.find(tx, actor, actor.subject), tx.all(SQL.files, files.Row, here)


def look(tx: Tx, actor: Actor, here: Place, now: int) -> None:
    if tx.one(SQL.look, int, here, staff=actor.person, now=now) is not None:
        audit.add(tx, actor, "open", f"message/{here.id}", now)


def save(tx: Tx, actor: Actor, here: Place, letter: letters.New | None, now: int) -> None:
    if tx.one(SQL.end, int, here, staff=actor.person, now=now, answer=letter.public_id if letter else "") is None:
        other = find_place(tx, actor, here.id)
        raise MessageDone(other.done_by if other else "", other.done_at if other else 0)
    if letter:
        letters.add(tx, actor, letter)
    audit.add(tx, actor, "answer" if letter else "done", f"message/{here.id}", now)


def undo(tx: Tx, actor: Actor, here: Place, now: int) -> None:
    if not here.done_at or tx.one(SQL.take_up, int, here) is None:
        raise TooLate(here.id)
    if here.answer and not letters.withdraw(tx, actor, here.answer, now):
        raise TooLate(here.answer)
    audit.add(tx, actor, "undo", f"message/{here.id}", now)
