"""Erasing a person: the wrapped key goes, and with it everything it sealed. What is sent stays as a case without words.

Backups, and the copy kept before the newest migration, still hold the key until they age out, so the ids of the erased are kept in a list beside the database,
outside every backup, and applied when one is restored.
"""

import asyncio
import os
from pathlib import Path

from backend.domain.actors import Actor
from backend.store import audit, connections
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("erasures")
LIST = "erasures.txt"
LATER = (
    SQL.remove_sent_mac, SQL.remove_deliveries, SQL.remove_rung_notices, SQL.remove_rungs, SQL.remove_subscriptions, SQL.remove_contact,
    SQL.end_notices_of_erased, SQL.remove_mailbox, SQL.remove_folders, SQL.remove_print_jobs, SQL.remove_papers,
    SQL.remove_senders_off, SQL.remove_from_mailings,
)  # fmt: skip
"""A schema that lacks them holds nothing of theirs in clear: what it has is sealed with the key that goes."""


async def erase(db: Database, actor: Actor, person: str, now: int) -> None:
    """The list first: a crash in between leaves one erased too early in a restore, never one forgotten."""
    remember(db.data / LIST, person)
    await db.write(remove, actor, person=person, now=now)
    db.writer.shrink_log()
    for copy in db.data.glob("before-*.db"):
        await asyncio.to_thread(apply, copy, [person])


def remember(file: Path, person: str) -> None:
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
        for person in persons:
            forget(Tx(con), person)
        con.execute("COMMIT")
        con.execute("VACUUM")
    finally:
        con.close()


# Bodies


def remove(tx: Tx, actor: Actor, person: str, now: int) -> None:
    forget(tx, person)
    for statement in LATER:  # a copy of an older schema has no such columns and tables
        tx.run(statement, person=person)
    tx.run(SQL.mark_erased, person=person, now=now)
    audit.add(tx, actor, "erase", f"person/{person}", now, subject=person)


def forget(tx: Tx, person: str) -> None:
    """The row stays, empty: cases name it. What could find or sign in the person goes."""
    for statement in (
        SQL.remove_drafts, SQL.remove_register, SQL.remove_family, SQL.remove_relatives, SQL.remove_sessions,
        SQL.remove_passkeys, SQL.remove_activations, SQL.remove_fingerprints, SQL.remove_key,
    ):  # fmt: skip
        tx.run(statement, person=person)
