"""Rungs on their way: claimed with a lease, carried side by side, and what came of each written down.

A slow carrier holds up its own rungs and nobody else's. A rung is leased to this process (`owner`) for `LEASE_S`; a lease
that ran out is taken up again, so something may be handed over twice and nothing is lost.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from backend.domain.actors import SYSTEM
from backend.domain.moments import from_milliseconds, milliseconds
from backend.domain.notices import Person, Town
from backend.store import notices, recipients, rungs
from backend.store.database import Database
from backend.store.rungs import Settled
from push import plan
from push.recipients import opened
from push.rung import MOST_FAULTS, TEST, Carried, Job, back_off, write_delivered

CHUNK = 200
LEASE_S = 60
"""Longer than a post to a push service may take (10 s) and the wait for its turn."""
MOST_FLYING = 512
GATHER_S = 0.25
STOP_S = 3.0
AWAKE = ("push", "sms", "email", "helper")
"""What makes a sound: a try repeated in the night waits for the morning."""
log = logging.getLogger("medborger.push")


class Carrier(Protocol):
    async def carry(self, job: Job, now: datetime) -> Carried: ...


class Carrying:
    """`carriers`: kind of rung -> what carries it."""

    def __init__(
        self, db: Database, owner: str, carriers: Mapping[str, Carrier], town: Town, clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.db, self.owner, self.carriers, self.town, self.clock = db, owner, carriers, town, clock
        self.zone = ZoneInfo(town.zone)
        self.flying: dict[int, asyncio.Task[Carried]] = {}
        """By the row of the rung."""
        self.back: dict[int, Carried] = {}
        """What came of rungs, not written down yet."""
        self.attempts: dict[int, int] = {}
        """The fencing number of each rung in hand. A clock that jumps lets a lease run out under us: the rung is ours all the same."""

    async def turn(self) -> bool:
        """Claims as many as there is room for, and writes down what has come back. False: nothing is on its way."""
        now = self.clock()
        if self.back:
            await self.write_back()
        most = min(CHUNK, MOST_FLYING - len(self.flying))
        until = milliseconds(now + timedelta(seconds=LEASE_S))
        is_due = most > 0 and await self.db.read(rungs.is_waiting, SYSTEM, now=milliseconds(now))
        claimed = await self.db.write(rungs.claim, SYSTEM, owner=self.owner, now=milliseconds(now), until=until, most=most) if is_due else []
        self.attempts |= {rung.id: rung.attempt for rung in claimed}
        new = [rung for rung in claimed if rung.id not in self.flying and rung.id not in self.back]
        if new:
            jobs = await self.db.read(jobs_of, SYSTEM, claimed=new)
            self.flying |= {job[0].id: asyncio.create_task(self.carry_one(*job, now)) for job in jobs}
        if self.flying:
            await self.gather()
        return bool(claimed or self.flying)

    async def gather(self) -> None:
        """Waits for the first to come back, and a moment for others: one transaction writes them all."""
        await asyncio.wait(self.flying.values(), timeout=GATHER_S, return_when=asyncio.FIRST_COMPLETED)
        for id in [id for id, task in self.flying.items() if task.done()]:
            self.back[id] = self.flying.pop(id).result()
        if self.back:
            await self.write_back()

    async def write_back(self) -> None:
        """What could not be written (a full disk) stays in hand, and is written with the next."""
        taken, self.back = self.back, {}
        done = [(id, self.attempts[id], one) for id, one in taken.items()]
        try:
            await self.db.write(write_carried, SYSTEM, done=done, owner=self.owner, now=milliseconds(self.clock()))
        except BaseException:
            self.back = taken | self.back
            raise
        for id in taken.keys() - self.back.keys():
            del self.attempts[id]

    async def stop(self) -> None:
        """What is on its way is waited for, and what came of it written down; what hangs is taken up at the next start."""
        deadline = asyncio.get_running_loop().time() + STOP_S
        try:
            while self.flying and asyncio.get_running_loop().time() < deadline:
                await self.gather()
        except Exception as error:
            log.warning("what came of messages was not written down: %s", type(error).__name__)
        for task in self.flying.values():
            task.cancel()

    def after_the_night(self, rung: rungs.Row, person: Person, now: datetime) -> Carried:
        morning = plan.allowed(now, from_milliseconds(rung.not_after), person, self.town.zone, now)
        return Carried("due", "night", next_at=morning) if morning and morning > now else Carried("expired", "night")

    async def carry_one(
        self, rung: rungs.Row, told: list[notices.Row], known: recipients.Recipient, now: datetime
    ) -> Carried:  # fmt: skip
        """The truth was asked with the claim: what has ended is told by nobody."""
        if not told and rung.kind != TEST:
            return Carried("stopped", "ended")
        if rung.not_after <= milliseconds(now):
            return Carried("expired", "too-late")
        try:
            whom = opened(self.db.keys, known, self.zone, now)
            if rung.kind in AWAKE and plan.is_quiet(now, whom.person, self.town.zone):
                return self.after_the_night(rung, whom.person, now)
            return await self.carriers[rung.kind].carry(Job(rung, told, whom, known), now)
        except Exception as error:
            log.error("a rung was not carried: %s", type(error).__name__, exc_info=error)
            if rung.attempt >= MOST_FAULTS:
                return Carried("failed", "fault")
            return Carried("due", "fault", next_at=back_off(rung.attempt, now))


# Bodies


def jobs_of(tx, actor, claimed: list[rungs.Row]):  # noqa: ANN001, ANN201
    """Each rung with its notices that are still to be told, asked of the matters themselves."""
    found = []
    for rung in claimed:
        known = recipients.recipient(tx, actor, rung.person)
        told = [row for row in rungs.told_of(tx, actor, rung.id) if not recipients.ended(tx, actor, known.known, row)]
        found.append((rung, told, known))
    return found


def write_carried(tx, actor, done: list[tuple[int, int, Carried]], owner: str, now: int) -> None:  # noqa: ANN001
    for id, attempt, one in done:
        next_at = milliseconds(one.next_at) if one.next_at else None
        write_delivered(tx, actor, one.delivered, now)
        rungs.settle(tx, actor, owner, Settled(id, attempt, one.state, one.code, one.ref, next_at), [each.delivery for each in one.delivered], now)
