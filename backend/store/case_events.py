"""What happened to a case, in order; what was said is sealed with the key of the resident whose case it is.

Every event makes the case's revision grow, so that a caseworker who judged an older one is told.
"""

import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.cases import EventKind
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("case_events")
TABLE = "case_event"


class New(Struct, frozen=True):
    public_id: str
    kind: EventKind
    sealed: bytes


class Row(Struct, frozen=True):
    """`staff`: the name of who did it, "" for the resident. `at`: epoch ms; for a decision when its letter can be read."""

    public_id: str
    case_id: str
    kind: EventKind
    staff: str
    sealed: bytes
    at: int


class Event(Struct, frozen=True):
    """`said`: as `domain.cases.EventKind` lists it."""

    id: str
    kind: EventKind
    staff: str
    said: dict[str, Any]
    at: int


def seal(keys: Keyring, person: Person, case: str, kind: EventKind, said: dict[str, Any] | None = None) -> New:
    """`case`: its public id."""
    public_id = secrets.token_hex(16)
    return New(public_id, kind, keys.seal(person, TABLE, bound(public_id, case), msgspec.json.encode(said or {})))


def bound(public_id: str, case: str) -> str:
    """All that guests have sent has one key: an event opens only with the case it belongs to."""
    return f"{public_id}/{case}"


def opened(open: Callable[[str, str, bytes], bytes], row: Row) -> Event:
    return Event(row.public_id, row.kind, row.staff, msgspec.json.decode(open(TABLE, bound(row.public_id, row.case_id), row.sealed)), row.at)


# Bodies


def add(tx: Tx, actor: Actor, person: int, case: int, new: New, at: int) -> None:
    """`person` and `case` are rows. By the staff member who acts, else by the resident."""
    tx.run(SQL.add_event, new, person=person, case_row=case, staff=actor.person if actor.role == "desk" else "", at=at)
    tx.run(SQL.grow_revision, case_row=case)


def of_case(tx: Tx, actor: Actor, case: int) -> list[Row]:
    """Oldest first. For the desk: a resident's page leaves out `cases.DESK_ONLY`, and what lies ahead."""
    return tx.all(SQL.events_of_case, Row, case_row=case)


def take_back(tx: Tx, actor: Actor, case: int, public_id: str) -> None:
    """A decision that nobody was told of: it stays for the desk to see, and leaves the resident's timeline before it came there."""
    tx.run(SQL.take_back_event, case_row=case, public_id=public_id)
    tx.run(SQL.grow_revision, case_row=case)
