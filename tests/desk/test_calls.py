"""The call list at the desk: what to say, one tap for what came of it, and the resident sees that her number was read."""

from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain.actors import SYSTEM
from tests.desk.conftest import OURS, PAGE, work_as
from tests.web.conftest import ORIGIN, Client, see, sign_in


@pytest.fixture
def clerk(town: Any) -> Client:
    """In a town where Inger's passport is to be told of and no message reached her."""
    client = TestClient(town, base_url=ORIGIN)
    sign_in(client, "Inger")
    person = see(client, "/en/mine")["frame"]["owner"]

    def plant(tx: Any, actor: object) -> None:
        row = tx.con.execute("SELECT id FROM person WHERE public_id = ?", (person,)).fetchone()[0]
        tx.con.execute(
            "INSERT INTO notice (person, public_id, matter, rule, kind, weight, service, version, last_day, created_at, next_at)"
            " VALUES (?, 'n1', 'case/c1', 'runs-out', 'act', 'heavy', 'passport', 1, '2027-01-05', 1, NULL)", (row,),
        )
        tx.con.execute(
            "INSERT INTO rung (person, public_id, kind, made_at, not_after, state, code, owner, lease_until) VALUES (?, 'call1', 'call', 1, 9e15, 'due', 'not-reached', '', 0)".replace("9e15", "9000000000000"),
            (row,),
        )
        tx.con.execute("INSERT INTO rung_notice (rung, notice, step) VALUES ((SELECT max(id) FROM rung), (SELECT max(id) FROM notice), 'call')")

    town.inner.state.app.db.write_now(plant, SYSTEM)
    work_as(client, "Dorte Friis")
    return client


def listed(client: Client) -> str:
    return client.get("/desk/calls", headers=PAGE).text


def test_it_says_whom_to_ring_about_what_and_by_when(clerk: Client) -> None:
    text = listed(clerk)
    assert all(part in text for part in ("Inger Holm", 'href="tel:+4533663312"', "Pas", "5. januar 2027", "Ingen besked er nået frem"))


def test_one_tap_notes_it_and_a_second_one_is_no_mistake(clerk: Client) -> None:
    person = see(clerk, "/en/mine")["frame"]["owner"]
    for _ in range(2):
        answer = clerk.post("/desk/calls/call1", data={"result": "done", "person": person}, headers=OURS, follow_redirects=False)
        assert answer.headers["location"] == "/desk/calls"
    assert "Inger Holm" not in listed(clerk)


def test_not_reached_stays_on_the_list_and_is_counted(clerk: Client) -> None:
    person = see(clerk, "/en/mine")["frame"]["owner"]
    clerk.post("/desk/calls/call1", data={"result": "not-reached", "person": person}, headers=OURS)
    assert "Ringet op én gang uden svar" in listed(clerk)


def test_she_sees_that_somebody_looked_her_number_up(clerk: Client) -> None:
    listed(clerk)
    rows = [row for day in see(clerk, "/en/mine/access")["days"] for row in day["rows"] if row["who"] == "desk"]
    assert [(row["why"], row["what"]) for row in rows] == [("call", ["register", "contact"])]


@pytest.mark.parametrize("name", ["Anne Berg", "Erik Dam"])
def test_only_the_service_centre_rings(clerk: Client, name: str) -> None:
    work_as(clerk, name)
    assert clerk.get("/desk/calls", headers=PAGE).status_code == 404
    assert clerk.post("/desk/calls/call1", data={"result": "done", "person": "0" * 32}, headers=OURS).status_code == 404
