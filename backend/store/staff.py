"""Staff accounts. Passkeys, codes and sessions hang on a row of `person`, as a resident's do; what makes it a staff member is
the row here, with a keyed mark: whoever can write the database makes nobody a caseworker."""

import secrets
from collections.abc import Iterable

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.staff import ROLES, Staff
from backend.store import audit
from backend.store.keyring import Keyring
from backend.store.statements import Tx, load

SQL = load("staff")
TABLE = "staff"


class Row(Struct, frozen=True):
    person: int
    id: str
    name: str
    roles: str
    services: str
    language: str
    is_demo: int
    made_at: int
    ended_at: int | None
    mac: bytes

    def is_authentic(self, keys: Keyring) -> bool:
        return keys.is_row(self.mac, TABLE, *given(self.id, self.name, self.roles, self.services))

    def staff(self) -> Staff:
        roles = tuple(role for role in ROLES if role in self.roles.split(","))
        return Staff(self.id, self.name, roles, tuple(filter(None, self.services.split(","))), self.language, bool(self.is_demo))


class New(Struct, frozen=True):
    id: str
    kek_id: str
    wrapped_key: bytes
    name: str
    roles: str
    services: str
    language: str
    is_demo: bool
    now: int
    mac: bytes


def given(id: str, name: str, roles: str, services: str) -> tuple[str, ...]:
    """What the mark is over: who, under which name, and what they may do."""
    return id, name, roles, services


def made(keys: Keyring, name: str, roles: Iterable[str], services: Iterable[str], language: str, now: int, *, is_demo: bool = False) -> New:
    id = secrets.token_hex(16)
    kek_id, wrapped_key = keys.wrap(id)
    said = ",".join(roles), ",".join(services)
    return New(id, kek_id, wrapped_key, name, *said, language, is_demo, now, keys.row_mac(TABLE, *given(id, name, *said)))


# Bodies


def add(tx: Tx, actor: Actor, new: New) -> None:
    person = tx.one(SQL.add_staff_person, int, new)
    tx.run(SQL.add_staff, new, person=person)
    audit.add(tx, actor, "staff-added", f"staff/{new.id}", new.now)


def change(tx: Tx, actor: Actor, id: str, name: str, roles: str, services: str, language: str, mac: bytes, now: int) -> None:
    """Raises `NotFound`."""
    if tx.one(SQL.change_staff, int, id=id, name=name, roles=roles, services=services, language=language, mac=mac) is None:
        raise NotFound("staff")
    audit.add(tx, actor, "staff-changed", f"staff/{id}", now)


def end(tx: Tx, actor: Actor, id: str, now: int) -> None:
    """Who has left: sessions, passkeys and open codes go with the account. Raises `NotFound`."""
    if tx.one(SQL.end_staff, int, id=id, now=now) is None:
        raise NotFound("staff")
    tx.run(SQL.remove_sessions_of_staff, id=id)
    tx.run(SQL.remove_passkeys_of_staff, id=id)
    tx.run(SQL.void_codes_of_staff, id=id, now=now)
    audit.add(tx, actor, "staff-ended", f"staff/{id}", now)


def find(tx: Tx, actor: Actor, id: str) -> Row | None:
    """Also one whose account has ended: `ended_at` says so."""
    return tx.one(SQL.staff_by_id, Row, id=id)


def all_of(tx: Tx, actor: Actor) -> list[Row]:
    return tx.all(SQL.all_staff, Row)
