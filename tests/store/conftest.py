"""A store with real SQLite and real migrations, in which Inger and Yusuf are known."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from backend.domain.actors import NOBODY, SYSTEM, Actor
from backend.domain.submissions import Submission
from backend.letters.receipts import Signer
from backend.store import keyring, persons, sessions, submissions, uptime
from backend.store.database import Database
from backend.store.keyring import Keyring
from backend.store.statements import Statement, Tx
from tests.people import INGER, PASSER_BY, VISITOR, YUSUF

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=1)))
KEY = "0123456789abcdef0123456789abcdef"
ADD_PERSON = Statement(
    "add_person",
    "INSERT INTO person (public_id, kek_id, wrapped_key, created_at) VALUES (:public_id, :kek_id, :wrapped_key, 0)",
)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    folder = tmp_path_factory.mktemp("keys")
    keyring.make(folder)
    return keyring.load(folder)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def db(data: Path, keys: Keyring) -> Iterator[Database]:
    opened = Database(data, keys)
    for actor in (INGER, YUSUF):
        add_person(opened, actor.person)
    for actor in (VISITOR, PASSER_BY):
        add_guest(opened, actor)
    yield opened
    opened.close()


@pytest.fixture
def sign(keys: Keyring) -> Callable[[dict[str, Any]], str]:
    return Signer(keys.keys["receipt"]).sign


def add_person(db: Database, public_id: str) -> None:
    kek_id, wrapped_key = db.keys.wrap(public_id)
    db.write_now(save_person, SYSTEM, public_id=public_id, kek_id=kek_id, wrapped_key=wrapped_key)


def add_guest(db: Database, actor: Actor) -> None:
    """The session of somebody who has not signed in, if it is not there yet."""
    if db.read_now(lambda tx, _: persons.holder(tx, actor), SYSTEM).wrapped_key:
        return
    new = sessions.New(actor.session, actor.session.encode(), NOBODY, "guest", "", 0, 2**53, 0)
    db.write_now(sessions.insert, SYSTEM, new=new.signed(db.keys))


def save_person(tx: Tx, actor: Actor, **params: Any) -> None:
    tx.run(ADD_PERSON, **params)


def wait(what: Awaitable[Any]) -> Any:
    """What the await gives, from a test that is not async itself."""

    async def run() -> Any:
        return await what

    return asyncio.run(run())


def rats(**changes: Any) -> Submission:
    """A report of rats, as a guest or a resident sends it."""
    return Submission(**({"service": "rats", "version": 1, "answers": {"where": "in the yard"}, "lang": "da"} | changes))


def send(db: Database, actor: Actor, sign: Any, key: str = KEY, new: Submission | None = None, now: datetime = NOW) -> Any:
    return wait(submissions.receive(db, actor, key, new or rats(), now, sign))


def run_for(db: Database, ms: int) -> int:
    """As if a server had run that long; the whole uptime."""
    return db.write_now(uptime.add, SYSTEM, ms=ms)


def count(db: Database, table: str) -> int:
    return db.scan_now(lambda tx, actor: tx.one(Statement("count", f"SELECT count(*) FROM {table}"), int), SYSTEM)


def with_newer(keys: Keyring, *purposes: str) -> Keyring:
    """The same keys, and a newer one of these purposes."""
    return Keyring({name: ids | ({"2": os.urandom(32)} if name in purposes else {}) for name, ids in keys.keys.items()})
