"""Step 0014, with the keys: what was sealed for a row alone is sealed anew for whose it is and which case it belongs to, and
ids that open something by themselves give way to keyed hashes. In the step's transaction, a chunk of rows in memory at a time.

A row that does not open stays as it is, but for its id: its person was erased, or `medborger check` tells of it.
"""

import logging
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from backend.domain.actors import NOBODY
from backend.store import drafts, files, persons, submissions, tasks, unfinished
from backend.store.connections import Connection
from backend.store.keyring import Keyring, KeysWrong, Person, Tampered
from backend.store.statements import Statement, Tx, load

SQL = load("resealing")
CHUNK = 500
log = logging.getLogger("medborger.store")


class Old(Struct, frozen=True):
    """A row and the person it stands under. `owner`: of a draft or file. `idem`, `case`: "" where there is none."""

    id: int
    public_id: str
    owner: str
    idem: str
    case: str
    sealed: bytes
    person: int
    person_id: str
    kek_id: str | None
    wrapped_key: bytes | None

    @property
    def holder(self) -> Person:
        return Person(self.person, self.person_id, self.kek_id, self.wrapped_key)


def apply(con: Connection, keys: Keyring) -> None:
    tx = Tx(con)
    guests = keys_of_guests(tx, keys)
    for row in every(tx, SQL.old_submissions):
        reseal_submission(tx, keys, row)
    for row in every(tx, SQL.old_tasks):
        if (inside := opened(keys, row.holder, tasks.TABLE, row)) is not None:
            tx.run(SQL.reseal_task, id=row.id, sealed=keys.seal(row.holder, tasks.TABLE, tasks.bound(row.public_id, row.case), inside))
    for row in every(tx, SQL.old_files):
        reseal_file(tx, keys, guests, row)
    for row in every(tx, SQL.old_drafts):
        reseal_draft(tx, keys, guests, row)


def keys_of_guests(tx: Tx, keys: Keyring) -> dict[str, Person]:
    """A key for each guest's session there is, by the session's id."""
    nobody, made = tx.one(persons.SQL.person_by_public_id, Person, public_id=NOBODY), {}
    for session in tx.all(SQL.guests, str):
        kek_id, wrapped_key = keys.wrap(persons.guest_id(session))
        tx.run(SQL.give_key, session=session, kek_id=kek_id, wrapped_key=wrapped_key)
        made[session] = Person(nobody.id if nobody else 0, persons.guest_id(session), kek_id, wrapped_key)
    return made


def every(tx: Tx, statement: Statement) -> Iterator[Old]:
    after = 0
    while rows := tx.all(statement, Old, after=after, most=CHUNK):
        yield from rows
        after = rows[-1].id


def opened(keys: Keyring, person: Person, table: str, row: Old) -> bytes | None:
    """What is sealed as it was sealed before this step."""
    if person.wrapped_key is None:
        return None
    try:
        return keys.open(person, table, row.public_id, row.sealed)
    except (Tampered, KeysWrong):
        log.error("%s %s does not open and is left as it is", table, row.public_id)
        return None


def reseal_submission(tx: Tx, keys: Keyring, row: Old) -> None:
    idem, sealed = keys.id_macs(row.idem)[-1], row.sealed
    if (inside := opened(keys, row.holder, submissions.TABLE, row)) is not None:
        content = msgspec.json.encode(msgspec.json.decode(inside) | {"key": row.idem})
        sealed = keys.seal(row.holder, submissions.TABLE, submissions.bound(row.public_id, idem), content)
    tx.run(SQL.reseal_submission, id=row.id, idem=idem, sealed=sealed)


def reseal_file(tx: Tx, keys: Keyring, guests: dict[str, Person], row: Old) -> None:
    """A guest's that no case holds goes to her session's key; where that has ended nobody can open it, and it is swept out."""
    to = row.holder if row.case or not row.owner else guests.get(row.owner)
    inside = opened(keys, row.holder, files.TABLE, row)
    if to and inside is not None:
        tx.run(SQL.reseal_file, id=row.id, sealed=keys.seal(to, files.TABLE, files.bound(row.public_id, row.owner, row.case), inside))


def reseal_draft(tx: Tx, keys: Keyring, guests: dict[str, Person], row: Old) -> None:
    """Three kinds: hers, also those set aside; a guest's; and what waits in a browser for a person who was signed out."""
    public_id = keys.id_macs(row.public_id)[-1]
    holder, to, table = holders(tx, guests, row)
    inside = opened(keys, holder, drafts.TABLE, row) if to and holder else None
    if to is None or inside is None:
        tx.run(SQL.drop_draft, id=row.id)  # its session or its person is gone: nobody could open it
    else:
        tx.run(SQL.reseal_draft, id=row.id, public_id=public_id, sealed=keys.seal(to, table, public_id, inside))


def holders(tx: Tx, guests: dict[str, Person], row: Old) -> tuple[Person | None, Person | None, str]:
    """(whose key opens it, whose is to, as which kind)"""
    _, _, waits_for = row.owner.partition("/")
    if row.person_id != NOBODY:
        return row.holder, row.holder, drafts.TABLE
    if waits_for:
        hers = tx.one(persons.SQL.person_by_public_id, Person, public_id=waits_for)
        return hers, hers, unfinished.TABLE
    return row.holder, guests.get(row.owner), drafts.TABLE
