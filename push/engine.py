"""The loop: who is to be looked at, what the ladder says, and what carries it. All it must remember stands in the store, so
that a process killed anywhere goes on where it was.

A turn claims people who have something due, asks `ladder.decide`, writes rungs, and has them carried (`carrying`).
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from backend.domain.actors import SYSTEM
from backend.domain.errors import Busy
from backend.domain.moments import milliseconds
from backend.domain.notices import Answer, Call, End, Person, Send, Town, Wait
from backend.store import notices, recipients, rungs
from backend.store.database import Database
from backend.store.duties import Duty
from push import ladder
from push.carrying import CHUNK, LEASE_S, Carrier, Carrying
from push.recipients import history, opened

POLL_S = 1.0
ASIDE = timedelta(hours=1)
log = logging.getLogger("medborger.push")


class Engine:
    """`carriers`: kind of rung -> what carries it."""

    def __init__(
        self, db: Database, carriers: Mapping[str, Carrier], town: Town, clock: Callable[[], datetime], duty: Duty,
    ) -> None:  # fmt: skip
        self.db, self.town, self.clock, self.duty = db, town, clock, duty
        self.zone = ZoneInfo(town.zone)
        self.owner = secrets.token_hex(8)
        """Of this process, by chance at each start."""
        self.carrying = Carrying(db, self.owner, carriers, town, clock)
        self.woken = asyncio.Event()

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
        carried = await self.carrying.turn()
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
        by_person = groupby(sorted(rows, key=lambda row: row.person), key=lambda row: row.person)
        await self.write([self.plan_or_wait(looked, person, list(group), now) for person, group in by_person], now)
        return True

    async def write(self, made: list["Plan"], now: datetime) -> None:
        """All in one transaction; where one of them cannot be written, each in its own."""
        said = {"owner": self.owner, "now": milliseconds(now)}
        try:
            await self.db.write(write_plans, SYSTEM, plans=made, **said)
        except Busy:
            raise
        except Exception as error:
            if len(made) > 1:
                for one in made:
                    await self.write([one], now)
            else:
                await self.db.write(write_plans, SYSTEM, plans=[set_aside(made[0].settled, made[0].person, now, error)], **said)

    def plan_or_wait(self, looked: recipients.Looked, person: int, rows: list[notices.Row], now: datetime) -> "Plan":
        """One person's damaged row keeps nobody else from hearing."""
        try:
            return self.plan(looked, person, rows, now)
        except Exception as error:
            return set_aside(rows, person, now, error)

    def plan(self, looked: recipients.Looked, person: int, rows: list[notices.Row], now: datetime) -> "Plan":
        known = looked.recipients[person]
        whom = opened(self.db.keys, known, self.zone, now)
        answers = ladder.decide(history(looked, rows), self.reached(whom.person), self.town, now)
        return Plan(person, settled(rows, answers, now), [self.rung(known, one, now) for one in answers if isinstance(one, (Send, Call))])

    def reached(self, person: Person) -> Person:
        """By what this town has: without a gateway nobody is reached by SMS."""
        has = self.carrying.carriers
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

class Plan(Struct, frozen=True):
    """For one person: what is written about each of the claimed notices, and the new rungs."""

    person: int
    settled: list[notices.Settled]
    rungs: list[rungs.New]


def set_aside(rows: Sequence[notices.Row | notices.Settled], person: int, now: datetime, error: Exception) -> "Plan":
    """What we cannot look at is tried again later, and is told to the operator each time."""
    log.error("somebody's notices cannot be looked at: %s", type(error).__name__, exc_info=error)
    later = milliseconds(now + ASIDE)
    return Plan(person, [notices.Settled(row.id, row.revision, later) for row in rows], [])


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



# Bodies


def write_plans(tx, actor, plans: list[Plan], owner: str, now: int) -> None:  # noqa: ANN001
    """All of a person's plan, or none: what changed while it was made is planned anew."""
    for made in plans:
        if all([notices.settle(tx, actor, owner, one) for one in made.settled]):
            for new in made.rungs:
                rungs.add(tx, actor, new)
            for one in made.settled:
                if one.ended_why:
                    rungs.stop(tx, actor, [one.id], one.ended_why)
        else:
            notices.look_again_at_all(tx, actor, made.person, now)
