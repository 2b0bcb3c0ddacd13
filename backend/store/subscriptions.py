"""The phones that take messages (web push). Found by a keyed hash of the endpoint, which is a secret; what is needed to
write to one lies sealed with the person's key, so that a row planted or moved in the database sends nothing.
"""

import secrets
from datetime import datetime

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.store import audit, notices, persons
from backend.store.database import Database
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("subscriptions")
TABLE = "subscription"
PURPOSE = "hmac-push"
REMOVED = "removed"
"""Why a phone ended that its owner took off her list, or the operator a lost one: it is not put back by itself."""
MOST = 10
"""Phones of one person; with one more the one unseen longest goes."""


class Phone(Struct, frozen=True, omit_defaults=True):
    """What is sealed. `endpoint`, `p256dh` and `auth` are the browser's exact texts; `level` is 0 discreet, 1 sender, 2 matter;
    `name` is how the person knows the phone ("Android", "iPhone")."""

    endpoint: str
    p256dh: str
    auth: str
    lang: str
    level: int = 0
    name: str = ""


class New(Struct, frozen=True):
    person: int
    public_id: str
    endpoint_mac: bytes
    origin: str
    vapid: str
    sealed: bytes
    now: int
    older: list[bytes]
    """What `endpoint_mac` would be under older keys of ours."""


class Row(Struct, frozen=True):
    """Times in epoch ms. `seen_at`: when the app was last opened there. `taken_at`: when its push service last took a message.
    `refused`: refusals since then."""

    id: int
    public_id: str
    origin: str
    vapid: str
    sealed: bytes
    made_at: int
    seen_at: int
    taken_at: int
    refused: int


class Kept(Struct, frozen=True):
    row: Row
    phone: Phone


async def put(db: Database, actor: Actor, phone: Phone, origin: str, vapid: str, now: datetime, public_id: str = "") -> str:
    """This phone takes messages for the signed-in person from now on, and for nobody who used it before. Its public id.

    `public_id` is given where a phone known already is written anew (other keys, another level)."""
    person = await db.read(persons.find, actor, public_id=actor.subject)
    id, ms = public_id or secrets.token_hex(16), int(now.timestamp() * 1000)
    sealed = db.keys.seal(person, TABLE, id, msgspec.json.encode(phone))
    *older, mac = db.keys.macs(PURPOSE, phone.endpoint.encode())
    new = New(person.id, id, mac, origin, vapid, sealed, ms, older)
    await db.write(add, actor, new=new)
    return id


async def list_own(db: Database, actor: Actor) -> list[Kept]:
    person, rows = await db.read(find_own, actor)
    open = db.keys.opener(person) if rows else None
    return [Kept(row, opened(open, row)) for row in rows if open]


async def by_endpoint(db: Database, actor: Actor, endpoint: str) -> Kept | None:
    """Hers alone: whether another person's phone is at this address is not told."""
    macs = db.keys.macs(PURPOSE, endpoint.encode())
    person, row = await db.read(find_by_endpoint, actor, macs=macs)
    return Kept(row, opened(db.keys.opener(person), row)) if row else None


def opened(open, row: Row) -> Phone:  # noqa: ANN001 - `Keyring.opener`
    return msgspec.json.decode(open(TABLE, row.public_id, row.sealed), type=Phone)


def unsealed(keys: Keyring, person: Person, public_id: str, sealed: bytes) -> Phone:
    return msgspec.json.decode(keys.open(person, TABLE, public_id, sealed), type=Phone)


# Bodies


def add(tx: Tx, actor: Actor, new: New) -> None:
    for mac in new.older:
        tx.run(SQL.move_endpoint, new, old=mac)
    row = tx.one(SQL.put_subscription, int, new)
    held = of_person(tx, actor, new.person)
    if len(held) > MOST:
        oldest = min((one for one in held if one.id != row), key=lambda one: one.seen_at)
        tx.run(SQL.end_subscription, person=new.person, public_id=oldest.public_id, why="too-many", now=new.now)
    notices.look_again_at_all(tx, actor, new.person, new.now)
    audit.add(tx, actor, "subscribe", f"subscription/{new.public_id}", new.now)


def find_own(tx: Tx, actor: Actor) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, ([] if actor.is_guest else of_person(tx, actor, person.id))


def find_by_endpoint(tx: Tx, actor: Actor, macs: list[bytes]) -> tuple[Person, Row | None]:
    person = persons.find(tx, actor, actor.subject)
    rows = (tx.one(SQL.subscription_by_endpoint, Row, person=person.id, endpoint_mac=mac) for mac in macs)
    return person, next((row for row in rows if row), None)


def of_person(tx: Tx, actor: Actor, person: int) -> list[Row]:
    return tx.all(SQL.subscriptions_of_person, Row, person=person)


def see(tx: Tx, actor: Actor, public_id: str, now: int) -> None:
    """The app was opened on this phone."""
    tx.run(SQL.see_subscription, person=persons.find(tx, actor, actor.subject).id, public_id=public_id, now=now)


def end(tx: Tx, actor: Actor, public_id: str, why: str, now: int) -> bool:
    """By its owner; a stranger's is not met. What only this phone would have shown goes another way."""
    person = persons.find(tx, actor, actor.subject).id
    if tx.one(SQL.end_subscription, int, person=person, public_id=public_id, why=why, now=now) is None:
        return False
    notices.look_again_at_all(tx, actor, person, now)
    audit.add(tx, actor, "unsubscribe", f"subscription/{public_id}", now)
    return True


def end_all(tx: Tx, actor: Actor, why: str, now: int) -> int:
    """Every phone of hers: how many there were."""
    held = of_person(tx, actor, persons.find(tx, actor, actor.subject).id)
    for one in held:
        end(tx, actor, one.public_id, why, now)
    return len(held)


def why_ended(tx: Tx, actor: Actor, public_id: str) -> str:
    """Of her own that takes no more messages; "" for one that does, or that never was."""
    return tx.one(SQL.why_subscription_ended, str, person=persons.find(tx, actor, actor.subject).id, public_id=public_id) or ""


def gone(tx: Tx, actor: Actor, id: int, why: str, now: int) -> None:
    """The push service knows it no more."""
    tx.one(SQL.end_gone_subscription, int, id=id, why=why, now=now)


def taken(tx: Tx, actor: Actor, id: int, now: int) -> None:
    tx.run(SQL.subscription_taken, id=id, now=now)


def refused(tx: Tx, actor: Actor, id: int) -> None:
    tx.run(SQL.subscription_refused, id=id)
