"""Erasing a person: the wrapped key goes, and with it everything it sealed; then the rows, and the content files they named.
What was sent stays as a number without words: which service it was is not told any more either.

Backups, and the copy kept before the newest migration, still hold the key until they age out, so the ids of the erased are kept in a list beside the database,
outside every backup, and applied when one is restored.
"""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

from backend.domain.actors import Actor
from backend.store import audit, connections, content_files, files
from backend.store.connections import Connection, Misfit
from backend.store.database import Database
from backend.store.statements import Statement, Tx, load

SQL = load("erasures")
LIST = "erasures.txt"
EARLIER = (SQL.count_in_mailings,)
"""While she still stands in the register."""
LATER = (
    SQL.remove_sent_mac, SQL.remove_deliveries, SQL.remove_rung_notices, SQL.remove_rungs, SQL.remove_subscriptions, SQL.remove_contact,
    SQL.end_notices_of_erased, SQL.remove_mailbox, SQL.remove_folders, SQL.remove_print_jobs, SQL.remove_papers,
    SQL.remove_senders_off, SQL.remove_from_mailings, SQL.remove_files, SQL.remove_messages, SQL.remove_case_events, SQL.remove_tasks,
    SQL.remove_appointments, SQL.remove_letters, SQL.remove_persona, SQL.empty_submissions, SQL.close_cases,
)  # fmt: skip
"""In this order: a row goes before what it names. A copy of an older schema lacks some of the tables."""
STAY = {
    "person": "empty, for others' rows name it", "submission": "a number without words", "cases": "a number without words",
    "notice": "ended, without what it was about", "correction": "which submission gave way to which", "mailing_line": "how many were written to, not whom",
    "staff": "who decided a case: ended by `medborger staff end`", "nightly": "how far the nightly round is", "campaign": "how far a telling is",
}  # fmt: skip
"""Tables with a column `person` of which rows stay, and why."""


async def erase(db: Database, actor: Actor, person: str, now: int) -> None:
    """The list first: a crash in between leaves one erased too early in a restore, never one forgotten."""
    remember(db.data / LIST, person)
    named = await db.write(remove, actor, person=person, now=now)
    db.writer.shrink_log()
    await asyncio.to_thread(unlink, db.data, named)
    for copy in db.data.glob("before-*.db"):
        await asyncio.to_thread(apply, copy, [person])


def remember(file: Path, person: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="ascii") as stream:
        stream.write(person + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def listed(file: Path) -> list[str]:
    return file.read_text("ascii").split() if file.exists() else []


def apply(database: Path, persons: list[str]) -> None:
    """To a restored file, before it gets its name."""
    con = connections.connect(database.resolve().as_uri())
    try:
        con.execute("PRAGMA secure_delete=ON").fetchall()
        con.execute("BEGIN IMMEDIATE")
        earlier, later = ([one for one in some if fits(con, one)] for some in (EARLIER, LATER))
        for person in persons:
            forget(Tx(con), person, earlier, later)
        con.execute("COMMIT")
        con.execute("VACUUM")
    finally:
        con.close()


def fits(con: Connection, statement: Statement) -> bool:
    """Has this copy's schema what the statement names?"""
    try:
        con.execute(f"EXPLAIN {statement.text}", [None] * len(statement.names)).fetchall()
    except Misfit:
        return False
    return True


def unlink(data: Path, names: list[str]) -> None:
    """The content files her rows named. Not while a backup copies them: then housekeeping finds that no row names them."""
    with content_files.held(data, alone=True) as is_alone:
        for name in names if is_alone else []:
            content_files.remove(data / files.FOLDER, name)


# Bodies


def remove(tx: Tx, actor: Actor, person: str, now: int) -> list[str]:
    """The content files that no row names any more."""
    named = tx.all(SQL.content_of_person, str, person=person)
    forget(tx, person, EARLIER, LATER)
    tx.run(SQL.mark_erased, person=person, now=now)
    audit.add(tx, actor, "erase", f"person/{person}", now, subject=person)
    return named


def forget(tx: Tx, person: str, earlier: Iterable[Statement], later: Iterable[Statement]) -> None:
    """The row stays, empty: cases name it. What could find or sign in the person goes first."""
    first = (
        SQL.remove_drafts, SQL.remove_register, SQL.remove_family, SQL.remove_relatives, SQL.remove_sessions,
        SQL.remove_passkeys, SQL.remove_activations, SQL.remove_fingerprints, SQL.remove_key,
    )  # fmt: skip
    for statement in (*earlier, *first, *later):
        tx.run(statement, person=person)
