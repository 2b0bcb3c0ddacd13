"""The loop: who is to be looked at, what the ladder says, and what carries it. All it must remember stands in the store, so
that a process killed anywhere goes on where it was.

A turn claims people who have something due, asks `ladder.decide`, writes rungs, and has them carried. A rung is leased to
this process (`owner`, a random id made at each start) for `LEASE_S`; a lease that ran out is taken up again, so something
may be handed over twice and nothing is lost.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from backend.domain.actors import SYSTEM
from backend.domain.notices import Answer, Call, End, Person, Send, Town, Wait
from backend.store import notices, recipients, rungs
from backend.store.database import Database
from backend.store.duties import Duty
from backend.store.rungs import Settled
from push import ladder, plan
from push.recipients import at, history, opened
from push.rung import MOST_FAULTS, TEST, Carried, Job, back_off, write_delivered

CHUNK = 200
LEASE_S = 60
"""Longer than a post to a push service may take (10 s) and the wait for its turn."""
POLL_S = 1.0
MOST_FLYING = 512
GATHER_S = 0.25
STOP_S = 3.0
log = logging.getLogger("medborger.push")


class Carrier(Protocol):
    async def carry(self, job: Job, now: datetime) -> Carried: ...


class Engine:
    """`carriers`: kind of rung -> what carries it."""

    def __init__(
        self, db: Database, carriers: Mapping[str, Carrier], town: Town, clock: Callable[[], datetime], duty: Duty,
    ) -> None:  # fmt: skip
        self.db, self.carriers, self.town, self.clock, self.duty = db, carriers, town, clock, duty
        self.zone = ZoneInfo(town.zone)
        self.owner = secrets.token_hex(8)
        self.woken = asyncio.Event()
        self.flying: set[asyncio.Task[tuple[rungs.Row, Carried]]] = set()

    async def run(self) -> None:
        """Until cancelled. What goes wrong is told by the health page and tried again; nothing is lost meanwhile."""
        is_free = False
        while True:
            try:
                if not is_free:
                    await self.free()
                    is_free = True
                busy = await self.turn()
            except Exception as error:
                self.duty.missed(error)
                await asyncio.sleep(POLL_S)
            else:
                self.duty.done()
                if not busy:
                    await self.rest()

    async def rest(self) -> None:
        self.woken.clear()
        try:
            await asyncio.wait_for(self.woken.wait(), POLL_S)
        except TimeoutError:
            pass

    async def free(self) -> None:
        """One server runs on a store at a time: what others have leased is of the dead."""
        await self.db.write(notices.free, SYSTEM, owner=self.owner)
        await self.db.write(rungs.free, SYSTEM, owner=self.owner)

    async def turn(self) -> bool:
        """One chunk looked at, and some carried. False: nothing is due, and nothing on its way."""
        looked = await self.look()
        carried = await self.carry()
        return looked or carried

    # ---- what to do ------------------------------------------------------------------------------------------

    async def look(self) -> bool:
        now = self.clock()
        if not await self.db.read(notices.oldest_waiting, SYSTEM, now=milliseconds(now)):
            return False  # an idle town writes nothing
        until = milliseconds(now + timedelta(seconds=LEASE_S))
        rows = await self.db.write(notices.claim, SYSTEM, owner=self.owner, now=milliseconds(now), until=until, most=CHUNK)
        if not rows:
            return False
        looked = await self.db.read(recipients.look, SYSTEM, rows=rows)
        plans = [
            self.plan(looked, person, list(group), now)
            for person, group in groupby(sorted(rows, key=lambda row: row.person), key=lambda row: row.person)
        ]
        await self.db.write(write_plans, SYSTEM, plans=plans, owner=self.owner, now=milliseconds(now))
        return True

    def plan(self, looked: recipients.Looked, person: int, rows: list[notices.Row], now: datetime) -> "Plan":
        known = looked.recipients[person]
        whom = opened(self.db.keys, known, self.zone, now)
        answers = ladder.decide(history(looked, rows), self.reached(whom.person), self.town, now)
        return Plan(person, settled(rows, answers, now), [self.rung(known, one, now) for one in answers if isinstance(one, (Send, Call))])

    def reached(self, person: Person) -> Person:
        """By what this town has: without a gateway nobody is reached by SMS."""
        has = self.carriers
        return structs.replace(
            person, push=person.push if "push" in has else "none", sms=person.sms and "sms" in has, email=person.email and "email" in has,
            letter=person.letter and "letter" in has,
        )  # fmt: skip

    def rung(self, known: recipients.Recipient, one: Send | Call, now: datetime) -> rungs.New:
        ms = milliseconds(now)
        if isinstance(one, Call):
            return rungs.New(known.known.id, rungs.new_id(), "call", ms, 0, None, "due", code=one.why, notices=[(one.notice, "call")])
        phones = [phone.id for phone in known.phones] if one.kind == "push" else []
        return rungs.New(
            known.known.id, rungs.new_id(), one.kind, ms, milliseconds(one.not_after), ms, "due", notices=one.notices, phones=phones,
            counts=one.counts,
        )  # fmt: skip

    # ---- doing it --------------------------------------------------------------------------------------------

    async def carry(self) -> bool:
        """Claims as many as there is room for, and writes down what has come back. A slow carrier holds up its own rungs
        and nobody else's."""
        now = self.clock()
        most = min(CHUNK, MOST_FLYING - len(self.flying))
        until = milliseconds(now + timedelta(seconds=LEASE_S))
        is_due = most > 0 and await self.db.read(rungs.is_waiting, SYSTEM, now=milliseconds(now))
        claimed = await self.db.write(rungs.claim, SYSTEM, owner=self.owner, now=milliseconds(now), until=until, most=most) if is_due else []
        if claimed:
            jobs = await self.db.read(jobs_of, SYSTEM, claimed=claimed)
            self.flying |= {asyncio.create_task(self.carry_one(*job, now)) for job in jobs}
        if self.flying:
            await self.gather()
        return bool(claimed or self.flying)

    async def gather(self) -> None:
        """Waits for the first to come back, and a moment for others: one transaction writes them all."""
        await asyncio.wait(self.flying, timeout=GATHER_S, return_when=asyncio.FIRST_COMPLETED)
        landed = {task for task in self.flying if task.done()}
        self.flying -= landed
        if landed:
            done = [task.result() for task in landed]
            await self.db.write(write_carried, SYSTEM, done=done, owner=self.owner, now=milliseconds(self.clock()))

    async def stop(self) -> None:
        """What is on its way is waited for, and what came of it written down; what hangs is taken up at the next start."""
        deadline = asyncio.get_running_loop().time() + STOP_S
        while self.flying and asyncio.get_running_loop().time() < deadline:
            await self.gather()
        for task in self.flying:
            task.cancel()

    def after_the_night(self, rung: rungs.Row, person: Person, now: datetime) -> Carried:
        morning = plan.allowed(now, at(rung.not_after), person, self.town.zone, now)
        return Carried("due", "night", next_at=morning) if morning and morning > now else Carried("expired", "night")

    async def carry_one(
        self, rung: rungs.Row, told: list[notices.Row], known: recipients.Recipient, now: datetime
    ) -> tuple[rungs.Row, Carried]:  # fmt: skip
        """The truth was asked with the claim: what has ended is told by nobody."""
        if not told and rung.kind != TEST:
            return rung, Carried("stopped", "ended")
        if rung.not_after <= milliseconds(now):
            return rung, Carried("expired", "too-late")
        try:
            whom = opened(self.db.keys, known, self.zone, now)
            if rung.kind in AWAKE and plan.is_quiet(now, whom.person, self.town.zone):
                return rung, self.after_the_night(rung, whom.person, now)
            return rung, await self.carriers[rung.kind].carry(Job(rung, told, whom, known), now)
        except Exception as error:
            log.error("a rung was not carried: %s", type(error).__name__, exc_info=error)
            if rung.attempt >= MOST_FAULTS:
                return rung, Carried("failed", "fault")
            return rung, Carried("due", "fault", next_at=back_off(rung.attempt, now))


AWAKE = ("push", "sms", "email", "helper")
"""What makes a sound: a try repeated in the night waits for the morning."""


class Plan(Struct, frozen=True):
    """For one person: what is written about each of the claimed notices, and the new rungs."""

    person: int
    settled: list[notices.Settled]
    rungs: list[rungs.New]


def settled(rows: list[notices.Row], answers: list[Answer], now: datetime) -> list[notices.Settled]:
    """A notice that is being told now ends only when it is known how that went."""
    on_its_way = {id: one.not_after for one in answers if isinstance(one, Send) for id, _ in one.notices}
    by_id = {row.id: row for row in rows}
    found = []
    for one in answers:
        if isinstance(one, Wait):
            found.append(notices.Settled(one.notice, by_id[one.notice].revision, milliseconds(one.until)))
        elif isinstance(one, End):
            until = on_its_way.get(one.notice)
            ended = {"ended_at": milliseconds(now), "ended_why": one.why} if until is None else {}
            found.append(notices.Settled(one.notice, by_id[one.notice].revision, milliseconds(until) if until else None, **ended))
    return found


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


# Bodies


def write_plans(tx, actor, plans: list[Plan], owner: str, now: int) -> None:  # noqa: ANN001
    """All of a person's plan, or none: what changed while it was made is planned anew."""
    for plan in plans:
        if all([notices.settle(tx, actor, owner, one) for one in plan.settled]):
            for new in plan.rungs:
                rungs.add(tx, actor, new)
            for one in plan.settled:
                if one.ended_why:
                    rungs.stop(tx, actor, [one.id], one.ended_why)
        else:
            notices.look_again_at_all(tx, actor, plan.person, now)


def jobs_of(tx, actor, claimed: list[rungs.Row]):  # noqa: ANN001, ANN201
    """Each rung with its notices that are still to be told, asked of the matters themselves."""
    found = []
    for rung in claimed:
        known = recipients.recipient(tx, actor, rung.person)
        told = [row for row in rungs.told_of(tx, actor, rung.id) if not recipients.ended(tx, actor, known.known, row)]
        found.append((rung, told, known))
    return found


def write_carried(tx, actor, done: list[tuple[rungs.Row, Carried]], owner: str, now: int) -> None:  # noqa: ANN001
    for rung, one in done:
        next_at = milliseconds(one.next_at) if one.next_at else None
        write_delivered(tx, actor, one.delivered, now)
        rungs.settle(tx, actor, owner, Settled(rung.id, rung.attempt, one.state, one.code, one.ref, next_at), [each.delivery for each in one.delivered], now)
