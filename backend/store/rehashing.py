"""Keyed hashes whose text lies sealed in the row itself, made anew under a newer key.

A draft that was sent and its submission know each other by one hash: both change in one transaction.
"""

from typing import Any

import msgspec
from msgspec import Struct, structs

from backend.domain import submissions as domain
from backend.domain.actors import NOBODY, SYSTEM, Actor
from backend.store import drafts, persons, resealing, submissions, subscriptions, unfinished
from backend.store.database import Database
from backend.store.keyring import Keyring, KeysWrong, Person, Tampered
from backend.store.resealing import Old
from backend.store.statements import Statement, Tx, load

SQL = load("rotation")
CHUNK = 200


class Sent(Struct, frozen=True):
    """A row of "submission", with whose it is."""

    id: int
    public_id: str
    idem: str
    service: str
    version: int
    body_mac: bytes
    sent_mac: bytes | None
    sealed: bytes
    person: int
    person_id: str
    kek_id: str | None
    wrapped_key: bytes | None

    @property
    def holder(self) -> Person:
        return Person(self.person, self.person_id, self.kek_id, self.wrapped_key)


class Phone(Struct, frozen=True):
    id: int
    public_id: str
    endpoint_mac: bytes
    sealed: bytes
    person: int
    person_id: str
    kek_id: str | None
    wrapped_key: bytes | None


class Draft(Struct, frozen=True):
    id: int
    public_id: str
    sealed: bytes


def ids(db: Database, at: int) -> None:
    """Drafts first, each with what was sent from it; then what has no draft."""
    after = 0
    while rows := db.scan_now(chunk, SYSTEM, statement=resealing.SQL.old_drafts, shape=Old, after=after):
        after = rows[-1].id
        if pairs := [pair for row in rows if (pair := draft_and_sent(db, row))]:
            db.write_now(change_drafts, SYSTEM, changed=[draft for draft, _ in pairs], sent=[sent for _, sent in pairs if sent])
    bodies(db, at)


def bodies(db: Database, at: int) -> None:
    after = 0
    while rows := db.scan_now(chunk, SYSTEM, statement=SQL.submissions, shape=Sent, after=after):
        after = rows[-1].id
        if changed := [new for row in rows if (new := rehashed(db.keys, row)) is not None and new != row]:
            db.write_now(change_sent, SYSTEM, changed=changed)


def rehashed(keys: Keyring, row: Sent) -> Sent | None:
    """None for one that does not open. A retry is known by `sent_mac`; of what was sent otherwise than it is kept there is
    no text to make it from, so that one stays under the older key."""
    content = inside(keys, row.holder, submissions.TABLE, submissions.bound(row.public_id, row.idem), row.sealed)
    if content is None or "key" not in content:
        return None
    body = domain.canonical(row.service, row.version, content["answers"])
    known, newest = keys.macs("hmac-body", body), keys.mac("hmac-body", body)
    idem, sealed = keys.id_macs(content["key"])[-1], row.sealed
    if idem != row.idem:
        sealed = keys.seal(row.holder, submissions.TABLE, submissions.bound(row.public_id, idem), msgspec.json.encode(content))
    return structs.replace(
        row, idem=idem, sealed=sealed, body_mac=newest if row.body_mac in known else row.body_mac,
        sent_mac=newest if row.sent_mac in known else row.sent_mac,
    )  # fmt: skip


def draft_and_sent(db: Database, row: Old) -> tuple[Draft, Sent | None] | None:
    """None where nothing changes, or it does not open."""
    holder, table = db.read_now(holder_of, SYSTEM, row=row)
    content = inside(db.keys, holder, table, row.public_id, row.sealed) if holder else None
    if holder is None or content is None or (public_id := db.keys.id_macs(content["id"])[-1]) == row.public_id:
        return None
    sent = db.read_now(sent_from, SYSTEM, row=row)
    fresh = Draft(row.id, public_id, db.keys.seal(holder, table, public_id, msgspec.json.encode(content)))
    return fresh, rehashed(db.keys, sent) if sent else None


def inside(keys: Keyring, holder: Person, table: str, bound: str, sealed: bytes) -> dict[str, Any] | None:
    if holder.wrapped_key is None:
        return None
    try:
        return msgspec.json.decode(keys.open(holder, table, bound, sealed), type=dict[str, Any])
    except (Tampered, KeysWrong):
        return None


def phones(db: Database, at: int) -> None:
    after = 0
    while rows := db.scan_now(chunk, SYSTEM, statement=SQL.phones, shape=Phone, after=after):
        after = rows[-1].id
        if changed := [new for row in rows if (new := rehashed_phone(db.keys, row)) is not None and new != row]:
            db.write_now(change_phones, SYSTEM, changed=changed)


def rehashed_phone(keys: Keyring, row: Phone) -> Phone | None:
    holder = Person(row.person, row.person_id, row.kek_id, row.wrapped_key)
    phone = inside(keys, holder, subscriptions.TABLE, row.public_id, row.sealed)
    return structs.replace(row, endpoint_mac=keys.mac(subscriptions.PURPOSE, phone["endpoint"].encode())) if phone else None


# Bodies


def chunk(tx: Tx, actor: Actor, statement: Statement, shape: type[Any], after: int) -> list[Any]:
    return tx.all(statement, shape, after=after, most=CHUNK)


def holder_of(tx: Tx, actor: Actor, row: Old) -> tuple[Person | None, str]:
    """Hers, also one set aside; what waits in a browser for her; or a guest's, while the session is there."""
    session, _, waits_for = row.owner.partition("/")
    if row.person_id != NOBODY:
        return row.holder, drafts.TABLE
    if waits_for:
        return tx.one(persons.SQL.person_by_public_id, Person, public_id=waits_for), unfinished.TABLE
    return tx.one(persons.SQL.guest, Person, session=session, named=persons.guest_id(session), nobody=NOBODY), drafts.TABLE


def sent_from(tx: Tx, actor: Actor, row: Old) -> Sent | None:
    return tx.one(SQL.submission_of_draft, Sent, person=row.person, idem=row.public_id)


def change_drafts(tx: Tx, actor: Actor, changed: list[Draft], sent: list[Sent]) -> None:
    tx.batch(resealing.SQL.reseal_draft, changed)
    change_sent(tx, actor, sent)


def change_sent(tx: Tx, actor: Actor, changed: list[Sent]) -> None:
    tx.batch(SQL.change_submission, changed)


def change_phones(tx: Tx, actor: Actor, changed: list[Phone]) -> None:
    tx.batch(SQL.change_endpoint, changed)
