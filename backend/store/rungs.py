"""A rung is one try of one channel, for one person, telling one or several notices. A push rung has a delivery for each of
her phones.

Claimed with a lease; `attempt` is the fencing number: one who comes back after its lease was taken by another writes nothing.
Handing over happens at least once; a seen message stays seen whatever is written after.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence

from msgspec import Struct

from backend.domain.actors import Actor
from backend.store import notices
from backend.store.keyring import Keyring
from backend.store.statements import Tx, load

SQL = load("rungs")
PURPOSE = "hmac-push"
TRUTH = ("done", "withdrawn", "replaced", "decided", "erased", "dead", "opened", "cancelled")
"""Endings that the matter itself gave, unlike those of the plan."""


class New(Struct, frozen=True):
    """`kind` is "push", "sms", "email", "helper", "letter" or "call". Times in epoch ms."""

    person: int
    public_id: str
    kind: str
    made_at: int
    not_after: int
    next_at: int | None
    state: str
    owner: str = ""
    lease_until: int = 0
    code: str = ""
    notices: Sequence[tuple[int, str]] = ()
    """(notice, step)"""
    counts: bool = False
    """It is her one reminder of the day."""
    phones: Sequence[int] = ()
    """Rows of the subscriptions it is delivered to."""


class Row(Struct, frozen=True):
    id: int
    person: int
    public_id: str
    kind: str
    made_at: int
    not_after: int
    attempt: int
    state: str
    code: str


class Delivery(Struct, frozen=True):
    """With the phone it goes to; `sealed` opens with the person's key."""

    id: int
    rung: int
    subscription: int
    subscription_id: str
    origin: str
    vapid: str
    sealed: bytes
    refused: int


class Tried(Struct, frozen=True):
    step: str
    kind: str
    at: int
    state: str


def token(keys: Keyring, delivery: int) -> str:
    """Goes with the message to the phone, and comes back when it was shown. It proves this one delivery and opens nothing."""
    id = delivery.to_bytes(6, "big")
    return base64.urlsafe_b64encode(id + keys.mac(PURPOSE, b"delivery" + id)[:16]).rstrip(b"=").decode()


def delivery_of(keys: Keyring, token: str) -> int | None:
    """None: nobody was ever given this token."""
    try:
        raw = base64.b64decode(token + "==", altchars=b"-_", validate=True)
    except ValueError:
        return None
    macs = [mac[:16] for mac in keys.macs(PURPOSE, b"delivery" + raw[:6])]
    return int.from_bytes(raw[:6], "big") if len(raw) == 22 and any(hmac.compare_digest(mac, raw[6:]) for mac in macs) else None


class Settled(Struct, frozen=True):
    """`next_at` None: nothing more to do on this rung."""

    id: int
    attempt: int
    state: str
    code: str = ""
    ref: str = ""
    next_at: int | None = None


class SettledDelivery(Struct, frozen=True):
    id: int
    state: str
    code: str


class Receipt(Struct, frozen=True):
    id: int
    rung: int
    person: int
    kind: str
    shown_at: int | None
    clicked_at: int | None
    not_after: int


def new_id() -> str:
    return secrets.token_hex(16)


# Bodies


def add(tx: Tx, actor: Actor, new: New) -> int:
    rung = tx.one(SQL.add_rung, int, new)
    assert rung is not None
    for notice, step in new.notices:
        tx.run(SQL.add_rung_notice, rung=rung, notice=notice, step=step)
    for subscription in new.phones:
        tx.run(SQL.add_delivery, rung=rung, subscription=subscription)
    return rung


def claim(tx: Tx, actor: Actor, owner: str, now: int, until: int, most: int) -> list[Row]:
    return tx.all(SQL.claim_rungs, Row, owner=owner, now=now, until=until, most=most)


def free(tx: Tx, actor: Actor, owner: str) -> None:
    """At the start of a server, see `notices.free`."""
    tx.run(SQL.free_rungs, owner=owner)


def settle(tx: Tx, actor: Actor, owner: str, settled: Settled, deliveries: Sequence[SettledDelivery], now: int) -> bool:
    """What a try gave. The notices it told are looked at again. False: another has taken the rung meanwhile."""
    for each in deliveries:
        tx.run(SQL.settle_delivery, each)
    if tx.one(SQL.settle_rung, int, settled, owner=owner) is None:
        return False
    if settled.next_at is None:
        notices.look_again(tx, actor, settled.id, now)
    return True


def stop(tx: Tx, actor: Actor, ended: Sequence[int], why: str) -> None:
    """Of notices that have ended: rungs on their way that tell of nothing else. A call that stands on the list stays there
    where the day has only gone by; where the thing is done or gone nobody need ring."""
    for notice in ended:
        tx.run(SQL.stop_rungs, notice=notice, why=why, calls=why in TRUTH)


def receipt(tx: Tx, actor: Actor, delivery: int, event: str, now: int) -> Receipt | None:
    """The phone says that it showed the message ("shown") or that it was pressed ("clicked"). None: no such delivery.
    Once it is past its last moment, or said before, nothing changes."""
    found = tx.one(SQL.delivery_by_id, Receipt, id=delivery)
    if found is None or found.not_after < now or (found.shown_at if event == "shown" else found.clicked_at) is not None:
        return found
    tx.run(SQL.delivery_shown if event == "shown" else SQL.delivery_clicked, id=found.id, now=now)
    tx.run(SQL.rung_seen, id=found.rung)
    notices.look_again(tx, actor, found.rung, now)
    return found


def answered(tx: Tx, actor: Actor, delivery: int, said: str, until: int, now: int) -> None:
    """A button of the message was pressed, perhaps on a locked phone: "tomorrow" or "done". It holds for the one thing to do
    that the message told of. What costs much is not ended by a button that a pocket can press."""
    found = receipt(tx, actor, delivery, "clicked", now)
    if found is None or found.not_after < now:
        return
    told = told_of(tx, actor, found.rung)
    if len(told) != 1 or told[0].kind != "act":
        return
    if said == "tomorrow":
        notices.put_off(tx, actor, found.person, told[0].public_id, until)
    elif told[0].weight != "heavy":
        notices.end_one(tx, actor, found.person, told[0].public_id, "done", now)


def deliveries(tx: Tx, actor: Actor, rung: int) -> list[Delivery]:
    """Not accepted yet, to phones that still take messages."""
    return tx.all(SQL.deliveries_due, Delivery, rung=rung)


def told_of(tx: Tx, actor: Actor, rung: int) -> list[notices.Row]:
    """The notices of a rung that have not ended."""
    return tx.all(SQL.notices_of_rung, notices.Row, rung=rung)


def tried(tx: Tx, actor: Actor, notice: int) -> list[Tried]:
    return tx.all(SQL.tried, Tried, notice=notice)


def told_last(tx: Tx, actor: Actor, person: int) -> int:
    """When she was last sent what counts as her reminder of the day; 0 never."""
    return tx.one(SQL.told_last, int, person=person) or 0


def city_last(tx: Tx, actor: Actor, person: int) -> int:
    """When she was last told of something in town; 0 never."""
    return tx.one(SQL.city_last, int, person=person) or 0


def state(tx: Tx, actor: Actor, person: int, public_id: str) -> str:
    return tx.one(SQL.rung_state, str, person=person, public_id=public_id) or ""


def is_waiting(tx: Tx, actor: Actor, now: int) -> bool:
    return tx.one(SQL.rung_waits, int, now=now) is not None


def waiting(tx: Tx, actor: Actor) -> dict[str, int]:
    """How many wait, by kind: for the figures."""
    return dict(tx.all(SQL.rungs_waiting, lambda kind, count: (kind, count)))


def remove_tests(tx: Tx, actor: Actor, before: int) -> None:
    """They told of nothing, and anybody may ask for many."""
    tx.run(SQL.remove_deliveries_of_tests, before=before)
    tx.run(SQL.remove_tests, before=before)
