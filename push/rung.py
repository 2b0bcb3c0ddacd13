"""A rung on its way: what is carried to whom, and what became of it."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from msgspec import Struct

from backend.domain.moments import milliseconds
from backend.store import notices, origin_gates, recipients, rungs, subscriptions
from backend.store.rungs import SettledDelivery
from push.recipients import Opened
from push.sentences import About

TEST = "test"
"""The kind of rung that tells of nothing: "Send me a test now"."""
MOST_FAULTS = 5
"""Faults of our own (not of a carrier) before the ladder goes on without this rung."""


class Describe(Protocol):
    """What texts see of a notice; made where the services are known."""

    def __call__(self, row: notices.Row, lang: str) -> About: ...


class Job(Struct, frozen=True):
    """A rung to be carried, its notices that still are to be told, and whom it is for."""

    rung: rungs.Row
    told: list[notices.Row]
    recipient: Opened
    known: recipients.Recipient


class Delivered(Struct, frozen=True):
    """What came of one delivery, and of the phone and the push service it went to."""

    delivery: SettledDelivery
    phone: int
    effect: str = ""
    """"taken", "gone", "refused" or "": of the phone."""
    next_at: datetime | None = None
    gate: tuple[str, datetime, str] | None = None
    """(origin, until, why): nothing more goes there before."""


class Carried(Struct, frozen=True):
    """What became of a rung: `next_at` is when to try again, None = nothing more to do."""

    state: str
    code: str = ""
    ref: str = ""
    next_at: datetime | None = None
    delivered: list[Delivered] = []


def back_off(attempt: int, now: datetime) -> datetime:
    """Anywhere between nothing and 5 s, 10 s … 5 min: those who failed together do not come back together."""
    most_ms = int(min(5.0 * 2 ** min(attempt - 1, 10), 300.0) * 1000)
    return now + timedelta(milliseconds=1 + secrets.randbelow(most_ms))


def write_delivered(tx: Any, actor: Any, told: Sequence[Delivered], now: int) -> None:
    """In the transaction that settles the rung: what is known now of phones and push services."""
    for one in told:
        if one.effect == "taken":
            subscriptions.taken(tx, actor, one.phone, now)
        elif one.effect == "gone":
            subscriptions.gone(tx, actor, one.phone, one.delivery.code, now)
        elif one.effect == "refused":
            subscriptions.refused(tx, actor, one.phone)
        if one.gate:
            origin, until, why = one.gate
            origin_gates.shut(tx, actor, origin, milliseconds(until), why)
