"""Figures for Prometheus, on a port of their own that only this machine reaches unless the settings say otherwise.

Not on the town's port: behind a proxy on the same machine every visitor comes from loopback, and a list of addresses
that may see them would let in all. Nothing here is anybody's: numbers, kinds of pages, kinds of refusals.
"""

import asyncio
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from backend.domain.actors import SYSTEM
from backend.domain.notices import CHANNELS
from backend.store import notices, rungs
from backend.store.figures import Histogram
from backend.web.state import AppState

HEAD_BYTES = 8192
PATIENCE_S = 5.0
log = logging.getLogger("medborger.web")

Sample = tuple[str, str, float]
"""Name, labels as `a="b"`, value."""


@asynccontextmanager
async def served(app: AppState, gateway: Any, host: str, port: int) -> Any:
    """While the server runs. A port that is taken costs the figures, and not the town."""
    if not port:
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await response(app, gateway, head))
                await writer.drain()
        writer.close()

    try:
        server = await asyncio.start_server(answer, host, port, limit=HEAD_BYTES)
    except OSError as error:
        log.error("there are no figures on %s port %s: %s", host, port, error.strerror)
        yield
        return
    async with server:
        yield


async def response(app: AppState, gateway: Any, head: bytes) -> bytes:
    is_ours = head.startswith((b"GET /metrics ", b"GET /metrics?"))
    body = text([*await stored(app), *running(app, gateway)]) if is_ours else b""
    status = "200 OK" if is_ours else "404 Not Found"
    return f"HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def text(samples: list[Sample]) -> bytes:
    return "".join(f"medborger_{name}{'{' + labels + '}' if labels else ''} {value!r}\n" for name, labels, value in samples).encode()


async def stored(app: AppState) -> list[Sample]:
    """What must be asked of the database: in a thread, for it may be long."""
    now_ms = int(app.now().timestamp() * 1000)
    waiting = await app.db.scan(notices.oldest_waiting, SYSTEM, now=now_ms)
    rungs_waiting = await app.db.scan(rungs.waiting, SYSTEM)
    return [
        *(("rungs_waiting", f'kind="{kind}"', rungs_waiting.get(kind, 0)) for kind in CHANNELS if kind != "call"),
        ("outbox_oldest_seconds", "", max(0, now_ms - waiting) / 1000 if waiting else 0),
        ("disk_free_bytes", "", shutil.disk_usage(app.settings.data).free),
    ]


def running(app: AppState, gateway: Any) -> Iterator[Sample]:
    writer, requests = app.db.writer, gateway.requests
    yield "writes_refused", f'why="{app.db.refusing}"', int(bool(app.db.refusing))
    yield "write_queue_length", "", len(writer.queue.people) + len(writer.queue.bulk)
    yield "write_queue_bytes", "", writer.queue.bytes
    yield "writer_silent_seconds", "", writer.silent_s()
    yield "loop_silent_seconds", "", app.watchdog.loop_silent_s() if app.watchdog else 0
    yield "log_bytes", "", app.db.log_bytes()
    yield from histogram("commit_seconds", "", writer.commits)
    for (kind, status), count in sorted(requests.statuses.items()):
        yield "requests_total", f'class="{kind}",status="{status}"', count
    for kind, seconds in requests.seconds.items():
        yield from histogram("request_seconds", f'class="{kind}"', seconds)
    for code, count in sorted(requests.refusals.items()):
        yield "refusals_total", f'code="{code}"', count
    yield "requests_running", "", requests.running
    yield "bodies_open", "", len(gateway.bodies.open)
    yield "conversions_waiting", "", sum(app.db.conversions.waiting.values())
    yield "conversions_running", "", len(app.db.conversions.children)
    yield "connections_open", "", len(gateway.connections.lines) if gateway.connections else 0
    yield "connections_closed_total", "", gateway.connections.closed if gateway.connections else 0
    for duty in app.duties:
        yield "duty_last_done_seconds", f'duty="{duty.name}"', duty.done_at
        yield "duty_wrong", f'duty="{duty.name}"', int(bool(duty.wrong))
    conversions = app.db.conversions
    yield "files_waiting", "", sum(conversions.waiting.values())
    yield "files_being_opened", "", len(conversions.children)
    for outcome, count in sorted(conversions.outcomes.items()):
        yield "files_total", f'outcome="{outcome}"', count
    yield "time_seconds", "", time.time()
    yield "memory_bytes", "", memory_bytes()


def histogram(name: str, labels: str, seconds: Histogram) -> Iterator[Sample]:
    comma = "," if labels else ""
    for bound, count in seconds.up_to():
        yield f"{name}_bucket", f'{labels}{comma}le="{bound}"', count
    yield f"{name}_count", labels, seconds.count
    yield f"{name}_sum", labels, seconds.total


def memory_bytes() -> float:
    """0 where there is no /proc."""
    with suppress(OSError, ValueError, IndexError), open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
