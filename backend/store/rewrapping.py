"""Everything that is wrapped by a key-encryption key, so that all of it can be wrapped by another."""

from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct

from backend.domain.actors import SYSTEM, Actor
from backend.store import persons
from backend.store.database import Database
from backend.store.keyring import Keyring, KeysWrong, Person, Tampered
from backend.store.statements import Statement, Tx, load

SQL = load("rotation")
CHUNK = 500


class Wrapped(Struct, frozen=True):
    """Rows with a wrapped key. `bound`: what the key is bound to, by the row's public id."""

    what: str
    read: Statement
    write: Statement
    bound: Callable[[str], str] = str


class Rewrapped(Struct, frozen=True):
    id: int
    kek_id: str
    wrapped_key: bytes


TABLES = (
    Wrapped("person", SQL.wrapped_persons, persons.SQL.rewrap_person),
    Wrapped("session", SQL.wrapped_sessions, SQL.rewrap_session, persons.guest_id),
    Wrapped("letter", SQL.wrapped_letters, SQL.rewrap_letter),
)


def apply(db: Database, at: int) -> None:
    for table in TABLES:
        after = 0
        while rows := db.scan_now(chunk, SYSTEM, table=table, after=after):
            after = rows[-1].id
            older = [row for row in rows if row.kek_id != db.keys.kek_id and opens(db.keys, row)]
            fresh = [Rewrapped(row.id, *db.keys.wrap(row.public_id, db.keys.unwrap(row))) for row in older]
            if fresh:
                db.write_now(write, SYSTEM, table=table, rows=fresh)


def opens(keys: Keyring, row: Person) -> bool:
    """One that does not is left, and `medborger check` tells of it."""
    return not why_not(keys, row)


def why_not(keys: Keyring, row: Person) -> str:
    try:
        keys.unwrap(row)
    except (KeysWrong, Tampered) as error:
        return str(error) or "it was changed"
    return ""


def wrong(tx: Tx, keys: Keyring) -> Iterator[tuple[str, Person, str]]:
    """(what, row, why) for each key that does not open."""
    for table in TABLES:
        after = 0
        while rows := chunk(tx, SYSTEM, table, after):
            after = rows[-1].id
            yield from ((table.what, row, why) for row in rows if (why := why_not(keys, row)))


# Bodies


def chunk(tx: Tx, actor: Actor, table: Wrapped, after: int) -> list[Person]:
    """As `Person`s, whose public id is what the key is bound to."""
    return tx.all(table.read, partial(holder, table.bound), after=after, most=CHUNK)  # type: ignore[arg-type]


def holder(bound: Callable[[str], str], id: int, public_id: str, kek_id: str, wrapped_key: bytes) -> Person:
    return Person(id, bound(public_id), kek_id, wrapped_key)


def write(tx: Tx, actor: Actor, table: Wrapped, rows: list[Rewrapped]) -> None:
    tx.batch(table.write, rows)
