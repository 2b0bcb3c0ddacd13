"""The operator's address is for this machine alone: what a proxy passes on is answered as if it were not there."""

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from backend.domain.errors import Forbidden
from backend.domain.moments import milliseconds
from backend.identity import operator_requests
from backend.web.api import operator
from tests.store.many import letter
from tests.web.conftest import NOW, ORIGIN, OURS, built, see, sign_in


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via", "X-Forwarded-Proto"])
def test_what_a_proxy_passes_on_makes_no_code_though_it_has_the_keys(door: Any, header: str) -> None:
    assert posted(door, "127.0.0.1", {header: "198.51.100.7"}) == 404


@pytest.mark.parametrize("client, status", [("198.51.100.7", 404), ("unknown", 404), ("127.0.0.1", 201), ("::1", 201)])
def test_only_this_machine_reaches_it(door: Any, client: str, status: int) -> None:
    assert posted(door, client, {}) == status


def posted(door: Any, client: str, more: dict[str, str], purpose: str = operator_requests.DESK, address: str = "activation", said: Any = None) -> int:
    operator.USED.until.clear()

    async def from_there(scope: Any, receive: Any, send: Any) -> None:
        await door(scope | {"client": (client, 1)} if scope["type"] == "http" else scope, receive, send)

    at = TestClient(from_there, base_url=ORIGIN)
    person = next(p["id"] for p in see(TestClient(door, base_url=ORIGIN), "/en/sign-in")["demo"])
    body = msgspec.json.encode({"person": person, **(said or {})})
    proof = operator_requests.proof(door.inner.state.app.db.keys.newest(purpose), body, milliseconds(NOW))
    headers = OURS | {operator_requests.HEADER: proof, "content-type": "application/json"} | more
    return at.post(f"/api/errands/{address}", content=body, headers=headers).status_code


def test_the_call_list_is_read_and_noted_at_a_running_server(door: Any) -> None:
    at, keys = TestClient(door, base_url=ORIGIN), door.inner.state.app.db.keys

    async def local(scope: Any, receive: Any, send: Any) -> None:
        await door(scope | {"client": ("127.0.0.1", 1)} if scope["type"] == "http" else scope, receive, send)

    def ask(**said: str) -> Any:
        operator.USED.until.clear()  # the clock stands still here, so the same question has the same proof
        body = msgspec.json.encode(said)
        headers = OURS | {operator_requests.HEADER: operator_requests.proof(keys.newest(operator_requests.OPERATOR), body, milliseconds(NOW)), "content-type": "application/json"}
        return TestClient(local, base_url=ORIGIN).post("/api/errands/calls", content=body, headers=headers)

    assert at.post("/api/errands/calls", content=b"{}", headers=OURS).status_code in (403, 404)
    assert ask().status_code == 200 and all(row["name"] and row["why"] for row in ask().json())
    assert ask(id="0" * 32, result="done").status_code == 404


@pytest.mark.parametrize("purpose, address, status", [
    ("hmac-desk", "activation", 201), ("hmac-operator", "activation", 403), ("hmac-session", "activation", 403),
    ("hmac-operator", "person", 200), ("hmac-desk", "person", 403), ("hmac-session", "person", 403),
])  # fmt: skip
def test_each_kind_of_question_has_a_key_of_its_own(door: Any, purpose: str, address: str, status: int) -> None:
    assert posted(door, "127.0.0.1", {}, purpose, address, {"act": "log"} if address == "person" else None) == status


def test_a_proof_that_was_overheard_gets_no_second_answer() -> None:
    used = operator_requests.Used()
    used.take("1.ab", 0)
    with pytest.raises(Forbidden):
        used.take("1.ab", 60_000)
    used.take("2.ab", 10**9)
    assert len(used.until) == 1


def test_a_lost_phone_is_stopped_at_a_running_server_from_the_next_request_on(tmp_path: Path) -> None:
    town = built(tmp_path / "town")
    with TestClient(town, base_url=ORIGIN) as phone:
        sign_in(phone, "Inger")
        person = see(phone, "/en/mine")["frame"]["owner"]
        assert posted(town, "127.0.0.1", {}, operator_requests.OPERATOR, "person", {"act": "stop", "person": person}) == 200
        assert phone.get("/en/mine", follow_redirects=False).status_code == 303


def test_a_letter_to_everybody_is_sent_by_the_running_server(tmp_path: Path) -> None:
    town = built(tmp_path / "town")

    async def local(scope: Any, receive: Any, send: Any) -> None:
        await town(scope | {"client": ("127.0.0.1", 1)} if scope["type"] == "http" else scope, receive, send)

    def ask(**said: Any) -> Any:
        operator.USED.until.clear()
        body = msgspec.json.encode(said)
        proof = operator_requests.proof(town.inner.state.app.db.keys.newest(operator_requests.OPERATOR), body, milliseconds(NOW))
        return TestClient(local, base_url=ORIGIN).post("/api/errands/mailings", content=body, headers=OURS | {operator_requests.HEADER: proof}).json()

    with TestClient(town, base_url=ORIGIN):
        assert ask(act="start", letter=letter(), name="bins", is_list=False)["state"] == "running"
        until = time.monotonic() + 20
        while (one := ask()["all"][0])["state"] == "running" and time.monotonic() < until:
            time.sleep(0.01)
        assert one["state"] == "done" and one["total"]["to_mailbox"] == one["total"]["total"] >= 300
        assert ask(act="start", letter=letter("Another"), name="bins", is_list=False)["wrong"] == "reused"
        assert ask(act="start", letter=letter(""), name="none", is_list=False)["wrong"] == "lacks"
        assert len(ask(act="outcomes", id=one["id"])["outcomes"]) == one["total"]["total"]
