"""Photos and papers a resident attaches: safe bytes in a sealed content file, a row that names it, then a case."""

import asyncio
import secrets
import threading
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import BadFile, NotFound
from backend.store import audit, content_files, persons, uploads
from backend.store.database import Database
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("files")
TABLE = "file"
FOLDER = "content"
MOST_LOOSE = 40
"""Uploads of one person, or one guest's browser, that no case holds yet."""

one_at_a_time = threading.Lock()
"""A decoded photo takes up to 120 MB for a moment."""


class Row(Struct, frozen=True):
    public_id: str
    name: str
    bytes: int
    sealed: bytes
    added_at: int


class New(Struct, frozen=True):
    person: int
    owner: str
    public_id: str
    name: str
    bytes: int
    sealed: bytes
    now: int


class Paper(Struct, frozen=True):
    """`kind` is the content type of `data`; serve it as an attachment."""

    id: str
    name: str
    kind: str
    data: bytes


class Inside(Struct, frozen=True):
    """What is sealed in the row: the name it had, the content type, the hash, the key of the content file."""

    name: str
    kind: str
    sha256: str
    key: str


async def add(db: Database, actor: Actor, data: bytes, name: str, now: datetime) -> dict[str, Any]:
    """{"id", "name", "bytes", "sha256"}, the answer to a file question. Raises `BadFile`."""
    person = await db.read(persons.find, actor, public_id=actor.subject)
    kind, safe = await asyncio.to_thread(made_safe, data)
    kept, key = await asyncio.to_thread(content_files.write, db.data / FOLDER, safe)
    public_id, digest = secrets.token_hex(16), sha256(safe).hexdigest()
    inside = Inside(plain_name(name), kind, digest, key.hex())
    sealed = db.keys.seal(person, TABLE, public_id, msgspec.json.encode(inside))
    owner = persons.owner(actor)
    await db.write(save, actor, new=New(person.id, owner, public_id, kept, len(safe), sealed, ms(now)))
    return {"id": public_id, "name": inside.name, "bytes": len(safe), "sha256": digest}


def made_safe(data: bytes) -> tuple[str, bytes]:
    with one_at_a_time:
        return uploads.make_safe(data)


async def get(db: Database, actor: Actor, public_id: str) -> Paper:
    """Raises `NotFound`, also for a stranger's."""
    person, row = await db.read(find, actor, public_id=public_id)
    inside = open_row(db.keys, person, row)
    data = await asyncio.to_thread(content_files.read, db.data / FOLDER, row.name, bytes.fromhex(inside.key))
    return Paper(row.public_id, inside.name, inside.kind, data)


def unseal(keys: Keyring, person: Person, row: Row) -> dict[str, Any]:
    inside = open_row(keys, person, row)
    return {"id": row.public_id, "name": inside.name, "kind": inside.kind, "bytes": row.bytes, "sha256": inside.sha256}


def open_row(keys: Keyring, person: Person, row: Row) -> Inside:
    return msgspec.json.decode(keys.open(person, TABLE, row.public_id, row.sealed), type=Inside)


def plain_name(name: str) -> str:
    """The last part, printable, at most 100 characters: it is shown, never used as a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one for one in last if one.isprintable())[-100:] or "file"


def ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)


# Bodies


def save(tx: Tx, actor: Actor, new: New) -> None:
    if (tx.one(SQL.count_loose, int, new) or 0) >= MOST_LOOSE:
        raise BadFile("too-many")
    tx.run(SQL.add_file, new)
    audit.add(tx, actor, "upload", f"file/{new.public_id}", new.now)


def attach(tx: Tx, actor: Actor, person: int, owner: str, case: int, ids: list[str]) -> bool:
    """False when one of them is not there any more, not this person's, or on another case."""
    taken = [
        tx.one(SQL.attach_file, int, person=person, owner=owner, case_row=case, public_id=public_id)
        for public_id in ids
    ]
    return None not in taken


def move(tx: Tx, actor: Actor, person: int, public_id: str, sealed: bytes, guest: Actor) -> None:
    tx.run(SQL.move_file, person=person, public_id=public_id, sealed=sealed, owner=guest.session)


def find(tx: Tx, actor: Actor, public_id: str) -> tuple[Person, Row]:
    person = persons.find(tx, actor, actor.subject)
    row = tx.one(SQL.file_of_person, Row, person=person.id, owner=persons.owner(actor), public_id=public_id)
    if row is None:
        raise NotFound("file")
    return person, row


def find_loose(tx: Tx, actor: Actor) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.loose_files, Row, person=person.id, owner=persons.owner(actor))


def of_case(tx: Tx, actor: Actor, case: int) -> list[Row]:
    return tx.all(SQL.files_of_case, Row, case_row=case)


def all_names(tx: Tx, actor: Actor) -> list[str]:
    """Every content file that some row names."""
    return tx.all(SQL.content_names, str)
