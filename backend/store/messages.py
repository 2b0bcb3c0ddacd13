"""What a resident writes to the authority: an answer to a letter, a question about a case, or a first word under a subject.

Received when it is committed here, with its photos and the audit line. The same key is the same message for ever.
"""

import secrets
from datetime import datetime

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import BadFile, KeyReused, NotFound
from backend.domain.letters import Written
from backend.domain.moments import milliseconds
from backend.store import audit, case_events, letters, persons
from backend.store.database import Database
from backend.store.keyring import Person
from backend.store.statements import Tx, load

SQL = load("messages")
TABLE = "message"
OTHER = "other"
"""The subject that is none of the services."""


class To(Struct, frozen=True):
    """What a message is about. `letter` and `case`: public ids, "" for none; `subject`: a service, or `OTHER`. `thread`: of the letter
    or the case's letters that it goes on with; "" for the letter's own, or a new one."""

    subject: str
    letter: str = ""
    case: str = ""
    thread: str = ""


class New(Struct, frozen=True):
    """`idem`: the keyed hash of the key; `older`: what it is under older keys of ours. `files`: public ids."""

    person: int
    idem: str
    older: list[str]
    public_id: str
    to: To
    sealed: bytes
    files: list[str]
    now: int
    event: case_events.New | None = None
    """For the timeline of the case it is about."""


class Row(Struct, frozen=True):
    public_id: str
    thread: str
    subject: str
    sealed: bytes
    sent_at: int


class Message(Struct, frozen=True):
    """`received_at`: epoch ms, the moment of its commit."""

    id: str
    thread: str
    subject: str
    received_at: int
    written: Written


async def send(db: Database, actor: Actor, key: str, to: To, written: Written, now: datetime) -> Message:
    """`key`: 32 hex digits of the form's making. Raises `KeyReused` for another text under the same key, `BadFile` ("gone") where
    a photo is not there any more, `NotFound` for a letter or case that is not hers."""
    person = await db.read(persons.find, actor, public_id=actor.subject)
    *older, idem = db.keys.id_macs(key)
    public_id = secrets.token_hex(16)
    sealed = db.keys.seal(person, TABLE, public_id, msgspec.json.encode(written))
    event = case_events.seal(db.keys, person, to.case, "question", {"message": public_id}) if to.case else None
    new = New(person.id, idem, older, public_id, to, sealed, [one["id"] for one in written.files], milliseconds(now), event)
    kept = opened(db, person, await db.write(add, actor, new=new))
    if kept.id != public_id and not says_the_same(kept.written, written):
        raise KeyReused
    return kept


def says_the_same(one: Written, other: Written) -> bool:
    return (one.text, [file["id"] for file in one.files]) == (other.text, [file["id"] for file in other.files])


async def earlier(db: Database, actor: Actor, key: str) -> Message | None:
    """What was received under this key before."""
    person, row = await db.read(find_by_key, actor, idems=db.keys.id_macs(key))
    return opened(db, person, row) if row else None


async def get(db: Database, actor: Actor, public_id: str) -> Message:
    """Raises `NotFound`, also for a stranger's."""
    person, row = await db.read(find, actor, public_id=public_id)
    return opened(db, person, row)


async def page(db: Database, actor: Actor, before: str = "", most: int = 50) -> list[Message]:
    """What she has written, newest first; `before` is the id of the last one shown."""
    person, rows = await db.read(find_page, actor, before=before, most=most)
    return [opened(db, person, row) for row in rows]


async def of_thread(db: Database, actor: Actor, thread: str) -> list[Message]:
    """Oldest first."""
    person, rows = await db.read(find_thread, actor, thread=thread)
    return [opened(db, person, row) for row in rows]


def opened(db: Database, person: Person, row: Row) -> Message:
    written = msgspec.json.decode(db.keys.open(person, TABLE, row.public_id, row.sealed), type=Written)
    return Message(row.public_id, row.thread, row.subject, row.sent_at, written)


# Bodies


def add(tx: Tx, actor: Actor, new: New) -> Row:
    """What is kept under its key: this, or what was received before."""
    if before := by_key(tx, new.person, [*new.older, new.idem]):
        return before
    letter = letters.of_person(tx, actor, new.person, new.to.letter, new.now) if new.to.letter else None
    row = case_row(tx, new)
    thread = new.to.thread or (letter.thread if letter else new.public_id)
    message = tx.one(
        SQL.add_message, int, new, thread=thread, letter=letter.row if letter else None, case_row=row, subject=new.to.subject,
    )  # fmt: skip
    if None in [tx.one(SQL.attach_to_message, int, public_id=file, person=new.person, message=message) for file in new.files]:
        raise BadFile("gone")
    if row and new.event:
        case_events.add(tx, actor, new.person, row, new.event, new.now)
    audit.add(tx, actor, "receive", f"message/{new.public_id}", new.now)
    return Row(new.public_id, thread, new.to.subject, new.sealed, new.now)


def case_row(tx: Tx, new: New) -> int | None:
    if not new.to.case:
        return None
    row = tx.one(SQL.case_of_message, lambda id, service: id, person=new.person, public_id=new.to.case)
    if row is None:
        raise NotFound("case")
    return row


def by_key(tx: Tx, person: int, idems: list[str]) -> Row | None:
    found = (tx.one(SQL.message_by_key, Row, person=person, idem=idem) for idem in reversed(idems))
    return next((row for row in found if row), None)


def find_by_key(tx: Tx, actor: Actor, idems: list[str]) -> tuple[Person, Row | None]:
    person = persons.find(tx, actor, actor.subject)
    return person, by_key(tx, person.id, idems)


def find(tx: Tx, actor: Actor, public_id: str) -> tuple[Person, Row]:
    person = persons.find(tx, actor, actor.subject)
    row = tx.one(SQL.message_of_person, Row, person=person.id, public_id=public_id)
    if row is None:
        raise NotFound("message")
    return person, row


def find_page(tx: Tx, actor: Actor, before: str, most: int) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.messages_of_person, Row, person=person.id, before=before, most=most)


def find_thread(tx: Tx, actor: Actor, thread: str) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.messages_of_thread, Row, person=person.id, thread=thread)


def service_of_case(tx: Tx, actor: Actor, public_id: str) -> str:
    """Under which subject a question about a case goes. Raises `NotFound`, also for a stranger's."""
    person = persons.find(tx, actor, actor.subject)
    found = tx.one(SQL.case_of_message, lambda id, service: service, person=person.id, public_id=public_id)
    if found is None:
        raise NotFound("case")
    return found
