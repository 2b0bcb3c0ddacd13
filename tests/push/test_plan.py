"""Wall time across both clock changes, quiet hours, working days, the days of print and post."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.domain.notices import Person, Town
from push import plan
from tests.conftest import ROOT

COPENHAGEN, FAROE, NUUK, CAIRO = "Europe/Copenhagen", "Atlantic/Faroe", "America/Nuuk", "Africa/Cairo"
NIGHTS = Person()
SNAPSHOT = {int(year): days for year, days in json.loads((ROOT / "tests/push/working_days.json").read_text()).items()}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("wall", "zone", "expected"),
    [
        ("2027-03-28T02:30", COPENHAGEN, "2027-03-28T01:00"),  # no such time: 03:00, the first minute there is
        ("2027-03-28T02:00", COPENHAGEN, "2027-03-28T01:00"),
        ("2027-03-28T01:59", COPENHAGEN, "2027-03-28T00:59"),
        ("2027-03-28T03:00", COPENHAGEN, "2027-03-28T01:00"),
        ("2027-03-28T09:00", COPENHAGEN, "2027-03-28T07:00"),
        ("2027-03-27T09:00", COPENHAGEN, "2027-03-27T08:00"),
        ("2027-10-31T02:30", COPENHAGEN, "2027-10-31T00:30"),  # twice: the first
        ("2027-10-31T09:00", COPENHAGEN, "2027-10-31T08:00"),
        ("2027-10-30T09:00", COPENHAGEN, "2027-10-30T07:00"),
        ("2027-03-28T02:30", FAROE, "2027-03-28T01:30"),
        ("2027-03-28T01:30", FAROE, "2027-03-28T01:00"),
        ("2027-03-28T09:00", FAROE, "2027-03-28T08:00"),
        ("2027-10-31T02:30", FAROE, "2027-10-31T02:30"),
        ("2027-10-31T01:30", FAROE, "2027-10-31T00:30"),
        ("2027-10-31T09:00", FAROE, "2027-10-31T09:00"),
        ("2027-03-27T23:30", NUUK, "2027-03-28T01:00"),  # the skipped hour ends at midnight
        ("2027-04-30T00:00", CAIRO, "2027-04-29T22:00"),  # a day that begins at one o'clock
        ("2028-02-29T09:00", COPENHAGEN, "2028-02-29T08:00"),
    ],
)
def test_a_time_on_the_wall_is_one_moment(wall: str, zone: str, expected: str) -> None:
    assert shown(plan.moment_of(wall, zone)) == expected


@pytest.mark.parametrize("zone", [COPENHAGEN, FAROE, NUUK, CAIRO, "Australia/Lord_Howe", "America/New_York"])
def test_every_quarter_of_a_year_is_where_the_zone_says(zone: str) -> None:
    """Against the standard library: a moment shows its wall time, or is the first minute after a gap that holds it."""
    where = ZoneInfo(zone)
    for quarter in range(0, 366 * 96, 7):
        day, minute = date(2027, 1, 1).toordinal() + quarter // 96, quarter % 96 * 15
        at, wall = plan.moment(day, minute, zone), datetime.fromordinal(day) + timedelta(minutes=minute)
        on_wall = at.astimezone(where).replace(tzinfo=None)
        if on_wall != wall:
            assert (at - timedelta(minutes=1)).astimezone(where).replace(tzinfo=None) < wall < on_wall
        else:
            assert at.astimezone(where).fold == 0


def test_a_day_before_at_nine_is_nine_whatever_the_clock_did() -> None:
    assert plan.end_of(plan.number("2027-03-28"), COPENHAGEN) - plan.end_of(plan.number("2027-03-27"), COPENHAGEN) == timedelta(hours=23)
    assert plan.end_of(plan.number("2027-10-31"), COPENHAGEN) - plan.end_of(plan.number("2027-10-30"), COPENHAGEN) == timedelta(hours=25)


@pytest.mark.parametrize(
    ("at", "before", "expected"),
    [
        ("2027-02-01T11:00", None, "2027-02-01T11:00"),
        ("2027-02-01T18:59", None, "2027-02-01T18:59"),
        ("2027-02-01T19:00", None, "2027-02-02T07:00"),  # 20:00 there
        ("2027-02-02T06:59", None, "2027-02-02T07:00"),
        ("2027-02-02T07:00", None, "2027-02-02T07:00"),
        ("2027-02-02T02:00", "2027-02-02T06:30", "2027-02-01T18:59"),  # the deadline comes before morning
        ("2027-02-02T02:00", "2027-02-02T07:00", "2027-02-01T18:59"),
        ("2027-02-02T02:00", "2027-02-02T07:01", "2027-02-02T07:00"),
        ("2027-03-28T01:00", None, "2027-03-28T06:00"),  # the short night
        ("2027-03-27T19:00", "2027-03-28T05:00", "2027-03-27T18:59"),
        ("2027-10-31T00:30", None, "2027-10-31T07:00"),  # the long night, the first half past two
        ("2027-10-31T01:30", None, "2027-10-31T07:00"),  # and the second
    ],
)
def test_what_is_due_at_night_moves_to_the_morning_or_the_evening_before(at: str, before: str | None, expected: str) -> None:
    assert shown(plan.awake(utc(at), utc(before) if before else None, NIGHTS, COPENHAGEN)) == expected


@pytest.mark.parametrize("change", ["2027-03-28", "2027-10-31"])
@pytest.mark.parametrize("zone", [COPENHAGEN, FAROE, NUUK, CAIRO])
@pytest.mark.parametrize("hours", [("20:00", "08:00"), ("22:00", "02:30"), ("02:30", "09:00"), ("01:15", "01:45"), ("00:00", "06:00"), ("23:00", "00:00")])
def test_nothing_moved_is_at_night_in_any_minute_around_a_change(change: str, zone: str, hours: tuple[str, str]) -> None:
    person = Person(quiet_from=hours[0], quiet_to=hours[1])
    start = utc(f"{change}T00:00") - timedelta(hours=30)
    for minute in range(0, 60 * 60, 13):
        at = start + timedelta(minutes=minute)
        moved = plan.awake(at, None, person, zone)
        assert moved >= at
        assert not plan.is_quiet(moved, person, zone)
        evening = plan.awake(at, at + timedelta(minutes=1), person, zone)
        assert not plan.is_quiet(evening, person, zone)


def test_equal_hours_are_no_quiet_hours() -> None:
    assert not plan.is_quiet(utc("2027-02-01T23:00"), Person(quiet_from="08:00", quiet_to="08:00"), COPENHAGEN)


def test_a_night_worker_is_left_alone_by_day() -> None:
    sleeper = Person(quiet_from="07:00", quiet_to="15:00")
    assert shown(plan.awake(utc("2027-02-01T08:00"), None, sleeper, COPENHAGEN)) == "2027-02-01T14:00"
    assert shown(plan.awake(utc("2027-02-01T08:00"), utc("2027-02-01T10:00"), sleeper, COPENHAGEN)) == "2027-02-01T05:59"


def test_where_only_the_night_is_left_nothing_may_be_sent() -> None:
    midnight = utc("2027-02-01T23:00")
    assert plan.allowed(utc("2027-02-01T19:30"), midnight, NIGHTS, COPENHAGEN, utc("2027-02-01T19:30")) is None
    assert shown(plan.allowed(utc("2027-02-01T19:30"), midnight, NIGHTS, COPENHAGEN, utc("2027-02-01T12:00"))) == "2027-02-01T18:59"


@pytest.mark.parametrize("year", SNAPSHOT)
def test_the_days_closed_by_law_are_those_of_the_snapshot(year: int) -> None:
    """So that an update of the library cannot move a last day unseen. The snapshot was counted from the date of Easter."""
    first = date(year, 1, 1).toordinal()
    days = [day for day in range(first, first + 366) if date.fromordinal(day).year == year and date.fromordinal(day).weekday() < 5]
    assert [plan.text(day)[5:] for day in days if not plan.is_working(day, frozenset())] == SNAPSHOT[year]


def test_a_town_closes_on_days_of_its_own() -> None:
    constitution_day = plan.number("2026-06-05")
    assert plan.is_working(constitution_day, frozenset())
    assert not plan.is_working(constitution_day, frozenset({"2026-06-05"}))


def test_working_days_are_counted_both_ways_over_easter() -> None:
    closed: frozenset[str] = frozenset()
    wednesday, tuesday = plan.number("2027-03-24"), plan.number("2027-03-30")
    assert plan.working_after(wednesday, 1, closed) == tuesday
    assert plan.working_before(tuesday, 1, closed) == wednesday
    assert plan.working_after(wednesday, 0, closed) == wednesday


@pytest.mark.parametrize("closed", [frozenset(), frozenset({"2027-12-24", "2027-12-31", "2027-05-01"})])
def test_the_day_to_post_is_the_last_working_day_on_which_the_letter_arrives(closed: frozenset[str]) -> None:
    town = Town(closed=closed)
    for day in range(plan.number("2027-01-10"), plan.number("2028-03-10")):
        posted = plan.posted_by(day, town)
        assert plan.is_working(posted, closed)
        assert plan.arrives_on(posted, town) <= day
        assert plan.arrives_on(plan.working_after(posted, 1, closed), town) > day


def test_the_same_time_on_the_wall_is_another_moment_when_the_zone_moves() -> None:
    assert plan.moment_of("2027-06-01T09:00", COPENHAGEN) != plan.moment_of("2027-06-01T09:00", FAROE)
