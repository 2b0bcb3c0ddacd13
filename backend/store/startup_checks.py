"""Before anything else: may this process write here at all? It refuses in a sentence that says what to do."""

import fcntl
import os
import struct
from pathlib import Path

from backend.store import connections
from backend.store.connections import Connection

LOCAL_DISK = "a local disk (a network share cannot hold the write-ahead log)"


class Unsafe(Exception):
    """The store refuses to start; the text is for the operator."""


def check_library(version: tuple[int, ...] = connections.LIBRARY_VERSION) -> None:
    if version < connections.SAFE_VERSION:
        raise Unsafe(
            f"SQLite {dotted(version)} (in {connections.LIBRARY_FILE}) can lose what was saved; "
            f"{dotted(connections.SAFE_VERSION)} or later is needed. Run: pip install 'pysqlite3>=0.6.1'"
        )


def check_connection(con: Connection, path: Path) -> None:
    mode = con.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        raise Unsafe(f"{path} has no write-ahead log (journal_mode is {mode}). Put the data folder on {LOCAL_DISK}.")
    synchronous = con.execute("PRAGMA synchronous").fetchone()[0]
    if synchronous != 2:
        raise Unsafe(f"synchronous is {synchronous} on {path}, and 2 (FULL) is needed, or a power cut loses what was saved.")


def check_keys(data: Path, keys: Path) -> None:
    """Whoever copies the data folder must not get the keys with it. The demo's sample keys are worth nothing."""
    inside = keys.resolve().is_relative_to(data.resolve())
    if inside and keys.resolve() != (data / "demo-keys").resolve():
        raise Unsafe(f"The keys in {keys} lie inside the data folder {data}. Move them out, and set MEDBORGER_KEYS.")


def lock(path: Path) -> int:
    """Held with flock until the process ends, beside the database and never on it. Returns the handle to close."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:  # a read-only disk can still be locked
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise Unsafe(f"Another Medborger works on {path.parent}. Stop it first.") from error
    return handle


FRAME_HEADER = struct.Struct(">IIII")
LOG_HEADER = struct.Struct(">IIIIIIII")


def frames_promised(log: Path) -> int:
    """How many frames of a write-ahead log must be readable: up to the last commit that something follows.

    What follows a commit is written after that commit was flushed, so a gap before it is damage, not a cut.
    Read before any connection is open: closing the file from here would drop SQLite's locks.
    """
    if not log.exists() or log.stat().st_size < LOG_HEADER.size:
        return 0
    promised = newest_commit = 0
    with log.open("rb") as stream:
        _, _, page_size, _, salt_1, salt_2, _, _ = LOG_HEADER.unpack(stream.read(LOG_HEADER.size))
        number = 0
        while len(header := stream.read(24)) == 24:
            number += 1
            _, is_commit, one, two = FRAME_HEADER.unpack(header[:16])
            if (one, two) == (salt_1, salt_2):
                promised = newest_commit
                newest_commit = number if is_commit else newest_commit
            stream.seek(page_size, os.SEEK_CUR)
    return promised


def check_log(con: Connection, promised: int, path: Path) -> None:
    """Right after opening: SQLite reads the log up to the first damaged frame and forgets the rest in silence."""
    try:
        readable = max(con.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1], 0)
    except connections.Error as error:
        if connections.disk_trouble(error) != "corrupt":
            raise
        readable = 0  # what is damaged is met before anything can be counted
        if not promised:
            raise
    if readable < promised:
        raise Unsafe(
            f"The log of {path} is damaged: {promised} pages were saved and {readable} can be read. "
            f"Restore the newest backup: medborger restore BACKUP --data {path.parent}"
        )


def quick_check(con: Connection) -> str:
    """"" when the file is sound, else the first thing that is wrong."""
    try:
        found = con.execute("PRAGMA quick_check(1)").fetchone()[0]
    except connections.Error as error:
        return str(error)
    return "" if found == "ok" else found


def dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
