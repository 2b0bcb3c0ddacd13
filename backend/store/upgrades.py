"""What a newer schema needs and SQL cannot do, since it takes the keys. Each step can be cut off and begun again."""

import logging
import time
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from backend.store import activations, audit, contacts, marks, passkeys, resealing, sessions, submissions
from backend.store.connections import Connection
from backend.store.keyring import Keyring, KeysWrong, Person, Tampered
from backend.store.statements import Tx

SQL = submissions.SQL
CHUNK = 500
log = logging.getLogger("medborger.store")


class InClear(Struct, frozen=True):
    id: int
    public_id: str
    idem: str
    sealed: bytes
    receipt: str
    person: int
    person_id: str
    kek_id: str | None
    wrapped_key: bytes | None

    @property
    def owner(self) -> Person:
        return Person(self.person, self.person_id, self.kek_id, self.wrapped_key)


def with_keys(keys: Keyring) -> dict[str, Callable[[Connection], object]]:
    """Parts of the steps of the schema that take keys. A row that has no mark later was never one of ours."""
    return {
        "0009": lambda con: sign_rows(Tx(con), keys),
        "0010": lambda con: audit.start_keyed(Tx(con), keys, int(time.time() * 1000)),
        "0014": lambda con: resealing.apply(con, keys),
        "0017": lambda con: marks.mark_register(Tx(con), keys),
        "0022": lambda con: contacts.mark_on_paper(Tx(con), keys),
    }


def sign_rows(tx: Tx, keys: Keyring) -> None:
    """Every row that gives power, under the newest key."""
    for row in tx.all(sessions.SQL.all_sessions, sessions.Session):
        tx.run(sessions.SQL.sign_session, public_id=row.public_id, mac=keys.row_mac("session", *sessions.given(row)))
    for key in tx.all(passkeys.SQL.all_passkeys, passkeys.Passkey):
        tx.run(passkeys.SQL.sign_passkey, public_id=key.public_id, mac=keys.row_mac("passkey", *passkeys.given(key)))
    for code in tx.all(activations.SQL.all_activations, activations.Activation):
        tx.run(activations.SQL.sign_activation, public_id=code.public_id, mac=keys.row_mac("activation", *activations.given(code)))


def apply(con: Connection, keys: Keyring) -> None:
    """After the schema, before anybody reads. Costs nothing when nothing is left to do."""
    after, done = 0, 0
    while rows := Tx(con).all(SQL.with_receipt_in_clear, InClear, after=after, most=CHUNK):
        after = rows[-1].id
        done += in_one(con, [seal for row in rows if (seal := sealed(keys, row))])
    if done:
        log.info("%s receipts were sealed", done)
    con.execute("BEGIN IMMEDIATE")
    Tx(con).run(SQL.clear_receipts_of_erased)
    con.execute("COMMIT")
    con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # the log still held what was in clear


def sealed(keys: Keyring, row: InClear) -> dict[str, Any] | None:
    """The row with its receipt inside; None for one that does not open: `medborger check` tells of it."""
    try:
        content = msgspec.json.decode(keys.open(row.owner, submissions.TABLE, submissions.bound(row.public_id, row.idem), row.sealed))
    except (Tampered, KeysWrong):
        log.error("submission %s does not open; its receipt was left as it is", row.public_id)
        return None
    whole = {"receipt": row.receipt, "salt": ""} | content  # one that is sealed already counts, whatever lies beside it
    return {"id": row.id, "sealed": keys.seal(row.owner, submissions.TABLE, submissions.bound(row.public_id, row.idem), msgspec.json.encode(whole))}


def in_one(con: Connection, rows: list[dict[str, Any]]) -> int:
    con.execute("BEGIN IMMEDIATE")
    for row in rows:
        Tx(con).run(SQL.seal_receipt, **row)
    con.execute("COMMIT")
    return len(rows)
