"""A bucket of tokens for each (address, kind of request): short bursts pass, floods wait. In memory only."""

import time
from typing import Any

from backend.settings import Settings

BURST = 0.25
"""A bucket holds a quarter of a minute's worth: a page, its parts and a few quick taps."""
MOST_BUCKETS = 50_000
SECRET = ("/sign-in", "/activate", "/api/passkeys")


class RateLimits:
    def __init__(self, settings: Settings) -> None:
        self.per_s = {
            "read": settings.reads_per_minute / 60,
            "write": settings.writes_per_minute / 60,
            "secret": settings.secrets_per_minute / 60,
        }
        self.proxies = frozenset(settings.proxies)
        self.buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def wait_s(self, scope: Any, said: dict[str, str]) -> int:
        """0 = go on; else whole seconds until there is a token again."""
        kind = kind_of(scope["method"], scope["path"])
        return self.take((self.peer(scope, said), kind), self.per_s[kind], time.monotonic())

    def take(self, key: tuple[str, str], per_s: float, now: float) -> int:
        full = max(1.0, per_s * 60 * BURST)
        tokens, then = self.buckets.get(key, (full, now))
        tokens = min(full, tokens + (now - then) * per_s)
        if len(self.buckets) >= MOST_BUCKETS:
            self.buckets.clear()
        self.buckets[key] = (max(0.0, tokens - 1), now)
        return 0 if tokens >= 1 else int((1 - tokens) / per_s) + 1

    def peer(self, scope: Any, said: dict[str, str]) -> str:
        """Behind a proxy we know, the last address it added; else who is on the line."""
        peer = scope["client"][0] if scope.get("client") else ""
        if peer in self.proxies:
            return said.get("x-forwarded-for", peer).rpartition(",")[2].strip()
        return peer


def kind_of(method: str, path: str) -> str:
    if method in ("GET", "HEAD", "OPTIONS"):
        return "read"
    return "secret" if any(part in path for part in SECRET) else "write"
