"""What a signed-in person is called, for the top of every page: read from the register at most once a minute each."""

import time
from collections import OrderedDict
from collections.abc import Callable

from backend.domain.actors import Actor
from backend.store import residents
from backend.store.database import Database

FRESH_S = 60.0
MOST = 10_000


class Names:
    """One for the whole server. Holds names only, of people whose session was looked up for this very request."""

    def __init__(self, db: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.db, self.monotonic = db, monotonic
        self.held: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def of(self, actor: Actor) -> str:
        """"" for a guest, and for somebody who was erased."""
        if actor.is_guest:
            return ""
        now, kept = self.monotonic(), self.held.get(actor.subject)
        if kept and now - kept[0] < FRESH_S:
            return kept[1]
        found = await residents.get(self.db, actor)
        self.held[actor.subject] = (now, found.name if found else "")
        self.held.move_to_end(actor.subject)
        if len(self.held) > MOST:
            self.held.popitem(last=False)
        return self.held[actor.subject][1]
