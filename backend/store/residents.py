"""The person register: one sealed row each, found by a keyed hash of the number, never by the number.

Whose number a row bears, and who names whom as a relative, decides whose matters somebody sees: both bear a keyed mark, and
a row whose mark does not fit is as if it were not there.
"""

from typing import Any

import msgspec
from msgspec import Struct

from backend.domain import residents
from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.residents import Member, Resident
from backend.store import tampering
from backend.store.database import Database
from backend.store.keyring import Keyring, Person
from backend.store.statements import Statement, Tx, load

SQL = load("residents")
TABLE = "person"


FAMILY = "family"


class Numbered(Struct, frozen=True):
    """Which number a person's row bears."""

    id: int
    public_id: str
    cpr_mac: bytes | None
    mac: bytes

    def is_authentic(self, keys: Keyring) -> bool:
        return self.cpr_mac is not None and keys.is_row(self.mac, TABLE, self.public_id, self.cpr_mac)


class Sealed(Struct, frozen=True):
    """A person's row with what the register says of them, still closed."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    sealed: bytes


class Relative(Struct, frozen=True):
    """`holder` names by `relative_mac` who is their partner or parent; the row is that of the other of the two."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    sealed: bytes
    cpr_mac: bytes | None
    mac: bytes
    holder: str
    kinship: str
    relative_mac: bytes
    kin_mac: bytes

    def is_authentic(self, keys: Keyring) -> bool:
        numbered = Numbered(self.id, self.public_id, self.cpr_mac, self.mac)
        return numbered.is_authentic(keys) and keys.is_row(self.kin_mac, FAMILY, self.holder, self.kinship, self.relative_mac)


class Family(Struct):
    """`changed`: rows whose mark does not fit, which nobody is taken from."""

    partners: list[Relative]
    children: list[Relative]
    """Theirs, and the partner's."""
    parents: list[Relative]
    siblings: list[Relative]
    changed: set[str]


async def get(db: Database, actor: Actor) -> Resident | None:
    """Whom the actor acts for; None for a guest, and for somebody who was erased."""
    if actor.is_guest:
        return None
    row = await db.read(sealed_person, actor, public_id=actor.subject)
    return opened(db.keys, row) if row else None


async def facts(db: Database, actor: Actor, today: str) -> dict[str, Any]:
    """What a journey may know without asking. A guest is known by nothing."""
    resident, living = await household(db, actor, today)
    return residents.facts(resident, living, today) if resident else {}


async def household(db: Database, actor: Actor, today: str) -> tuple[Resident | None, list[Member]]:
    """Whom the actor acts for, and who lives at the same address; (None, []) for a guest, and for somebody erased."""
    if actor.is_guest:
        return None, []
    me, family = await db.read(family_of, actor, keys=db.keys)
    if me is None:
        return None, []
    for row in family.changed:
        await tampering.met(db, row, db.access.clock())
    resident = opened(db.keys, me)
    everyone = (*family.partners, *family.children, *family.parents, *family.siblings)
    db.access.note_family(actor, {row.public_id for row in everyone} - {actor.subject})
    kin = {row.public_id: (row, "partner") for row in family.partners}
    kin |= {row.public_id: (row, "child") for row in family.children if row.public_id not in kin}
    if residents.age(resident.born, today) < residents.FULL_AGE:
        kin |= {row.public_id: (row, "parent") for row in family.parents}
        kin |= {row.public_id: (row, "sibling") for row in family.siblings if row.public_id not in kin}
    living = [Member(actor.subject, resident, "self")]
    for public_id, (row, kinship) in kin.items():
        other = opened(db.keys, row)
        if public_id != actor.subject and residents.lives_with(resident, other):
            living.append(Member(public_id, other, kinship))
    return resident, residents.in_order(living)


def sealed_person(tx: Tx, actor: Actor, public_id: str) -> Sealed | None:
    """Only oneself and whom one acts for: nobody reads a stranger's row."""
    if public_id not in (actor.person, actor.subject) and actor.role not in ("desk", "system"):
        raise NotFound("person")
    return tx.one(SQL.sealed_person, Sealed, public_id=public_id)


def family_of(tx: Tx, actor: Actor, keys: Keyring) -> tuple[Sealed | None, Family]:
    """The subject and their relatives, as far as the rows that say so are ours."""
    me, family = sealed_person(tx, actor, actor.subject), Family([], [], [], [], set())
    number = tx.one(SQL.number_of_person, Numbered, public_id=actor.subject)
    if number is None or number.cpr_mac is None:
        return me, family
    if not number.is_authentic(keys):
        family.changed.add(f"{TABLE}/{actor.subject}")
        return me, family

    def ours(rows: list[Relative]) -> list[Relative]:
        family.changed |= {f"{FAMILY}/{row.holder}" for row in rows if not row.is_authentic(keys)}
        return [row for row in rows if row.is_authentic(keys)]

    def related(statement: Statement, kinship: str, *people: str) -> list[Relative]:
        return ours([row for one in people for row in tx.all(statement, Relative, public_id=one, kinship=kinship)])

    family.partners = related(SQL.named_by, "partner", actor.subject) + related(SQL.who_name, "partner", actor.subject)
    family.children = related(SQL.who_name, "parent", actor.subject, *{one.public_id for one in family.partners})
    family.parents = related(SQL.named_by, "parent", actor.subject)
    family.siblings = related(SQL.who_name, "parent", *{one.public_id for one in family.parents})
    return me, family


def opened(keys: Keyring, row: Sealed | Relative) -> Resident:
    return decode(keys.open(Person(row.id, row.public_id, row.kek_id, row.wrapped_key), TABLE, row.public_id, row.sealed))


decode = msgspec.json.Decoder(Resident).decode


def find_by_cpr(tx: Tx, actor: Actor, cpr_macs: list[bytes]) -> Numbered:
    """For the desk: it holds the person's papers. One hash per key still kept. Whoever asks looks whether it is authentic."""
    if actor.role not in ("desk", "system"):
        raise NotFound("person")
    rows = (tx.one(SQL.person_by_cpr, Numbered, cpr_mac=mac) for mac in reversed(cpr_macs))
    found = next((row for row in rows if row), None)
    if found is None:
        raise NotFound("person")
    return found
