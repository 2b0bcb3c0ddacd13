"""What nobody asks for and must be done: the hourly check of the file, and sweeping what is no longer wanted."""

import logging
import threading
from collections.abc import Collection
from contextlib import suppress

from backend.domain.actors import SYSTEM
from backend.domain.errors import Busy
from backend.store import connections, content_files, drafts, files, papers, retention, startup_checks
from backend.store.database import Database
from backend.store.duties import Duty
from backend.store.statements import Tx
from backend.store.uptime import Uptime
from backend.store.writer import EXIT_CODE

EVERY_S = 3600.0
LOOSE_MS = 30 * 24 * 3600 * 1000
"""Of uptime. Drafts in a guest's browser nobody came back to, and uploads without a case whose owner has no draft."""
GUEST_MS = 3600 * 1000
"""A guest's file whose session has ended by then; the session itself may have been idle for a day."""
PAPER_MS = 7 * 24 * 3600 * 1000
"""A paper its owner has deleted: until then she can bring it back."""
log = logging.getLogger("medborger.store")


class Housekeeping:
    """A thread beside the server: `start()` after the database opens, `stop()` before it closes."""

    def __init__(self, db: Database) -> None:
        self.db, self.uptime = db, Uptime(db)
        self.orphans: set[str] = set()
        self.ended = threading.Event()
        self.checking, self.sweeping = Duty("check", EVERY_S), Duty("housekeeping", EVERY_S)
        self.thread = threading.Thread(target=self.run, name="housekeeping", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join()
        with suppress(Busy):  # what is not counted makes things last a little longer
            self.uptime.note()

    def sweep(self) -> None:
        self.orphans = sweep(self.db, self.uptime.note(), self.orphans)[1]
        gone = retention.carry_out(self.db, self.db.access.clock())
        if any(gone.values()):
            log.info("kept long enough", extra={"said": gone})

    def run(self) -> None:
        """Until `stop()`. A duty that fails is told by the health page; whatever else ends this thread ends the process."""
        try:
            if self.db.is_unchecked:
                self.checking.attempt(lambda: check(self.db))
            while not self.ended.wait(min(self.checking.left_s, self.sweeping.left_s)):
                if not self.checking.left_s:
                    self.checking.attempt(lambda: check(self.db))
                if not self.sweeping.left_s:
                    self.sweeping.attempt(self.sweep)
        except BaseException:
            log.critical("housekeeping died; the process ends", exc_info=True)
            self.db.writer.exit(EXIT_CODE)


def check(db: Database) -> str:
    """"" or what is wrong with the file; then nothing more is written to it. A passing error of the disk looks like
    damage: only what a second connection finds too is believed."""
    wrong = look(db) and look(db)
    if wrong:
        db.writer.refuse("corrupt")
        log.critical(db.damaged(wrong))
    return wrong


def look(db: Database) -> str:
    con = connections.to_copy(db.path)
    try:
        return startup_checks.quick_check(con)
    finally:
        con.close()


def sweep(db: Database, uptime_ms: int, orphans: Collection[str] = ()) -> tuple[list[str], set[str]]:
    """Rows first, then content files no row names. Not while a backup runs: it may be about to copy them.

    Age is uptime, never what a clock says. A content file is flushed before its row: only one that had none an hour ago
    either (`orphans`) is removed. Answers those removed, and those to look at next time.
    """
    with content_files.held(db.data, alone=True) as is_alone:
        if not is_alone:
            return [], set(orphans)
        db.write_now(drop_old, SYSTEM, before=uptime_ms - LOOSE_MS)
        db.write_now(drop_guests, SYSTEM, before=uptime_ms - GUEST_MS)
        db.write_now(papers.drop_removed, SYSTEM, before=uptime_ms - PAPER_MS)
        named = set(db.scan_now(files.all_names, SYSTEM))
        nobodys = [file for file in content_files.names(db.data / files.FOLDER) if file.name not in named]
        removed = [file for file in nobodys if file.name in orphans]
        for file in removed:
            file.unlink(missing_ok=True)
        return [file.name for file in removed], {file.name for file in nobodys} - {file.name for file in removed}


def drop_old(tx: Tx, actor: object, before: int) -> None:
    tx.run(files.SQL.remove_loose_files, before=before)
    tx.run(drafts.SQL.remove_old_guest_drafts, before=before)


def drop_guests(tx: Tx, actor: object, before: int) -> None:
    """Files of guests whose session is gone: nobody can come back to them."""
    tx.run(files.SQL.remove_files_of_gone_guests, before=before)
