"""The page "Who has looked at my information"."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain import access as words
from backend.domain.actors import SYSTEM, Actor
from backend.identity import activation
from backend.store import access as store_access, audit, cases
from backend.web.pages import access
from tests.web.conftest import NOW, ORIGIN, Client, built, see, sign_in

PAGE = "/en/mine/access"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Any]:
    made = built(tmp_path / "town")
    with TestClient(made, base_url=ORIGIN):
        yield made


@pytest.fixture
def inger(town: Any) -> Client:
    client = TestClient(town, base_url=ORIGIN)
    sign_in(client, "Inger")
    return client


def who(client: Client) -> str:
    return see(client, "/en/mine")["frame"]["owner"]


def rows(client: Client, path: str = PAGE) -> list[dict[str, Any]]:
    return [row for day in see(client, path)["days"] for row in day["rows"]]


def test_she_sees_her_own_looks_as_one_row(inger: Client) -> None:
    for _ in range(3):
        see(inger, "/en/mine")
    (row,) = rows(inger)
    assert row["who"] == "you" and {"register", "cases", "drafts"} <= set(row["what"])
    assert inger.get(PAGE).text.count("You yourself") == 1


def test_a_code_made_at_the_desk_stands_there_with_who_when_and_why(town: Any, inger: Client) -> None:
    activation.make(town.inner.state.app.db, who(inger), NOW)
    desk = next(row for row in rows(inger) if row["who"] == "desk")
    assert (desk["at"], desk["why"], desk["what"]) == ("2026-11-24T10:30+01:00", "code", ["register", "code-made"])
    page = inger.get(PAGE).text
    for said in ("Somebody at the service centre", "You were to get a code for a new key.", "A code was made for you", "Does something look wrong?", 'href="tel:'):
        assert said in page


def test_a_caseworker_stands_there_without_any_id(town: Any, inger: Client) -> None:
    clerk = Actor("desk", "p-clerk-7", who(inger), why="case-work")
    town.inner.state.app.db.read_now(cases.find_list, clerk, before="", most=9)
    assert next(row for row in rows(inger) if row["why"] == "case-work")["what"] == ["cases"]
    assert "p-clerk" not in inger.get(PAGE).text and who(inger) not in str(see(inger, PAGE)["days"])


def test_her_family_sees_that_a_form_looked_them_up(town: Any) -> None:
    samir = TestClient(town, base_url=ORIGIN)
    sign_in(samir, "Samir")
    known = samir.get("/api/facts").json()["facts"]["household.people"]
    db = town.inner.state.app.db
    db.write_now(store_access.nothing, SYSTEM)
    lines = db.read_now(lambda tx, actor: tx.all(audit.SQL.lines_after, audit.Line, after=0, most=999), SYSTEM)
    relatives = {line.subject for line in lines if "household" in line.object}
    assert len(relatives) >= len(known) - 1 > 0
    other = next(iter(relatives))
    husband = Actor("resident", other, other, "s")
    (line,) = db.read_now(audit.looks_at_subject, husband, before=2**62, most=9)
    assert words.days([line], str)[0]["rows"] == [{"at": str(line.at), "who": "family", "why": "household", "what": ["register"]}]


def test_nobody_sees_anothers(town: Any, inger: Client) -> None:
    other = TestClient(town, base_url=ORIGIN)
    sign_in(other, "Samir")
    activation.make(town.inner.state.app.db, who(inger), NOW)
    assert not [row for row in rows(other) if row["who"] == "desk"]
    guest = TestClient(town, base_url=ORIGIN)
    assert guest.get(PAGE, follow_redirects=False).headers["location"].startswith("/en/sign-in?next=mine/access")


def test_older_days_are_a_page_away_and_an_address_somebody_wrote_is_calm(town: Any, inger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST", 2)
    for _ in range(3):
        activation.make(town.inner.state.app.db, who(inger), NOW)
    shown = see(inger, PAGE)
    assert shown["older"] and rows(inger, f"{PAGE}?before={shown['older']}")
    for odd in ("x", "-1", "9" * 40, "١٢", ""):
        assert inger.get(f"{PAGE}?before={odd}").status_code == 200


def test_it_is_found_from_my_page_and_from_the_settings(inger: Client) -> None:
    assert "/en/mine/access" in inger.get("/en/mine").text and "/en/mine/access" in inger.get("/en/mine/settings").text


def test_a_phone_that_is_her_own_may_keep_it(inger: Client) -> None:
    assert see(inger, PAGE)["keep"] == "phone"
