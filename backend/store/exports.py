"""Everything that is kept about one resident, opened, for herself: the right of access, and to take it elsewhere (GDPR 15 and 20).

A table that names a person stands in `TABLES` or, with the reason, in `LEFT_OUT`; a test compares with the schema. Of others
nothing leaves: staff by role, relatives by what she is shown of them anyway.
"""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.moments import milliseconds
from backend.store import audit, case_events, content_files, drafts, files, letters, persons, submissions, tasks, unfinished
from backend.store.database import Database
from backend.store.keyring import Keyring, Person, Tampered
from backend.store.letters import Held
from backend.store.statements import Statement, Tx, load

SQL = load("exports")
HOUR_MS = 3600 * 1000
MOST_AN_HOUR = 3
VERB = "export"
Row = dict[str, Any]
Open = Callable[[str, str, bytes], bytes]

TABLES: dict[str, Statement] = {
    "person": SQL.person, "register": SQL.register, "draft": SQL.drafts, "submission": SQL.submissions, "cases": SQL.cases,
    "correction": SQL.corrections, "task": SQL.tasks, "case_event": SQL.case_events, "appointment": SQL.appointments, "file": SQL.files,
    "folder": SQL.folders, "message": SQL.messages, "paper": SQL.papers, "print_job": SQL.print_jobs, "mailing_line": SQL.mailing_lines,
    "sender_off": SQL.senders_off, "contact": SQL.contact, "notice": SQL.notices, "rung": SQL.rungs, "delivery": SQL.deliveries,
    "subscription": SQL.phones, "session": SQL.sessions, "passkey": SQL.passkeys, "activation": SQL.codes,
}  # fmt: skip
"""What is read of each table, besides her letters and her access log, which have a shape of their own."""
SHAPED = {"letter", "mailbox", "audit"}
LEFT_OUT = {
    "family": "keyed hashes of other people's numbers; whom she lives with is in it, as she is shown them",
    "persona": "who may be signed in as in a demo: made-up people",
    "staff": "an account for work, not a resident's",
    "nightly": "how far the nightly round is: a number, nobody's", "campaign": "how far a telling is: a number, nobody's",
}  # fmt: skip
HIDDEN = {"sealed", "idem", "owner", "name"}
"""Of a row: what only our machine needs. The name of a content file is random; a file's own name comes from what is sealed."""
SECRET = {"file": {"key"}, "paper": {"key"}, "case_event": {"to"}, "subscription": {"p256dh", "auth"}}
"""Of what is sealed: keys, and which member of staff."""
log = logging.getLogger("medborger.store")
COLUMN = re.compile(r"(\w+)\s*$")


class Everything(Struct):
    """`rows`: per table. `bytes`: what there is to stream, (table, its row, name and key of the content file). `letters` newest first."""

    rows: dict[str, list[Row]]
    letters: list[Held]
    log: list[audit.Line]
    bytes: list[tuple[str, Row, str, str]]


async def gather(db: Database, actor: Actor, now: datetime) -> Everything:
    """In one look, so that all of it belongs together."""
    await db.settle_access()
    person, rows, held, log = await db.scan(find, actor, now=milliseconds(now))
    return opened(db.keys, person, rows, held, log)


async def wait_s(db: Database, actor: Actor, now: datetime) -> int:
    """0, and it is noted in her log; else the seconds until one more may be made."""
    return await db.write(note, actor, now=milliseconds(now))


def opened(keys: Keyring, person: Person, rows: dict[str, list[Row]], held: list[letters.Row], log: list[audit.Line]) -> Everything:
    open, made, content = keys.opener(person), {}, []
    for table, found in rows.items():
        made[table] = []
        for row in found:
            inside = unsealed(open, table, row, person.public_id)
            said = {name: value for name, value in inside.items() if name not in SECRET.get(table, ())}
            plain = said | {name: as_text(value) for name, value in row.items() if name not in HIDDEN}
            made[table].append(plain)
            if inside.get("key") and table in ("file", "paper"):
                content.append((table, plain, row["name"], inside["key"]))
    return Everything(made, letters.every(keys, person, held), log, content)


def unsealed(open: Open, table: str, row: Row, person: str) -> Row:
    """What is sealed in a row; damaged, it says so and costs nothing else."""
    if not row.get("sealed"):
        return {}
    for sealed_in, to in places(table, row, person):
        try:
            data = open(sealed_in, to, row["sealed"])
            return {"called": data.decode()} if table == "folder" else msgspec.json.decode(data)
        except (Tampered, msgspec.DecodeError):
            continue
    log.error("%s %s does not open", table, row.get("public_id", ""))
    return {"damaged": True}


def places(table: str, row: Row, person: str) -> list[tuple[str, str]]:
    """Under which table and to what it is sealed. What was begun while she was not signed in has one of its own."""
    id = row.get("public_id", person)
    match table:
        case "submission":
            return [(submissions.TABLE, submissions.bound(id, row["idem"]))]
        case "task":
            return [(tasks.TABLE, tasks.bound(id, row["case_id"]))]
        case "case_event":
            return [(case_events.TABLE, case_events.bound(id, row["case_id"]))]
        case "file":
            return [(files.TABLE, files.bound(id, row["owner"], row["case_id"] or ""))]
        case "draft":
            return [(drafts.TABLE, id), (unfinished.TABLE, id)]
    return [(table, id)]


def as_text(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def stream(db: Database, name: str, key: str) -> Iterator[bytes]:
    return content_files.stream(db.data / files.FOLDER, name, bytes.fromhex(key))


# Bodies


def find(tx: Tx, actor: Actor, now: int) -> tuple[Person, dict[str, list[Row]], list[letters.Row], list[audit.Line]]:
    person = persons.find(tx, actor, actor.subject)
    rows = {table: rows_of(tx, statement, person.id, now) for table, statement in TABLES.items()}
    rows["person"] = [{**row, "public_id": person.public_id} for row in rows["person"]]
    held = tx.all(letters.SQL.letters_of_person, letters.Row, person=person.id, now=now)
    return person, rows, held, audit.of_subject(tx, actor, most=10**6)


def rows_of(tx: Tx, statement: Statement, person: int, now: int) -> list[Row]:
    names = columns(statement)
    return tx.all(statement, lambda *values: dict(zip(names, values, strict=True)), person=person, now=now)


def columns(statement: Statement) -> list[str]:
    """As the statement names them: "c.public_id AS case_id" is "case_id"."""
    said = statement.text.removeprefix("SELECT").partition("FROM")[0]
    return [COLUMN.search(one)[1] for one in said.split(",")]  # type: ignore[index]


def note(tx: Tx, actor: Actor, now: int) -> int:
    made = tx.all(SQL.exported_at, int, subject=actor.subject, since=now - HOUR_MS, most=MOST_AN_HOUR)
    if len(made) == MOST_AN_HOUR:
        return max(1, (made[-1] + HOUR_MS - now) // 1000)
    audit.add(tx, actor, VERB, f"person/{actor.subject}", now)
    return 0
