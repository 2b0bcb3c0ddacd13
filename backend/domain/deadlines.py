"""Last days, computed from a rule, the answers and what has happened. The twin of `pwa/worker/domain/deadlines.js`.

A rule whose `from` has not happened does not run. Days end at midnight in the municipality; working days follow a
calendar of closed days that is handed in, so that the phone counts as the server does.
"""

from typing import Any

from backend.domain import conditions, days
from backend.domain.conditions import Scope
from backend.domain.services import Deadline, Service

EMPTY = {"id": "", "shape": "", "on": "", "opens": "", "closes": "", "say": "", "loses": "", "weight": "", "stops": ""}


def of(
    service: Service, answers: dict[str, Any], facts: dict[str, Any], today: str,
    events: dict[str, str] | None = None, closed: list[str] | None = None,
) -> list[dict[str, str]]:  # fmt: skip
    """Every deadline that runs, in the file's order. `events` are days: "submission.received", "letter.available"…"""
    scope = conditions.scope(service, answers, {**facts, **(events or {})}, today)
    running = [rule for rule in service.deadlines if conditions.holds(rule.when, scope) and rule.stops not in scope.facts]
    return [found for rule in running for found in SHAPES.get(rule.shape, lasting)(rule, scope, closed or [])]


def of_register(service: Service, facts: dict[str, Any], today: str) -> list[tuple[Deadline, str]]:
    """What a register says will run out, for everybody it says it of, whether or not they have begun anything: the rule
    and its last day. What has run out already is told no more."""
    rules = [rule for rule in service.deadlines if rule.shape == "validity" and isinstance(rule.from_, str) and rule.from_.startswith("person.")]
    scope = conditions.scope(service, {}, facts, today) if rules else None
    found = [(rule, counted(rule, conditions.day_from(rule.from_, scope), span(rule.add, scope), [])) for rule in rules if scope]
    return [(rule, on) for rule, on in found if on >= today]


def window(rule: Deadline, scope: Scope, closed: list[str]) -> list[dict[str, str]]:
    """Open from one day to another, both included."""
    opens, closes = bound(rule, rule.opens, scope, closed), bound(rule, rule.closes, scope, closed)
    return [shown(rule, on=closes, opens=opens, closes=closes)] if opens or closes else []


def lasting(rule: Deadline, scope: Scope, closed: list[str]) -> list[dict[str, str]]:
    """A length from an event: to answer, to complain, to stay valid, or for us to answer."""
    on = counted(rule, conditions.day_from(rule.from_, scope), span(rule.add, scope), closed)
    return [shown(rule, on=on, opens=bound(rule, rule.opens, scope, closed), closes=on)] if on else []


def earliest_latest(rule: Deadline, scope: Scope, closed: list[str]) -> list[dict[str, str]]:
    """One opening; several latest days, each with what it costs to miss it."""
    opens = bound(rule, rule.opens, scope, closed)
    found = []
    for latest in rule.latest:
        on = month_day(bound(rule, latest.get("at"), scope, closed), latest)
        if on:
            one = shown(rule, on=on, opens=opens, closes=on)
            found.append({**one, "id": f"{rule.id}.{latest['id']}", "loses": latest.get("loses", rule.loses)})
    return found


def month_day(day: str, latest: dict[str, Any]) -> str:
    """`day = "last"` or `day = 10`: that day of the month it falls in."""
    wanted = latest.get("day", "")
    if day == "" or wanted == "":
        return day
    year, month = int(day[:4]), int(day[5:7])
    last = days.length(year, month)
    return days.written(year, month, last if wanted == "last" else min(wanted, last))


def before_act(rule: Deadline, scope: Scope, closed: list[str]) -> list[dict[str, str]]:
    """Before something is begun. The day is the act's own, where it is known."""
    on = conditions.day_from(rule.from_, scope) if rule.from_ else ""
    return [shown(rule, on=on, closes=on)]


def at_once(rule: Deadline, scope: Scope, closed: list[str]) -> list[dict[str, str]]:
    """Today, and no later day that would be false."""
    on = conditions.day_from(rule.from_, scope) if rule.from_ else scope.today
    return [shown(rule, opens=on)] if on else []


def season(rule: Deadline, scope: Scope, closed: list[str]) -> list[dict[str, str]]:
    """A local season: two days of a year, set by the municipality."""
    opens, closes = str(conditions.resolve(rule.opens, scope) or ""), str(conditions.resolve(rule.closes, scope) or "")
    return [shown(rule, on=closes, opens=opens, closes=closes)] if closes else []


SHAPES = {
    "window": window, "earliest-latest": earliest_latest, "before-act": before_act, "at-once": at_once, "season": season,
}  # fmt: skip
"""The other shapes are a length from an event."""


def bound(rule: Deadline, value: Any, scope: Scope, closed: list[str]) -> str:
    """A day given by itself, or `{from, add}` counted as the rule counts."""
    if not isinstance(value, dict):
        return value if isinstance(value, str) else ""
    start = conditions.day_from(value.get("from", rule.from_), scope)
    return counted(rule, start, conditions.span_of(value.get("add", ""), scope), closed) if start else ""


def span(value: Any, scope: Scope) -> str:
    return conditions.span_of(value, scope) if value is not None else ""


def counted(rule: Deadline, start: str, length: str, closed: list[str]) -> str:
    """The day after the event is the first, unless the rule counts the day itself."""
    if start == "" or length == "":
        return start
    working = rule.days == "working" and days.SPAN.fullmatch(length)
    end = days.add_working(start, abs(int(working[1])), closed) if working else days.add(start, length)
    if rule.counts_first and days.number(end) > days.number(start):
        end = days.text(days.number(end) - 1)
    return moved_off(rule.closed_last_day, end, closed)


def moved_off(how: str, day: str, closed: list[str]) -> str:
    """What a last day does when the town hall is closed on it."""
    number = days.number(day)
    step = {"stays": 0, "next": 1, "before": -1}[how]
    while step != 0 and number > 7 and not days.is_working(number, closed):
        number += step
    return days.text(number)


def shown(rule: Deadline, on: str = "", opens: str = "", closes: str = "") -> dict[str, str]:
    said = {"say": rule.say, "loses": rule.loses, "weight": rule.weight, "stops": rule.stops}
    return {**EMPTY, "id": rule.id, "shape": rule.shape, "on": on, "opens": opens, "closes": closes, **said}
