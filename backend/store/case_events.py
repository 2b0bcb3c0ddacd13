"""What happened to a case, a row for each act, written in the transaction of the act itself."""

import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.case_events import Event
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("case_events")
TABLE = "case_event"


class New(Struct, frozen=True):
    public_id: str
    kind: str
    sealed: bytes


class Row(Struct, frozen=True):
    public_id: str
    case_id: str
    kind: str
    by_staff: bool
    sealed: bytes
    at: int


def seal(keys: Keyring, person: Person, case: str, kind: str, said: dict[str, Any] | None = None) -> New:
    """`case`: its public id. `said` as in `domain/case_events.Event`."""
    public_id = secrets.token_hex(16)
    return New(public_id, kind, keys.seal(person, TABLE, bound(public_id, case), msgspec.json.encode(said or {})))


def bound(public_id: str, case: str) -> str:
    return f"{public_id}/{case}"


def opened(open: Callable[[str, str, bytes], bytes], row: Row) -> Event:
    said = msgspec.json.decode(open(TABLE, bound(row.public_id, row.case_id), row.sealed))
    return Event(row.public_id, row.kind, row.at, said, bool(row.by_staff))


# Bodies


def add(tx: Tx, actor: Actor, person: int, case: int, new: New, now: int, staff: int | None = None) -> None:
    """`staff`: the row of who works here and did it; None for the resident herself."""
    tx.run(SQL.add_event, new, person=person, case_row=case, staff=staff, now=now)


def of_case(tx: Tx, actor: Actor, case: int) -> list[Row]:
    return tx.all(SQL.events_of_case, Row, case_row=case)
