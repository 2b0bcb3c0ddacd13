"""Sealing by several cores, where one is too few: a letter to a whole town. Threads would not help, because most of the time
is spent holding the interpreter's lock.

The processes get texts and the keys of phones, and give back bytes. They have no key of ours, no store, and end with us.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from msgspec import Struct

from push import seal
from push.keys import Vapid
from push.subscriptions import Subscription

CHUNK = 200
"""Fewer in one go, and the way to the process costs as much as the sealing."""


class ToSeal(Struct, frozen=True):
    key_id: str
    text: bytes
    phone: Subscription
    ttl_s: int
    urgency: str
    topic: str


Plain = tuple[bytes, str, str]
"""Padded text, p256dh, auth."""


class SealProcesses:
    """Made once; `close()` at its end. The processes start with the first message."""

    def __init__(self, vapid: Vapid, processes: int = 2) -> None:
        self.vapid, self.processes = vapid, processes
        self.pool: ProcessPoolExecutor | None = None

    async def seal(self, rows: Sequence[ToSeal]) -> list[seal.Sealed]:
        """In the order of `rows`. Raises `seal.TooLong`, before anything is done."""
        plain = [(seal.padded(row.text), row.phone.keys.p256dh, row.phone.keys.auth) for row in rows]
        parts = [plain[start : start + CHUNK] for start in range(0, len(plain), CHUNK)]
        bodies = [body for part in await asyncio.gather(*map(self.part, parts)) for body in part]
        return [seal.Sealed(body, self.headers(row)) for body, row in zip(bodies, rows, strict=True)]

    async def part(self, plain: list[Plain]) -> list[bytes]:
        """A process that was killed is replaced once: what it had is sealed anew, which harms nothing."""
        pool = self.started()
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, bodies, plain)
        except BrokenProcessPool:
            if self.pool is pool:
                self.close()
            return await asyncio.get_running_loop().run_in_executor(self.started(), bodies, plain)

    def headers(self, row: ToSeal) -> dict[str, str]:
        signed = {"authorization": self.vapid.authorization(row.key_id, row.phone.endpoint), "content-encoding": "aes128gcm"}
        return signed | seal.own_headers(row.ttl_s, row.urgency, row.topic)

    def started(self) -> ProcessPoolExecutor:
        if self.pool is None:
            self.pool = ProcessPoolExecutor(self.processes, multiprocessing.get_context("spawn"), initializer=begin)
        return self.pool

    def close(self) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=True, cancel_futures=True)
            self.pool = None


# ---- inside a process -----------------------------------------------------------------------------------------------


def begin() -> None:
    """Ctrl-C is for the one that started us; when that ends, by whatever means, so do we."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def bodies(plain: list[Plain]) -> list[bytes]:
    return [seal.body(text, p256dh, auth) for text, p256dh, auth in plain]
