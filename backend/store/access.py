"""Every read of what is personal leaves a line in the person's own access log; no page waits for its commit.

A read is noted where it is made (`database.run_read`, `Writer.transact`), from the tables its statements name, and not
by whoever wrote the page. What is noted waits in memory and goes with the next commit, after a few quiet seconds, or when the
store closes: a clean stop loses none, a crash those seconds. Decision 011 says what counts as a look.
"""

import threading
import time
from collections.abc import Callable, Iterable

from msgspec import Struct

from backend.domain.actors import NOBODY, Actor
from backend.domain.errors import Busy
from backend.store import audit
from backend.store.statements import Tx

VERB = "read"
CASE_WORK = "case-work"
OWN, HOUSEHOLD = "own", "household"
MOST_WAITING = 20_000
"""Lines. Beyond, while nothing can be written: one's own reads are not noted, and nobody else reads anything."""
MOST_SEEN = 200_000
DAY_MS = 24 * 3600 * 1000


class Unlogged(RuntimeError):
    """Code of ours that would read somebody's data without saying whose or why: the read is refused."""


class Look(Struct, frozen=True):
    """`object`: what, why, and in which session or of which case: "register/code", "cases/own/SESSION"."""

    at: int
    actor: Actor
    object: str


class Access:
    """One for each open store. Any thread notes; the writer takes. `clock`: ms since 1970."""

    def __init__(self) -> None:
        self.clock: Callable[[], int] = lambda: int(time.time() * 1000)
        self.lock = threading.Lock()
        self.waiting: list[Look] = []
        self.noted: set[tuple[str, str, str]] = set()
        """(reader, whose, object) of what was noted today: one line each is enough where one reads one's own."""
        self.day = 0

    def note(self, actor: object, kinds: Iterable[str], which: str = "") -> None:
        """Raises `Unlogged`: by the office, with no reason or nobody's."""
        if not isinstance(actor, Actor) or actor.is_guest or (actor.role == "system" and actor.subject == NOBODY):
            return  # a guest's is nobody's; what the machine does by itself shows nobody anything
        is_own = actor.role == "resident" and actor.subject == actor.person
        is_guests = actor.role == "desk" and actor.why == CASE_WORK  # sent without sign-in: it stands in nobody's log, with its case
        if not is_own and not is_guests and (actor.subject == NOBODY or not actor.why):
            raise Unlogged(f"a read by {actor.role} says neither whose nor why")
        for kind in kinds:
            self.add(actor, f"{kind}/{OWN}/{actor.session}" if is_own else "/".join(filter(None, (kind, actor.why, which))), is_own)

    def note_family(self, actor: Actor, whose: Iterable[str]) -> None:
        """The register's rows of relatives, looked at to see who lives together."""
        for person in whose:
            self.add(Actor(actor.role, actor.person, person, actor.session), f"register/{HOUSEHOLD}/{actor.session}", is_grouped=True)

    def add(self, actor: Actor, object: str, is_grouped: bool) -> None:
        """`is_grouped`: once a day and session is enough; else once in what waits."""
        at = self.clock()
        with self.lock:
            if at // DAY_MS != self.day or len(self.noted) > MOST_SEEN:
                self.day, self.noted = at // DAY_MS, set()
            key = (actor.person, actor.subject, object)
            if is_grouped and key in self.noted:
                return
            if len(self.waiting) >= MOST_WAITING:
                if is_grouped:
                    return
                raise Busy("queue-full")
            if not is_grouped and any(one.object == object and one.actor == actor for one in self.waiting):
                return
            self.noted.add(key)
            self.waiting.append(Look(at, actor, object))

    def take(self, most: int) -> list[Look]:
        with self.lock:
            taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return taken

    def give_back(self, looks: list[Look]) -> None:
        """Their transaction was lost."""
        with self.lock:
            self.waiting = looks + self.waiting


def add_all(tx: Tx, looks: list[Look]) -> None:
    for look in looks:
        audit.add(tx, look.actor, VERB, look.object, look.at)


def nothing(tx: Tx, actor: Actor) -> None:
    """A write for its commit alone: whatever was noted is in the log then."""
