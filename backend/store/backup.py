"""A copy that can be proven: taken under load, compared row by row, restored into an empty folder.

The keys are not in it: without them a copy is noise, and with them it would be everything. Keep both, apart.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from backend.domain.actors import SYSTEM
from backend.store import audit, connections, content_files, erasures, files, marks, rewrapping, startup_checks
from backend.store.connections import Connection
from backend.store.database import FILE
from backend.store.keyring import Keyring
from backend.store.statements import Tx

MANIFEST = "manifest.json"
MOST_NAMED = 20
ROOM = 1.1
"""Free space asked for, over what is to be copied."""


class BackupWrong(Exception):
    """Nothing was copied, or the copy is not what was promised; the text is for the operator."""


class Table(Struct, frozen=True):
    rows: int
    sha256: str


class Manifest(Struct, frozen=True):
    """`content`: SHA-256 of each sealed content file. `chain`: the audit log's newest link, to be kept elsewhere."""

    made_at: str
    tables: dict[str, Table]
    content: dict[str, str]
    chain: str


def backup(data: Path, to: Path, now: datetime) -> Path:
    """The new folder `to/medborger-<time>`; it has its name only once it is whole and flushed."""
    whole = to / f"medborger-{now.strftime('%Y%m%dT%H%M%S%z')}"
    partial = whole.with_suffix(".partial")
    check_room(data, to)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    with content_files.held(data, alone=False):
        copy_database(data / FILE, partial / FILE)
        tables, names, chain = look_through(partial / FILE)
        hashes = {name: copy_content(data / files.FOLDER, partial / files.FOLDER, name) for name in names}
    manifest = Manifest(now.isoformat(timespec="seconds"), tables, hashes, chain)
    flushed_write(partial / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    for folder in (*sorted((partial / files.FOLDER).glob("??")), partial):
        content_files.flush_folder(folder)
    partial.rename(whole)
    content_files.flush_folder(to)
    return whole


def check_room(data: Path, to: Path) -> None:
    """A full disk would stop the town hall, not only the backup: the log cannot shrink while we read."""
    to.mkdir(parents=True, exist_ok=True)
    needed = sum(file.stat().st_size for file in data.rglob("*") if file.is_file()) * ROOM
    if (free := shutil.disk_usage(to).free) < needed:
        raise BackupWrong(f"{to} has room for {free // 2**20} MB and {int(needed) // 2**20} MB are needed.")


def copy_database(source: Path, copy: Path) -> None:
    connections.keep_private(copy)  # an empty file is what VACUUM INTO may write to
    con = connections.to_copy(source.resolve())
    try:
        con.execute("VACUUM INTO ?", (str(copy),))
    finally:
        con.close()
    with copy.open("rb+") as stream:
        os.fsync(stream.fileno())


def look_through(copy: Path) -> tuple[dict[str, Table], list[str], str]:
    """Row hashes, the content files named, the newest link of the chain; raises if the copy is not sound."""
    con = connections.to_copy(copy.resolve())
    try:
        if wrong := startup_checks.quick_check(con):
            raise BackupWrong(f"the copy is damaged ({wrong})")
        link = Tx(con).one(audit.SQL.newest_link, audit.Link)
        return row_hashes(con), files.all_names(Tx(con), SYSTEM), link.hash.hex() if link else ""
    finally:
        con.close()


def row_hashes(con: Connection) -> dict[str, Table]:
    """Of every table, in the order of its key, so that two files with the same rows have the same hashes."""
    tables = con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    return {name: row_hash(con, name) for (name,) in sorted(tables.fetchall())}


def row_hash(con: Connection, table: str) -> Table:
    columns = con.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
    key = [quoted(name) for name, place in sorted(columns, key=lambda column: column[1]) if place] or ["rowid"]
    names = ", ".join(quoted(name) for name, _ in columns)
    digest, rows = sha256(), 0
    for row in con.execute(f"SELECT {names} FROM {quoted(table)} ORDER BY {', '.join(key)}"):
        digest.update(msgspec.msgpack.encode(row))
        rows += 1
    return Table(rows, digest.hexdigest())


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def copy_content(source: Path, to: Path, name: str) -> str:
    """Copied sealed, as it lies; the hash of what was written."""
    data = (source / name[:2] / name).read_bytes()
    (to / name[:2]).mkdir(parents=True, exist_ok=True, mode=0o700)
    flushed_write(to / name[:2] / name, data)
    return sha256(data).hexdigest()


def flushed_write(file: Path, data: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def restore(source: Path, data: Path, erased: list[str]) -> Manifest:
    """Into a folder without a database; whoever was erased since is erased again before anybody can open it. `erased`: beside those
    that the folder's own list names, which then names all of them."""
    if (data / FILE).exists():
        raise BackupWrong(f"{data} holds a database already. Move it away first: it may be needed to find out what happened.")
    manifest = verify(source)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    check_room(source, data)
    listed = erasures.listed(data / erasures.LIST)
    for person in dict.fromkeys(one for one in erased if one not in listed):
        erasures.remember(data / erasures.LIST, person)
    partial = data / f"{FILE}.partial"
    connections.keep_private(partial)
    shutil.copyfile(source / FILE, partial)
    erasures.apply(partial, erasures.listed(data / erasures.LIST))
    for name in look_through(partial)[1]:  # what the erased had sent is not brought back
        copy_content(source / files.FOLDER, data / files.FOLDER, name)
    with partial.open("rb+") as stream:
        os.fsync(stream.fileno())
    partial.rename(data / FILE)
    content_files.flush_folder(data)
    return manifest


def verify(source: Path) -> Manifest:
    """The manifest, if the backup still is what it says."""
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise BackupWrong(f"{source} is not a backup of Medborger, or not a whole one.") from error
    tables, names, _ = look_through(source / FILE)
    if wrong := [name for name, table in manifest.tables.items() if tables.get(name) != table]:
        raise BackupWrong(f"{source}: the rows of {', '.join(wrong)} are not those that were copied.")
    for name in names:
        file = source / files.FOLDER / name[:2] / name
        if not file.exists() or sha256(file.read_bytes()).hexdigest() != manifest.content.get(name):
            raise BackupWrong(f"{source}: the content file {name} is missing or changed.")
    return manifest


def check(data: Path, keys: Keyring | None = None, head: bytes = b"") -> list[str]:
    """Everything that is wrong with a data folder, also while it is served; [] when it is sound."""
    if not (data / FILE).exists():
        return [f"there is no database in {data}"]
    con = connections.to_copy((data / FILE).resolve())
    try:
        return [*problems(con, data, keys, head)]
    finally:
        con.close()


def head_of(data: Path) -> str:
    """The audit log's newest link, to be kept off this machine; "" before there is one."""
    con = connections.to_copy((data / FILE).resolve())
    try:
        link = Tx(con).one(audit.SQL.newest_link, audit.Link)
        return link.hash.hex() if link else ""
    finally:
        con.close()


def problems(con: Connection, data: Path, keys: Keyring | None, head: bytes) -> Iterator[str]:
    if wrong := startup_checks.quick_check(con):
        yield f"the database is damaged: {wrong}"
        return
    con.execute("BEGIN")  # one moment for all that follows
    for table, row, parent, _ in con.execute("PRAGMA foreign_key_check").fetchall():
        yield f"row {row} of {table} names a row of {parent} that is not there"
    if broken := audit.verify(Tx(con), SYSTEM, head, keys):
        yield f"the audit chain is broken: {broken}"
    for name in files.all_names(Tx(con), SYSTEM):
        if not (data / files.FOLDER / name[:2] / name).exists():
            yield f"the content file {name} is missing"
    if keys:
        yield from wrong_keys(con, keys)


def wrong_keys(con: Connection, keys: Keyring) -> Iterator[str]:
    """Every wrapped key must open: this is what an escrowed key is tried with. And every mark must be one of ours."""
    for what, row, why in rewrapping.wrong(Tx(con), keys):
        yield f"the key of {what} {row.public_id.removeprefix('guest/')} does not open: {why}"
    for table in marks.TABLES:
        unmarked = [row for after in marks.steps(Tx(con), table) for row in marks.rows(Tx(con), table, after) if not row.is_authentic(keys, table)]
        yield from (f"{table} {row.given[0]} was changed outside Medborger, or its key is missing" for row in unmarked[:MOST_NAMED])
        if len(unmarked) > MOST_NAMED:
            yield f"{len(unmarked)} rows of {table} in all were changed outside Medborger, or their key is missing"
