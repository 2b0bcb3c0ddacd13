"""The power-cut simulation's first half, in a process of its own (apsw is another SQLite library).

    python -m tests.faults.recorder DATA KEYS OUT FULL|NORMAL SUBMISSIONS

The real schema, writer and verbs run on a VFS that writes down each write, truncate, sync and delete; at each
answer the writer gives, how far the log had come. `power.py` cuts it off at any point and looks at what is left.
"""

import asyncio
import os
import pickle
import sys
from datetime import datetime, timezone
from pathlib import Path

import apsw

from backend.domain.submissions import Submission
from backend.letters.receipts import Signer
from backend.store import connections, keyring, startup_checks, submissions, writer
from backend.store.database import Database
from tests.people import INGER

LOG: list[tuple] = []
ACKNOWLEDGED: list[tuple[int, str]] = []
"""(length of the log when the writer answered, idempotency key)."""


class File(apsw.VFSFile):
    def __init__(self, base, name, flags):
        self.name = os.path.basename(name.filename() if hasattr(name, "filename") else name or "temporary")
        super().__init__(base, name, flags)

    def xWrite(self, data, offset):
        LOG.append(("write", self.name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xSync(self, flags):
        super().xSync(flags)
        LOG.append(("sync", self.name))

    def xTruncate(self, size):
        LOG.append(("truncate", self.name, size))
        super().xTruncate(size)


class Disk(apsw.VFS):
    def __init__(self):
        super().__init__("recorder", "unix")

    def xOpen(self, name, flags):
        return File("unix", name, flags)

    def xDelete(self, name, sync):
        LOG.append(("delete", os.path.basename(name)))
        super().xDelete(name, sync)


class Shim:
    """As much of a driver's connection as the store uses."""

    def __init__(self, path: str):
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
        self.con = apsw.Connection(path, vfs="recorder", flags=flags)

    def execute(self, text, params=()):
        return Rows(self.con.cursor().execute(text, params))

    def executemany(self, text, rows):
        self.con.cursor().executemany(text, rows)

    def set_progress_handler(self, handler, steps):
        self.con.set_progress_handler(handler, steps)

    in_transaction = property(lambda self: self.con.in_transaction)
    total_changes = property(lambda self: self.con.total_changes())

    def close(self):
        self.con.close()


class Rows:
    def __init__(self, cursor):
        self.cursor = cursor
        try:
            self.description = cursor.description
        except apsw.ExecutionCompleteError:
            self.description = None

    def __iter__(self):
        return self.cursor

    def fetchone(self):
        return next(iter(self.cursor), None)

    def fetchall(self):
        return list(self.cursor)


def record_answers() -> None:
    """At the very moment the writer lets go of an answer, not when somebody hears it."""
    real = writer.answer

    def answer(batch, refused=None):
        if refused is None:
            ACKNOWLEDGED.extend((len(LOG), job.params["whole"].idem) for job in batch if job.error is None)
        real(batch, refused)

    writer.answer = answer


async def send(db: Database, sign, count: int) -> None:
    gate = asyncio.Semaphore(8)

    async def one(number: int) -> None:
        async with gate:
            new = Submission(service="rats", version=1, answers={"where": "x" * (number % 3000)}, lang="da")
            await submissions.receive(db, INGER, f"{number:032x}", new, datetime.now(timezone.utc), sign)

    await asyncio.gather(*(one(number) for number in range(count)))


def main(data: str, keys: str, out: str, synchronous: str, count: str) -> None:
    disk = Disk()
    connections.connect = Shim
    full = connections.to_write

    def connect(path):
        con = full(path)
        con.execute(f"PRAGMA synchronous={synchronous}").fetchall()
        return con

    if synchronous != "FULL":
        startup_checks.check_connection = lambda con, path: None  # the control: what the guard would refuse
    writer.CHECKPOINT_ROWS, writer.CHECKPOINT_FRAMES = 150, 1  # several checkpoints in the recording, with their own order of syncs
    ring = keyring.load(Path(keys))
    db = Database(Path(data), ring, connect=connect)
    record_answers()
    asyncio.run(send(db, Signer(ring.keys["receipt"]).sign, int(count)))
    Path(out).write_bytes(pickle.dumps((LOG, ACKNOWLEDGED)))
    del disk
    os._exit(0)  # as the power goes: nothing is closed


if __name__ == "__main__":
    main(*sys.argv[1:])
