"""The operator's address is for this machine alone: what a proxy passes on is answered as if it were not there."""

from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from backend.identity import operator_requests
from backend.identity.register import milliseconds
from tests.web.conftest import NOW, ORIGIN, OURS, see


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via", "X-Forwarded-Proto"])
def test_what_a_proxy_passes_on_makes_no_code_though_it_has_the_keys(door: Any, header: str) -> None:
    assert posted(door, "127.0.0.1", {header: "198.51.100.7"}) == 404


@pytest.mark.parametrize("client, status", [("198.51.100.7", 404), ("unknown", 404), ("127.0.0.1", 201), ("::1", 201)])
def test_only_this_machine_reaches_it(door: Any, client: str, status: int) -> None:
    assert posted(door, client, {}) == status


def posted(door: Any, client: str, more: dict[str, str]) -> int:
    async def from_there(scope: Any, receive: Any, send: Any) -> None:
        await door(scope | {"client": (client, 1)} if scope["type"] == "http" else scope, receive, send)

    at = TestClient(from_there, base_url=ORIGIN)
    person = next(p["id"] for p in see(TestClient(door, base_url=ORIGIN), "/en/sign-in")["demo"])
    body = msgspec.json.encode({"person": person})
    proof = operator_requests.proof(door.inner.state.app.db.keys, body, milliseconds(NOW))
    said = OURS | {operator_requests.HEADER: proof, "content-type": "application/json"} | more
    return at.post("/api/errands/activation", content=body, headers=said).status_code


def test_the_call_list_is_read_and_noted_at_a_running_server(door: Any) -> None:
    at, keys = TestClient(door, base_url=ORIGIN), door.inner.state.app.db.keys

    async def local(scope: Any, receive: Any, send: Any) -> None:
        await door(scope | {"client": ("127.0.0.1", 1)} if scope["type"] == "http" else scope, receive, send)

    def ask(**said: str) -> Any:
        body = msgspec.json.encode(said)
        headers = OURS | {operator_requests.HEADER: operator_requests.proof(keys, body, milliseconds(NOW)), "content-type": "application/json"}
        return TestClient(local, base_url=ORIGIN).post("/api/errands/calls", content=body, headers=headers)

    assert at.post("/api/errands/calls", content=b"{}", headers=OURS).status_code in (403, 404)
    assert ask().status_code == 200 and all(row["name"] and row["why"] for row in ask().json())
    assert ask(id="0" * 32, result="done").status_code == 404
