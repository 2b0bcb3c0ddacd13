"""Choosing, moving and cancelling a desk time from its receipt, with forms alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.conftest import JSON, ORIGIN, OURS, Client, built, see, sign_in
from tests.web.test_calendar import book, event_in

KEY = "c" * 32
PAGE = f"/en/services/passport/appointment?key={KEY}"
DONE = f"/en/services/passport/done?key={KEY}"
AT = "2026-12-03T10:15"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Any]:
    """A town of its own: a person has one time to come."""
    made = built(tmp_path)
    with TestClient(made, base_url=ORIGIN):
        yield made


@pytest.fixture
def booked(door: Any, phone: Client) -> Client:
    sign_in(phone, "Inger")
    book(door, phone, KEY, AT)
    return phone


def send(client: Client, do: str, seen: int, time: str = "", page: str = PAGE, **headers: str) -> Any:
    return client.post(page, data={"do": do, "seen": str(seen), "time": time}, headers=OURS | JSON | headers, follow_redirects=False)


def times(client: Client) -> list[str]:
    return [slot["value"] for day in see(client, PAGE)["field"]["days"] for slot in day["slots"]]


def test_the_receipt_my_page_and_the_case_lead_to_it(booked: Client) -> None:
    path = f"services/passport/appointment?key={KEY}"
    case = see(booked, f"/en/mine/cases/{see(booked, DONE)['case']}")
    assert see(booked, DONE)["appointment"]["change"] == case["appointment"]["change"] == path
    for page in (DONE, f"/en/mine/cases/{case['id']}"):
        assert f"/en/{path}" in booked.get(page, headers={"accept": "text/html"}).text


def test_moved_it_stands_on_the_receipt_and_in_the_same_event(booked: Client) -> None:
    before = event_in(booked, f"/en/services/passport/appointment.ics?key={KEY}")
    to = times(booked)[0]
    answer = send(booked, "choose", 0, to)
    assert (answer.status_code, answer.headers["location"]) == (303, DONE)
    assert see(booked, DONE)["appointment"]["at"] == to.partition("@")[2]
    after = event_in(booked, f"/en/services/passport/appointment.ics?key={KEY}")
    assert after["uid"] == before["uid"] and (before["sequence"], after["sequence"]) == (0, 1)


def test_it_is_asked_before_a_time_is_cancelled_and_nothing_happens_by_asking(booked: Client) -> None:
    assert see(booked, f"{PAGE}&cancel=1")["state"] == "ask"
    assert see(booked, DONE)["appointment"]["at"] == AT


def test_cancelled_it_can_be_taken_again_with_one_press(booked: Client) -> None:
    shown = send(booked, "cancel", 0).json()
    assert shown["state"] == "cancelled" and see(booked, DONE)["appointment"]["at"] == ""
    assert see(booked, "/en/mine")["appointments"] == []
    assert send(booked, "choose", shown["seen"], shown["old"]).status_code == 303
    assert see(booked, DONE)["appointment"]["at"] == AT and see(booked, DONE)["tasks"] == []


def test_a_cancelled_time_comes_as_the_file_that_takes_it_out(booked: Client) -> None:
    send(booked, "cancel", 0)
    answer = booked.get(f"/en/services/passport/appointment.ics?key={KEY}", headers={"accept": "text/calendar"})
    assert "METHOD:CANCEL" in answer.text and "STATUS:CANCELLED" in answer.text and "SEQUENCE:1" in answer.text
    assert "method=CANCEL" in answer.headers["content-type"]


def test_cancelled_twice_it_is_cancelled_once(booked: Client) -> None:
    first, second = send(booked, "cancel", 0), send(booked, "cancel", 0)
    assert [one.json()["state"] for one in (first, second)] == ["cancelled", "cancelled"] and second.json()["seen"] == 1


def test_an_old_tab_changes_nothing_and_shows_what_is_now(booked: Client) -> None:
    to, other = times(booked)[:2]
    send(booked, "choose", 0, to)
    late = send(booked, "choose", 0, other)
    assert late.status_code == 409 and late.json()["state"] == "changed" and late.json()["old"] == to


TYPED = [
    "", "x", "@", "town-hall@", "town-hall@morning", "nowhere@2026-12-03T10:15", "town-hall@2026-12-03T10:16",
    "town-hall@2026-12-03T03:00", "town-hall@2026-12-05T10:15", "town-hall@2026-12-25T10:15", "town-hall@2020-12-03T10:15",
    "town-hall@2027-06-03T10:15", "town-hall@2026-W49-4T10:15", "town-hall@2026-12-03T10:15Z", "town-hall@٢٠٢٦-١٢-٠٣T10:15",
    "town-hall@9999-99-99T99:99", "town-hall@" + "1" * 500,
    ],

def test_only_a_time_on_offer_is_taken_and_hers_stays(booked: Client) -> None:
    """Not in the past, at night, on a weekend or holiday, between two times, beyond the days on offer, at no desk."""
    for typed in TYPED:
        answer = send(booked, "choose", 0, typed)
        assert answer.status_code == 422 and answer.json()["errors"] and see(booked, DONE)["appointment"]["at"] == AT, typed


def test_a_time_somebody_took_meanwhile_is_said_and_hers_stays(door: Any, booked: Client, other: Client) -> None:
    sign_in(other, "Samir")
    to = next(each for each in times(booked) if each.startswith("town-hall@"))
    places = door.inner.state.app.settings.desks[0].places
    book_all(door, other, to.partition("@")[2], places)
    answer = send(booked, "choose", 0, to)
    assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "time-taken"
    assert see(booked, DONE)["appointment"]["at"] == AT and to not in times(booked)


def book_all(door: Any, other: Client, at: str, places: int) -> None:
    assert places == 1, "one who is quicker is enough"
    book(door, other, "e" * 32, at)


def test_a_strangers_time_is_not_there(booked: Client, other: Client) -> None:
    assert send(other, "cancel", 0).status_code in (303, 401)
    sign_in(other, "Samir")
    assert send(other, "cancel", 0).status_code == 404 and other.get(PAGE, headers=JSON).status_code == 404
    assert see(booked, DONE)["appointment"]["at"] == AT


def test_a_state_nobody_was_shown_changes_nothing(booked: Client) -> None:
    for seen in ("", "-1", "٠", "9" * 400, "0x0", "1.5"):
        answer = booked.post(PAGE, data={"do": "cancel", "seen": seen}, headers=OURS | JSON)
        assert answer.status_code == 409 and see(booked, DONE)["appointment"]["at"] == AT, seen


def test_where_no_time_is_booked_one_is_chosen_and_nothing_is_left_to_do(door: Any, phone: Client) -> None:
    sign_in(phone, "Inger")
    book(door, phone, KEY, "", part="morning")
    assert see(phone, PAGE)["seen"] == -1
    assert send(phone, "choose", -1, times(phone)[0]).status_code == 303
    assert see(phone, DONE)["appointment"]["at"] and see(phone, DONE)["tasks"] == []


def test_every_state_is_a_page_in_every_language(booked: Client) -> None:
    for lang in ("da", "en", "ar"):
        for query in ("", "&cancel=1"):
            page = booked.get(f"/{lang}/services/passport/appointment?key={KEY}{query}", headers={"accept": "text/html"})
            assert page.status_code == 200 and "<h1>" in page.text and 'method="post"' in page.text
