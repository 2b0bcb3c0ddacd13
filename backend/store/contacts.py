"""How a person wants to be told: telephone number, e-mail address, which comes first, quiet hours. Sealed with her key."""

import logging
from datetime import datetime

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.contacts import Contact
from backend.store import audit, notices, persons
from backend.store.database import Database
from backend.store.keyring import Keyring, KeysWrong, Person, Tampered
from backend.store.statements import Tx, load

SQL = load("contacts")
TABLE = "contact"
CHUNK = 2_000
log = logging.getLogger("medborger.store")


async def get(db: Database, actor: Actor) -> Contact:
    """Hers; the defaults where she has chosen nothing."""
    person, sealed = await db.read(find, actor)
    return opened(db.keys, person, sealed)


async def put(db: Database, actor: Actor, contact: Contact, now: datetime) -> None:
    person = await db.read(persons.find, actor, public_id=actor.subject)
    sealed = db.keys.seal(person, TABLE, person.public_id, msgspec.json.encode(contact))
    await db.write(write, actor, person=person.id, sealed=sealed, is_paper=contact.is_paper, now=int(now.timestamp() * 1000))


def opened(keys: Keyring, person: Person, sealed: bytes | None) -> Contact:
    return Contact() if sealed is None else msgspec.json.decode(keys.open(person, TABLE, person.public_id, sealed), type=Contact)


class Kept(Struct, frozen=True):
    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    sealed: bytes

    @property
    def person(self) -> Person:
        return Person(self.id, self.public_id, self.kek_id, self.wrapped_key)


def mark_on_paper(tx: Tx, keys: Keyring) -> None:
    """Of rows from before `is_paper` stood in clear. One that does not open is marked: the letter then comes both ways."""
    after = 0
    while some := tx.all(SQL.contacts_after, Kept, after=after, most=CHUNK):
        for one in some:
            if is_paper(keys, one):
                tx.run(SQL.mark_on_paper, person=one.id)
        after = some[-1].id


def is_paper(keys: Keyring, one: Kept) -> bool:
    try:
        return opened(keys, one.person, one.sealed).is_paper
    except (Tampered, KeysWrong) as error:
        log.error("how somebody wants to be told cannot be read: %s", type(error).__name__)
        return True


# Bodies


def find(tx: Tx, actor: Actor) -> tuple[Person, bytes | None]:
    person = persons.find(tx, actor, actor.subject)
    return person, of_person(tx, actor, person.id)


def of_person(tx: Tx, actor: Actor, person: int) -> bytes | None:
    return tx.one(SQL.contact, bytes, person=person)


def write(tx: Tx, actor: Actor, person: int, sealed: bytes, is_paper: bool, now: int) -> None:
    """`is_paper` as in the sealed contact: a letter to many asks it without opening them all."""
    tx.run(SQL.put_contact, person=person, sealed=sealed, is_paper=is_paper, now=now)
    notices.look_again_at_all(tx, actor, person, now)
    audit.add(tx, actor, "change", f"contact/{actor.subject}", now)
