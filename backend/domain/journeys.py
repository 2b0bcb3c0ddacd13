"""The questions this person sees, computed from the answers and never stored. The twin of `pwa/worker/domain/journeys.js`.

Walk the items of the file in order; keep a question when its `when` holds, seeing only what was kept before it. The
first without a fitting answer, or the first ending that holds, is the page to show; none left: the check page.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from backend.domain import conditions, days, facts as known, kinds, rows, services
from backend.domain.conditions import Scope
from backend.domain.services import Ending, Group, Question, Service, Tick


class Step(Struct, frozen=True):
    """One page. `path` is its address inside the service: "where", "employer-name/r1", "employers", "check"."""

    kind: str
    id: str
    row: str
    path: str


class Walk(Struct, frozen=True):
    """The pages up to `at`, the one to show."""

    steps: list[Step]
    at: Step
    kept: dict[str, Any]


CHECK = Step("check", "check", "", "check")
OPEN = Step("open", "", "", "")
"""What follows hangs on an answer not given."""


def walk(service: Service, answers: dict, facts: dict, today: str) -> Walk:
    scope = conditions.scope(service, {}, facts, today)
    steps = []
    for step, done in visits(service, answers, scope):
        steps.append(step)
        if not done:
            return Walk(steps, step, scope.answers)
    return Walk([*steps, CHECK], CHECK, scope.answers)


def visits(service: Service, answers: dict, scope: Scope) -> Iterator[tuple[Step, bool]]:
    """Each page in order, and whether it is done. Fills `scope.answers` with what is kept."""
    for item in service.items:
        kind, id = item.split(":")
        if kind == "e":
            yield from visit_ending(services.ending(service, id), scope)
            continue
        question = services.question(service, id)
        if question.group == "" and question.kind != "declaration":
            yield from visit(question, answers, scope.answers, "", scope)
        elif question.group != "" and services.of_group(service, question.group)[0].id == id:
            yield from visit_group(service, services.group(service, question.group), answers, scope)
    for question in declarations(service, scope):
        if answers.get(question.id) == "yes":
            scope.answers[question.id] = "yes"


def visit_ending(ending: Ending, scope: Scope) -> Iterator[tuple[Step, bool]]:
    if conditions.is_open(ending.when, scope):
        yield OPEN, False
    elif conditions.holds(ending.when, scope):
        yield Step("ending", ending.id, "", ending.id), False


def visit(question: Question, answers: dict, keep: dict, row: str, scope: Scope) -> Iterator[tuple[Step, bool]]:
    if conditions.is_open(question.when, scope):
        yield OPEN, False
    elif conditions.holds(question.when, scope):
        value = answers.get(question.id)
        done = not kinds.invalid(question, value, scope)
        if done:
            keep[question.id] = value
        else:
            scope.open.append(question.id)
        yield Step("question", question.id, row, f"{question.id}/{row}" if row else question.id), done


def visit_group(service: Service, group: Group, answers: dict, scope: Scope) -> Iterator[tuple[Step, bool]]:
    if conditions.is_open(group.when, scope):
        yield OPEN, False
    elif conditions.holds(group.when, scope):
        there = rows.of(group, answers, scope.facts)
        for row in [*there, *rows.to_come(group, there)]:
            yield from visit_row(service, group, row, scope)
        if group.each == "" and len(there) < group.at_most:
            yield Step("more", group.id, "", group.id), len(there) > 0 and there[-1]["more"] == "no"


def visit_row(service: Service, group: Group, row: dict, scope: Scope) -> Iterator[tuple[Step, bool]]:
    kept: dict[str, Any] = {}
    inside = conditions.in_row(scope, group.id, kept, known.named(scope.facts, group.each, row["id"]))
    for question in services.of_group(service, group.id):
        for step, done in visit(question, row["answers"], kept, row["id"], inside):
            if done and len(kept) == 1:
                scope.answers.setdefault(group.id, []).append({"id": row["id"], "answers": kept, "more": row["more"]})
            yield step, done


def declarations(service: Service, scope: Scope) -> list[Question]:
    """What must be said yes to on the check page."""
    found = [question for question in service.questions if question.kind == "declaration"]
    return [question for question in found if conditions.holds(question.when, scope)]


def ticks(service: Service, scope: Scope) -> list[Tick]:
    """The lines of a list that are for this person."""
    return [each for each in service.ticks if conditions.holds(each.when, scope)]


# ---- where am I? --------------------------------------------------------------------------------------------


def step_of(service: Service, walk: Walk, id: str, row: str) -> Step | None:
    """None when this person does not stand there (yet). "One more?" is open from the second row on."""
    for step in walk.steps:
        if step.id == id and step.row == row:
            return step
    later = [step for step in walk.steps if step.row not in ("", "r1") and group_of(service, step) == id]
    is_more = row == "" and len(later) > 0 and services.group(service, id).each == ""
    return Step("more", id, "", id) if is_more else None


def back(service: Service, walk: Walk, step: Step) -> str:
    """The page before, as a path inside the service; "" is its start page."""
    at = walk.steps.index(step) if step in walk.steps else newest_row(service, walk, step.id)
    if at == 0:
        return ""
    before, group = walk.steps[at - 1], group_of(service, step)
    asked = group != "" and services.group(service, group).each == "" and step.row != before.row != ""
    return group if asked and group_of(service, before) == group else before.path


def newest_row(service: Service, walk: Walk, group: str) -> int:
    """Where the first question of a group's last row stands."""
    inside = [step for step in walk.steps if step.row != "" and group_of(service, step) == group]
    return next(at for at, step in enumerate(walk.steps) if step in inside and step.row == inside[-1].row)


def group_of(service: Service, step: Step) -> str:
    return services.question(service, step.id).group if step.kind == "question" else ""


def scope_at(service: Service, walk: Walk, step: Step, answers: dict, facts: dict, today: str) -> Scope:
    """What the limits of a question may look at."""
    scope = conditions.scope(service, walk.kept, facts, today)
    if step.row == "":
        return scope
    group = services.group(service, group_of(service, step))
    row = rows.with_id(step.row, rows.of(group, answers, facts))
    return conditions.in_row(scope, group.id, row["answers"], known.named(facts, group.each, step.row))


def number(walk: Walk, step: Step) -> int:
    """The how-many-eth question this is; 0 for other pages."""
    before = walk.steps[: walk.steps.index(step) + 1] if step in walk.steps and step.kind == "question" else []
    return len([each for each in before if each.kind == "question"])


def total(service: Service, walk: Walk, step: Step, facts: dict, today: str) -> int:
    """How many questions there are, if nothing after this step hangs on an answer still to come; else 0."""
    if step not in walk.steps:
        return 0
    before = only(service, walk.kept, walk.steps[: walk.steps.index(step)])
    seen = list(visits(service, before, conditions.scope(service, {}, facts, today)))
    if any(each.kind in ("open", "ending") or (each.kind == "more" and not done) for each, done in seen):
        return 0
    return len([each for each, done in seen if each.kind == "question"])


def only(service: Service, kept: dict, steps: list[Step]) -> dict:
    """The answers given on these pages."""
    answers = {step.id: kept[step.id] for step in steps if step.kind == "question" and step.row == ""}
    paths = [step.path for step in steps]
    for group in service.groups:
        for row in kept.get(group.id, []):
            given = {id: value for id, value in row["answers"].items() if f"{id}/{row['id']}" in paths}
            answers.setdefault(group.id, []).append({**row, "answers": given})
    return answers


# ---- the whole submission -----------------------------------------------------------------------------------


class Judged(Struct, frozen=True):
    """`errors` refuse a submission. `changed` do not: questions to look at again, `[{"question", "row"}]`; nor does
    `ending`, the id of the ending that holds by the facts and the day of the server."""

    errors: list[dict[str, str]]
    kept: dict[str, Any]
    changed: list[dict[str, str]]
    ending: str = ""


def judge(service: Service, answers: dict, facts: dict, today: str, then: dict | None = None) -> Judged:
    """The server's word on answers from anywhere.

    `then` is `{"facts", "on"}`: what the phone knew, and which day it was, when Send was pressed. Answers that were
    right then are received. What the phone says it knew is not taken on trust: the journey is walked again by `facts` and
    `today`, and each difference is to be looked at again.
    """
    known_then, on = at_sending(facts, today, then or {})
    walked = walk(service, answers, known_then, on)
    errors = missing(service, walked, answers, known_then, on)
    if errors:
        return Judged(errors, walked.kept, [])
    again = walk(service, walked.kept, facts, today)
    changed = changes(service, walked, known_then, facts, today)
    changed += [each for each in unlike(walked, again) if each not in changed]
    return Judged(errors, walked.kept, changed, again.at.id if again.at.kind == "ending" else "")


def at_sending(facts: dict, today: str, then: dict) -> tuple[dict, str]:
    """A day to come, or more than 60 days ago, is not believed."""
    on = then.get("on")
    believed = days.number(today) - 60 <= days.number(on) <= days.number(today) and days.number(on) > 0
    return then["facts"] if isinstance(then.get("facts"), dict) else facts, on if believed else today


def missing(service: Service, walk: Walk, answers: dict, facts: dict, today: str) -> list[dict[str, str]]:
    """Where the journey stops before the check page, or the declarations not made on it."""
    if walk.at.kind == "question":
        scope = scope_at(service, walk, walk.at, answers, facts, today)
        value = value_at(service, walk.at, answers, facts)
        return [error(walk.at, kinds.invalid(services.question(service, walk.at.id), value, scope)["code"])]
    if walk.at.kind != "check":
        return [error(walk.at, walk.at.kind)]
    asked = declarations(service, conditions.scope(service, walk.kept, facts, today))
    return [error(CHECK, "declaration-empty", each.id) for each in asked if each.id not in walk.kept]


def error(step: Step, code: str, question: str = "") -> dict[str, str]:
    return {"question": question or step.id, "row": step.row, "code": code}


def value_at(service: Service, step: Step, answers: dict, facts: dict) -> Any:
    """The answer that stands on a page; None when it was never given."""
    if step.row == "":
        return answers.get(step.id)
    group = services.group(service, group_of(service, step))
    return rows.with_id(step.row, rows.of(group, answers, facts))["answers"].get(step.id)


def changes(service: Service, walk: Walk, then: dict, now: dict, today: str) -> list[dict[str, str]]:
    """Answers beside a fact that is another now, and answers that no longer fit because days went by."""
    found = []
    for step in walk.steps:
        if step.kind == "question":
            question = services.question(service, step.id)
            other = any(name in then and not alike(then[name], now.get(name)) for name in facts_of(question))
            scope = scope_at(service, walk, step, walk.kept, now, today)
            if other or kinds.invalid(question, value_at(service, step, walk.kept, then), scope):
                found.append({"question": step.id, "row": step.row})
    return found


def unlike(walked: Walk, again: Walk) -> list[dict[str, str]]:
    """Questions that one of two ways asks and the other does not, as far as the second goes."""
    before, after = asked_in(walked), asked_in(again)
    gone = [each for each in before if each not in after] if again.at.kind == "check" else []
    return gone + [each for each in after if each not in before]


def asked_in(walk: Walk) -> list[dict[str, str]]:
    return [{"question": step.id, "row": step.row} for step in walk.steps if step.kind == "question"]


def facts_of(question: Question) -> list[str]:
    return [question.known, *conditions.facts_in(question.when)]


def alike(one: Any, other: Any) -> bool:
    """The same value of JSON, where `true` is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other
