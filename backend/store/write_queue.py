"""What waits for the writer: bounded, people before bulk, at most one bulk chunk in a batch."""

import asyncio
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from msgspec import Struct

from backend.domain.errors import Busy

BATCH = 64
MOST_JOBS = 1024
MOST_BYTES = 16 * 2**20
OLDEST_S = 2.0
BESIDE_S = 0.1
"""So long after somebody's write the next is expected."""
REST, MOST_REST_S = 3, 0.25
"""Beside people a batch with a bulk chunk is followed by so many times its length without: three quarters of the time is theirs."""


class Job(Struct):
    body: Callable[..., Any]
    actor: object
    params: dict[str, Any]
    loop: asyncio.AbstractEventLoop | None
    future: asyncio.Future[Any] | Future[Any]
    answer: Any = None
    error: Exception | None = None
    is_bulk: bool = False
    weight: int = 0
    came_at: float = 0.0


class Queue:
    """Any thread puts, the writer alone takes. It takes what is there now and never waits to fill a batch."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.people: deque[Job] = deque()
        self.bulk: deque[Job] = deque()
        self.bytes = 0
        self.bell = threading.Condition()
        self.closed = False
        self.people_at = -BESIDE_S
        self.bulk_at, self.bulk_from = 0.0, 0.0
        """When the batch with the last chunk was taken, 0 once it is over; from when the next chunk may be."""

    def put(self, job: Job, bulk: bool = False) -> None:
        """Raises `Busy` at once when too much waits, or when the oldest has waited too long."""
        job.weight = weight(job.params)
        job.came_at, job.is_bulk = self.clock(), bulk
        with self.bell:
            if self.closed or self.is_full(job):
                raise Busy("queue-full", retry_after_s=random.randint(1, 5))
            (self.bulk if bulk else self.people).append(job)
            self.bytes += job.weight
            self.bell.notify()

    def is_full(self, job: Job) -> bool:
        waiting = len(self.people) + len(self.bulk)
        return bool(waiting) and (
            waiting >= MOST_JOBS
            or self.bytes + job.weight > MOST_BYTES
            or (bool(self.people) and job.came_at - self.people[0].came_at > OLDEST_S)
        )

    def take(self, wait_s: float) -> list[Job] | None:
        """The next batch; [] when nothing came in time; None when closed and empty."""
        with self.bell:
            self.rest()
            self.wait(wait_s)
            now = self.clock()
            batch = [self.people.popleft() for _ in range(min(BATCH, len(self.people)))]
            if batch:
                self.people_at = now
            if self.bulk and len(batch) < BATCH and (now >= self.bulk_from or self.closed):
                batch.append(self.bulk.popleft())
                self.bulk_at = now
            self.bytes -= sum(job.weight for job in batch)
            return batch or (None if self.closed else [])

    def rest(self) -> None:
        """The batch before is over: if it held a chunk, and people write too, the next chunk waits."""
        now = self.clock()
        if self.bulk_at and now - self.people_at < BESIDE_S + (now - self.bulk_at):
            self.bulk_from = now + min(REST * (now - self.bulk_at), MOST_REST_S)
        self.bulk_at = 0.0

    def wait(self, wait_s: float) -> None:
        """Until there is something to take."""
        until = self.clock() + wait_s
        while not self.people and not self.closed:
            left = (min(until, self.bulk_from) if self.bulk else until) - self.clock()
            if left <= 0:
                return
            self.bell.wait(left)

    def close(self) -> None:
        with self.bell:
            self.closed = True
            self.bell.notify()


def weight(params: dict[str, Any]) -> int:
    """About how many bytes wait: sealed bytes and texts, one level deep."""
    total = 0
    for value in params.values():
        if isinstance(value, Struct):
            total += sum(len(one) for one in map(value.__getattribute__, value.__struct_fields__) if isinstance(one, (bytes, str)))
        elif isinstance(value, (bytes, str)):
            total += len(value)
    return total


def answer(batch: list[Job], refused: Exception | None = None) -> None:
    """One call into each event loop for all its jobs; threads that wait are woken one by one."""
    loops: dict[Any, list[Job]] = {}
    for job in batch:
        if refused:
            job.error = refused
        loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        if loop is None:
            settle(jobs)
        else:
            with suppress(RuntimeError):  # the loop is closed: nobody waits there any longer
                loop.call_soon_threadsafe(settle, jobs)


def settle(jobs: list[Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if isinstance(job.error, StopIteration):  # no future takes it, and the jobs behind it would wait for ever
            job.future.set_exception(RuntimeError("a body raised StopIteration"))
        elif job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.answer)
