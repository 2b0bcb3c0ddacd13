"""Which step of a notice is next, and when: by plan, sooner after a failure or without a sign, never down again."""

from datetime import datetime, timedelta
from typing import NamedTuple

from backend.domain.notices import Channel, Notice, Person, Tried
from push.rows import AGAIN, APART, PATIENCE, SLOW, Step

REMINDERS = frozenset({"push", "sms", "email"})
"""What reaches herself and disturbs her: bundled, and at most one a day."""
ORDER = {"push": 0, "sms": 1, "email": 2, "helper": 3, "letter": 4, "call": 5}


class Next(NamedTuple):
    step: Step
    kind: Channel
    due: datetime


def is_paper_only(person: Person) -> bool:
    return person.is_exempt


def ways(notice: Notice, person: Person, can_post: bool) -> set[str]:
    """The channels she has for this notice. A letter is one only to who has nothing that is hers alone."""
    found = set()
    if not is_paper_only(person):
        found = {kind for kind, has in (("push", person.push != "none"), ("sms", person.sms), ("email", person.email)) if has}
    if not found and person.letter and can_post:
        found.add("letter")
    if notice.helper:
        found.add("helper")
    return found


def has_sign(tried: Tried, notice: Notice) -> bool:
    """It reached her: shown on her phone, or with a carrier that gives no receipts, or she has opened the matter since."""
    if tried.state == "seen" or tried.state == "handed_over" and tried.kind != "push":
        return True
    return notice.opened_at is not None and notice.opened_at >= tried.at


def is_brought(notice: Notice, tried: list[Tried]) -> bool:
    """Some rung reached her, or she has opened the matter by herself."""
    return notice.opened_at is not None or any(has_sign(one, notice) for one in tried if one.kind != "call")


def has_failed(tried: Tried) -> bool:
    return tried.state in ("failed", "skipped")


def patience(at: datetime, most: timedelta, deadline: datetime | None) -> timedelta:
    """How long to wait for a sign: never more than half of the time left."""
    return most if deadline is None else min(most, max((deadline - at) / 2, timedelta(0)))


def waited(last: Tried, notice: Notice, person: Person, most: timedelta | None, deadline: datetime | None) -> datetime | None:
    """When a try without a sign is given up; None where a sign came, or only the plan counts."""
    if has_failed(last) or person.push == "suspect" and last.kind == "push" and last.state == "handed_over":
        return last.at
    return None if most is None else last.at + patience(last.at, most, deadline)


def used(steps: tuple[Step, ...], tried: list[Tried]) -> int:
    """The place of the furthest step that was used; -1 none. What lies before it is over: nobody climbs down. What she
    was told at her own wish stands for the steps of the days before."""
    names = {one.step for one in tried}
    wished = max((one.at for one in tried if one.step.startswith(AGAIN)), default=None)
    return next((at for at in range(len(steps) - 1, -1, -1) if steps[at].id in names or wished and steps[at].at <= wished and not steps[at].is_fallback), -1)


def last_of(tried: list[Tried], step: Step) -> Tried:
    """The try of a used step, or the one she wished for that stands for it."""
    return next(one for one in reversed(tried) if one.step == step.id or one.step.startswith(AGAIN))


def next_step(
    notice: Notice, tried: list[Tried], person: Person, steps: tuple[Step, ...], start: datetime, deadline: datetime | None, now: datetime, can_post: bool = True, without: frozenset[str] = frozenset(),
) -> Next | None:  # fmt: skip
    """The step after the last used one that she has a channel for; `without` is left out. None: no more."""
    place = used(steps, tried) if tried else -1
    before = steps[place] if place >= 0 else None
    last = last_of(tried, before) if before else None
    has = ways(notice, person, can_post)
    for number in range(max(place + 1, first_current(steps, now)), len(steps)):
        step = steps[number]
        kind = channel(step, steps, number, has, tried, notice)
        if kind is None or step.id in without:
            continue
        if before and last and before.occasion == step.occasion:
            due = after_one(step, kind, last, notice, person, deadline)
            if due is not None and step.is_fallback and comes_soon(steps, number, max(due, now)):
                due = None
        else:
            due = first_of(step, steps, number)
        if due is not None and (deadline is None or due < deadline):
            return Next(step, kind, max(due, start))
    return None


def first_current(steps: tuple[Step, ...], now: datetime) -> int:
    """The place of the latest occasion that has begun: an earlier one that was not told is not told any more."""
    found = 0
    for place, step in enumerate(steps):
        if place and step.occasion != steps[place - 1].occasion and step.at <= now:
            found = place
    return found


def channel(step: Step, steps: tuple[Step, ...], number: int, has: set[str], tried: list[Tried], notice: Notice) -> Channel | None:
    """The channel of a step, if she has it: on paper the first of an occasion; past a push that nobody looks at, the next."""
    if "letter" in has and not step.is_fallback and step.kind == "push":
        return None if step.id == "second" else "letter"
    if step.kind not in has:
        return None
    if step.kind == "push" and step.occasion != "row" and tried and nobody_looks(tried, notice):
        rest = (other for other in steps[number + 1 :] if other.occasion == step.occasion)
        return next((other.kind for other in rest if other.kind in has and other.kind in REMINDERS), step.kind)
    return step.kind


def nobody_looks(tried: list[Tried], notice: Notice) -> bool:
    """The last push gave no sign."""
    push = next((one for one in reversed(tried) if one.kind == "push"), None)
    return push is not None and not has_sign(push, notice)


def first_of(step: Step, steps: tuple[Step, ...], number: int) -> datetime:
    """The first step she has in an occasion takes the date of its first: without a phone one begins at SMS."""
    while number > 0 and steps[number - 1].occasion == step.occasion:
        number -= 1
    return steps[number].at


def after_one(step: Step, kind: Channel, last: Tried, notice: Notice, person: Person, deadline: datetime | None) -> datetime | None:
    """When a step follows a try of the same occasion; None not at all."""
    if step.is_fallback:
        if has_sign(last, notice) or ORDER[kind] <= ORDER[last.kind]:
            return None
        return waited(last, notice, person, step.patience, deadline)
    if has_sign(last, notice):
        return step.at if step.at > last.at else last.at + patience(last.at, SLOW, deadline)  # a date already past: not day after day
    if kind == "push" and person.push == "suspect":
        return None
    given_up = waited(last, notice, person, step.patience or (None if step.at > last.at else PATIENCE), deadline)
    if given_up is None:
        return step.at
    return given_up if step.at <= last.at else min(step.at, given_up)


def comes_soon(steps: tuple[Step, ...], number: int, due: datetime) -> bool:
    """The next occasion is so near that it takes over."""
    following = next((step for step in steps[number + 1 :] if step.occasion != steps[number].occasion), None)
    return following is not None and following.at - due < APART
