"""Desk times: which there are. Which are still free, the store knows."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct


class Opening(Protocol):
    day: int
    from_: str
    to: str


class Desk(Protocol):
    """As in the settings: open on weekday `day` (1 = Monday), `places` people at once."""

    id: str
    abilities: list[str]
    hours: list[Opening]
    slot_minutes: int
    places: int


class Slot(Struct, frozen=True, order=True):
    """`at` is the time on the wall, "2026-11-26T10:15"."""

    at: str
    desk: str


NOTICE_M = 60
"""Nobody is offered a time they cannot reach."""
DAYS_AHEAD = 42
"""On offer: today and the days after it. What lies beyond cannot be booked by a form that asks for it either."""


def slots(
    desks: Iterable[Desk], ability: str, first: date, days: int, now: datetime,
    is_open: Callable[[date], bool] = lambda day: True,
) -> list[Slot]:  # fmt: skip
    """All times of all desks that can do it, by time; `is_open` knows the holidays."""
    soonest = (now + timedelta(minutes=NOTICE_M)).strftime("%Y-%m-%dT%H:%M")
    wanted = [first + timedelta(days=n) for n in range(days)]
    found = [
        Slot(at, desk.id)
        for desk in desks if ability in desk.abilities
        for day in wanted if is_open(day)
        for at in times(desk, day)
        if at >= soonest
    ]  # fmt: skip
    return sorted(found)


def times(desk: Desk, day: date) -> Iterator[str]:
    """Only whole slots: one that would end after closing time is not offered."""
    for opening in desk.hours:
        if opening.day == day.isoweekday():
            minute, end = minutes(opening.from_), minutes(opening.to)
            while minute + desk.slot_minutes <= end:
                yield f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}"
                minute += desk.slot_minutes


def is_slot(
    desk: Desk, ability: str, at: str, now: datetime, is_open: Callable[[date], bool] = lambda day: True
) -> bool:
    """Whether the desk offers that time, taken or not: what a form sends is not believed."""
    try:
        day = date.fromisoformat(at[:10])
    except ValueError:
        return False
    return Slot(at, desk.id) in slots([desk], ability, day, 1, now, is_open)


def is_on_the_wall(at: str, zone: ZoneInfo) -> bool:
    """Whether that time exists once: not in the hour skipped in spring, nor in the one that comes twice in autumn."""
    wall = datetime.fromisoformat(at)
    return wall.replace(tzinfo=zone, fold=0).utcoffset() == wall.replace(tzinfo=zone, fold=1).utcoffset()


def part_of_day(at: str) -> str:
    return "morning" if at[11:] < "12:00" else "afternoon"


def minutes(clock: str) -> int:
    hours, mins = clock.split(":")
    return int(hours) * 60 + int(mins)
