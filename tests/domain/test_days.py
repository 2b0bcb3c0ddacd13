"""Our own day numbers against the standard library's, for every day it knows."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as some

from backend.domain import days


@given(some.dates())
def test_a_day_has_the_number_the_calendar_gives_it(day: date):
    assert days.number(day.isoformat()) == day.toordinal()
    assert days.text(day.toordinal()) == day.isoformat()
    assert days.weekday(day.toordinal()) == day.isoweekday()


@given(some.dates(), some.integers(-40_000, 40_000))
def test_adding_days_is_adding_days(day: date, count: int):
    try:
        wanted = (day + timedelta(days=count)).isoformat()
    except OverflowError:
        wanted = ""
    assert days.add(day.isoformat(), f"{count} days") == wanted


@given(some.text())
def test_a_text_is_a_day_only_when_the_calendar_has_it(text: str):
    assert days.number(text) == 0


@pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "2026-1-1", "２０２６-01-01", "2026-01-01\n", "", None, 5])
def test_what_is_no_day_has_no_number(text: object):
    assert days.number(text) == 0


@pytest.mark.parametrize(("day", "span", "end"), [
    ("2026-01-31", "1 month", "2026-02-28"), ("2024-01-31", "1 month", "2024-02-29"), ("2024-02-29", "1 year", "2025-02-28"),
    ("2026-03-31", "-1 month", "2026-02-28"), ("2026-11-24", "2 weeks", "2026-12-08"), ("2026-11-24", "+3 days", "2026-11-27"),
    ("2026-11-24", "24 hours", "2026-11-25"), ("2026-11-24", "25 hours", "2026-11-26"), ("9999-12-31", "1 day", ""),
    ("0001-01-01", "-1 month", ""), ("2026-11-24", "soon", ""), ("no day", "1 day", ""),
])  # fmt: skip
def test_a_length_of_time_ends_on_a_day_there_is(day: str, span: str, end: str):
    assert days.add(day, span) == end


def test_working_days_leave_out_week_ends_and_closed_days():
    assert days.add_working("2026-12-22", 3, ["2026-12-24", "2026-12-25"]) == "2026-12-29"
