"""How other rooms use the store: `await db.read(body, actor, …)`, `await db.write(body, actor, …)`.

A body is a plain function `body(tx, actor, **params)` of its arguments: no clock, chance, I/O or crypto,
since it may run twice. Reads run where they are called, writes in the one writer thread.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from backend.domain.actors import NOBODY, SYSTEM
from backend.domain.errors import Busy
from backend.store import access, audit, connections, migrations, persons, startup_checks
from backend.store.access import Access
from backend.store.connections import Connection
from backend.store.conversion.queue import Conversions
from backend.store.keyring import Keyring
from backend.store.statements import Tx
from backend.store.writer import Writer, note

Answer = TypeVar("Answer")
log = logging.getLogger("medborger.store")

FILE = "medborger.db"
SCAN_S = 5.0
CHECKED_AT_ONCE = 256 * 2**20
"""Larger files are checked beside the first requests, so that a restart takes seconds."""


class Database:
    """One data folder, opened for writing. `close()` when done; a crash needs no closing."""

    def __init__(
        self, data: Path, keys: Keyring, *, exit: Callable[[int], object] = os._exit,
        connect: Callable[[Path], Connection] = connections.to_write, probe_every_s: float = 5.0,
    ) -> None:  # fmt: skip
        startup_checks.check_library()
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.data, self.keys = data, keys
        self.path = (data / FILE).resolve()
        self.lock = startup_checks.lock(data / "medborger.lock")
        self.readers = threading.local()
        self.conversions = Conversions()
        self.denied: set[str] = set()
        self.guest_room: Any = None
        """A `GuestRoom`, as the settings say; None for its usual measure."""
        self.owed: list[tuple[Callable[..., Any], object, dict[str, Any]]] = []
        try:
            self.writer = self.open(connect, exit, probe_every_s)
        except BaseException:
            os.close(self.lock)
            raise
        self.is_unchecked = self.path.stat().st_size > CHECKED_AT_ONCE
        self.writer.start()

    def open(self, connect: Callable[[Path], Connection], exit: Callable[[int], object], probe_every_s: float) -> Writer:
        """The writer; without a connection while the disk is read-only: then reading opens, and it tries again."""
        chain = audit.Chain(self.keys)

        def ready() -> Connection:
            return self.ready(connect, chain)

        try:
            con = ready()
        except connections.Error as error:
            if connections.disk_trouble(error) == "corrupt":
                raise startup_checks.Unsafe(self.damaged(str(error))) from error
            if not self.path.exists() or os.access(self.data, os.W_OK):
                raise
            con = None
        writer = Writer(ready, con, chain, exit, self.log_bytes, probe_every_s)
        writer.recovered = self.settle_debts
        writer.must_shrink = bool(self.log_bytes())  # a reader of before, as a backup, kept the start from emptying it
        return writer

    def ready(self, connect: Callable[[Path], Connection], chain: audit.Chain) -> Connection:
        """The writer's connection to a file that was checked and has the newest schema."""
        promised = startup_checks.frames_promised(self.log)
        con = connect(self.path)
        try:
            self.prepare(con, promised)
            chain.load(Tx(con))
        except BaseException:
            con.close()
            raise
        return con

    def prepare(self, con: Connection, promised: int) -> None:
        """After a crash: what the log holds goes to the database before the first new write stands behind it."""
        startup_checks.check_connection(con, self.path)
        startup_checks.check_log(con, promised, self.path)
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if self.path.stat().st_size <= CHECKED_AT_ONCE and (wrong := startup_checks.quick_check(con)):
            raise startup_checks.Unsafe(self.damaged(wrong))
        from backend.store import upgrades  # its rows' rooms need this one

        migrations.apply(con, self.path, with_keys=upgrades.with_keys(self.keys))
        upgrades.apply(con, self.keys)
        persons.add_nobody(con, self.keys, NOBODY, int(time.time() * 1000))

    def damaged(self, wrong: str) -> str:
        return f"{self.path} is damaged ({wrong}). Restore the newest backup: medborger restore BACKUP --data {self.data}"

    @property
    def log(self) -> Path:
        return self.path.with_name(self.path.name + "-wal")

    def log_bytes(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    # Reading

    async def read(self, body: Callable[..., Answer], actor: object, **params: Any) -> Answer:
        """Short indexed reads, at once on the event loop; `scan` is for the long ones."""
        return self.read_now(body, actor, **params)

    def read_now(self, body: Callable[..., Answer], actor: object, **params: Any) -> Answer:
        if self.writer.con is None:
            return self.scan_now(body, actor, **params)
        con, budget = self.reader()
        budget.left = connections.READ_BUDGET
        return run_read(con, body, actor, params, self.access)

    async def scan(self, body: Callable[..., Answer], actor: object, **params: Any) -> Answer:
        """Reports, exports, decrypt-and-search: in a thread, on a connection of its own, with seconds instead of
        milliseconds. The threads are few, and a read that never ends would also keep the log from shrinking."""
        return await asyncio.to_thread(self.scan_now, body, actor, within_s=SCAN_S, **params)

    def scan_now(self, body: Callable[..., Answer], actor: object, within_s: float = 0, **params: Any) -> Answer:
        """`within_s`: 0 for as long as it takes, as housekeeping may."""
        con = self.open_reader()
        if within_s:
            connections.end_after(con, within_s)
        try:
            return run_read(con, body, actor, params, self.access)
        finally:
            con.close()

    def reader(self) -> tuple[Connection, connections.Budget]:
        """One per thread, kept. Not on a read-only disk: there a kept reader would hold the log's index read-only for
        the writer too, who could never begin again."""
        if getattr(self.readers, "con", None) is None:
            self.readers.con = self.open_reader()
            self.readers.budget = connections.Budget(self.readers.con)
        return self.readers.con, self.readers.budget

    def open_reader(self) -> Connection:
        return connections.to_read(self.path, frozen=self.writer.con is None and not self.log.exists())

    # Writing

    async def write(self, body: Callable[..., Answer], actor: object, **params: Any) -> Answer:
        """Answers after the commit. Raises the body's own error, or `Busy` when nothing can be written."""
        return await self.writer.write(body, actor, params)

    async def bulk(self, body: Callable[..., Answer], actor: object, **params: Any) -> Answer:
        """One chunk of something large: waits behind people, one chunk to a commit."""
        return await self.writer.write(body, actor, params, bulk=True)

    def write_now(self, body: Callable[..., Answer], actor: object, **params: Any) -> Answer:
        return self.writer.write_now(body, actor, params)

    async def write_later(self, body: Callable[..., Any], actor: object, **params: Any) -> bool:
        """Now if possible (True), else as soon as the disk takes it again: for what must not fail, as signing out."""
        try:
            await self.write(body, actor, **params)
        except Busy:
            self.owed.append((body, actor, params))
            return False
        return True

    def settle_debts(self) -> None:
        """The disk is back: what was owed is queued. What finds no place there, or the disk full again, is owed on."""
        owed, self.owed = self.owed, []
        for debt in owed:
            job = self.writer.loose_job(*debt)
            job.future.add_done_callback(partial(self.owe_again, debt))
            try:
                self.writer.queue.put(job)
            except Busy:
                self.owed.append(debt)

    def owe_again(self, debt: tuple[Callable[..., Any], object, dict[str, Any]], done: Any) -> None:
        if isinstance(done.exception(), Busy):
            self.owed.append(debt)
        elif done.exception():
            log.error("what was owed could not be written", exc_info=done.exception())

    @property
    def access(self) -> Access:
        return self.writer.access

    async def settle_access(self) -> None:
        """What was read until now stands in the log, also what the writer has in its hands; where nothing can be written
        it waits on."""
        with suppress(Busy):
            await self.write(access.nothing, SYSTEM)

    # Signing out works without the disk

    def deny(self, session: str) -> None:
        """From this moment the session is refused, whatever its row says."""
        self.denied.add(session)

    def is_denied(self, session: str) -> bool:
        return session in self.denied

    # State

    @property
    def refusing(self) -> str:
        """"" or why nothing is written now, in the words of `Busy.why`: for the health page."""
        return self.writer.refusing

    def close(self) -> None:
        self.writer.stop()
        os.close(self.lock)


def run_read(con: Connection, body: Callable[..., Answer], actor: object, params: dict[str, Any], looks: Access) -> Answer:
    """All statements of a read see one moment; what was read of a person is noted before anybody has it."""
    try:
        con.execute("BEGIN")
        try:
            tx = Tx(con)
            answer = body(tx, actor, **params)
            note(looks, actor, tx, params)
            return answer
        finally:
            if con.in_transaction:
                con.execute("ROLLBACK")
    except connections.Error as error:
        if why := connections.disk_trouble(error):
            raise Busy(why) from error
        raise
