"""A zone's clock changes as recurrence rules (RFC 5545 section 3.6.5), for calendars that know no zone by its name.

Worked out from the zone's own data, a run of years at a time: one rule is right for all years of its run, and the last
run has no end. A list of single changes would end with its last date, and be wrong for a time moved beyond it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur
from msgspec import Struct

FIRST_YEAR = 1970
LAST_YEAR = 2037
"""Zone data lists single changes up to this year and rules after it."""
A_DAY = timedelta(days=1)
"""The end of a rule lies so much after its last change: readers differ on whether it is UTC or the time on the wall."""
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Rule = tuple[int, str, timedelta]
"""Month, day such as "-1SU", and the time of day on the wall before the change."""


class Change(Struct, frozen=True):
    """`at`: the wall's time, by the offset of `before`, at which `after` begins. Both are offsets from UTC."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool

    @property
    def rule(self) -> Rule:
        day = self.at.date()
        is_last = (day + timedelta(days=7)).month != day.month
        nth = -1 if is_last else (day.day - 1) // 7 + 1
        return day.month, f"{nth}{DAYS[day.weekday()]}", self.at - datetime.combine(day, datetime.min.time())


@cache
def component(zone: ZoneInfo) -> Timezone:
    """The VTIMEZONE of `zone`, from 1970 on."""
    made = Timezone()
    made.add("tzid", zone.key)
    found = list(changes(zone))
    if not found or found[0].at.year > FIRST_YEAR:
        made.add_component(observance(steady(zone), 0))
    for run in runs(found):
        made.add_component(observance(run[0], len(run), run[-1]))
    return made


def changes(zone: ZoneInfo) -> Iterator[Change]:
    """Every change of the clock, to the minute, found by halving the day it falls in."""
    start = datetime(FIRST_YEAR, 1, 1)
    days = [start + timedelta(days=n) for n in range((datetime(LAST_YEAR + 1, 1, 1) - start).days + 1)]
    for low, high in pairwise(days):
        if offset(zone, low) != offset(zone, high):
            yield change(zone, low, high)


def change(zone: ZoneInfo, low: datetime, high: datetime) -> Change:
    before = offset(zone, low)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        middle = middle.replace(second=0, microsecond=0)
        low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
    return named(zone, high, before)


def offset(zone: ZoneInfo, utc: datetime) -> timedelta:
    """`utc` is without an offset."""
    return local(zone, utc).utcoffset() or timedelta()


def local(zone: ZoneInfo, utc: datetime) -> datetime:
    return utc.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)


def named(zone: ZoneInfo, utc: datetime, before: timedelta) -> Change:
    there = local(zone, utc)
    return Change(utc + before, before, there.utcoffset() or timedelta(), there.tzname() or zone.key, bool(there.dst()))


def steady(zone: ZoneInfo) -> Change:
    """What held before the first change."""
    start = datetime(FIRST_YEAR, 1, 1)
    return named(zone, start - offset(zone, start), offset(zone, start))


def runs(found: list[Change]) -> list[list[Change]]:
    """Changes of successive years by one rule, from one offset to another, are one run."""
    open: dict[tuple[Rule, timedelta, timedelta], list[Change]] = {}
    made: list[list[Change]] = []
    for each in found:
        key = (each.rule, each.before, each.after)
        run = open.get(key)
        if run and run[-1].at.year == each.at.year - 1:
            run.append(each)
        else:
            open[key] = [each]
            made.append(open[key])
    return made


def observance(first: Change, years: int, last: Change | None = None) -> TimezoneDaylight | TimezoneStandard:
    made = TimezoneDaylight() if first.is_summer else TimezoneStandard()
    made.add("dtstart", first.at)
    made.add("tzoffsetfrom", first.before)
    made.add("tzoffsetto", first.after)
    made.add("tzname", first.name)
    if years > 1 and last:
        month, day, _ = first.rule
        rule: dict[str, object] = {"freq": "yearly", "bymonth": month, "byday": day}
        if last.at.year < LAST_YEAR:
            rule["until"] = (last.at - last.before).replace(tzinfo=ZoneInfo("UTC")) + A_DAY
        made.add("rrule", vRecur(rule))
    return made
