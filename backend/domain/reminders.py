"""Which facts a resident is to be told of, from what runs on a case: pure, once for whoever writes them down.

A duty that the submission itself has done is no reminder any more (`deadlines.of` leaves it out). The authority's own last
day is told when it has passed without an answer. How long something is valid is planned from the register, for everybody,
not from one case.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from backend.domain import days
from backend.domain.services import Deadline

APPOINTMENT = "appointment"
RECEIVED = "received"
DRAFT = "draft"
TASK = "task."
"""A rule that is a task: "task.choose-time"."""
AUTHORITY = "authority-clock"
ELSEWHERE = ("validity",)


class Reminder(Struct, frozen=True):
    """`kind` "tell" ends when it is opened, "act" only when the thing is done. `not_before`: the day on which there is
    something to tell, '' = at once."""

    rule: str
    kind: str
    weight: str
    shape: str = ""
    opens: str = ""
    last_day: str = ""
    starts_at: str = ""
    remind: str = ""
    not_before: str = ""


def of_case(deadlines: Iterable[dict[str, Any]], tasks: Iterable[dict[str, Any]]) -> list[Reminder]:
    """`deadlines` as `deadlines.of` gives them, `tasks` as `tasks.of` does."""
    running = [of_deadline(one) for one in deadlines if one.get("on") and one["shape"] not in ELSEWHERE]
    return running + [of_task(one["id"]) for one in tasks if one["who"] == "me" and one["why"] != "may"]


def of_deadline(one: dict[str, Any]) -> Reminder:
    if one["shape"] == AUTHORITY:
        late = days.text(days.number(one["on"]) + 1)
        return Reminder(one["id"], "tell", "light", one["shape"], last_day=one["on"], not_before=late)
    return Reminder(one["id"], "act", one["weight"], one["shape"], opens=one.get("opens", ""), last_day=one["on"])


def of_validity(rule: Deadline, on: str) -> Reminder:
    return Reminder(rule.id, "act", rule.weight, rule.shape, last_day=on, remind=",".join(rule.remind))


def of_draft(deadlines: Iterable[dict[str, Any]]) -> list[Reminder]:
    """What was begun and is not sent: the last days that run on it, or that it lies there."""
    return [of_deadline(one) for one in deadlines if one.get("on") and one["shape"] not in (*ELSEWHERE, AUTHORITY)] or [Reminder(DRAFT, "tell", "light")]


def of_task(task: str) -> Reminder:
    """What she was asked for and has no last day: the case waits for it."""
    return Reminder(TASK + task, "act", "light")


def of_appointment(starts_at: str) -> Reminder:
    return Reminder(APPOINTMENT, "act", "normal", last_day=starts_at[:10], starts_at=starts_at)
