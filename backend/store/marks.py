"""The rows that bear a keyed mark, table by table: what the mark is over, so that all can be marked anew under another key.

Each room says itself what its rows' mark is over, where it makes and checks them (`given` in `sessions.py` and others);
`tests/store/test_marks.py` holds the two to each other, and every table with a mark to this list.
"""

from typing import Any

from msgspec import Struct, structs

from backend.store.keyring import Keyring
from backend.store.statements import Statement, Tx, load

SQL = load("marks")
CHUNK = 2000


class Row(Struct, frozen=True):
    """`second`, `last`: of what the mark is over, where the id alone does not name the row."""

    id: int
    mac: bytes
    given: tuple[Any, ...]

    @property
    def second(self) -> object:
        return self.given[1]

    @property
    def last(self) -> object:
        return self.given[-1]

    def is_authentic(self, keys: Keyring, table: str) -> bool:
        return keys.is_row(self.mac, table, *self.given)

    def marked(self, keys: Keyring, table: str) -> "Row":
        return structs.replace(self, mac=keys.row_mac(table, *self.given))


class Table(Struct, frozen=True):
    """`last`: the highest id its rows are numbered by; `read` reads a stretch of them, `write` writes a row's mark."""

    last: Statement
    read: Statement
    write: Statement


TABLES = {
    "session": Table(SQL.last_session, SQL.session, SQL.mark_session),
    "passkey": Table(SQL.last_passkey, SQL.passkey, SQL.mark_passkey),
    "activation": Table(SQL.last_activation, SQL.activation, SQL.mark_activation),
    "person": Table(SQL.last_person, SQL.person, SQL.mark_person),
    "family": Table(SQL.last_person, SQL.family, SQL.mark_family),
    "staff": Table(SQL.last_person, SQL.staff, SQL.mark_staff),
    "persona": Table(SQL.last_person, SQL.persona, SQL.mark_persona),
    "sender": Table(SQL.last_sender, SQL.sender, SQL.mark_sender),
}


def steps(tx: Tx, table: str) -> range:
    """Where stretches of rows begin."""
    return range(0, tx.one(TABLES[table].last, int) or 0, CHUNK)


def rows(tx: Tx, table: str, after: int) -> list[Row]:
    return tx.all(TABLES[table].read, in_row, after=after, until=after + CHUNK)  # type: ignore[arg-type]


def in_row(id: int, mac: bytes, *given: Any) -> Row:
    return Row(id, mac, given)


def write(tx: Tx, table: str, marked: list[Row]) -> None:
    tx.batch(TABLES[table].write, marked)


def mark_register(tx: Tx, keys: Keyring) -> None:
    """Rows of before there were marks on them, all under the newest key; and the key their numbers are hashed with, the
    oldest: where there are more, the next import of the register moves them."""
    for table in ("person", "family", "persona"):
        for after in steps(tx, table):
            write(tx, table, [row.marked(keys, table) for row in rows(tx, table, after)])
    oldest = next(iter(keys.keys["hmac-cpr"]))
    tx.run(SQL.name_cpr_key, key=oldest)
    tx.run(SQL.name_relative_key, key=oldest)
