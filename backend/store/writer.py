"""One thread, one connection: everybody's writes, in groups, answered after the commit that holds them.

A batch is one transaction with a savepoint for each job. A job's own error undoes that job alone. An error
that ends the transaction (disk full, I/O) takes the earlier savepoints with it, so the batch is run again
one by one. A commit that fails for an I/O error fails all of it and ends the process: the kernel may have
dropped the pages, and a second fsync would report success. Any other error that ends the thread ends the
process too: without its writer a server would take what people send and never answer.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from backend.domain.errors import Busy
from backend.store import access, connections
from backend.store.connections import Connection
from backend.store.figures import Histogram
from backend.store.statements import Tx
from backend.store.write_queue import Job, Queue, answer

PROBE_EVERY_S = 5.0
CHECKPOINT_ROWS = 2_000
"""Rows changed since the log was last looked at: about 8 MB of it, fewer where they are narrow, as those of a letter to many are."""
CHECKPOINT_FRAMES = 2_000
"""Pages in the log that are not in the database yet. They are moved after the answers, not before them."""
MOST_LOG_BYTES = 64 * 2**20
SHRINK_EVERY_S = 1.0
"""Between two tries to shrink the log while somebody still reads it."""
LOOKS_BESIDE, LOOKS_ALONE = 128, 4096
"""Lines of the access log in one commit: beside what somebody waits for, and when nobody waits."""
LONGEST_JOB_S = 30.0
"""A batch takes milliseconds. A writer that has not moved for this long hangs, in a body or in the disk."""
LAST_WORDS_S = 0.5
"""Between the answer to a batch whose commit failed and the end of the process: time to send it."""
EXIT_CODE = 70
log = logging.getLogger("medborger.store")

PROBE = "INSERT INTO probe (id, filler) VALUES (1, randomblob(65536)) ON CONFLICT (id) DO UPDATE SET filler = excluded.filler"


class Writer:
    """`connect` opens the connection (the power-cut simulation gives its own), `chain` is sealed into each
    commit, `exit` ends the process, `log_bytes` tells how large the write-ahead log is."""

    def __init__(
        self, connect: Callable[[], Connection], con: Connection | None, chain: Any,
        exit: Callable[[int], object], log_bytes: Callable[[], int], probe_every_s: float = PROBE_EVERY_S,
    ) -> None:  # fmt: skip
        self.connect, self.con, self.chain, self.exit, self.log_bytes = connect, con, chain, exit, log_bytes
        self.probe_every_s = probe_every_s
        self.queue = Queue()
        self.access = access.Access()
        self.refusing = "" if con else "read-only"
        """Why nothing is written now: "" or a `Busy.why`. Set and cleared by the writer, read by all."""
        self.recovered: Callable[[], None] = lambda: None
        self.rows_since_checkpoint = 0
        self.bulk_s = 0.0
        """Seconds that the last bulk chunk took to write, without its commit."""
        self.must_shrink = False
        self.shrink_after = 0.0
        self.batch: list[Job] = []
        """What is being written now: should the thread die, somebody must be told."""
        self.beat_at = time.monotonic()
        self.commits = Histogram((0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5))
        """Seconds from the beginning of a batch to its commit."""
        self.thread = threading.Thread(target=self.run, name="writer", daemon=True)

    def start(self) -> None:
        self.thread.start()

    # What callers do

    async def write(self, body: Callable[..., Any], actor: object, params: dict[str, Any], bulk: bool = False) -> Any:
        """The body's answer, after the commit. A caller who leaves does not undo it."""
        loop = asyncio.get_running_loop()
        job = Job(body, actor, params, loop, loop.create_future())
        self.put(job, bulk)
        return await job.future

    def write_now(self, body: Callable[..., Any], actor: object, params: dict[str, Any]) -> Any:
        """For threads without an event loop: the command line, housekeeping, tests."""
        job = Job(body, actor, params, None, Future())
        self.put(job, bulk=True)
        return job.future.result()

    def loose_job(self, body: Callable[..., Any], actor: object, params: dict[str, Any]) -> Job:
        """Nobody waits for its answer."""
        return Job(body, actor, params, None, Future())

    def put(self, job: Job, bulk: bool) -> None:
        if self.refusing:
            raise Busy(self.refusing)
        self.queue.put(job, bulk)

    def shrink_log(self) -> None:
        """After an erasure: at the next quiet moment nothing of it is left in the log."""
        self.must_shrink = True

    def refuse(self, why: str) -> None:
        """From now on nothing is written, though the disk would take it."""
        self.refusing = why

    def silent_s(self) -> float:
        """Seconds since the thread last said that it lives. It does so at least every `probe_every_s`."""
        return time.monotonic() - self.beat_at

    @property
    def is_alive(self) -> bool:
        return self.thread.is_alive() and self.silent_s() < self.probe_every_s + LONGEST_JOB_S

    def stop(self) -> None:
        """Drains what was taken in, checkpoints, closes."""
        self.queue.close()
        if self.thread.is_alive():
            self.thread.join()

    # The thread

    def run(self) -> None:
        """Ends when the queue is closed and empty, and at no other time: else the process ends."""
        try:
            self.work()
        except BaseException as error:
            self.die(error)

    def work(self) -> None:
        quiet_s = self.probe_every_s
        while (batch := self.queue.take(quiet_s)) is not None:
            self.batch, self.beat_at = batch, time.monotonic()
            if batch and not self.refusing:
                self.commit(batch)
            elif batch:
                answer(batch, Busy(self.refusing))
            elif self.refusing:
                self.probe()
            elif self.access.waiting:
                self.commit([])
            self.batch = []
            self.checkpoint(quiet=not batch)
        while self.con and not self.refusing and self.access.waiting:
            self.commit([])
        if self.con and not self.refusing:
            self.shrink()
        if self.con:
            self.con.close()

    def die(self, error: BaseException) -> None:
        """Everybody who waits is told, then the process ends; the supervisor starts the next one."""
        log.critical("the writer died; the process ends", exc_info=error)
        self.refusing = self.refusing or "disk-error"
        self.queue.close()
        answer(self.batch, Busy(self.refusing))
        while rest := self.queue.take(0):
            answer(rest, Busy(self.refusing))
        time.sleep(LAST_WORDS_S)
        self.exit(EXIT_CODE)

    def commit(self, batch: list[Job]) -> None:
        """Runs and commits the batch, then answers it; falls back to one transaction each."""
        before, began = self.con.total_changes, time.monotonic()
        try:
            self.transact(batch)
        except BatchLost as lost:
            self.undo()
            self.commit_one_by_one(batch, lost)
        except connections.Error as error:
            self.undo()
            self.fail(batch, error)
        else:
            answer(batch)
        self.commits.add(time.monotonic() - began)
        self.rows_since_checkpoint += self.con.total_changes - before

    def transact(self, batch: list[Job]) -> None:
        con, lines = self.con, []
        con.execute("BEGIN IMMEDIATE")
        for job in batch:
            con.execute("SAVEPOINT job")
            tx, began = Tx(con), time.monotonic()
            try:
                job.answer, job.error = job.body(tx, job.actor, **job.params), None
                if job.is_bulk:
                    self.bulk_s = time.monotonic() - began
                note(self.access, job.actor, tx, job.params)
                lines += tx.lines
            except Exception as error:  # the job's own, or one that ended the transaction for all
                job.error = error
                if not con.in_transaction or connections.disk_trouble(error):
                    raise BatchLost from error
                con.execute("ROLLBACK TO job")
            con.execute("RELEASE job")
        self.seal(lines, LOOKS_BESIDE if batch else LOOKS_ALONE)

    def seal(self, lines: list[Any], most_looks: int) -> None:
        """The end of a transaction: with who read what since the last one, chained, and durable."""
        looks, tx = self.access.take(most_looks), Tx(self.con)
        try:
            access.add_all(tx, looks)
            self.chain.seal(Tx(self.con), [*lines, *tx.lines])
            self.con.execute("COMMIT")
        except BaseException:
            self.access.give_back(looks)
            raise
        self.chain.committed()

    def commit_one_by_one(self, batch: list[Job], lost: "BatchLost") -> None:
        """Once each: whoever fills the disk fails alone, the others are kept."""
        if len(batch) == 1:
            self.fail(batch, lost.__cause__)
            return
        for job in batch:
            self.beat_at = time.monotonic()
            if self.refusing in ("disk-error", "corrupt"):
                answer([job], Busy(self.refusing))
                continue
            try:
                self.transact([job])
            except (BatchLost, connections.Error) as error:
                self.undo()
                self.fail([job], error.__cause__ or error)
            else:
                answer([job])

    def undo(self) -> None:
        """After a failed COMMIT the transaction may still be open."""
        self.chain.lost()
        try:
            if self.con.in_transaction:
                self.con.execute("ROLLBACK")
        except connections.Error:
            pass  # the process ends, or the next BEGIN says what is wrong

    def fail(self, batch: list[Job], error: BaseException | None) -> None:
        """Answers the batch with the reason, and stops writing if the disk is the reason."""
        self.chain.lost()
        why = connections.disk_trouble(error) if error else ""
        if why:
            self.refusing = why
        answer(batch, Busy(why or "disk-error"))
        if why in ("disk-error", "corrupt"):
            time.sleep(LAST_WORDS_S)
            self.exit(EXIT_CODE)

    def probe(self) -> None:
        """Every few seconds while refusing: does the disk take bytes again? A corrupt file stays refused."""
        if self.refusing in ("corrupt", "disk-error"):
            return
        try:
            self.con = self.con or self.connect()
            self.con.execute("BEGIN IMMEDIATE")
            self.con.execute(PROBE)
            self.con.execute("COMMIT")
        except connections.Error as error:
            if self.con:
                self.undo()
            if connections.disk_trouble(error) in ("disk-full", "read-only"):
                self.refusing = connections.disk_trouble(error)
            return
        self.refusing = ""
        self.recovered()

    def checkpoint(self, quiet: bool) -> None:
        """Only the writer moves pages from the log to the database, between batches, and never waits for a reader.

        A log that must shrink is tried again until it has: in quiet moments, and where there are none, between
        batches."""
        if self.refusing or not self.con:
            return
        wanted = self.must_shrink or (quiet and self.log_bytes() > MOST_LOG_BYTES)
        try:
            if wanted and time.monotonic() >= self.shrink_after:
                self.shrink_after = time.monotonic() + SHRINK_EVERY_S
                self.must_shrink = self.must_shrink and not self.shrink()
            elif self.rows_since_checkpoint >= CHECKPOINT_ROWS:
                self.rows_since_checkpoint = 0
                _, frames, moved = self.con.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
                if frames - moved >= CHECKPOINT_FRAMES:
                    self.con.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except connections.Error as error:
            self.fail([], error)

    def shrink(self) -> bool:
        """Is the log empty now? Not while somebody reads what it holds: SQLite would wait for them `busy_timeout` long,
        and everybody's writes with it, so here it may not wait at all."""
        self.rows_since_checkpoint = 0
        patience = self.con.execute("PRAGMA busy_timeout").fetchone()[0]
        self.con.execute("PRAGMA busy_timeout=0").fetchall()
        try:
            is_busy = self.con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            self.con.execute(f"PRAGMA busy_timeout={patience}").fetchall()
        return not is_busy


def note(log: access.Access, actor: object, tx: Tx, params: dict[str, Any]) -> None:
    if tx.seen:
        which = params.get("public_id", "")
        log.note(actor, sorted(tx.seen), "" if which == getattr(actor, "subject", "") else str(which))


class BatchLost(Exception):
    """An error inside a job ended the transaction for all; `__cause__` is that error."""
