"""A resident's cases: what the authority does with what they sent."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct, field

from backend.domain.actors import Actor
from backend.domain.drafts import Draft
from backend.domain.errors import NotFound
from backend.domain.submissions import Receipt
from backend.store import appointments, case_events, drafts, files, persons, submissions, tasks
from backend.store.database import Database
from backend.store.keyring import Person
from backend.store.statements import Tx, load

SQL = load("cases")


class Row(Struct, frozen=True):
    row: int
    public_id: str
    number: str
    service: str
    version: int
    status: str
    opened_at: int
    idem: str
    submission: str
    sealed: bytes
    looked_at: int
    decided_at: int


class Account(Struct, frozen=True):
    ending: str = ""


class Known(Struct, frozen=True):
    """Of the facts sent with it, the one that outcomes name."""

    account: Account | None = field(name="person.nemkonto", default=None)


class Brief(Struct, frozen=True):
    """What a list reads of the sealed content; the answers are not even decoded."""

    received_at: str
    deadlines: list[dict[str, Any]]
    about: str = ""
    """Not sealed with what was sent before this was kept."""
    key: str = ""
    receipt: str = ""
    salt: str = ""
    facts: Known = Known()


class Case(Struct, frozen=True):
    """`about` tells a row that was filed by itself from the whole: the name in it."""

    id: str
    service: str
    version: int
    status: str
    opened_at: int
    receipt: Receipt
    deadlines: list[dict[str, Any]]
    about: str
    looked_at: int = 0
    """Epoch ms at which a caseworker first opened it, and at which it was decided or withdrawn; 0 never."""
    decided_at: int = 0
    account_end: str = ""
    """Last digits of the account she is paid to, as some outcomes name it."""


BRIEF = msgspec.json.Decoder(Brief)


class Mine(Struct, frozen=True):
    """Everything of My Page in one read. Tasks and appointments name their case by its id."""

    cases: list[Case]
    tasks: list[dict[str, Any]]
    appointments: list[dict[str, str]]
    older: list[Case]
    """Cases of appointments that are not among `cases`."""
    drafts: list[Draft]
    """What was begun, newest first; also the marks of what was sent."""


class Whole(Struct, frozen=True):
    """One case with what hangs on it. `content` is what was sealed with the submission: answers, facts, lang,
    deadlines, received_at, about."""

    case: Case
    content: dict[str, Any]
    tasks: list[dict[str, Any]]
    appointment: dict[str, str]
    files: list[dict[str, Any]]
    events: list[case_events.Event]
    """Oldest first, what only the desk reads among them."""


async def mine(db: Database, actor: Actor, most: int = 20) -> Mine:
    """The newest cases, everything still to do, every appointment and draft: one read, and her key unwrapped once."""
    person, rows, to_do, booked, older, begun = await db.read(find_mine, actor, most=most)
    open = db.keys.opener(person)
    return Mine(
        [brief(row, unsealed(open, row)) for row in rows],
        [tasks.opened(open, row) for row in to_do],
        [appointments.shown(row) | {"case": row.case_id} for row in booked],
        [brief(row, unsealed(open, row)) for row in older],
        [drafts.opened(open, row) for row in begun],
    )


async def list_all(db: Database, actor: Actor, before: str = "", most: int = 20) -> list[Case]:
    """Newest first; `before` is the id of the last one shown."""
    person, rows = await db.read(find_list, actor, before=before, most=most)
    open = db.keys.opener(person)
    return [brief(row, unsealed(open, row)) for row in rows]


async def get(db: Database, actor: Actor, public_id: str) -> Whole:
    """Raises `NotFound`, also for a stranger's case."""
    person, row, to_do, booked, papers, events = await db.read(find, actor, public_id=public_id)
    data = unsealed(db.keys.opener(person), row)
    return Whole(
        brief(row, data), msgspec.json.decode(data), [tasks.unseal(db.keys, person, task) for task in to_do],
        appointments.shown(booked), [files.unseal(db.keys, person, paper) for paper in papers],
        [case_events.opened(db.keys.opener(person), event) for event in events],
    )  # fmt: skip


def unsealed(open: Callable[[str, str, bytes], bytes], row: Row) -> bytes:
    return open(submissions.TABLE, submissions.bound(row.submission, row.idem), row.sealed)


def brief(row: Row, data: bytes) -> Case:
    said = BRIEF.decode(data)
    receipt = Receipt(said.key, row.number, said.received_at, said.receipt, said.salt)
    return Case(
        row.public_id, row.service, row.version, row.status, row.opened_at, receipt, said.deadlines, said.about,
        row.looked_at, row.decided_at, said.facts.account.ending if said.facts.account else "",
    )  # fmt: skip


# Bodies


def find_mine(
    tx: Tx, actor: Actor, most: int
) -> tuple[Person, list[Row], list[tasks.Row], list[appointments.Row], list[Row], list[drafts.Row]]:
    person, rows = find_list(tx, actor, "", most)
    booked = appointments.of_person(tx, actor, person.id)
    elsewhere = {one.case_id for one in booked} - {row.public_id for row in rows}
    older = [tx.one(SQL.case_of_person, Row, person=person.id, public_id=case) for case in sorted(elsewhere)]
    return person, rows, tasks.open_of_person(tx, actor, person.id), booked, [row for row in older if row], drafts.of_person(tx, actor, person.id)


def find_list(tx: Tx, actor: Actor, before: str, most: int) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.cases_of_person, Row, person=person.id, before=before, most=most)


def find(
    tx: Tx, actor: Actor, public_id: str
) -> tuple[Person, Row, list[tasks.Row], appointments.Row | None, list[files.Row], list[case_events.Row]]:
    person = persons.find(tx, actor, actor.subject)
    row = tx.one(SQL.case_of_person, Row, person=person.id, public_id=public_id)
    if row is None:
        raise NotFound("case")
    return (
        person, row, tasks.open_of_case(tx, actor, row.row), appointments.of_case(tx, actor, row.row),
        files.of_case(tx, actor, row.row), case_events.of_case(tx, actor, row.row),
    )  # fmt: skip


def person_of(tx: Tx, actor: Actor, number: str) -> str:
    """Whose case bears this number ("M 224 763 529"): the public id. For the desk."""
    found = tx.one(SQL.person_of_case_number, str, number=number) if actor.role == "desk" else None
    if found is None:
        raise NotFound("case")
    return found
