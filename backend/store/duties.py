"""What is done by itself every so often, and whether it was: whoever asks after the town's health reads it here."""

import logging
import time
from collections.abc import Callable
from typing import Any

from backend.domain.errors import Busy

GRACE_S = 1800.0
"""A check of a large file takes minutes: only then is a duty that has not come round overdue."""
log = logging.getLogger("medborger.store")


class Duty:
    """`failed`: "" or the kind of error the last try met. `done_at`: when it was last done well, by the wall's clock;
    0 = not yet since the start."""

    def __init__(self, name: str, every_s: float) -> None:
        self.name, self.every_s = name, every_s
        self.failed = ""
        self.done_at = 0.0
        self.due_at = time.monotonic() + every_s

    def attempt(self, act: Callable[[], Any]) -> None:
        """Whatever goes wrong is logged, told by the health page, and tried again when it is next due."""
        try:
            act()
        except Exception as error:
            self.missed(error)
        else:
            self.done()

    def done(self) -> None:
        self.failed, self.done_at = "", time.time()
        self.due_at = time.monotonic() + self.every_s

    def missed(self, error: Exception) -> None:
        self.failed = error.why if isinstance(error, Busy) else type(error).__name__
        self.due_at = time.monotonic() + self.every_s
        log.error("%s was not done: %s", self.name, self.failed, exc_info=None if isinstance(error, Busy) else error)

    @property
    def wrong(self) -> str:
        """"" or what an operator should read: it failed, or nobody has come round to it."""
        if self.failed:
            return f"{self.name}-failed"
        return f"{self.name}-overdue" if time.monotonic() > self.due_at + GRACE_S else ""
