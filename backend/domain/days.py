"""Days as whole numbers, counted from 0001-01-01 = 1. The twin of `pwa/worker/domain/days.js`.

No clock, no zone, no library: "today" is always an argument, so both sides count alike.
"""

import re

BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
"""Days of a common year before each month."""
LAST = 3652059
"""9999-12-31."""
SPAN = re.compile(r"([+-]?[0-9]{1,5}) (hour|day|week|month|year)s?")


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def length(year: int, month: int) -> int:
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def of(year: int, month: int, day: int) -> int:
    """0 when there is no such day."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= length(year, month)):
        return 0
    y = year - 1
    leap = 1 if is_leap(year) and month > 2 else 0
    return 365 * y + y // 4 - y // 100 + y // 400 + BEFORE[month - 1] + leap + day


def number(day: object) -> int:
    """0 when the text is not a day."""
    if not isinstance(day, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        return 0
    return of(int(day[0:4]), int(day[5:7]), int(day[8:10]))


def text(number: int) -> str:
    """"" outside the years 1 to 9999."""
    if number < 1 or number > LAST:
        return ""
    year = (number - 1) * 400 // 146097 + 1
    while of(year, 1, 1) > number:
        year -= 1
    while year < 9999 and of(year + 1, 1, 1) <= number:
        year += 1
    month = 12
    while of(year, month, 1) > number:
        month -= 1
    return written(year, month, number - of(year, month, 1) + 1)


def written(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}"


def weekday(number: int) -> int:
    """1 is Monday, 7 is Sunday."""
    return (number - 1) % 7 + 1


def add(day: str, span: str) -> str:
    """"-21 days", "2 weeks", "3 months": a month or year later ends on the last day the month has. "" if impossible.

    Hours count as the days they begin: a promise of 24 hours is one day, of 25 two.
    """
    found = SPAN.fullmatch(span)
    if not found or number(day) == 0:
        return ""
    count = int(found[1])
    if found[2] == "hour":
        return text(number(day) + (max(count, 0) + 23) // 24)
    if found[2] == "day":
        return text(number(day) + count)
    if found[2] == "week":
        return text(number(day) + 7 * count)
    return add_months(day, count if found[2] == "month" else 12 * count)


def add_months(day: str, count: int) -> str:
    months = int(day[0:4]) * 12 + int(day[5:7]) - 1 + count
    if months < 12 or months > 9999 * 12 + 11:
        return ""
    year, month = months // 12, months % 12 + 1
    return written(year, month, min(int(day[8:10]), length(year, month)))


def is_working(number: int, closed: list[str]) -> bool:
    """`closed` are the town's holidays; the week-end is known."""
    return weekday(number) < 6 and text(number) not in closed


def add_working(day: str, count: int, closed: list[str]) -> str:
    at, left = number(day), count
    while left > 0 and 0 < at <= LAST:
        at += 1
        left -= 1 if is_working(at, closed) else 0
    return text(at) if number(day) else ""
