"""The steps of a notice, in order: which channel, on which day, how long to wait before. Data, and the dates from it.

    weight   push      2nd push  SMS      e-mail    helper   letter            call list
    light    at once             +3 d     +4 d
    normal   D-14      D-7       D-6      D-5       D-4
    heavy    D-21      D-14      D-12     D-11      D-10     there by D-5      D-3 working days
    short    at once   +4 h      +1 d     +1 d 4 h  +2 d     there by D-1      D-2 working days

D is the last day; SMS and e-mail change places where she wants e-mail first. A tell is light. A duty with ten days or
less when it is made is short, and so is one to be done at once. Others have occasions instead of a row: at each, one
channel, and the next one only where that failed or gave no sign.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from backend.domain import days
from backend.domain.notices import Channel, Notice, Town
from push import plan

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LADDER: tuple[Channel, ...] = ("push", "push", "sms", "email", "helper")
NAMES = ("first", "second", "sms", "email", "helper")
"""Of the steps of a row. The first is told on paper to who has nothing else."""
BEFORE = {"normal": (14, 7, 6, 5, 4), "heavy": (21, 14, 12, 11, 10)}
"""Days before the last day."""
LIGHT = (0 * DAY, None, 3 * DAY, 4 * DAY, None)
SHORT = (0 * DAY, 4 * HOUR, 1 * DAY, 1 * DAY + 4 * HOUR, 2 * DAY)
"""After the start. SMS and e-mail fall on one day: four hours apart, for one of the two is mostly enough."""
SHORT_DAYS = 10
PATIENCE = 1 * DAY
"""How long to wait for a sign, at most; and never more than half of the time left."""
SLOW = 3 * DAY
"""The same where months are left."""
APART = 4 * HOUR
"""Two occasions of one matter are never nearer."""
SINGLE = frozenset({"city", "campaign", "draft"})
"""Told by one rung, by another one only where that failed. Neither a letter nor a call follows."""


AGAIN = "again-"
"""Of the step that she asked for herself."""


class Step(Struct, frozen=True, gc=False):
    id: str
    kind: Channel
    at: datetime
    """Planned; quiet hours and the one reminder a day come on top."""
    occasion: str
    """Steps of one occasion lead from one to the next."""
    is_fallback: bool = False
    """Only where the one before it in its occasion failed or gave no sign."""
    patience: timedelta | None = PATIENCE
    """How long the step before is waited for; None: only its failure brings this one earlier."""
    is_free: bool = False
    """May come on a day that has a reminder already: little time is left."""
    is_alone: bool = False
    """Two hours before an appointment: not bundled, and not counted as the reminder of that day."""
    is_dated: bool = False
    """Planned for a day, not for an hour: may be told with another reminder earlier on that day."""


def row_of(notice: Notice, start: datetime, deadline: datetime | None, town: Town) -> str:
    """Which plan a notice follows."""
    if notice.rule in SINGLE and notice.kind == "tell" or notice.rule == "draft":
        return "draft" if notice.rule == "draft" else "single"
    if notice.at:
        return "appointment"
    if notice.kind == "tell" or notice.shape == "authority-clock":
        return "light"
    if notice.remind and notice.last_day:
        return "own"
    if not notice.last_day:
        return "short" if notice.shape == "at-once" or notice.weight != "light" else "light"
    left = plan.number(notice.last_day) - plan.day_of(start, town.zone)
    return "short" if left <= SHORT_DAYS or notice.shape == "at-once" else notice.weight


def start_of(notice: Notice, town: Town) -> datetime:
    """Nothing is told before it can be done; of our own clock nothing before it has run out."""
    first = notice.opens
    if notice.shape == "authority-clock" and notice.last_day:
        first = plan.text(plan.number(notice.last_day) + 1)
    if not first:
        return notice.created_at
    return max(notice.created_at, plan.moment(plan.number(first), plan.minutes(town.morning), town.zone))


def deadline_of(notice: Notice, town: Town) -> datetime | None:
    """Nothing is sent from then on. An appointment's is its own time; our own clock is no deadline of hers."""
    if notice.at:
        return plan.moment_of(notice.at, town.zone)
    if not notice.last_day or notice.shape == "authority-clock":
        return None
    return plan.end_of(plan.number(notice.last_day), town.zone)


@lru_cache(maxsize=65536)
def before(last_day: str, weight: str, first: str, zone: str, morning: str) -> tuple[Step, ...]:
    """A row planned backward from the last day. Most notices of a town share a few of them."""
    last, minute = plan.number(last_day), plan.minutes(morning)
    moments = [plan.moment(last - back, minute, zone) for back in BEFORE[weight]]
    return tuple(Step(name, kind, at, "row", is_dated=True) for (name, kind), at in zip(names(first), moments, strict=True))


def after(start: datetime, gaps: tuple[timedelta | None, ...], first: str, occasion: str, patience: timedelta | None, is_free: bool) -> tuple[Step, ...]:
    """A row from a start. The channels keep their order, so an e-mail that comes first takes the date of the SMS."""
    told = zip(names(first), gaps, strict=True)
    prefix = "" if occasion == "row" else f"{occasion}-"
    return tuple(Step(prefix + name, kind, start + gap, occasion, patience=patience, is_free=is_free) for (name, kind), gap in told if gap is not None)


@lru_cache(maxsize=8)
def names(first: str) -> tuple[tuple[str, Channel], ...]:
    pairs = list(zip(NAMES, LADDER, strict=True))
    if first == "email":
        pairs[2], pairs[3] = pairs[3], pairs[2]
    return tuple(pairs)


def occasion(name: str, at: datetime, first: str, patience: timedelta | None = PATIENCE, **marks: bool) -> tuple[Step, ...]:
    """One telling: push, or what comes after it where that failed or gave no sign."""
    order: tuple[Channel, ...] = ("push", "sms", "email", "helper") if first == "sms" else ("push", "email", "sms", "helper")
    own = (Step(name, "push", at, name, patience=patience, **marks),)
    return own + tuple(Step(f"{name}-{kind}", kind, at, name, True, patience, **marks) for kind in order[1:])


def steps_of(notice: Notice, row: str, start: datetime, first: str, town: Town) -> tuple[Step, ...]:
    """Every step until the last day, whether or not she has the channel: so a step's place never moves."""
    if row in BEFORE:
        return opening(notice, row, first, town) + before(notice.last_day, row, first, town.zone, town.morning)
    if row == "light":
        return after(start, LIGHT, first, "row", None, False)
    if row == "short":
        return after(start, SHORT, first, "row", PATIENCE, True)
    if row == "appointment":
        return appointment(notice, first, town)
    if row == "own":
        return own_plan(notice, start, first, town)
    if row == "draft":
        return draft(notice, first, town)
    only_push = (Step("single", "push", start, "single", patience=None),)
    return only_push if notice.rule == "city" else occasion("single", start, first, None)


def opening(notice: Notice, row: str, first: str, town: Town) -> tuple[Step, ...]:
    """The first day it can be done is worth a word, where the row begins later."""
    if not notice.opens or plan.number(notice.last_day) - BEFORE[row][0] - plan.number(notice.opens) < SLOW.days:
        return ()
    at = plan.moment(plan.number(notice.opens), plan.minutes(town.morning), town.zone)
    return occasion("opens", at, first, SLOW, is_dated=True) if at > notice.created_at else ()


def appointment(notice: Notice, first: str, town: Town) -> tuple[Step, ...]:
    """A week before, a day before, two hours before. What is already past when she takes the time is left out: the
    receipt has just told her."""
    day, minute, morning = plan.number(notice.at[:10]), plan.minutes(notice.at[11:]), plan.minutes(town.morning)
    week, eve = plan.moment(day - 7, morning, town.zone), plan.moment(day - 1, morning, town.zone)
    soon = plan.moment(day, minute, town.zone) - 2 * HOUR
    found = ()
    for name, at, marks in (("week", week, {"is_dated": True}), ("eve", eve, {"is_dated": True}), ("soon", soon, {"is_free": True, "is_alone": True})):
        found += occasion(name, at, first, **marks) if at > notice.created_at else ()
    return found


def own_plan(notice: Notice, start: datetime, first: str, town: Town) -> tuple[Step, ...]:
    """The service's own dates; of those already past, one is told at once, where none is to come."""
    minute = plan.minutes(town.morning)
    spans = [days.add(notice.last_day, span) for span in notice.remind]
    dates = sorted({plan.moment(plan.number(day), minute, town.zone) for day in spans if day})
    coming = [at for at in dates if at > start] or [start]
    later = len(dates) - len(coming) + 1
    return tuple(step for place, at in enumerate(coming, max(later, 1)) for step in occasion(f"own-{place}", at, first, SLOW, is_dated=at != start))


def draft(notice: Notice, first: str, town: Town) -> tuple[Step, ...]:
    """After three days, and three days before it is deleted."""
    minute, made = plan.minutes(town.morning), plan.day_of(notice.created_at, town.zone)
    first_day = made + SLOW.days
    found = occasion("draft-1", plan.moment(first_day, minute, town.zone), first, None, is_dated=True)
    last = plan.number(notice.last_day) - SLOW.days if notice.last_day else 0
    if last > first_day:
        found += occasion("draft-2", plan.moment(last, minute, town.zone), first, None, is_dated=True)
    return found


def late(notice: Notice, first: str, town: Town) -> tuple[Step, ...]:
    """After the day of an `after-event`: she now loses money. Told the next morning, and once more a month later."""
    minute, last = plan.minutes(town.morning), plan.number(notice.last_day)
    return tuple(
        step for place, day in enumerate((last + 1, last + 31), 1)
        for step in occasion(f"late-{place}", plan.moment(day, minute, town.zone), first, is_dated=True)
    )  # fmt: skip
