"""The demo's personas. Where there is one, the database is a demo and no real town may run on it."""

from msgspec import Struct

from backend.domain.actors import Actor
from backend.store.statements import Tx, load

SQL = load("personas")


class Persona(Struct, frozen=True):
    """A person's sealed row, and in one word why a visitor would sign in as them."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    sealed: bytes
    about: str


class Featured(Struct, frozen=True):
    cpr_mac: bytes
    place: int
    about: str


class Stamp(Struct, frozen=True):
    people: int
    personas: int


def add(tx: Tx, actor: Actor, featured: list[Featured]) -> None:
    tx.batch(SQL.add_persona, featured)


def in_order(tx: Tx, actor: Actor) -> list[Persona]:
    return tx.all(SQL.personas, Persona)


def is_one(tx: Tx, actor: Actor, public_id: str) -> bool:
    return tx.one(SQL.persona, str, public_id=public_id) is not None


def stamp(tx: Tx, actor: Actor) -> Stamp:
    return tx.one(SQL.people_and_personas, Stamp) or Stamp(0, 0)
