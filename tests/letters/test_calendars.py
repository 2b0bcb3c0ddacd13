"""The calendar file, read by two readers that are not the one that wrote it: dateutil's zones, and ical.js."""

import io
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz

from backend.letters import timezones
from backend.letters.calendars import Meeting, appointment

HERE = Path(__file__).parent
ZONE = ZoneInfo("Europe/Copenhagen")
CHANGED = datetime(2026, 11, 24, 8, 30, 5, 123, tzinfo=UTC)
HARD = "Pas; kørekort, æøå\nog «mere» \\ جواز السفر للمواطنين الدنماركيين من ثمانية عشر عاما فما فوق"


def meeting(at: str = "2026-12-03T10:15", **more: object) -> Meeting:
    plain = {"uid": "a@town.example", "sequence": 0, "title": "Passport", "minutes": 15, "place": "Rådhuset, Torvet 1", "changed_at": CHANGED}
    return Meeting(at=at, **(plain | more))


def by_ical_js(*files: bytes) -> list[dict]:
    said = json.dumps([file.decode() for file in files])
    return json.loads(subprocess.run(["node", HERE / "events.mjs"], input=said, capture_output=True, text=True, check=True, timeout=30).stdout)


def by_dateutil(zone: ZoneInfo) -> tz.tzical:
    text = "BEGIN:VCALENDAR\r\n" + timezones.component(zone).to_ical().decode() + "END:VCALENDAR\r\n"
    return tz.tzical(io.StringIO(text)).get()


YEARS = (1975, 1985, 1995, 1996, 2007, 2026, 2031, 2037, 2060, 2099)


@pytest.mark.parametrize("zone", ["Europe/Copenhagen", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "America/Nuuk"])
def test_each_day_of_past_and_coming_years_has_its_own_offset(zone: str) -> None:
    there, found = ZoneInfo(zone), by_dateutil(ZoneInfo(zone))
    for year in YEARS:
        for day in range(0, 365, 3):
            noon = datetime(year, 1, 1, 12) + timedelta(days=day)
            assert noon.replace(tzinfo=found).utcoffset() == noon.replace(tzinfo=there).utcoffset(), noon


def test_the_zone_is_told_by_rules_and_not_by_a_list_that_ends() -> None:
    text = appointment(meeting(), ZONE).decode()
    assert "RDATE" not in text and text.count("RRULE:FREQ=YEARLY") >= 2
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n" in text and len(text) < 2500


def test_ical_js_reads_the_same_moment_summer_and_winter() -> None:
    days = [f"{year}-{month}-15T10:15" for year in (1999, 2026, 2027, 2050) for month in ("01", "07")]
    found = by_ical_js(*(appointment(meeting(day), ZONE) for day in days))
    expected = [datetime.fromisoformat(day).replace(tzinfo=ZONE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z") for day in days]
    assert [each["utc"] for each in found] == expected and {each["minutes"] for each in found} == {15}


def test_any_title_comes_back_as_it_was_and_no_line_is_longer_than_75_bytes() -> None:
    file = appointment(meeting(title=HARD, place=HARD), ZONE)
    assert all(len(line) <= 75 for line in file.split(b"\r\n")) and b"\n" not in file.replace(b"\r\n", b"")
    for line in file.split(b"\r\n"):
        line.decode()  # folded between letters, never inside one
    (found,) = by_ical_js(file)
    assert found["title"] == HARD and found["place"] == HARD


def test_a_title_cannot_add_lines_to_the_file() -> None:
    file = appointment(meeting(title="Pas\r\nATTENDEE:mailto:x@y.example\x00\x1b\r\nEND:VEVENT"), ZONE)
    assert b"\r\nATTENDEE" not in file and file.count(b"\r\nEND:VEVENT") == 1 and b"\x00" not in file and b"\x1b" not in file


def test_moved_it_is_the_same_event_with_a_higher_number() -> None:
    before, after = by_ical_js(appointment(meeting(), ZONE), appointment(meeting("2026-12-04T09:00", sequence=1), ZONE))
    assert before["uid"] == after["uid"] and (before["sequence"], after["sequence"]) == (0, 1)
    assert (after["method"], after["status"]) == ("PUBLISH", "CONFIRMED")


def test_cancelled_it_takes_itself_out_and_rings_no_more() -> None:
    file = appointment(meeting(sequence=2, is_cancelled=True), ZONE)
    (found,) = by_ical_js(file)
    assert (found["method"], found["status"], found["sequence"]) == ("CANCEL", "CANCELLED", 2)
    assert b"VALARM" not in file


def test_fetched_again_it_is_the_same_file() -> None:
    assert appointment(meeting(), ZONE) == appointment(meeting(), ZONE)
    assert b"DTSTAMP:20261124T083005Z\r\n" in appointment(meeting(), ZONE)
