"""Push services that asked us to wait, or that do not answer: nothing is sent there before the gate opens.

What a service asked for is kept in the store and holds after a restart. A row of failures without one success (`BREAKER`)
shuts a gate too; that is only remembered here.
"""

import logging
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

BREAKER = 20
SHUT = timedelta(minutes=1)
WINDOW, OURS = 20, 0.9
"""Of so many answers of one push service so large a part refuses us: then it is our key, clock or name, not their phones."""
SHUT_OURS = timedelta(minutes=10)
log = logging.getLogger("medborger.push")


class Gates:
    """`shut`: origin -> until when, as the store had it at the start."""

    def __init__(self, shut: Mapping[str, datetime]) -> None:
        self.shut = dict(shut)
        self.failures: dict[str, int] = {}
        self.answers: dict[str, deque[bool]] = {}

    def opens_at(self, origin: str, now: datetime) -> datetime | None:
        """None: it is open."""
        until = self.shut.get(origin)
        return until if until is not None and until > now else None

    def wait(self, origin: str, until: datetime) -> None:
        """The longer of two waits holds."""
        self.shut[origin] = max(until, self.shut.get(origin, until))

    def taken(self, origin: str) -> None:
        self.failures.pop(origin, None)
        self.answers.setdefault(origin, deque(maxlen=WINDOW)).append(True)

    def takes_others(self, origin: str) -> bool:
        """It takes at least every second message of ours: one that it refuses is then the fault of that phone."""
        answers = self.answers.get(origin, ())
        return 2 * sum(answers) >= len(answers) > 0

    def refused(self, origin: str, code: str, now: datetime) -> bool:
        """True: it refuses nearly everything, so the fault is ours. Nothing is held against any phone; an operator must look."""
        self.failures.pop(origin, None)
        answers = self.answers.setdefault(origin, deque(maxlen=WINDOW))
        answers.append(False)
        if len(answers) < WINDOW or answers.count(False) < WINDOW * OURS:
            return False
        answers.clear()
        self.wait(origin, now + SHUT_OURS)
        log.error("a push service refuses what we send: look at the keys, the clock and push_contact", extra={"said": {"origin": origin, "status": code}})
        return True

    def failed(self, origin: str, now: datetime) -> bool:
        """True: so many in a row that the gate shuts for a minute."""
        self.failures[origin] = self.failures.get(origin, 0) + 1
        if self.failures[origin] < BREAKER:
            return False
        self.failures.pop(origin)
        self.wait(origin, now + SHUT)
        return True
