"""The desk of the made-up town: the same real store and handlers as the residents' pages, in a browser of its own."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.conftest import ORIGIN, Client, alone, built, door, other, phone  # noqa: F401 - fixtures of the town

OURS = {"origin": ORIGIN, "accept": "text/html"}
PAGE = {"accept": "text/html"}
STAFF = ["Anne Berg", "Bo Krogh", "Dorte Friis", "Erik Dam"]


def work_as(client: Client, name: str) -> None:
    """Signs in at the desk as one of the demo's staff."""
    page = client.get("/desk/sign-in", headers=PAGE).text
    found = re.search(r'name="staff" value="([0-9a-f]{32})">(?:(?!</button>).)*?<span>' + re.escape(name), page, re.S)
    assert found, name
    answer = client.post("/desk/sign-in/demo", data={"staff": found[1]}, headers=OURS, follow_redirects=False)
    assert answer.status_code == 303, answer.text


@pytest.fixture
def desk(door: Any) -> Client:  # noqa: F811
    """A browser at the desk where nobody is signed in."""
    return TestClient(door, base_url=ORIGIN)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Any]:
    """A town of its own, for what changes accounts."""
    made = built(tmp_path / "town")
    with TestClient(made, base_url=ORIGIN):
        yield made
