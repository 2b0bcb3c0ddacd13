"""How long servers have run on this data, all in all. The machine's clock may jump a year ahead and back; this one counts
only time that has passed while somebody ran, so what it calls 30 days old is at least that."""

import time
from collections.abc import Callable

from backend.domain.actors import SYSTEM
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("uptime")


class Uptime:
    """Counts from when it is made; `note()` writes down what has passed since."""

    def __init__(self, db: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.db, self.monotonic = db, monotonic
        self.noted_at = monotonic()

    def note(self) -> int:
        """The whole of it, ms. What cannot be written now is counted the next time."""
        at = self.monotonic()
        total = self.db.write_now(add, SYSTEM, ms=int((at - self.noted_at) * 1000))
        self.noted_at = at
        return total


def add(tx: Tx, actor: object, ms: int) -> int:
    return tx.one(SQL.add_uptime, int, ms=ms) or 0
