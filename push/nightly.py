"""The nightly pass over all residents: what runs out by the register, and what somebody has begun and not sent, become
notices. Everything else is written with the change it tells about.

In chunks, in the order of the rows; how far it has come stands in the store, so that a pass cut off goes on from there, and
a second pass on the same day does nothing. A pass repeated writes nothing new.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from backend.domain import deadlines, reminders, residents
from backend.domain.actors import SYSTEM
from backend.domain.drafts import Draft
from backend.domain.moments import milliseconds
from backend.domain.residents import Member
from backend.domain.services import Service
from backend.store import drafts, notices, recipients, rungs
from backend.store.database import Database
from backend.store.recipients import Known

CHUNK = 500
log = logging.getLogger("medborger.push")
FROM_HOUR = 3
"""Local: a quiet hour, and after the register's own nightly file."""


class Wanted(Struct, frozen=True):
    """All that is to be told of one matter of one person; nothing else of it is."""

    person: int
    matter: str
    notices: list[notices.New]


class Pass:
    """`versions`: (id, version) -> service, of every version a draft may name. `facts` (of the town) are added to each person's."""

    def __init__(
        self, db: Database, newest: Mapping[str, Service], versions: Mapping[tuple[str, int], Service], closed: list[str],
        clock: Callable[[], datetime], zone: Any,
    ) -> None:  # fmt: skip
        self.db, self.newest, self.versions, self.closed, self.clock, self.zone = db, newest, versions, closed, clock, zone

    async def run(self) -> int:
        """People looked at now; 0 if today's pass is done, or it is not night yet."""
        local = self.clock().astimezone(self.zone)
        today = local.date().isoformat()
        day, row = await self.db.read(notices.nightly, SYSTEM)
        if day == today and row < 0 or day and day != today and local.hour < FROM_HOUR:
            return 0
        row, seen = (row if day == today else 0), 0
        while (step := await self.chunk(today, row))[1]:
            row, count = step
            seen += count
            await asyncio.sleep(0)
        await self.db.write(notices.set_nightly, SYSTEM, day=today, person=-1)
        await self.tidy()
        return seen

    async def tidy(self) -> None:
        """Tests are forgotten; and the books are looked at: what is told has ended with a reason, or is to be looked at again."""
        yesterday = milliseconds(self.clock() - timedelta(days=1))
        await self.db.write(rungs.remove_tests, SYSTEM, before=yesterday)
        if unbalanced := await self.db.read(notices.unbalanced, SYSTEM):
            log.error("%d notices are neither open nor ended", len(unbalanced))

    async def chunk(self, today: str, row: int) -> tuple[int, int]:
        """(the last row looked at, how many people)."""
        found = await self.db.read(recipients.after, SYSTEM, row=row, most=CHUNK)
        if not found:
            return row, 0
        now = milliseconds(self.clock())
        wanted = [one for known, begun, sent in found for one in self.wanted_or_none(known, begun, sent, today, now)]
        last = found[-1][0].id
        await self.db.write(write, SYSTEM, wanted=wanted, today=today, row=last, now=now)
        return last, len(found)

    def wanted_or_none(self, known: Known, begun: list[drafts.Row], sent: list[str], today: str, now: int) -> list[Wanted]:
        """One person's damaged row does not end the pass for everybody after."""
        try:
            return self.wanted(known, begun, sent, today, now)
        except Exception as error:
            log.error("somebody's reminders cannot be planned: %s", type(error).__name__, exc_info=error)
            return []

    def wanted(self, known: Known, begun: list[drafts.Row], sent: list[str], today: str, now: int) -> list[Wanted]:
        resident = known.resident(self.db.keys)
        if resident is None:
            return []
        facts = residents.facts(resident, [Member(known.public_id, resident, "self")], today)
        opened = [drafts.unseal(self.db, known.person, row) for row in begun]
        return [
            *(one for service in self.newest.values() if (one := self.of_register(known, service, facts, sent, today, now))),
            *(one for draft in opened if (one := self.of_draft(known, draft, facts, today, now))),
        ]

    def of_register(self, known: Known, service: Service, facts: dict[str, Any], sent: list[str], today: str, now: int) -> Wanted | None:
        """Who has a case of this service has done something about it already."""
        rules = deadlines.of_register(service, facts, today)
        if not rules and not any(rule.shape == "validity" for rule in service.deadlines):
            return None
        matter = f"register/{service.id}"
        new = [] if service.id in sent else [(reminders.of_validity(rule, on), on) for rule, on in rules]
        return Wanted(known.id, matter, [notices.new(known.id, matter, one, now, service.id, service.version, occurrence=on) for one, on in new])

    def of_draft(self, known: Known, draft: Draft, facts: dict[str, Any], today: str, now: int) -> Wanted | None:
        """Of an empty one, and of the mark that a sent one leaves, nothing is told."""
        service = self.versions.get((draft.service, draft.version))
        matter = f"draft/{draft.service}"
        if service is None or draft.sent or not draft.answers | draft.raw:
            return Wanted(known.id, matter, [])
        found = reminders.of_draft(deadlines.of(service, draft.answers, facts, today, closed=self.closed))
        since = min(now, int(datetime.fromisoformat(draft.updated_at).astimezone(UTC).timestamp() * 1000))
        return Wanted(
            known.id, matter,
            [notices.new(known.id, matter, one, since, service.id, service.version, occurrence=one.last_day or draft.updated_at[:10]) for one in found],
        )  # fmt: skip


# Bodies


def write(tx, actor, wanted: list[Wanted], today: str, row: int, now: int) -> None:  # noqa: ANN001
    for one in wanted:
        notices.plan(tx, actor, one.person, one.matter, one.notices, now)
    notices.set_nightly(tx, actor, today, row)
