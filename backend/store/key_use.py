"""What still needs an older key, so that an operator knows when its file may be taken away."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from backend.domain.actors import NOBODY
from backend.store import connections, marks, rotation
from backend.store.database import FILE
from backend.store.keyring import PURPOSES, Keyring
from backend.store.statements import Tx, load

SQL = load("rotation")
DAY_MS = 24 * 3600 * 1000
LIVES = {"hmac-push": 28 * DAY_MS, "hmac-body": 90 * DAY_MS, "hmac-id": 90 * DAY_MS, "hmac-desk": DAY_MS, "hmac-operator": DAY_MS}
"""How long what an older key made is still asked after: a message waits at a push service, a phone sends again what it is unsure of."""
NUMBERS, PHONES, TOKENS = (
    "people and relatives are found by it until the register is imported again",
    "phones, until each has opened the app once more",
    "sessions and codes, until they end",
)


class Use(Struct, frozen=True):
    """`key`: "kek-1", or "hmac-session", where the rows do not say which. `rows` 0: `why` alone says until when."""

    key: str
    rows: int
    why: str


class Count(Struct, frozen=True):
    key: str
    rows: int


def older(data: Path, keys: Keyring, now: int) -> list[Use]:
    """Of each purpose with more than one key, who still needs the older; none: it may be taken away."""
    con = connections.to_copy((data / FILE).resolve())
    try:
        tx = Tx(con)
        return [use for purpose in PURPOSES if len(keys.keys[purpose]) > 1 for use in of(tx, keys, purpose, now)]
    finally:
        con.close()


def of(tx: Tx, keys: Keyring, purpose: str, now: int) -> Iterator[Use]:
    newest = keys.newest_id(purpose)
    at = tx.one(SQL.when_rotated, int, nobody=NOBODY, verb=rotation.DONE, object=f"key/{purpose}-{newest}")
    if not at:
        yield Use(purpose, 0, f"was not rotated to the end: medborger keys rotate {purpose}")
    if purpose == "kek":
        yield from (Use(f"kek-{one.key}", one.rows, "rows") for one in tx.all(SQL.older_keks, Count, newest=newest))
    if purpose == "hmac-cpr":
        yield from (Use(f"{purpose}-{one.key}", one.rows, NUMBERS) for one in tx.all(SQL.older_numbers, Count, newest=newest))
    if purpose == "vapid":
        yield from (Use(f"{purpose}-{one.key}", one.rows, PHONES) for one in tx.all(SQL.older_phones, Count, newest=newest))
    if purpose == "hmac-session" and (rows := tx.one(SQL.older_tokens, int, since=at or now, now=now)):
        yield Use(purpose, rows, TOKENS)
    if purpose == "hmac-row":
        yield from (Use(purpose, rows, f"rows of {table}") for table in marks.TABLES if (rows := older_marks(tx, keys, table)))
    if at and (left := at + LIVES.get(purpose, 0) - now) > 0:
        yield Use(purpose, 0, f"what it made is still on its way: {-(-left // DAY_MS)} more days")


def older_marks(tx: Tx, keys: Keyring, table: str) -> int:
    read = (row for after in marks.steps(tx, table) for row in marks.rows(tx, table, after))
    return sum(row.is_authentic(keys, table) and row.marked(keys, table) != row for row in read)
