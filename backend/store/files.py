"""Photos and papers a resident attaches: safe bytes in a sealed content file, a row that names it, then a case."""

import asyncio
import secrets
import shutil
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import BadFile, KeyReused, NotFound
from backend.domain.moments import milliseconds
from backend.store import audit, content_files, persons
from backend.store.conversion.queue import Source
from backend.store.database import Database
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("files")
TABLE = "file"
FOLDER = "content"
MOST_LOOSE, MOST_LOOSE_OF_GUEST = 40, 12
"""Uploads of one person, or one guest's browser, that no case holds yet."""
DAY_MS = 24 * 3600 * 1000


class Room(Struct, frozen=True):
    """Bytes. `of_guests`: what all guests together may have stored in the last day or not yet sent; sessions are free,
    so a limit for each of them is none. `least_free`: what stays free on the disk for submissions."""

    of_guests: int = 1000 * 2**20
    least_free: int = 1000 * 2**20


class Row(Struct, frozen=True):
    """`case` is a public id, "" for one no case holds yet. `owner`: as `persons.owner` says."""

    public_id: str
    name: str
    bytes: int
    sealed: bytes
    added_at: int
    owner: str
    case: str

    @property
    def bound(self) -> str:
        return bound(self.public_id, self.owner, self.case)


class New(Struct, frozen=True):
    person: int
    owner: str
    public_id: str
    name: str
    bytes: int
    sealed: bytes
    now: int
    most: int
    since: int
    most_of_guests: int


class Paper(Struct, frozen=True):
    """`kind` is the content type of `data`; serve it as an attachment."""

    id: str
    name: str
    kind: str
    data: bytes


def bound(public_id: str, owner: str, case: str) -> str:
    """Before it is sent, a guest's file is sealed with the key of her session. Then with the one key of all that guests have
    sent, and opens for the one session it came from, with the one case."""
    return f"{public_id}/{owner}/{case}" if case else public_id


class Inside(Struct, frozen=True):
    """What is sealed in the row: the name it had, the content type, the hash, the key of the content file."""

    name: str
    kind: str
    sha256: str
    key: str


async def add(
    db: Database, actor: Actor, source: Source, name: str, now: datetime, room: Room | None = None,
    payers: dict[str, float] | None = None, wanted: str = "",
) -> dict[str, Any]:  # fmt: skip
    """{"id", "name", "bytes", "sha256"}, the answer to a file question. Raises `BadFile`, or `Busy` when many files wait.

    `payers`: who answers for the work, and their shares of it. `wanted`: the id it shall have, made on the
    phone, so that a second try is the same file; raises `KeyReused` where it is another's. Whether there is room is asked before the work and,
    where it counts, in the transaction.
    """
    empty = await admitted(db, actor, now, room or Room())
    kind, safe = await db.conversions.convert(source, actor.is_guest, payers)
    return await keep(db, actor, empty, kind, safe, name, wanted)


async def add_safe(db: Database, actor: Actor, kind: str, safe: bytes, name: str, now: datetime, room: Room | None = None) -> dict[str, Any]:
    """The same, of bytes that were made safe here before: a paper she has kept."""
    return await keep(db, actor, await admitted(db, actor, now, room or Room()), kind, safe, name)


async def admitted(db: Database, actor: Actor, now: datetime, room: Room) -> New:
    """What is known of the row before there are bytes."""
    check_disk(db, room.least_free)
    if not actor.session:
        raise BadFile("not-asked")  # else all who come without a session would be one owner
    person = await db.read(persons.holder, actor)
    empty = New(person.id, persons.owner(actor), "", "", 0, b"", milliseconds(now), most_loose(actor), milliseconds(now) - DAY_MS, room.of_guests)
    await db.read(refuse_without_room, actor, new=empty)
    return empty


def check_disk(db: Database, least_free: int) -> None:
    if shutil.disk_usage(db.data).free < least_free:
        raise BadFile("no-room")


async def keep(db: Database, actor: Actor, empty: New, kind: str, safe: bytes, name: str, wanted: str = "") -> dict[str, Any]:
    person = await db.read(persons.holder, actor)
    kept, key = await asyncio.to_thread(content_files.write, db.data / FOLDER, safe)
    public_id, digest = wanted or secrets.token_hex(16), sha256(safe).hexdigest()
    inside = Inside(plain_name(name), kind, digest, key.hex())
    sealed = db.keys.seal(person, TABLE, public_id, msgspec.json.encode(inside))
    new = msgspec.structs.replace(empty, public_id=public_id, name=kept, bytes=len(safe), sealed=sealed)
    try:
        await db.write(save, actor, new=new)
    except (BadFile, KeyReused):
        await asyncio.to_thread(content_files.remove, db.data / FOLDER, kept)
        raise
    return {"id": public_id, "name": inside.name, "bytes": len(safe), "sha256": digest}


async def earlier(db: Database, actor: Actor, key: str) -> bool:
    """Has this person, or this guest's browser, sent a file under that key?"""
    try:
        await db.read(find, actor, public_id=key)
    except NotFound:
        return False
    return True


def most_loose(actor: Actor) -> int:
    return MOST_LOOSE_OF_GUEST if actor.is_guest else MOST_LOOSE


async def get(db: Database, actor: Actor, public_id: str) -> Paper:
    """Raises `NotFound`, also for a stranger's."""
    person, row = await db.read(find, actor, public_id=public_id)
    inside = open_row(db.keys, person, row)
    data = await asyncio.to_thread(content_files.read, db.data / FOLDER, row.name, bytes.fromhex(inside.key))
    return Paper(row.public_id, inside.name, inside.kind, data)


async def described(db: Database, actor: Actor, public_id: str) -> dict[str, Any]:
    """As `add` answers: the answer to a file question. Raises `NotFound`, also for a stranger's."""
    person, row = await db.read(find, actor, public_id=public_id)
    inside = open_row(db.keys, person, row)
    return {"id": row.public_id, "name": inside.name, "bytes": row.bytes, "sha256": inside.sha256}


def unseal(keys: Keyring, person: Person, row: Row) -> dict[str, Any]:
    inside = open_row(keys, person, row)
    return {"id": row.public_id, "name": inside.name, "kind": inside.kind, "bytes": row.bytes, "sha256": inside.sha256}


def open_row(keys: Keyring, person: Person, row: Row) -> Inside:
    return msgspec.json.decode(keys.open(person, TABLE, row.bound, row.sealed), type=Inside)


async def for_case(db: Database, actor: Actor, case: str, ids: list[str]) -> list[tuple[str, bytes]]:
    """(public id, sealed anew for the case). Left out: what is not there any more, not the actor's, or on another case."""
    person, found = await db.read(find_all, actor, ids=ids)
    made = []
    for holder, row in found:
        inside = db.keys.open(holder, TABLE, row.bound, row.sealed)
        made.append((row.public_id, db.keys.seal(person, TABLE, bound(row.public_id, row.owner, case), inside)))
    return made


def plain_name(name: str) -> str:
    """The last part, printable, at most 100 characters: it is shown, never used as a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one for one in last if one.isprintable())[-100:] or "file"



# Bodies


def save(tx: Tx, actor: Actor, new: New) -> None:
    refuse_without_room(tx, actor, new)
    if tx.one(SQL.count_files_named, int, new):
        raise KeyReused
    tx.run(SQL.add_file, new)
    audit.add(tx, actor, "upload", f"file/{new.public_id}", new.now)


def refuse_without_room(tx: Tx, actor: Actor, new: New) -> None:
    if (tx.one(SQL.count_loose, int, new) or 0) >= new.most:
        raise BadFile("too-many")
    if new.owner and sum(tx.all(SQL.bytes_of_guests, int, new)) + new.bytes > new.most_of_guests:
        raise BadFile("no-room")


def attach(tx: Tx, actor: Actor, person: int, owner: str, case: int, papers: list[tuple[str, bytes]]) -> bool:
    """False when one of them is not there any more."""
    taken = [
        tx.one(SQL.attach_file, int, person=person, owner=owner, case_row=case, public_id=public_id, sealed=sealed)
        for public_id, sealed in papers
    ]
    return None not in taken


def move(tx: Tx, actor: Actor, person: int, public_id: str, sealed: bytes, guest: Actor) -> None:
    tx.run(SQL.move_file, person=person, public_id=public_id, sealed=sealed, owner=guest.session)


def find(tx: Tx, actor: Actor, public_id: str) -> tuple[Person, Row]:
    person = persons.find(tx, actor, actor.subject)
    row = tx.one(SQL.file_of_person, Row, person=person.id, owner=persons.owner(actor), public_id=public_id)
    if row is None:
        raise NotFound("file")
    return (person if row.case else persons.holder(tx, actor)), row


def find_all(tx: Tx, actor: Actor, ids: list[str]) -> tuple[Person, list[tuple[Person, Row]]]:
    """The subject, and those of the files that no case holds yet, each with whose key opens it."""
    found = []
    for public_id in ids:
        with suppress(NotFound):
            found.append(find(tx, actor, public_id))
    return persons.find(tx, actor, actor.subject), [(holder, row) for holder, row in found if not row.case]


def find_loose(tx: Tx, actor: Actor) -> tuple[Person, list[Row]]:
    person = persons.holder(tx, actor)
    return person, tx.all(SQL.loose_files, Row, person=person.id, owner=persons.owner(actor))


def of_case(tx: Tx, actor: Actor, case: int) -> list[Row]:
    return tx.all(SQL.files_of_case, Row, case_row=case)


def all_names(tx: Tx, actor: Actor) -> list[str]:
    """Every content file that some row names, in a copy of an older schema too."""
    return tx.all(SQL.content_names if tx.one(SQL.has_papers, int) else SQL.content_names_of_files, str)
