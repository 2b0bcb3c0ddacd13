"""The row of a person as far as the store needs it: who it is, and the wrapped key of what is theirs."""

from backend.domain.actors import NOBODY, Actor
from backend.domain.errors import NotFound
from backend.store.connections import Connection
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("persons")


def find(tx: Tx, actor: Actor | None, public_id: str) -> Person:
    """Raises `NotFound`, also for a person whose key was erased."""
    person = tx.one(SQL.person_by_public_id, Person, public_id=public_id)
    if person is None or person.wrapped_key is None:
        raise NotFound("person")
    return person


def holder(tx: Tx, actor: Actor) -> Person:
    """Whose key seals what the actor has begun: a guest's session has a key of its own, which ends with the session. Of an
    ended one there is no key, as of an erased person."""
    if not actor.is_guest or not actor.session:
        return find(tx, actor, actor.subject)
    guest = tx.one(SQL.guest, Person, session=actor.session, named=guest_id(actor.session), nobody=NOBODY)
    if guest is None:
        raise NotFound("person")
    return guest


def guest_id(session: str) -> str:
    """What a guest's key and seals are bound to, as a person's are to her public id."""
    return f"guest/{session}"


def owner(actor: Actor) -> str:
    """What a resident has begun is theirs on every device; what a guest has begun, in this browser only."""
    return actor.session if actor.is_guest else ""


def add_nobody(con: Connection, keys: Keyring, public_id: str, now: int) -> None:
    """The fixed row that owns what is sent without sign-in, with a data key of its own."""
    kek_id, wrapped_key = keys.wrap(public_id)
    Tx(con).run(SQL.add_nobody, public_id=public_id, kek_id=kek_id, wrapped_key=wrapped_key, now=now)
