"""A whole town for the tests of this room: the real store, the real words, every handler, behind the real door."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from backend import app
from backend.identity import demo
from backend.settings import Settings
from backend.store import keyring
from backend.store.database import Database

ORIGIN = "https://town.example"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""A Tuesday morning: the phone is answered."""
JSON = {"accept": "application/json"}
OURS = {"origin": ORIGIN, "accept": "application/json"}

Client = TestClient[Any]


def built(data: Path, clock: Callable[[], datetime] = lambda: NOW, **said: Any) -> Any:
    settings = Settings(data=data, demo=True, origin=ORIGIN, pseudo=True, reads_per_minute=10**6, writes_per_minute=10**6, secrets_per_minute=10**6, **said)
    keyring.make(settings.key_folder)
    db = Database(data, keyring.load(settings.key_folder))
    demo.seed(db, NOW)
    db.close()
    return app.create(settings, clock)


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    made = built(tmp_path_factory.mktemp("town"))
    with TestClient(made, base_url=ORIGIN):
        yield made


@pytest.fixture
def phone(door: Any) -> Client:
    """A browser nobody has used: no cookie, no sign-in."""
    return TestClient(door, base_url=ORIGIN)


@pytest.fixture
def other(door: Any) -> Client:
    return TestClient(door, base_url=ORIGIN)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Client]:
    """A phone in a town of its own, where nobody else has sent anything."""
    with TestClient(built(tmp_path / "town"), base_url=ORIGIN) as client:
        yield client


def see(client: Client, path: str, **headers: str) -> dict[str, Any]:
    answer = client.get(path, headers=JSON | headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def press(client: Client, path: str, fields: dict[str, Any], do: str = "continue", **headers: str) -> Any:
    """Post the form of the page at `path`, with the draft it carries."""
    shown = client.get(path, headers=JSON).json()
    carried = {name: str(shown[name]) for name in ("draft", "revision") if name in shown}
    return client.post(path, data=carried | {"do": do} | fields, headers=OURS | headers, follow_redirects=False)


def throw_away(client: Client, service: str) -> None:
    """Whatever was begun of the service at this address, without a question, as the phone asks for it."""
    client.delete(f"/api/drafts/{service.rpartition('/')[2]}", headers=OURS)


def forget_sent(client: Client, *services: str) -> None:
    """The marks that what was sent leaves: the people of the town are shared by all tests."""
    for service in services:
        assert client.delete(f"/api/drafts/{service}", headers=OURS).status_code in (200, 204)


def sign_in(client: Client, name: str) -> None:
    person = next(p["id"] for p in see(client, "/en/sign-in")["demo"] if p["name"].startswith(name))
    answer = client.post("/en/sign-in/demo", data={"person": person, "next": ""}, headers=OURS, follow_redirects=False)
    assert answer.status_code == 303


WHERE = {"where_street": "Havnegade 12", "where_postcode": "9999", "where_town": "Havneby"}
RATS = "/en/services/rats"


def to_check(client: Client) -> None:
    """Report a rat as far as the page "check your answers"."""
    fields = {
        "where": WHERE, "photo": {"photo_later": "yes"},
        "get-in": {"get-in": "By the gate"}, "phone": {"phone": "33 66 33 66"},
    }  # fmt: skip
    at = f"{RATS}/where"
    for _ in range(20):
        shown = client.get(at, headers=JSON, follow_redirects=True).json()
        if shown["page"] == "check":
            return
        own = fields.get(shown["step"]["id"]) or first_choice(shown)
        answer = press(client, at, own)
        assert answer.status_code == 303, answer.text
        at = answer.headers["location"]
    raise AssertionError("never came to the check page")


def first_choice(shown: dict[str, Any]) -> dict[str, Any]:
    return {field["name"]: field["options"][0]["value"] for field in shown["fields"]}


def send(client: Client) -> str:
    """The address of the receipt."""
    declared = {d["name"]: "yes" for d in see(client, f"{RATS}/check")["declarations"]}
    answer = press(client, f"{RATS}/check", declared)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]
