"""How often a secret may be tried in the whole town. The gateway counts per address, the store per code."""

import time
from collections.abc import Callable

from backend.domain.errors import TooMany


class Limit:
    """A bucket of tokens. It refills by itself, so nobody is locked out for long, whoever emptied it."""

    def __init__(self, per_minute: int, burst: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.per_s, self.burst, self.monotonic = per_minute / 60, burst, monotonic
        self.tokens, self.at = float(burst), monotonic()

    def take(self) -> None:
        """Raises `TooMany` with the seconds to wait."""
        now = self.monotonic()
        self.tokens, self.at = min(float(self.burst), self.tokens + (now - self.at) * self.per_s), now
        if self.tokens < 1:
            raise TooMany(int((1 - self.tokens) / self.per_s) + 1)
        self.tokens -= 1
