"""A town of three hundred made-up residents in a real store, and a day on which it all happens."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from backend.identity import demo
from backend.identity.demo import Persona
from backend.identity.sessions import Sessions
from backend.store import keyring
from backend.store.database import FILE, Database
from backend.store.keyring import Keyring

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY = "2026-11-24"
Answer = TypeVar("Answer")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    folder = tmp_path_factory.mktemp("keys")
    keyring.make(folder)
    return keyring.load(folder)


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory, keys: Keyring) -> Path:
    """Seeded once; each test works on its own copy."""
    data = tmp_path_factory.mktemp("town")
    db = Database(data, keys)
    demo.seed(db, NOW)
    db.close()
    return data / FILE


@pytest.fixture
def empty(tmp_path: Path, keys: Keyring) -> Iterator[Database]:
    opened = Database(tmp_path / "empty", keys)
    yield opened
    opened.close()


@pytest.fixture
def db(tmp_path: Path, keys: Keyring, town_file: Path) -> Iterator[Database]:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(town_file, data / FILE)
    opened = Database(data, keys)
    yield opened
    opened.close()


@pytest.fixture
def personas(db: Database) -> dict[str, Persona]:
    """By first name: Inger, Samir, Mette."""
    return {one.name.split()[0]: one for one in demo.people(db, TODAY)}


@pytest.fixture
def sessions(db: Database) -> Sessions:
    return Sessions(db, NOW)


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Whatever is noted beside the answer is done when this returns."""

    async def whole() -> Answer:
        answer = await work
        beside = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*beside)
        return answer

    return asyncio.run(whole())


class Ticks:
    """A monotonic clock that goes only when told to."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def ticks() -> Callable[[], float]:
    return Ticks()
