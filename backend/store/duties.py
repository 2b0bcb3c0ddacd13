"""What is done by itself every so often, and whether it was: whoever asks after the town's health reads it here."""

import logging
import time
from collections.abc import Callable
from typing import Any

from backend.domain.errors import Busy

GRACE_S = 1800.0
"""A check of a large file takes minutes: only then is a duty that has not come round overdue."""
RETRY_S = 60.0
"""After a try that failed."""
log = logging.getLogger("medborger.store")


class Duty:
    """`failed`: "" or the kind of error the last try met. `done_at`: when it was last done well, by the wall's clock;
    0 = not yet since the start. `wait_s`: between the last try and the next."""

    def __init__(self, name: str, every_s: float, grace_s: float = GRACE_S) -> None:
        self.name, self.every_s, self.grace_s = name, every_s, grace_s
        self.failed = ""
        self.done_at = 0.0
        self.wait_s = every_s
        self.tried_at = time.monotonic()
        self.due_at = time.monotonic() + every_s

    def attempt(self, act: Callable[[], Any]) -> None:
        """Whatever goes wrong is logged, told by the health page, and tried again soon."""
        self.tried_at = time.monotonic()
        try:
            act()
        except Exception as error:
            self.missed(error)
        else:
            self.done()

    @property
    def left_s(self) -> float:
        """Until it is to be tried next."""
        return max(0.0, self.tried_at + self.wait_s - time.monotonic())

    def done(self) -> None:
        self.failed, self.done_at, self.wait_s = "", time.time(), self.every_s
        self.due_at = time.monotonic() + self.every_s

    def missed(self, error: Exception) -> None:
        """A store that takes nothing now is no fault of the duty: that is told for itself, and passes."""
        self.wait_s = RETRY_S
        if isinstance(error, Busy):
            log.warning("%s was not done: %s", self.name, error.why)
            return
        self.failed = type(error).__name__
        log.error("%s was not done: %s", self.name, self.failed, exc_info=error)

    @property
    def wrong(self) -> str:
        """"" or what an operator should read: it failed, or nobody has come round to it."""
        if self.failed:
            return f"{self.name}-failed"
        return f"{self.name}-overdue" if time.monotonic() > self.due_at + self.grace_s else ""
