"""The times of the desks: a list that names nobody, and a resident's time that the desk books, moves or cancels and tells her of."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain.actors import Actor
from backend.store import letters
from tests.desk.conftest import OURS, PAGE, work_as
from tests.web.conftest import ORIGIN, Client, see, sign_in
from tests.web.test_calendar import book, event_in

KEY = "c" * 32
AT = "2026-12-03T10:15"
ICS = f"/en/services/passport/appointment.ics?key={KEY}"
FREE = re.compile(r'name="time" value="([^"]+)"')


@pytest.fixture
def inger(town: Any) -> Client:
    """She has a time on 3 December at 10.15."""
    phone = TestClient(town, base_url=ORIGIN)
    sign_in(phone, "Inger")
    book(town, phone, KEY, AT)
    return phone


@pytest.fixture
def case(inger: Client) -> str:
    return see(inger, f"/en/services/passport/done?key={KEY}")["case"]


@pytest.fixture
def clerk(town: Any, inger: Client) -> Client:
    client = TestClient(town, base_url=ORIGIN)
    work_as(client, "Dorte Friis")
    return client


def look(client: Client, path: str) -> str:
    answer = client.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def act(client: Client, case: str, **said: str) -> Any:
    return client.post(f"/desk/appointments/{case}", data=said, headers=OURS, follow_redirects=False)


def told(town: Any, inger: Client) -> list[str]:
    """Titles of the letters about her time, oldest first."""
    app, person = town.inner.state.app, see(inger, "/en/mine")["frame"]["owner"]
    held = asyncio.run(letters.page(app.db, Actor("resident", person, person), app.now() + timedelta(seconds=1)))
    return [one.letter.texts["en"].title for one in reversed(held) if "appointment" in one.letter.texts["en"].title.lower()]


def test_the_list_shows_the_time_and_the_service_and_names_nobody(clerk: Client, case: str) -> None:
    page = look(clerk, "/desk/appointments?day=2026-12-01")
    assert "10.15" in page and f"/desk/appointments/{case}" in page and "Inger" not in page
    assert "Ingen har en tid" in look(clerk, "/desk/appointments?day=2027-06-01")
    assert "Åbnings" in look(clerk, "/desk/appointments?day=not-a-day")


def test_who_comes_is_opened_for_a_reason_that_she_sees(clerk: Client, inger: Client, case: str) -> None:
    assert "Inger Holm" in look(clerk, f"/desk/appointments/{case}")
    rows = [row for day in see(inger, "/en/mine/access")["days"] for row in day["rows"] if row["who"] == "desk"]
    assert {row["why"] for row in rows} == {"appointment"}


def test_moved_at_the_desk_it_is_the_same_event_and_a_letter_tells_her_once(town: Any, clerk: Client, inger: Client, case: str) -> None:
    before = event_in(inger, ICS)
    to = FREE.findall(look(clerk, f"/desk/appointments/{case}?day=2026-12-04"))[0]
    for _ in range(2):
        assert act(clerk, case, do="choose", time=to, seen="0").status_code == 303
    after = event_in(inger, ICS)
    assert after["uid"] == before["uid"] and (before["sequence"], after["sequence"]) == (0, 1)
    assert told(town, inger) == ["Your appointment is moved to Friday, 4 December 2026"]


def test_cancelled_at_the_desk_she_is_told_and_can_choose_another(town: Any, clerk: Client, inger: Client, case: str) -> None:
    assert act(clerk, case, do="cancel", seen="0").status_code == 303
    assert told(town, inger) == ["Your appointment on Thursday, 3 December 2026 is cancelled"]
    to = FREE.findall(look(clerk, f"/desk/appointments/{case}?day=2026-12-04"))[0]
    act(clerk, case, do="choose", time=to, seen="1")
    assert told(town, inger)[1:] == ["You have an appointment on Friday, 4 December 2026"]


def test_what_changed_since_it_was_opened_is_shown_and_not_written_over(town: Any, clerk: Client, inger: Client, case: str) -> None:
    to = FREE.findall(look(clerk, f"/desk/appointments/{case}?day=2026-12-04"))[0]
    act(clerk, case, do="choose", time=to, seen="0")
    answer = act(clerk, case, do="cancel", seen="0")
    assert answer.status_code == 409 and "Tiden er ændret" in answer.text
    assert len(told(town, inger)) == 1


@pytest.mark.parametrize(("time", "says"), [("", "Vælg en tid"), ("town-hall@2026-12-06T10:15", "ikke ledig"), ("elsewhere@2026-12-04T10:15", "ikke ledig"), ("x", "ikke ledig")])
def test_no_time_and_a_time_that_is_not_on_offer_are_asked_for_again(clerk: Client, case: str, time: str, says: str) -> None:
    answer = act(clerk, case, do="choose", time=time, seen="0")
    assert answer.status_code == 422 and says in answer.text


def test_a_page_of_a_resident_leads_to_her_time(clerk: Client, inger: Client, case: str) -> None:
    person = see(inger, "/en/mine")["frame"]["owner"]
    assert f"/desk/appointments/{case}" in look(clerk, f"/desk/residents/{person}/help")


@pytest.mark.parametrize("name", ["Anne Berg", "Erik Dam"])
def test_whoever_works_with_other_services_neither_sees_nor_changes_it(clerk: Client, case: str, name: str) -> None:
    work_as(clerk, name)
    assert clerk.get(f"/desk/appointments/{case}", headers=PAGE).status_code == 404
    assert act(clerk, case, do="cancel", seen="0").status_code == 404
    assert clerk.get("/desk/appointments", headers=PAGE).status_code == (200 if name == "Anne Berg" else 404)
