"""The server's side: starts a child for each file, few at a time, hands it the bytes, and kills it in the end.

A child that ends by a signal, by itself or at a limit, means that the file asks too much; one killed from outside is
tried once more. The server holds no more of the file than a piece of it, and of the answer what may be kept.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

import msgspec

from backend.domain.errors import BadFile, Busy
from backend.store.conversion import confinement, limits
from backend.store.conversion.expenses import Expenses, Payers

PROCESS = Path(__file__).with_name("process.py")
PIECE = 256 * 1024
FROM_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM}
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "OPENSSL_CONF": "/dev/null"}
"""Nothing of the server's own, which names its keys."""
log = logging.getLogger("medborger.store")


class Source(Protocol):
    """A file as it was uploaded, in memory or in a temporary file."""

    async def read(self, size: int = -1) -> bytes: ...

    async def seek(self, offset: int) -> int: ...


class KilledFromOutside(Exception):
    pass


class Conversions:
    """One for a store. Guests never take the last place: who is signed in does not wait behind a stranger's file."""

    def __init__(self, at_once: int = limits.AT_ONCE, waiting: int = limits.WAITING) -> None:
        self.places, self.guest_places = asyncio.Semaphore(at_once), asyncio.Semaphore(max(1, at_once - 1))
        self.most_waiting = waiting
        self.waiting = {True: 0, False: 0}
        self.children: set[int] = set()
        self.expenses = Expenses()
        self.outcomes: Counter[str] = Counter()
        """"kept", or why not, since the start: for the figures."""
        if confinement.landlock_version() < 1:
            log.warning("this kernel has no Landlock: what opens people's files has limits on memory and time, but could read other files")

    async def convert(self, source: Source, is_guest: bool, payers: Payers | None = None) -> tuple[str, bytes]:
        """(content type, new bytes). Raises `BadFile`, or `Busy("converting")` when too many wait."""
        try:
            async with self.place(is_guest, payers or {}):
                kind, safe = await self.attempt_twice(source)
        except (BadFile, Busy) as refused:
            self.outcomes[refused.why] += 1
            raise
        self.outcomes["kept"] += 1
        return kind, safe

    async def attempt_twice(self, source: Source) -> tuple[str, bytes]:
        try:
            return await self.attempt(source)
        except KilledFromOutside:
            log.warning("a process that converts files was killed from outside; its file is tried once more")
        try:
            return await self.attempt(source)
        except KilledFromOutside:
            raise BadFile("too-heavy") from None

    @contextlib.asynccontextmanager
    async def place(self, is_guest: bool, payers: Payers) -> AsyncIterator[None]:
        """Whoever has used up theirs is told before waiting, and again when the turn comes: others of theirs came first."""
        if self.waiting[is_guest] >= self.most_waiting or not self.expenses.may_wait(payers):
            raise Busy("converting", retry_after_s=limits.LONGEST_WAIT_S)
        async with contextlib.AsyncExitStack() as held:
            self.waiting[is_guest] += 1
            self.expenses.waiting.update(payers.keys())
            try:
                async with asyncio.timeout(limits.LONGEST_WAIT_S):
                    if is_guest:
                        await held.enter_async_context(self.guest_places)
                    await held.enter_async_context(self.places)
            except TimeoutError:
                raise Busy("converting", retry_after_s=limits.LONGEST_WAIT_S) from None
            finally:
                self.waiting[is_guest] -= 1
                self.expenses.waiting.subtract(payers.keys())
                self.expenses.waiting += Counter()
            if not self.expenses.has_left(payers):
                raise Busy("converting", retry_after_s=limits.LONGEST_WAIT_S)
            began = time.monotonic()
            try:
                yield
            finally:
                self.expenses.pay(payers, time.monotonic() - began)

    async def attempt(self, source: Source) -> tuple[str, bytes]:
        await source.seek(0)
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(PROCESS), str(os.getpid()), env=ENVIRONMENT, cwd="/", start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, limit=PIECE,
        )  # fmt: skip
        self.children.add(child.pid)
        timed_out = True
        try:
            async with asyncio.timeout(limits.WALL_S):
                said = await talk(child, source)
                await child.wait()
            timed_out = False
        except TimeoutError:
            raise BadFile("too-heavy") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
            self.children.discard(child.pid)
        return read(said, child.returncode if not timed_out else 0)


async def talk(child: asyncio.subprocess.Process, source: Source) -> bytes:
    """Its whole answer; it may answer, and close its ear, before it has heard everything."""
    assert child.stdin and child.stdout
    heard = asyncio.create_task(listen(child.stdout))
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while piece := await source.read(PIECE):
                child.stdin.write(piece)
                await child.stdin.drain()
        child.stdin.close()
        return await heard
    finally:
        heard.cancel()


async def listen(stream: asyncio.StreamReader) -> bytes:
    said = bytearray()
    while piece := await stream.read(PIECE):
        said += piece
        if len(said) > limits.MAX_RESULT + PIECE:
            raise BadFile("too-heavy")
    return bytes(said)


def read(said: bytes, code: int | None) -> tuple[str, bytes]:
    head, found, data = said.partition(b"\n")
    if not found:
        if code in FROM_OUTSIDE:
            raise KilledFromOutside
        log.warning("a file was too much for the process that converts files: it ended with %s", code)
        raise BadFile("too-heavy")
    answer: dict[str, Any] = msgspec.json.decode(head)
    if "why" in answer:
        raise BadFile(answer["why"], answer["n"])
    return answer["kind"], data
