"""All guests together have filled their room for drafts: said in words, and by code to a phone that keeps it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.store.guest_room import GuestRoom
from tests.web.conftest import ORIGIN, OURS, RATS, WHERE, Client, built, press, see, sign_in


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Any]:
    yield built(tmp_path / "town")


@pytest.fixture
def alone(town: Any) -> Iterator[Client]:
    with TestClient(town, base_url=ORIGIN) as client:
        yield client


def measure(town: Any, most: int) -> None:
    town.inner.state.app.db.guest_room = GuestRoom(of_drafts=most, least_free=0)


def begin(client: Client) -> Any:
    return press(client, f"{RATS}/where", WHERE)


def test_a_guest_is_told_in_words_and_a_phone_by_its_code(town: Any, alone: Client) -> None:
    saved = {"id": "a" * 32, "version": 1, "revision": 0, "answers": {}}
    measure(town, 2000)
    assert begin(alone).status_code == 303
    measure(town, 1)
    alone.cookies.clear()
    page = alone.post(f"{RATS}/where", data=WHERE | {"do": "continue"}, headers=OURS | {"accept": "text/html"})
    assert page.status_code == 507 and "We cannot save right now" in page.text and page.headers["retry-after"] == "600"
    told = alone.put("/api/drafts/rats", json=saved, headers=OURS)
    assert told.status_code == 507 and told.json()["why"] == "guests-full" and "set-cookie" not in told.headers


def test_who_signs_in_is_kept_all_the_same(town: Any, alone: Client) -> None:
    measure(town, 1)
    sign_in(alone, "Inger")
    assert begin(alone).status_code == 303 and see(alone, "/en/mine")["drafts"]
