"""Refusals in the audit log: counted, and written once a minute, so that a flood of them cannot fill the disk."""

from collections import Counter

from backend.domain.actors import SYSTEM, Actor
from backend.store import audit
from backend.store.database import Database
from backend.store.statements import Tx

EVERY_S = 60.0
MOST_A_MINUTE = 16
"""Lines: 2 MB a day at most, however many try from however many places."""
OTHERS = "others"


class RefusalLines:
    """`note(code, network)` from the event loop; `write` once a minute. `network`: too wide to name a person."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.counts: Counter[str] = Counter()

    def note(self, code: str, network: str) -> None:
        kind = f"{code}/{network or OTHERS}"
        if kind not in self.counts and len(self.counts) >= MOST_A_MINUTE - 1:
            kind = OTHERS
        self.counts[kind] += 1

    async def write(self, at: int) -> None:
        """Owed, if the disk takes nothing now."""
        counts, self.counts = self.counts, Counter()
        if counts:
            await self.db.write_later(add_all, SYSTEM, counts=dict(counts), at=at)


def add_all(tx: Tx, actor: Actor, counts: dict[str, int], at: int) -> None:
    for kind, count in counts.items():
        audit.add(tx, actor, "refused", f"{kind}/{count}", at)
