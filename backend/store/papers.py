"""A resident's own archive: birth certificate, lease, contract. Safe bytes in a sealed content file, a row that names it.

What she sends a service is a copy of its own: an archive emptied later takes nothing out of a case.
"""

import asyncio
import itertools
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain import papers
from backend.domain.actors import Actor
from backend.domain.errors import BadFile, NotFound
from backend.domain.moments import milliseconds
from backend.store import audit, content_files, files, persons
from backend.store.conversion.queue import Source
from backend.store.database import Database
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("papers")
TABLE = "paper"
MOST = 200
"""Papers of one person."""
PIECE = 256 * 1024


class Room(Struct, frozen=True):
    """Bytes. `of_person`: what one person may keep; what she has deleted is in it no more, and makes way where it must."""

    of_person: int = 100 * 2**20
    least_free: int = 1000 * 2**20


class Inside(Struct, frozen=True):
    """What is sealed. `name`: "" where she has given it none. `about`: one of `domain/papers.py` KINDS, or "". `file`: what the phone called
    it. `sha256` of the bytes kept, `key` of the content file."""

    name: str
    about: str
    kind: str
    file: str
    sha256: str
    key: str


class Row(Struct, frozen=True):
    public_id: str
    name: str
    bytes: int
    sealed: bytes
    added_at: int
    removed_at: int


class Paper(Struct, frozen=True):
    """`kind` is its content type; times are ms since 1970, `removed_at` 0 for one that is kept."""

    id: str
    name: str
    about: str
    kind: str
    file: str
    sha256: str
    bytes: int
    added_at: int
    removed_at: int


class New(Struct, frozen=True):
    person: int
    public_id: str
    name: str
    bytes: int
    sealed: bytes
    now: int
    most_bytes: int


async def add(
    db: Database, actor: Actor, source: Source, file: str, now: datetime, room: Room | None = None, payers: dict[str, float] | None = None,
) -> tuple[str, bool]:  # fmt: skip
    """(its id, is it new). The same bytes are the same paper: a try again, or a second tap, keeps one; of one that was
    deleted it is brought back. Raises `BadFile`, or `Busy` when many files wait."""
    room = room or Room()
    files.check_disk(db, room.least_free)
    *older, public_id = ids_of(db.keys, actor, await digest(source))
    for id in (public_id, *older):
        if await known(db, actor, id):
            await restore(db, actor, id, now)
            return id, False
    await db.read(refuse_without_room, actor, bytes=0, most_bytes=room.of_person)
    kind, safe = await db.conversions.convert(source, actor.is_guest, payers)
    return await keep(db, actor, public_id, inside_of(kind, file, safe), safe, now, room)


async def add_file(db: Database, actor: Actor, file: str, now: datetime, room: Room | None = None) -> tuple[str, bool]:
    """What she has sent a service, kept in the archive too. Raises `NotFound`, also for a stranger's."""
    sent, room = await files.get(db, actor, file), room or Room()
    files.check_disk(db, room.least_free)
    digest = sha256(sent.data).hexdigest()
    for one in await list_all(db, actor):
        if one.sha256 == digest:  # she took it from here
            await restore(db, actor, one.id, now)
            return one.id, False
    return await keep(db, actor, ids_of(db.keys, actor, f"sent/{digest}")[-1], inside_of(sent.kind, sent.name, sent.data), sent.data, now, room)


def inside_of(kind: str, file: str, safe: bytes) -> Inside:
    """Of a paper nobody has named yet."""
    plain = files.plain_name(file)
    return Inside(papers.suggested(plain), "", kind, plain, sha256(safe).hexdigest(), "")


async def keep(db: Database, actor: Actor, public_id: str, inside: Inside, safe: bytes, now: datetime, room: Room) -> tuple[str, bool]:
    person = await db.read(whose, actor)
    folder = db.data / files.FOLDER
    name, key = await asyncio.to_thread(content_files.write, folder, safe)
    sealed = seal(db.keys, person, public_id, msgspec.structs.replace(inside, key=key.hex()))
    new = New(person.id, public_id, name, len(safe), sealed, milliseconds(now), room.of_person)
    try:
        is_new = await db.write(save, actor, new=new)
    except BadFile:
        await asyncio.to_thread(content_files.remove, folder, name)
        raise
    if not is_new:
        await asyncio.to_thread(content_files.remove, folder, name)
    return public_id, is_new


async def digest(source: Source) -> str:
    """Of the bytes as they came, read in pieces."""
    found = sha256()
    await source.seek(0)
    while piece := await source.read(PIECE):
        found.update(piece)
    return found.hexdigest()


def ids_of(keys: Keyring, actor: Actor, digest: str) -> list[str]:
    """Made from what it is and whose, under each key that is kept, the newest last; without the key nobody can try whether she
    keeps a certain paper."""
    return [id[:32] for id in keys.id_macs(f"paper/{actor.subject}/{digest}")]


async def known(db: Database, actor: Actor, public_id: str) -> bool:
    try:
        await db.read(find, actor, public_id=public_id)
    except NotFound:
        return False
    return True


async def list_all(db: Database, actor: Actor) -> list[Paper]:
    """Newest first, those deleted lately too."""
    person, rows = await db.read(find_all, actor)
    return await asyncio.to_thread(lambda: [shown(row, opened(db.keys, person, row)) for row in rows])


async def count(db: Database, actor: Actor) -> int:
    return await db.read(count_kept, actor)


async def get(db: Database, actor: Actor, public_id: str) -> Paper:
    """Raises `NotFound`, also for a stranger's. One deleted lately is found: it can be brought back."""
    person, row = await db.read(find, actor, public_id=public_id)
    return shown(row, opened(db.keys, person, row))


async def stream(db: Database, actor: Actor, public_id: str) -> tuple[Paper, Iterator[bytes]]:
    """Its bytes in pieces of at most 1 MiB. The first is opened before this answers: a damaged file shows before anything is sent."""
    person, row = await db.read(find, actor, public_id=public_id)
    if row.removed_at:
        raise NotFound("paper")
    inside = opened(db.keys, person, row)
    pieces = content_files.stream(db.data / files.FOLDER, row.name, bytes.fromhex(inside.key))
    first = await asyncio.to_thread(next, pieces)
    return shown(row, inside), itertools.chain([first], pieces)


async def stream_all(db: Database, actor: Actor) -> list[tuple[Paper, Iterator[bytes]]]:
    """Every paper that is kept, oldest first; a content file is opened when its turn comes."""
    person, rows = await db.read(find_all, actor)
    found = [(row, opened(db.keys, person, row)) for row in reversed(rows) if not row.removed_at]
    return [(shown(row, inside), content_files.stream(db.data / files.FOLDER, row.name, bytes.fromhex(inside.key))) for row, inside in found]


async def rename(db: Database, actor: Actor, public_id: str, name: str, about: str, now: datetime) -> None:
    person, row = await db.read(find, actor, public_id=public_id)
    inside = msgspec.structs.replace(opened(db.keys, person, row), name=name, about=about)
    await db.write(save_name, actor, public_id=public_id, sealed=seal(db.keys, person, public_id, inside), now=milliseconds(now))


async def remove(db: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """It can be brought back until housekeeping takes it. A second time changes nothing."""
    await db.write(mark_removed, actor, public_id=public_id, now=milliseconds(now))


async def restore(db: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """Raises `NotFound` when it is gone for good."""
    await db.write(mark_restored, actor, public_id=public_id, now=milliseconds(now))


async def use(db: Database, actor: Actor, public_id: str, name: str, now: datetime, room: files.Room | None = None) -> dict[str, Any]:
    """A copy for a service: the answer to a file question, as `files.add` gives it. `name`: as it is shown with the answers."""
    paper, pieces = await stream(db, actor, public_id)
    data = await asyncio.to_thread(b"".join, pieces)
    return await files.add_safe(db, actor, paper.kind, data, name, now, room)


def seal(keys: Keyring, person: Person, public_id: str, inside: Inside) -> bytes:
    return keys.seal(person, TABLE, public_id, msgspec.json.encode(inside))


def opened(keys: Keyring, person: Person, row: Row) -> Inside:
    return msgspec.json.decode(keys.open(person, TABLE, row.public_id, row.sealed), type=Inside)


def shown(row: Row, inside: Inside) -> Paper:
    return Paper(row.public_id, inside.name, inside.about, inside.kind, inside.file, inside.sha256, row.bytes, row.added_at, row.removed_at)


# Bodies


def save(tx: Tx, actor: Actor, new: New) -> bool:
    """False: it is here already, from a try that ran beside this one."""
    if tx.one(SQL.paper_of_person, Row, new):
        mark_restored(tx, actor, new.public_id, new.now)
        return False
    refuse_without_room(tx, actor, new.bytes, new.most_bytes)
    make_way(tx, actor, new)
    tx.run(SQL.add_paper, new)
    audit.add(tx, actor, "upload", f"paper/{new.public_id}", new.now)
    return True


def refuse_without_room(tx: Tx, actor: Actor, bytes: int, most_bytes: int) -> None:
    """Before the work with 0 bytes, and in the transaction with as many as there are."""
    sizes = tx.all(SQL.sizes_of_kept_papers, int, person=whose(tx, actor).id)
    if len(sizes) >= MOST or sum(sizes) + bytes > most_bytes or sum(sizes) >= most_bytes:
        raise BadFile("papers-full")


def make_way(tx: Tx, actor: Actor, new: New) -> None:
    """Those deleted go for good, oldest first, until all of hers together fit."""
    removed = tx.all(SQL.sizes_of_removed_papers, lambda id, size: (id, size), new)
    kept = tx.all(SQL.sizes_of_kept_papers, int, new)
    over, too_many = sum(kept) + sum(size for _, size in removed) + new.bytes - new.most_bytes, len(kept) + len(removed) + 1 - MOST
    for public_id, size in removed:
        if over <= 0 and too_many <= 0:
            break
        tx.run(SQL.drop_paper, person=new.person, public_id=public_id)
        over, too_many = over - size, too_many - 1


def whose(tx: Tx, actor: Actor) -> Person:
    """Raises `NotFound` for a guest: all guests together are one person, who keeps nothing."""
    if actor.is_guest:
        raise NotFound("paper")
    return persons.find(tx, actor, actor.subject)


def find(tx: Tx, actor: Actor, public_id: str) -> tuple[Person, Row]:
    person = whose(tx, actor)
    row = tx.one(SQL.paper_of_person, Row, person=person.id, public_id=public_id)
    if row is None:
        raise NotFound("paper")
    return person, row


def find_all(tx: Tx, actor: Actor) -> tuple[Person, list[Row]]:
    person = whose(tx, actor)
    return person, tx.all(SQL.papers_of_person, Row, person=person.id)


def count_kept(tx: Tx, actor: Actor) -> int:
    return tx.one(SQL.count_papers, int, person=whose(tx, actor).id) or 0


def save_name(tx: Tx, actor: Actor, public_id: str, sealed: bytes, now: int) -> None:
    if tx.one(SQL.rename_paper, int, person=whose(tx, actor).id, public_id=public_id, sealed=sealed) is None:
        raise NotFound("paper")
    audit.add(tx, actor, "rename", f"paper/{public_id}", now)


def mark_removed(tx: Tx, actor: Actor, public_id: str, now: int) -> None:
    person, _ = find(tx, actor, public_id)
    if tx.one(SQL.remove_paper, int, person=person.id, public_id=public_id, now=now) is not None:
        audit.add(tx, actor, "remove", f"paper/{public_id}", now)


def mark_restored(tx: Tx, actor: Actor, public_id: str, now: int) -> None:
    person, _ = find(tx, actor, public_id)
    if tx.one(SQL.restore_paper, int, person=person.id, public_id=public_id) is not None:
        audit.add(tx, actor, "restore", f"paper/{public_id}", now)


def drop_removed(tx: Tx, actor: Actor, before: int) -> None:
    """The rows; their content files are nobody's then, and are swept out."""
    tx.run(SQL.drop_removed_papers, before=before)
