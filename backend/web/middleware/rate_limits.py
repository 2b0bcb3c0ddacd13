"""A bucket of tokens for each (network, kind of request): short bursts pass, floods wait. In memory only."""

import time
from collections import OrderedDict

from backend.settings import Settings
from backend.web.middleware.addresses import site_network

BURST = 0.25
"""A bucket holds a quarter of a minute's worth: a page, its parts and a few quick taps."""
MOST_BUCKETS = 50_000
SITE_SHARE = 8
"""A whole IPv6 /48 may do this many times what one /64 in it may: who holds one cannot go from /64 to /64."""
SECRET = ("/sign-in", "/activate", "/api/passkeys")


class RateLimits:
    def __init__(self, settings: Settings, most_buckets: int = MOST_BUCKETS) -> None:
        self.per_s = {
            "read": settings.reads_per_minute / 60,
            "write": settings.writes_per_minute / 60,
            "secret": settings.secrets_per_minute / 60,
        }
        self.most_buckets = most_buckets
        self.buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait_s(self, method: str, path: str, network: str) -> int:
        """0 = go on; else whole seconds until there is a token again."""
        kind, now = kind_of(method, path), time.monotonic()
        wait = self.take((network, kind), self.per_s[kind], now)
        if not wait and (site := site_network(network)):
            wait = self.take((site, kind), self.per_s[kind] * SITE_SHARE, now)
        return wait

    def take(self, key: tuple[str, str], per_s: float, now: float) -> int:
        """Only buckets nobody has touched for longest are forgotten: a flood of new addresses frees no old one."""
        full = max(1.0, per_s * 60 * BURST)
        tokens, then = self.buckets.get(key, (full, now))
        tokens = min(full, tokens + (now - then) * per_s)
        # A refusal costs nothing: else whoever asks each second would empty the bucket for all behind one router for ever.
        self.buckets[key] = (tokens - 1 if tokens >= 1 else tokens, now)
        self.buckets.move_to_end(key)
        if len(self.buckets) > self.most_buckets:
            self.buckets.popitem(last=False)
        return 0 if tokens >= 1 else int((1 - tokens) / max(per_s, 1 / 3600)) + 1


def kind_of(method: str, path: str) -> str:
    if method in ("GET", "HEAD", "OPTIONS"):
        return "read"
    return "secret" if any(part in path for part in SECRET) else "write"
