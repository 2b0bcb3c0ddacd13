"""The one module that knows the SQLite library: the connections we open, and what its errors mean.

Nothing else imports a driver: two SQLite libraries on one file in one process drop each other's locks.
"""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pysqlite3
from pysqlite3 import dbapi2

LIBRARY_VERSION: tuple[int, ...] = dbapi2.sqlite_version_info
LIBRARY_FILE: str = pysqlite3.__file__
SAFE_VERSION = (3, 51, 3)
"""From here on the WAL-reset bug is fixed (sqlite.org/wal.html#walresetbug)."""

Connection = Any
"""pysqlite3's, or in the power-cut simulation a shim with `execute`, `executemany` and `in_transaction`."""

Error = dbapi2.Error
Conflict = dbapi2.IntegrityError
Misfit = dbapi2.OperationalError
"""Also a statement that names what this schema lacks."""
is_whole_statement = dbapi2.complete_statement

STEPS = 100_000
READ_BUDGET = 20
"""Times `STEPS` of SQLite's machine, about 20 ms: a point read on the event loop that needs more lacks an index."""

FAULTS = {8: "read-only", 10: "disk-error", 11: "corrupt", 13: "disk-full", 14: "disk-error", 26: "corrupt"}
"""Primary result codes that say "the disk", not "this request", in the words of `errors.Busy`."""


def to_write(path: Path) -> Connection:
    """The writer's connection. FULL: nothing is acknowledged that a power cut could take back."""
    keep_private(path)
    con = connect(path.as_uri())
    try:
        for pragma in (
            "busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF",
            "secure_delete=ON", "wal_autocheckpoint=0", "cache_size=-4000",
        ):  # fmt: skip
            con.execute(f"PRAGMA {pragma}").fetchall()
    except Error:
        con.close()
        raise
    return con


def to_read(path: Path, frozen: bool = False) -> Connection:
    """`frozen`: the disk is read-only and holds no log, so SQLite may skip the locks it cannot take."""
    con = connect(path.as_uri() + "?mode=ro" + ("&immutable=1" if frozen else ""))
    for pragma in ("busy_timeout=1000", "query_only=ON", "wal_autocheckpoint=0", "trusted_schema=OFF"):
        con.execute(f"PRAGMA {pragma}").fetchall()
    return con


def keep_private(path: Path) -> None:
    """For the owner alone, whatever the umask: SQLite gives the log and its index the mode of the database."""
    with suppress(OSError):  # a read-only disk, or another's file: opening tells of it
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        with suppress(OSError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)


class Budget:
    """Ends a read that runs away. SQLite counts a prepared statement's steps over all its runs, so we count anew."""

    def __init__(self, con: Connection) -> None:
        self.left = READ_BUDGET
        con.set_progress_handler(self.spend, STEPS)

    def spend(self) -> int:
        self.left -= 1
        return int(self.left < 0)


def end_after(con: Connection, seconds: float) -> None:
    """From now on a statement that is still at it then is interrupted."""
    until = time.monotonic() + seconds
    con.set_progress_handler(lambda: int(time.monotonic() > until), STEPS)


def to_copy(path: Path) -> Connection:
    """For VACUUM INTO: `query_only` would refuse it."""
    return connect(path.as_uri() + "?mode=ro")


def connect(uri: str) -> Connection:
    return dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=512)


def disk_trouble(error: BaseException) -> str:
    """`Busy.why` when the disk is at fault, "" when it is the request's own error."""
    return FAULTS.get((getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF, "")
