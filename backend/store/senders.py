"""The registry of senders. Of a key only its SHA-256 is kept: it is 256 random bits, so nobody finds it by trying. The keyed mark is
over what gives power: whoever can write the database makes nobody an authority and gives nobody a key."""

import secrets
from hashlib import sha256

from msgspec import Struct, structs

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.senders import Sender, SenderKind
from backend.store import audit, persons
from backend.store.database import Database
from backend.store.keyring import Keyring
from backend.store.statements import Tx, load

SQL = load("senders")
TABLE = "sender"


class Row(Struct, frozen=True):
    id: str
    name: str
    kind: SenderKind
    key_mac: bytes | None
    is_test: int
    per_minute: int
    made_at: int
    ended_at: int | None
    mac: bytes = b""

    def is_authentic(self, keys: Keyring) -> bool:
        return keys.is_row(self.mac, TABLE, *given(self))

    def marked(self, keys: Keyring) -> "Row":
        return structs.replace(self, mac=keys.row_mac(TABLE, *given(self)))

    def sender(self) -> Sender:
        return Sender(self.id, self.name, self.kind, bool(self.is_test), self.per_minute)


def given(row: Row) -> tuple[object, ...]:
    """What the mark is over: which key sends as whom, and what it may. The id stands last (`store/marks.py`)."""
    return row.name, row.kind, row.key_mac, row.is_test, row.per_minute, row.id


def fresh_key(id: str, is_test: bool) -> str:
    """The first letters say to whoever finds one what it is; a test key says that it is one."""
    return f"{'mbt' if is_test else 'mbs'}_{id}_{secrets.token_hex(32)}"


def digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


def made(keys: Keyring, name: str, kind: SenderKind, is_test: bool, per_minute: int, now: int) -> tuple[Row, str]:
    """(its row, its key, which is shown once)"""
    id = secrets.token_hex(6)
    key = fresh_key(id, is_test)
    return Row(id, name, kind, digest(key), int(is_test), per_minute, now, None).marked(keys), key


def with_new_key(keys: Keyring, row: Row) -> tuple[Row, str]:
    key = fresh_key(row.id, bool(row.is_test))
    return structs.replace(row, key_mac=digest(key)).marked(keys), key


def ended(keys: Keyring, row: Row) -> Row:
    return structs.replace(row, key_mac=None).marked(keys)


class Switch(Struct, frozen=True):
    """A private sender as a resident sees it."""

    id: str
    name: str
    is_off: bool


async def switches(db: Database, actor: Actor) -> list[Switch]:
    """Every sender the resident may switch off, by name: the real ones only, and none of another hand."""
    rows, off = await db.read(find_switches, actor)
    return [Switch(row.id, row.name, row.id in off) for row in rows if row.is_authentic(db.keys)]


async def switch(db: Database, actor: Actor, sender: str, is_off: bool, now: int) -> None:
    """Off stops the next letter. Raises `NotFound`, also for an authority."""
    if sender not in {one.id for one in await switches(db, actor)}:
        raise NotFound("sender")
    await db.write(set_switch, actor, sender=sender, is_off=is_off, now=now)


# Bodies


def find_switches(tx: Tx, actor: Actor) -> tuple[list[Row], set[str]]:
    person = persons.find(tx, actor, actor.subject)
    return tx.all(SQL.private_senders, Row), set(tx.all(SQL.senders_off, str, person=person.id))


def set_switch(tx: Tx, actor: Actor, sender: str, is_off: bool, now: int) -> None:
    person = persons.find(tx, actor, actor.subject)
    if is_off:
        tx.run(SQL.switch_off, person=person.id, sender=sender, now=now)
    else:
        tx.run(SQL.switch_on, person=person.id, sender=sender)
    audit.add(tx, actor, "sender-off" if is_off else "sender-on", f"sender/{sender}", now)


def add(tx: Tx, actor: Actor, row: Row) -> None:
    tx.run(SQL.add_sender, row, now=row.made_at)
    audit.add(tx, actor, "sender-added", f"sender/{row.id}", row.made_at)


def change_key(tx: Tx, actor: Actor, row: Row, now: int) -> None:
    """The key of before opens nothing from now on. Raises `NotFound`."""
    if tx.one(SQL.change_key, str, row) is None:
        raise NotFound("sender")
    audit.add(tx, actor, "sender-key", f"sender/{row.id}", now)


def end(tx: Tx, actor: Actor, row: Row, now: int) -> None:
    """Its key goes; what it sent stays. Raises `NotFound`."""
    if tx.one(SQL.end_sender, str, row, now=now) is None:
        raise NotFound("sender")
    audit.add(tx, actor, "sender-ended", f"sender/{row.id}", now)


def find(tx: Tx, actor: Actor, id: str) -> Row | None:
    """Also one that has ended: `ended_at` says so."""
    return tx.one(SQL.sender_by_id, Row, id=id)


def all_of(tx: Tx, actor: Actor) -> list[Row]:
    return tx.all(SQL.all_senders, Row)
