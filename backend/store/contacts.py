"""How a person wants to be told: telephone number, e-mail address, which comes first, quiet hours. Sealed with her key."""

from datetime import datetime

import msgspec

from backend.domain.actors import Actor
from backend.domain.contacts import Contact
from backend.store import audit, notices, persons
from backend.store.database import Database
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("contacts")
TABLE = "contact"


async def get(db: Database, actor: Actor) -> Contact:
    """Hers; the defaults where she has chosen nothing."""
    person, sealed = await db.read(find, actor)
    return opened(db.keys, person, sealed)


async def put(db: Database, actor: Actor, contact: Contact, now: datetime) -> None:
    person = await db.read(persons.find, actor, public_id=actor.subject)
    sealed = db.keys.seal(person, TABLE, person.public_id, msgspec.json.encode(contact))
    await db.write(write, actor, person=person.id, sealed=sealed, now=int(now.timestamp() * 1000))


def opened(keys: Keyring, person: Person, sealed: bytes | None) -> Contact:
    return Contact() if sealed is None else msgspec.json.decode(keys.open(person, TABLE, person.public_id, sealed), type=Contact)


# Bodies


def find(tx: Tx, actor: Actor) -> tuple[Person, bytes | None]:
    person = persons.find(tx, actor, actor.subject)
    return person, of_person(tx, actor, person.id)


def of_person(tx: Tx, actor: Actor, person: int) -> bytes | None:
    return tx.one(SQL.contact, bytes, person=person)


def write(tx: Tx, actor: Actor, person: int, sealed: bytes, now: int) -> None:
    tx.run(SQL.put_contact, person=person, sealed=sealed, now=now)
    notices.look_again_at_all(tx, actor, person, now)
    audit.add(tx, actor, "change", f"contact/{actor.subject}", now)
