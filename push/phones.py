"""Web push: one message to each of her phones, sealed for that phone alone, and what the push service answered."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any, Protocol

from backend.domain.actors import SYSTEM
from backend.domain.moments import from_milliseconds
from backend.store import rungs, subscriptions
from backend.store.database import Database
from backend.store.rungs import Delivery, SettledDelivery
from backend.store.subscriptions import Phone
from push import payload, verdict
from push.gates import Gates
from push.rung import TEST, Carried, Delivered, Describe, Job, back_off
from push.subscriptions import Subscription, SubscriptionKeys
from push.texts import MATTER, Texts

LONGEST = timedelta(days=28)
"""More than bridged phones keep a message."""
log = logging.getLogger("medborger.push")
MOST_REFUSALS = 5
"""In a row and without a success: then this phone takes no more."""


class Sealer(Protocol):
    def __call__(self, key_id: str, text: bytes, phone: Subscription, ttl_s: int, urgency: str, topic: str) -> Any: ...


class Phones:
    """`seal` and `post` are `seal.seal` and `Wire.post` with what they need of this town."""

    def __init__(
        self, db: Database, seal: Sealer, wire: Any, texts: Texts, about: Describe, gates: Gates, origin: str, key: bytes,
    ) -> None:  # fmt: skip
        self.db, self.seal, self.wire, self.texts, self.about, self.gates, self.origin, self.key = db, seal, wire, texts, about, gates, origin, key

    async def carry(self, job: Job, now: datetime) -> Carried:
        due = await self.db.read(rungs.deliveries, SYSTEM, rung=job.rung.id)
        if not due:
            return Carried("failed", "no-phone")
        told = await asyncio.gather(*[self.deliver_or_fail(job, one, now) for one in due])
        again = [one.next_at for one in told if one.next_at]
        is_taken = any(one.effect == "taken" for one in told)
        state = "handed_over" if is_taken else "due" if again else "failed"
        return Carried(state, told[0].delivery.code, next_at=min(again, default=None), delivered=list(told))

    async def deliver_or_fail(self, job: Job, one: Delivery, now: datetime) -> Delivered:
        """One phone's damaged row, or a key of ours that is gone, does not send to her other phones again and again."""
        try:
            return await self.deliver(job, one, now)
        except Exception as error:
            log.error("a phone was not written to: %s", type(error).__name__, exc_info=error)
            return Delivered(SettledDelivery(one.id, "failed", "fault"), one.subscription)

    async def deliver(self, job: Job, one: Delivery, now: datetime) -> Delivered:
        shut = self.gates.opens_at(one.origin, now)
        if shut:
            return self.later(job, one, "gate", shut)
        phone = subscriptions.unsealed(self.db.keys, job.known.known.person, one.subscription_id, one.sealed)
        text, true_until = self.text(job, one, phone, now)
        sealed = self.seal(one.vapid, text, subscription_of(phone), ttl(job, true_until, now), urgency(job), self.topic(job))
        answer = await self.wire.post(phone.endpoint, sealed)
        return self.judged(job, one, verdict.judge(answer, now), now)

    def judged(self, job: Job, one: Delivery, found: Any, now: datetime) -> Delivered:
        if found.action == "accepted":
            self.gates.taken(one.origin)
            return Delivered(SettledDelivery(one.id, "accepted", found.code), one.subscription, "taken")
        if found.action == "gone":
            return Delivered(SettledDelivery(one.id, "gone", found.code), one.subscription, "gone")
        if found.action == "wait":
            until = now + timedelta(seconds=found.wait_s)
            self.gates.wait(one.origin, until)
            return self.later(job, one, found.code, until, (one.origin, until, found.code))
        if found.action == "retry":
            self.gates.failed(one.origin, now)
            return self.later(job, one, found.code, back_off(job.rung.attempt, now))
        if found.action == "refused" and self.gates.refused(one.origin, found.code, now):
            return self.later(job, one, found.code, self.gates.opens_at(one.origin, now) or back_off(job.rung.attempt, now))
        is_its_own = self.gates.takes_others(one.origin)
        effect = "" if not is_its_own else "gone" if one.refused + 1 >= MOST_REFUSALS else "refused"
        return Delivered(SettledDelivery(one.id, "failed", found.code), one.subscription, effect)

    def later(self, job: Job, one: Delivery, code: str, until: datetime, gate: Any = None) -> Delivered:
        """Tried again, unless its last moment comes first: then the ladder goes on at once."""
        if until >= from_milliseconds(job.rung.not_after):
            return Delivered(SettledDelivery(one.id, "expired", code), one.subscription, gate=gate)
        return Delivered(SettledDelivery(one.id, "due", code), one.subscription, next_at=until, gate=gate)

    # ---- the message ------------------------------------------------------------------------------------------

    def text(self, job: Job, one: Delivery, phone: Phone, now: datetime) -> tuple[bytes, datetime | None]:
        """And until when its words are true."""
        lang = self.texts.words(phone.lang or job.recipient.language).code
        if job.rung.kind == TEST:
            shown, notice = self.texts.test(lang), job.rung.public_id
        else:
            shown, notice = self.texts.push(lang, [self.about(row, lang) for row in job.told], phone.level, now), job.told[0].public_id
        badge = sum(row.kind == "act" for row in job.told)
        buttons = job.rung.kind != TEST and self.may_be_answered(job, phone)
        token = rungs.token(self.db.keys, one.id)
        return payload.payload(shown, self.origin, notice, token, self.topic(job), badge, buttons), shown.true_until

    def may_be_answered(self, job: Job, phone: Phone) -> bool:
        """Only where the screen says what it is about, and it is one thing that costs little: a pocket can press too."""
        names_it = phone.level == MATTER and not any(self.about(row, phone.lang).is_sensitive for row in job.told)
        return names_it and len(job.told) == 1 and job.told[0].kind == "act" and job.told[0].weight != "heavy"

    def topic(self, job: Job) -> str:
        return payload.topic(self.key, job.rung.person, job.told[0].matter if job.told else TEST)


def ttl(job: Job, true_until: datetime | None, now: datetime) -> int:
    """Whole seconds to the last moment, or until "tomorrow" is another day."""
    last = from_milliseconds(job.rung.not_after)
    return max(1, int(min(min(last, true_until or last) - now, LONGEST).total_seconds()))


def urgency(job: Job) -> str:
    """Only what is of today wakes a phone that saves its battery."""
    return "high" if from_milliseconds(job.rung.not_after) - from_milliseconds(job.rung.made_at) < timedelta(hours=24) else "normal"


def subscription_of(phone: Phone) -> Subscription:
    return Subscription(phone.endpoint, SubscriptionKeys(phone.p256dh, phone.auth))
