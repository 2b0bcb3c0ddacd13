"""What nobody asks for and must be done: the hourly check of the file, and sweeping what is no longer wanted."""

import logging
import threading
import time

from backend.domain.actors import SYSTEM
from backend.store import connections, content_files, drafts, files, startup_checks
from backend.store.database import Database
from backend.store.duties import Duty
from backend.store.statements import Tx
from backend.store.writer import EXIT_CODE

EVERY_S = 3600.0
ORPHAN_S = 24 * 3600
"""A content file is flushed before its row: one without a row after a day never got one."""
LOOSE_MS = 30 * 24 * 3600 * 1000
"""Uploads without a case, and drafts in a guest's browser, nobody came back to."""
GUEST_MS = 3600 * 1000
"""A guest's file whose session has ended by then; the session itself may have been idle for a day."""
log = logging.getLogger("medborger.store")


class Housekeeping:
    """A thread beside the server: `start()` after the database opens, `stop()` before it closes."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.ended = threading.Event()
        self.checking, self.sweeping = Duty("check", EVERY_S), Duty("housekeeping", EVERY_S)
        self.thread = threading.Thread(target=self.run, name="housekeeping", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join()

    def run(self) -> None:
        """Until `stop()`. A duty that fails is told by the health page; whatever else ends this thread ends the process."""
        try:
            if self.db.is_unchecked:
                self.checking.attempt(lambda: check(self.db))
            while not self.ended.wait(min(self.checking.left_s, self.sweeping.left_s)):
                if not self.checking.left_s:
                    self.checking.attempt(lambda: check(self.db))
                if not self.sweeping.left_s:
                    self.sweeping.attempt(lambda: sweep(self.db, time.time()))
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


def sweep(db: Database, now_s: float) -> list[str]:
    """Rows first, then content files no row names. Not while a backup runs: it may be about to copy them."""
    with content_files.held(db.data, alone=True) as is_alone:
        if not is_alone:
            return []
        db.write_now(drop_old, SYSTEM, before=int(now_s * 1000) - LOOSE_MS)
        db.write_now(drop_guests, SYSTEM, before=int(now_s * 1000) - GUEST_MS)
        named = set(db.scan_now(files.all_names, SYSTEM))
        orphans = [
            file for file in content_files.names(db.data / files.FOLDER)
            if file.name not in named and file.stat().st_mtime < now_s - ORPHAN_S
        ]  # fmt: skip
        for file in orphans:
            file.unlink(missing_ok=True)
        return [file.name for file in orphans]


def drop_old(tx: Tx, actor: object, before: int) -> None:
    tx.run(files.SQL.remove_loose_files, before=before)
    tx.run(drafts.SQL.remove_old_guest_drafts, before=before)


def drop_guests(tx: Tx, actor: object, before: int) -> None:
    """Files of guests whose session is gone: nobody can come back to them."""
    tx.run(files.SQL.remove_files_of_gone_guests, before=before)
