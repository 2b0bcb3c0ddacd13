"""What is known of each request afterwards: a line in the log, and numbers for those who run the town. Nothing of whose."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

from backend.store.figures import Histogram

CLASSES = ("page", "api", "static", "health")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
log = logging.getLogger("medborger.requests")


class Requests:
    def __init__(self) -> None:
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.seconds = {name: Histogram(SECONDS) for name in CLASSES if name != "static"}
        self.refusals: Counter[str] = Counter()
        self.running = 0
        self.line: Callable[[dict[str, Any]], object] | None = logged
        """Where a request's line goes; None = nowhere."""

    def done(self, scope: Any, status: int, seconds: float) -> None:
        kind = class_of(scope["path"])
        self.statuses[kind, status] += 1
        self.seconds[kind].add(seconds)
        if self.line:
            self.line({
                "id": scope["request_id"], "method": scope["method"], "route": scope.get("path_template") or "-",
                "status": status, "ms": round(seconds * 1000, 1),
            })  # fmt: skip

    def static(self) -> None:
        """Files are counted and not logged: what was asked for is in the page that asked."""
        self.statuses["static", 200] += 1


def logged(said: dict[str, Any]) -> None:
    log.info("request", extra={"said": said})


def class_of(path: str) -> str:
    if path.startswith(("/api/", "/schema/")):
        return "api"
    return "health" if path.startswith(("/healthz", "/.well-known/")) else "page"
