"""The demo's personas. Where there is one, the database is a demo and no real town may run on it."""

from msgspec import Struct, structs

from backend.domain.actors import Actor
from backend.store.keyring import Keyring
from backend.store.statements import Tx, load

SQL = load("personas")
TABLE = "persona"


class Persona(Struct, frozen=True):
    """A person's sealed row, and in one word why a visitor would sign in as them."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    sealed: bytes
    about: str
    place: int
    mac: bytes

    def is_authentic(self, keys: Keyring) -> bool:
        return keys.is_row(self.mac, TABLE, self.public_id, self.place, self.about)


class Featured(Struct, frozen=True):
    public_id: str
    place: int
    about: str
    mac: bytes = b""

    def signed(self, keys: Keyring) -> "Featured":
        return structs.replace(self, mac=keys.row_mac(TABLE, self.public_id, self.place, self.about))

    def is_authentic(self, keys: Keyring) -> bool:
        return keys.is_row(self.mac, TABLE, self.public_id, self.place, self.about)


class Stamp(Struct, frozen=True):
    people: int
    personas: int


def add(tx: Tx, actor: Actor, featured: list[Featured]) -> None:
    tx.batch(SQL.add_persona, featured)


def in_order(tx: Tx, actor: Actor) -> list[Persona]:
    return tx.all(SQL.personas, Persona)


def is_one(tx: Tx, actor: Actor, public_id: str, keys: Keyring) -> bool:
    """A row planted in the table lets nobody in."""
    found = tx.one(SQL.persona, Featured, public_id=public_id)
    return found is not None and found.is_authentic(keys)


def stamp(tx: Tx, actor: Actor) -> Stamp:
    return tx.one(SQL.people_and_personas, Stamp) or Stamp(0, 0)
