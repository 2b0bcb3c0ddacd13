"""The booked time as a file for the phone's own calendar: what stands in it, and who may have it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from backend.domain.actors import resident
from backend.domain.submissions import Booking, Submission
from backend.store import submissions
from tests.web.conftest import JSON, NOW, Client, see, sign_in

ZONE = ZoneInfo("Europe/Copenhagen")


def book(door: Any, phone: Client, key: str, at: str, part: str = "") -> str:
    """Inger's time at the town hall; the address of its file."""
    app = door.inner.state.app
    inger = resident(see(phone, "/en/mine")["frame"]["owner"])
    booking = Booking("town-hall", at, places(app), part, firm=False)
    new = Submission(service="passport", version=1, answers={}, lang="en", booking=booking)
    asyncio.run(submissions.receive(app.db, inger, key, new, NOW, app.signer.sign))
    return f"services/passport/appointment.ics?key={key}"


def places(app: Any) -> int:
    return app.settings.desks[0].places


@pytest.fixture
def file(door: Any, phone: Client) -> str:
    sign_in(phone, "Inger")
    return book(door, phone, "c" * 32, "2026-12-03T10:15")


def event_in(phone: Client, path: str) -> Event:
    answer = phone.get(path, headers={"accept": "text/calendar"})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    return event


def test_the_time_is_the_desks_own_time_in_every_language(phone: Client, file: str) -> None:
    for lang, title in (("en", "Passport"), ("da", "Pas"), ("ar", "")):
        event = event_in(phone, f"/{lang}/{file}")
        assert event.start == datetime(2026, 12, 3, 10, 15, tzinfo=ZONE) and event.end - event.start == timedelta(minutes=15)
        assert str(event["summary"]).startswith(title) and str(event["summary"])
        assert str(event["location"]) == "Rådhuset, Torvet 1, 9999 Havneby"


def test_the_file_names_its_zone_so_that_no_phone_has_to_guess(phone: Client, file: str) -> None:
    text = phone.get(f"/en/{file}").text
    assert "BEGIN:VTIMEZONE" in text and "DTSTART;TZID=Europe/Copenhagen:20261203T101500" in text
    assert text.startswith("BEGIN:VCALENDAR\r\n") and all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_fetched_again_it_is_the_same_event_and_not_a_second_one(phone: Client, file: str) -> None:
    first, second = event_in(phone, f"/en/{file}"), event_in(phone, f"/da/{file}")
    assert first["uid"] == second["uid"] and str(first["uid"]).endswith("@town.example")


def test_it_reminds_the_day_before_and_says_nothing_of_the_person(phone: Client, file: str) -> None:
    event = event_in(phone, f"/en/{file}")
    (alarm,) = event.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(days=-1)
    text = event.to_ical().decode()
    assert "Inger" not in text and "Holm" not in text


def test_it_is_saved_and_never_kept_on_the_way(phone: Client, file: str) -> None:
    answer = phone.get(f"/en/{file}")
    assert answer.headers["content-disposition"] == 'attachment; filename="appointment.ics"'
    assert answer.headers["cache-control"] == "no-store"


def test_a_stranger_and_a_guest_do_not_get_it(phone: Client, other: Client, file: str) -> None:
    assert other.get(f"/en/{file}", headers=JSON).status_code == 401
    sign_in(other, "Samir")
    assert other.get(f"/en/{file}", headers=JSON).status_code == 404


def test_where_no_time_is_booked_there_is_no_file(door: Any, phone: Client) -> None:
    sign_in(phone, "Inger")
    path = book(door, phone, "d" * 32, "", part="morning")
    assert phone.get(f"/en/{path}", headers=JSON).status_code == 404


def test_where_no_time_is_booked_her_receipt_says_so_as_the_first_thing_to_do(door: Any, phone: Client) -> None:
    sign_in(phone, "Inger")
    book(door, phone, "d" * 32, "", part="morning")
    done = f"/en/services/passport/done?key={'d' * 32}"
    assert [task["why"] for task in see(phone, done)["tasks"]] == ["time"]
    page = phone.get(done, headers={"accept": "text/html"})
    assert page.status_code == 200 and "No time is booked yet." in page.text and "You must do this" in page.text
