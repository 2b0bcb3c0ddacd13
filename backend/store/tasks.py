"""What stays to be done on a case after sending: a consent, a missing paper, a time to choose."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.store.keyring import Keyring, Person
from backend.store.statements import Tx, load

SQL = load("tasks")
TABLE = "task"
CHOOSE_TIME = {"id": "choose-time", "say": "", "who": "me", "name": "", "why": "time"}
SEND_FILE = {"id": "send-file", "say": "", "who": "me", "name": "", "why": "file"}
"""What the store itself leaves to be done, when a time was taken meanwhile or an upload is not there any more."""

NONE = {"why": "", "text": "", "lang": "", "by": ""}


class New(Struct, frozen=True):
    public_id: str
    task: str
    who: str
    sealed: bytes


class Row(Struct, frozen=True):
    public_id: str
    case_id: str
    task: str
    who: str
    sealed: bytes
    opened_at: int


def seal(keys: Keyring, person: Person, case: str, task: dict[str, Any]) -> New:
    """`task` is {"id", "say", "who", "name", "why"}: the name may be another person's, so it is sealed. `case`: its public id."""
    public_id = secrets.token_hex(16)
    return New(public_id, task["id"], task["who"], keys.seal(person, TABLE, bound(public_id, case), msgspec.json.encode(task)))


def bound(public_id: str, case: str) -> str:
    """All that is sent by guests has one key: a task opens only with the case it was written for."""
    return f"{public_id}/{case}"


def unseal(keys: Keyring, person: Person, row: Row) -> dict[str, Any]:
    return opened(keys.opener(person), row)


def opened(open: Callable[[str, str, bytes], bytes], row: Row) -> dict[str, Any]:
    """Those sealed before there was a `why` have none. Of what a caseworker asked for, `text` is her own words in `lang`, and `by`
    the last day."""
    return NONE | msgspec.json.decode(open(TABLE, bound(row.public_id, row.case_id), row.sealed)) | {"case": row.case_id}


# Bodies


def add_all(tx: Tx, actor: Actor, person: int, case: int, new: list[New], now: int) -> None:
    if new:
        tx.batch(SQL.add_task, new, person=person, case_row=case, now=now)


def open_of_case(tx: Tx, actor: Actor, case: int) -> list[Row]:
    return tx.all(SQL.open_tasks_of_case, Row, case_row=case)


def end(tx: Tx, actor: Actor, case: int, tasks: Sequence[str], now: int) -> None:
    """By their public ids; one that is done stays as it was done."""
    for public_id in tasks:
        tx.run(SQL.end_task, case_row=case, public_id=public_id, now=now)


def reopen(tx: Tx, actor: Actor, case: int, tasks: Sequence[str]) -> None:
    for public_id in tasks:
        tx.run(SQL.reopen_task, case_row=case, public_id=public_id)


def open_of_person(tx: Tx, actor: Actor, person: int) -> list[Row]:
    return tx.all(SQL.open_tasks_of_person, Row, person=person)
