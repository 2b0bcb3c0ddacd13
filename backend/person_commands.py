"""What the operator does for one person, with the server stopped: end a lost phone, erase, show the access log."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from backend import commands
from backend.domain.actors import Actor
from backend.identity.activation import public_id_of
from backend.store import audit, erasures, passkeys, persons, sessions
from backend.store.database import Database
from backend.store.statements import Tx


def stop_phones(said: argparse.Namespace) -> int:
    return with_person(said, stop)


def erase(said: argparse.Namespace) -> int:
    return with_person(said, erase_one)


def show_log(said: argparse.Namespace) -> int:
    return with_person(said, print_log)


def with_person(said: argparse.Namespace, act: Callable[[Database, str, int], None]) -> int:
    """`person` is a person number or a public id; for nobody it says so."""
    db = commands.opened(said)
    try:
        person = public_id_of(db, said.person)
        db.read_now(lambda tx, actor: persons.find(tx, None, person), None)
        act(db, person, int(datetime.now(UTC).timestamp() * 1000))
    except commands.NotFound:
        print("Nobody is known by that number or id, or they are erased.", file=sys.stderr)
        return 1
    finally:
        db.close()
    return 0


def stop(db: Database, person: str, at: int) -> None:
    ended, removed = db.write_now(end_everything, Actor("operator", person, person, why="stop"), at=at)
    print(f"{ended} sessions ended, {removed} passkeys removed. A new passkey takes a code: medborger activate")


def end_everything(tx: Tx, actor: Actor, at: int) -> tuple[int, int]:
    open_ids = [one.public_id for one in sessions.list_own(tx, actor)]
    keys = passkeys.list_own(tx, actor)
    sessions.end(tx, actor, open_ids, at)
    for key in keys:
        passkeys.drop(tx, actor, key.public_id, at)
    return len(open_ids), len(keys)


def erase_one(db: Database, person: str, at: int) -> None:
    asyncio.run(erasures.erase(db, Actor("operator", subject=person), person, at))
    print(f"Erased. Keep {db.data / erasures.LIST} with the backups' list: restore takes it as --erased.")


def print_log(db: Database, person: str, at: int) -> None:
    for line in db.read_now(audit.of_subject, Actor("operator", subject=person, why="question")):
        print(datetime.fromtimestamp(line.at / 1000, UTC).isoformat(timespec="seconds"), line.role, line.verb, line.object)
