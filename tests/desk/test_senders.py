"""The operator makes a sender and its key at the desk, and nobody else does."""

import re
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.identity import senders
from tests.desk.conftest import OURS, PAGE, work_as
from tests.web.conftest import ORIGIN

NEW = {"name": "Nordforsikring", "kind": "private", "per_minute": "30"}


def operator(town: Any) -> Any:
    desk = TestClient(town, base_url=ORIGIN)
    work_as(desk, "Erik Dam")
    return desk


def test_a_sender_is_made_its_key_shown_once_changed_and_ended(town: Any) -> None:
    desk, db = operator(town), town.inner.state.app.db
    key = re.search(r"mbs_\w+", desk.post("/desk/senders", data=NEW, headers=OURS).text)
    assert key and key[0] not in desk.get("/desk/senders", headers=PAGE).text
    [row] = senders.everybody(db)
    assert (row.name, row.kind, row.per_minute, row.is_test) == ("Nordforsikring", "private", 30, 0) and row.key_mac == senders.rows.digest(key[0])
    again = re.search(r"mbs_\w+", desk.post(f"/desk/senders/{row.id}/key", headers=OURS).text)
    assert again and again[0] != key[0]
    desk.post(f"/desk/senders/{row.id}/end", headers=OURS)
    assert senders.everybody(db) == [] and "Nordforsikring" not in desk.get("/desk/senders", headers=PAGE).text
    assert desk.post(f"/desk/senders/{row.id}/key", headers=OURS).status_code == 404


@pytest.mark.parametrize(("change", "says"), [({"name": " "}, "name-error"), ({"kind": ""}, "Vælg en."), ({"kind": "bank"}, "Vælg en."), ({"per_minute": "0"}, "per-minute-error"), ({"per_minute": "mange"}, "per-minute-error")])
def test_what_is_missing_is_said_and_what_was_typed_stays(town: Any, change: dict[str, str], says: str) -> None:
    answer = operator(town).post("/desk/senders", data=NEW | {"test": "1"} | change, headers=OURS)
    assert answer.status_code == 422 and says in answer.text
    assert ('value="Nordforsikring"' in answer.text or change.get("name")) and 'name="test" value="1" checked' in answer.text
    assert senders.everybody(town.inner.state.app.db) == []


@pytest.mark.parametrize("name", ["Anne Berg", "Dorte Friis"])
def test_nobody_but_an_operator_meets_the_senders(town: Any, name: str) -> None:
    desk = TestClient(town, base_url=ORIGIN)
    work_as(desk, name)
    assert desk.get("/desk/senders", headers=PAGE).status_code == 404 and desk.post("/desk/senders", data=NEW, headers=OURS).status_code == 404
    assert senders.everybody(town.inner.state.app.db) == []
