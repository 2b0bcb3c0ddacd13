"""Days and moments: wall time and UTC, quiet hours, working days, the days of print and post. No clock: "now" is given.

Inside, a day is its number (`date.toordinal`), a time of day its minutes, a moment an aware datetime in UTC. What the
calendar says is kept in memory: a nightly pass asks for the same few hundred days two million times.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from backend.domain.notices import Person, Town

COUNTRY = "DK"
MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# ---- wall time and UTC -------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def number(day: str) -> int:
    """Of YYYY-MM-DD."""
    return date.fromisoformat(day).toordinal()


@lru_cache(maxsize=8192)
def text(day: int) -> str:
    return date.fromordinal(day).isoformat()


@lru_cache(maxsize=2048)
def minutes(wall: str) -> int:
    """Of HH:MM, since midnight."""
    return int(wall[:2]) * 60 + int(wall[3:5])


@lru_cache(maxsize=65536)
def moment(day: int, minute: int, zone: str) -> datetime:
    """A time that does not exist moves to the first minute that does (02:30 in spring to 03:00); of one that occurs
    twice, the first counts."""
    where = ZoneInfo(zone)
    wall = datetime.fromordinal(day) + minute * MINUTE
    found = wall.replace(tzinfo=where).astimezone(UTC)
    if found.astimezone(where).replace(tzinfo=None) == wall:
        return found
    return change_before(found, wall.replace(tzinfo=where, fold=1).astimezone(UTC), where)


def change_before(late: datetime, early: datetime, where: ZoneInfo) -> datetime:
    """The first minute of the new offset, between two moments around the change. In a skipped hour the old offset gives
    the later moment."""
    new = late.astimezone(where).utcoffset()
    start = int((early - EPOCH) / MINUTE)
    steps = range(start, int((late - EPOCH) / MINUTE) + 1)
    first = bisect_left(steps, True, key=lambda step: (EPOCH + step * MINUTE).astimezone(where).utcoffset() == new)
    return EPOCH + steps[first] * MINUTE


def moment_of(wall: str, zone: str) -> datetime:
    """Of 2027-03-02T10:15."""
    return moment(number(wall[:10]), minutes(wall[11:]), zone)


@lru_cache(maxsize=65536)
def local(at: datetime, zone: str) -> tuple[int, int]:
    """(day, minute of the day) on the wall."""
    wall = at.astimezone(ZoneInfo(zone))
    return wall.toordinal(), wall.hour * 60 + wall.minute


def day_of(at: datetime, zone: str) -> int:
    return local(at, zone)[0]


def end_of(day: int, zone: str) -> datetime:
    """The midnight that ends a day."""
    return moment(day + 1, 0, zone)


# ---- quiet hours -------------------------------------------------------------------------------------------------


def is_quiet(at: datetime, person: Person, zone: str) -> bool:
    begins, ends = minutes(person.quiet_from), minutes(person.quiet_to)
    minute = local(at, zone)[1]
    return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends


def quiet_around(at: datetime, person: Person, zone: str) -> tuple[datetime, datetime]:
    """(begin, end) of the quiet hours that hold a moment. They may cross midnight and a change of the clock."""
    begins, ends = minutes(person.quiet_from), minutes(person.quiet_to)
    day, minute = local(at, zone)
    first = day if minute >= begins else day - 1
    last = day if minute < ends else day + 1
    end = moment(last, ends, zone)
    return moment(first, begins, zone), end if end > at else at + (ends - minute) * MINUTE  # the hour that occurs twice


def awake(at: datetime, before: datetime | None, person: Person, zone: str) -> datetime:
    """A moment moved out of the quiet hours: to their end; where that is not before the deadline, to the minute before
    they begin (19:59), which may be over."""
    if not is_quiet(at, person, zone):
        return at
    begin, end = quiet_around(at, person, zone)
    return end if before is None or end < before else begin - MINUTE


def allowed(at: datetime, before: datetime | None, person: Person, zone: str, now: datetime) -> datetime | None:
    """When what is due at `at` may be sent, not before now; None when only quiet hours are left before the deadline."""
    planned = awake(at, before, person, zone)
    if planned > now:
        return planned
    soonest = awake(now, before, person, zone)
    return soonest if soonest >= now else None


# ---- working days, print and post --------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def public_holidays(year: int) -> frozenset[int]:
    """Only days closed by law: the banks' and the unions' days are a town's own choice."""
    return frozenset(day.toordinal() for day in holidays.country_holidays(COUNTRY, years=year, categories=("public",)))


@lru_cache(maxsize=64)
def own(closed: frozenset[str]) -> frozenset[int]:
    return frozenset(map(number, closed))


@lru_cache(maxsize=16384)
def is_working(day: int, closed: frozenset[str]) -> bool:
    when = date.fromordinal(day)
    return when.weekday() < 5 and day not in public_holidays(when.year) and day not in own(closed)


@lru_cache(maxsize=16384)
def working_after(day: int, count: int, closed: frozenset[str]) -> int:
    """The count-th working day after a day."""
    while count > 0:
        day += 1
        count -= is_working(day, closed)
    return day


@lru_cache(maxsize=16384)
def working_before(day: int, count: int, closed: frozenset[str]) -> int:
    """The count-th working day before a day."""
    while count > 0:
        day -= 1
        count -= is_working(day, closed)
    return day


def arrives_on(day: int, town: Town) -> int:
    """The day of a letter that is given to the printer on a day."""
    return working_after(day, town.print_days + town.post_days, town.closed)


def posted_by(day: int, town: Town) -> int:
    """The last working day on which a letter can be given to the printer, to be there on a day or before."""
    return working_before(day + 1, 1 + town.print_days + town.post_days, town.closed)
