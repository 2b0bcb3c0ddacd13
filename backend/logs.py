"""The log: one JSON object a line on stderr, for people and programs alike. Never a value a person typed.

`time` (UTC), `level`, `logger`, `event`; a request's line also `id`, `method`, `route` (the pattern, never the path, which
may hold a key), `status` and `ms`; an error's line `error` (its kind) and `at` (where in the code, without its text: a
text may quote what was typed).
"""

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import msgspec

from backend.store import connections

OF_THE_SERVER = {"formatters": {name: {"()": "backend.logs.Lines"} for name in ("generic", "access")}}
"""Granian's own lines ("a worker died") in the same form."""
SAYS_NOTHING_PRIVATE = (OSError, connections.Error)
"""The text of these is the operating system's or SQLite's own, about disks and tables."""
MOST_FRAMES = 12


class Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage(),
            **getattr(record, "said", {}),
        }  # fmt: skip
        if record.exc_info and record.exc_info[1] is not None:
            said |= told(record.exc_info[1])
        return msgspec.json.encode(said).decode()


def told(error: BaseException) -> dict[str, Any]:
    """What went wrong, and where, from the outermost call to the innermost."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    cause = error.__cause__ or error.__context__
    return {
        "error": type(error).__name__,
        **({"why": (error.strerror or "") if isinstance(error, OSError) else str(error)} if isinstance(error, SAYS_NOTHING_PRIVATE) else {}),
        **({"cause": type(cause).__name__} if cause else {}),
        "at": [f"{one.filename.rpartition('site-packages/')[2]}:{one.lineno} {one.name}" for one in frames],
    }


def configure() -> None:
    """In the server's own process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    for name in ("medborger", "litestar", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO if name == "medborger" else logging.WARNING)


def write_request(said: dict[str, Any]) -> None:
    """A request's line, without the way through `logging`, which costs a tenth of a page."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"time": now, "level": "info", "logger": "medborger.requests", "event": "request", **said}
    sys.stderr.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stderr.buffer.flush()
