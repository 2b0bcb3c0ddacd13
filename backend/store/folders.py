"""Where a letter lies in a mailbox: the inbox, the archive, or a folder of her own, whose name is sealed with her key."""

import secrets
from datetime import datetime

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import Invalid, NotFound
from backend.domain.moments import milliseconds
from backend.store import audit, letters, persons
from backend.store.database import Database
from backend.store.keyring import Person
from backend.store.letters import ARCHIVE, INBOX
from backend.store.statements import Tx, load

SQL = load("folders")
TABLE = "folder"
MOST, LONGEST = 50, 60
NAMED = {"": INBOX, "archive": ARCHIVE}
"""Ids of the folders every mailbox has, as addresses name them."""


class Row(Struct, frozen=True):
    id: int
    public_id: str
    sealed: bytes


class Folder(Struct, frozen=True):
    """`row`: as mailbox rows name it."""

    id: str
    name: str
    row: int


async def list_all(db: Database, actor: Actor) -> list[Folder]:
    """Her own, in the order in which she made them."""
    person, rows = await db.read(find_all, actor)
    open = db.keys.opener(person) if rows else None
    return [Folder(row.public_id, open(TABLE, row.public_id, row.sealed).decode(), row.id) for row in rows if open]


async def make(db: Database, actor: Actor, name: str, now: datetime) -> str:
    """Its id. Raises `Invalid` with a code: "folder-empty", "folder-long", "folder-same", "folder-many"."""
    held = await list_all(db, actor)
    if len(held) >= MOST:
        raise refusal("folder-many", MOST)
    name, person = checked(name, held), await db.read(persons.find, actor, public_id=actor.subject)
    public_id = secrets.token_hex(16)
    sealed = db.keys.seal(person, TABLE, public_id, name.encode())
    await db.write(add, actor, person=person.id, public_id=public_id, sealed=sealed, now=milliseconds(now))
    return public_id


async def rename(db: Database, actor: Actor, public_id: str, name: str) -> None:
    held = [one for one in await list_all(db, actor) if one.id != public_id]
    person = await db.read(persons.find, actor, public_id=actor.subject)
    sealed = db.keys.seal(person, TABLE, public_id, checked(name, held).encode())
    await db.write(change, actor, person=person.id, public_id=public_id, sealed=sealed)


async def remove(db: Database, actor: Actor, public_id: str) -> None:
    """Its letters lie in the inbox again."""
    await db.write(drop, actor, public_id=public_id)


async def move(db: Database, actor: Actor, letter: str, to: str, now: datetime) -> str:
    """The id of the folder it lay in, for an undo. Raises `NotFound` for a letter or folder that is not hers."""
    return await db.write(move_letter, actor, letter=letter, to=to, now=milliseconds(now))


def checked(name: str, held: list[Folder]) -> str:
    name = " ".join(name.split())
    if not name:
        raise refusal("folder-empty")
    if len(name) > LONGEST:
        raise refusal("folder-long", LONGEST)
    if any(one.name.casefold() == name.casefold() for one in held):
        raise refusal("folder-same")
    return name


def refusal(code: str, n: int = 0) -> Invalid:
    return Invalid(code, [{"field": "name", "code": code, "say": "", "n": n, "date": ""}])


# Bodies


def find_all(tx: Tx, actor: Actor) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.folders_of_person, Row, person=person.id)


def row_of(tx: Tx, actor: Actor, person: int, id: str) -> int:
    row = NAMED.get(id)
    row = tx.one(SQL.folder_of_person, int, person=person, public_id=id) if row is None else row
    if row is None:
        raise NotFound("folder")
    return row


def find_row(tx: Tx, actor: Actor, id: str) -> int:
    return row_of(tx, actor, persons.find(tx, actor, actor.subject).id, id)


def add(tx: Tx, actor: Actor, person: int, public_id: str, sealed: bytes, now: int) -> None:
    tx.run(SQL.add_folder, person=person, public_id=public_id, sealed=sealed, now=now)


def change(tx: Tx, actor: Actor, person: int, public_id: str, sealed: bytes) -> None:
    if tx.one(SQL.rename_folder, int, person=person, public_id=public_id, sealed=sealed) is None:
        raise NotFound("folder")


def drop(tx: Tx, actor: Actor, public_id: str) -> None:
    person = persons.find(tx, actor, actor.subject)
    if public_id in NAMED:
        raise NotFound("folder")
    row = row_of(tx, actor, person.id, public_id)
    tx.run(SQL.empty_folder, person=person.id, folder=row)
    tx.run(SQL.remove_folder, person=person.id, folder=row)


def move_letter(tx: Tx, actor: Actor, letter: str, to: str, now: int) -> str:
    person = persons.find(tx, actor, actor.subject)
    row = letters.of_person(tx, actor, person.id, letter, now)
    tx.run(letters.SQL.move_letter, person=person.id, letter=row.row, folder=row_of(tx, actor, person.id, to))
    audit.add(tx, actor, "move", f"letter/{letter}", now)
    names = {place: id for id, place in NAMED.items()} | {one.id: one.public_id for one in find_all(tx, actor)[1]}
    return names.get(row.folder, "")
