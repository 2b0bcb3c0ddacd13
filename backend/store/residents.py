"""The person register: one sealed row each, found by a keyed hash of the number, never by the number."""

from typing import Any

import msgspec
from msgspec import Struct

from backend.domain import residents
from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.residents import Member, Resident
from backend.store.database import Database
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("residents")
TABLE = "person"


class Sealed(Struct, frozen=True):
    """A person's row with what the register says of them, still closed."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    sealed: bytes


async def get(db: Database, actor: Actor) -> Resident | None:
    """Whom the actor acts for; None for a guest, and for somebody who was erased."""
    if actor.is_guest:
        return None
    row = await db.read(sealed_person, actor, public_id=actor.subject)
    return opened(db.keys, row) if row else None


async def facts(db: Database, actor: Actor, today: str) -> dict[str, Any]:
    """What a journey may know without asking. A guest is known by nothing."""
    if actor.is_guest:
        return {}
    me, partners, children, parents, siblings = await db.read(family_of, actor)
    if me is None:
        return {}
    resident = opened(db.keys, me)
    db.access.note_family(actor, {row.public_id for row in (*partners, *children, *parents, *siblings)} - {actor.subject})
    kin = {row.public_id: (row, "partner") for row in partners}
    kin |= {row.public_id: (row, "child") for row in children if row.public_id not in kin}
    if residents.age(resident.born, today) < residents.FULL_AGE:
        kin |= {row.public_id: (row, "parent") for row in parents}
        kin |= {row.public_id: (row, "sibling") for row in siblings if row.public_id not in kin}
    household = [Member(actor.subject, resident, "self")]
    for public_id, (row, kinship) in kin.items():
        other = opened(db.keys, row)
        if public_id != actor.subject and residents.lives_with(resident, other):
            household.append(Member(public_id, other, kinship))
    return residents.facts(resident, residents.in_order(household), today)


def sealed_person(tx: Tx, actor: Actor, public_id: str) -> Sealed | None:
    """Only oneself and whom one acts for: nobody reads a stranger's row."""
    if public_id not in (actor.person, actor.subject) and actor.role not in ("desk", "system"):
        raise NotFound("person")
    return tx.one(SQL.sealed_person, Sealed, public_id=public_id)


def family_of(tx: Tx, actor: Actor) -> tuple[Sealed | None, list[Sealed], list[Sealed], list[Sealed], list[Sealed]]:
    """The subject, and the rows of partners, children (theirs and the partner's), parents and siblings."""
    me = sealed_person(tx, actor, actor.subject)
    partners = tx.all(SQL.partners, Sealed, public_id=actor.subject)
    children = [
        child
        for public_id in [actor.subject, *[one.public_id for one in partners]]
        for child in tx.all(SQL.children, Sealed, public_id=public_id)
    ]
    parents = tx.all(SQL.parents, Sealed, public_id=actor.subject)
    siblings = [child for parent in parents for child in tx.all(SQL.children, Sealed, public_id=parent.public_id)]
    return me, partners, children, parents, siblings


def opened(keys: Keyring, row: Sealed) -> Resident:
    return decode(keys.open(Person(row.id, row.public_id, row.kek_id, row.wrapped_key), TABLE, row.public_id, row.sealed))


decode = msgspec.json.Decoder(Resident).decode


def find_by_cpr(tx: Tx, actor: Actor, cpr_mac: bytes) -> str:
    """The public id. For the desk: it holds the person's papers."""
    if actor.role not in ("desk", "system"):
        raise NotFound("person")
    row = tx.one(SQL.person_by_cpr, PublicId, cpr_mac=cpr_mac)
    if row is None:
        raise NotFound("person")
    return row.public_id


class PublicId(Struct, frozen=True):
    public_id: str
