"""The two last rungs, counted backward from the last day: the letter that still arrives, the person who rings."""

from datetime import datetime, timedelta

from msgspec import Struct

from backend.domain.notices import CallReason, Notice, Person, Town, Tried
from push import plan
from push.climb import Next, has_failed, is_brought, last_of, patience, used, waited
from push.rows import APART, PATIENCE, Step

LETTER_DAYS = 5
"""A letter of a heavy matter is there so many days before the last one."""
LETTER_LATEST = 1
"""Any other; one that comes on the last day has not arrived in time."""
CALL_DAYS = {"short": 2, "appointment": 1}
"""Working days before the last on which a person rings; three in the other rows."""
NO_LETTER = frozenset({"single", "draft", "appointment"})
NO_CALL = frozenset({"single", "draft"})


class View(Struct, gc=False):
    """One notice, with what has been worked out about it."""

    notice: Notice
    tried: list[Tried]
    row: str
    start: datetime
    deadline: datetime | None
    steps: tuple[Step, ...]
    next: Next | None = None

    @property
    def last_day(self) -> int:
        """Its number."""
        return plan.number(self.notice.at[:10] or self.notice.last_day)


def is_chased(view: View) -> bool:
    """Whether a letter and a call come though she was reached: money, a place or a right is at stake, or days are few."""
    weight = view.notice.weight
    return view.row == "heavy" or view.row == "own" and weight == "heavy" or view.row == "short" and weight != "light"


def can_arrive(day: int, view: View, town: Town) -> bool:
    return view.deadline is None or plan.arrives_on(day, town) <= view.last_day - LETTER_LATEST


def letter_due(view: View, person: Person, town: Town, now: datetime) -> datetime | None:
    """When the letter goes to the printer, beside all other rungs; None: there is none, or it cannot arrive."""
    if not person.letter or view.row in NO_LETTER or any(one.kind == "letter" for one in view.tried):
        return None
    needs = given_up(view, person)
    if is_chased(view) and view.deadline is not None:
        needs = view.start
    if needs is None:
        return None
    due = needs
    if view.deadline is not None and view.notice.kind == "act":
        ahead = LETTER_DAYS if is_chased(view) and view.row != "short" else LETTER_LATEST
        last = plan.posted_by(view.last_day - ahead, town)
        due = max(needs, plan.moment(last, plan.minutes(town.morning), town.zone))
    return due if can_arrive(plan.day_of(max(due, now), town.zone), view, town) else None


def given_up(view: View, person: Person) -> datetime | None:
    """From when on her own channels count as not reaching her; None: they have, or may still.

    A tell is given up only where every try failed: she need not open it.
    """
    if is_brought(view.notice, view.tried) or not view.tried:
        return None
    if view.notice.kind == "tell" or view.deadline is None:
        return all_over(view, person)
    place = used(view.steps, view.tried)
    if place < 0:
        return None
    return waited(last_of(view.tried, view.steps[place]), view.notice, person, PATIENCE, view.deadline)


def all_over(view: View, person: Person) -> datetime | None:
    """From when on no step is left and the last one has not reached her."""
    own = [one for one in view.tried if one.kind != "call"]
    if view.next is not None or not own or is_brought(view.notice, view.tried):
        return None
    if view.notice.kind == "tell" and not all(has_failed(one) for one in own):
        return None
    return waited(own[-1], view.notice, person, PATIENCE, view.deadline)


def call_due(view: View, person: Person, town: Town, now: datetime, letter: datetime | None) -> tuple[datetime, CallReason] | None:
    """When it stands on the call list, and why."""
    if view.row in NO_CALL or any(one.kind == "call" for one in view.tried):
        return None
    brought = is_brought(view.notice, view.tried)
    if view.notice.kind == "tell" or view.deadline is None:
        return None if brought or letter is not None else endless_call(view, person, now)
    days = CALL_DAYS.get(view.row, 3)
    base = plan.moment(plan.working_before(view.last_day, days, town.closed), plan.minutes(town.morning), town.zone)
    if brought:
        return (base, "not-done") if is_chased(view) and base > view.start else None
    if view.row == "appointment":
        return appointment_call(view, person, base)
    if not view.tried and view.next is None and letter is None:
        first = view.steps[0].at if view.steps else base
        return max(view.start, min(first, base)), "letter-too-late" if person.letter else "no-way"
    over = all_over(view, person) if view.row == "short" and letter is None else None
    return over or max(base, view.start + grace(view)), "not-reached"  # few days, and nothing more can be sent: now


def appointment_call(view: View, person: Person, base: datetime) -> tuple[datetime, CallReason] | None:
    """She took the time herself, and its receipt was a first reminder: one rings where there is no way to tell her of a day
    that was days away, or where what was tried came to nothing and nothing follows it in time."""
    own = [one for one in view.tried if one.kind != "call"]
    if not own:
        no_way = view.next is None and base > view.start and view.steps
        return (base, "letter-too-late" if person.letter else "no-way") if no_way else None
    over = waited(own[-1], view.notice, person, PATIENCE, view.deadline)
    doubtful = {"push", *(one.kind for one in own if has_failed(one))}
    if over is None or view.next is not None and (view.next.kind not in doubtful or view.next.due <= max(over, base)):
        return None  # what follows is tried first, unless it may help as little as what went before
    return max(over, base), "not-reached"


def grace(view: View) -> timedelta:
    """Where the day of the call is past when it begins, the rungs get a few hours first."""
    return patience(view.start, APART, view.deadline)


def endless_call(view: View, person: Person, now: datetime) -> tuple[datetime, CallReason] | None:
    """Without a last day one rings when everything is used up, or there is nothing to use."""
    if not view.tried:
        return (view.start, "letter-too-late" if person.letter else "no-way") if view.next is None else None
    over = all_over(view, person)
    return (over, "not-reached") if over is not None else None
