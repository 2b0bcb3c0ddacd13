"""When is a question asked, when is a limit kept? The twin of `pwa/worker/domain/conditions.js`.

Meaning as in HL7 FHIR R5 `enableWhen`: of several answers one fitting is enough; with no answer every test is
false but `exists = false` and `is_not`.
"""

from typing import Any

from msgspec import Struct, field

from backend.domain import days, facts
from backend.domain.services import Condition, Must, Service

OPERATORS = ["exists", "is", "is_not", "more_than", "less_than", "at_least", "at_most"]


class Scope(Struct):
    """What a condition may look at: the answers kept so far, the row it stands in, the facts, today."""

    answers: dict[str, Any]
    facts: dict[str, Any]
    today: str
    figures: dict[str, Any]
    groups: dict[str, str]
    """question id → group id"""
    group: str = ""
    row: dict[str, Any] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    """Questions shown but not answered: what hangs on them is not settled."""


def scope(service: Service, answers: dict, facts: dict, today: str) -> Scope:
    figures = {id: {"value": figure.value, "unit": figure.unit} for id, figure in service.figures.items()}
    groups = {question.id: question.group for question in service.questions if question.group}
    return Scope(answers, facts, today, figures, groups)


def in_row(scope: Scope, group: str, answers: dict, person: dict) -> Scope:
    """The same, seen from inside a row; `person` is whom the row is about, {} when it is about nobody known."""
    facts = {**scope.facts, **{f"row.{name}": value for name, value in person.items()}}
    return Scope(scope.answers, facts, scope.today, scope.figures, scope.groups, group, answers, scope.open)


def holds(condition: Condition, scope: Scope) -> bool:
    if "any" in condition:
        return any(holds(each, scope) for each in condition["any"])
    if "all" in condition:
        return all(holds(each, scope) for each in condition["all"])
    tests = [operator for operator in OPERATORS if operator in condition]
    return all(passes(operator, looked_at(condition, scope), condition[operator], scope) for operator in tests)


def is_open(condition: Condition, scope: Scope) -> bool:
    """Does it hang on a question not answered yet?"""
    parts = condition.get("any", condition.get("all", []))
    return condition.get("question") in scope.open or any(is_open(each, scope) for each in parts)


def keeps(must: Must, value: Any, scope: Scope) -> bool:
    """A limit that looks at an answer not given, or a fact not known, cannot be broken."""
    limits = [(name, limit) for name, limit in limits_of(must) if resolve(limit, scope) is not None]
    return not holds(must.when, scope) or (stands(must, value) and all(passes(name, [value], limit, scope) for name, limit in limits))


def stands(must: Must, value: Any) -> bool:
    return not isinstance(value, list) or must.alone not in value or len(value) == 1


def limits_of(must: Must) -> list[tuple[str, Any]]:
    named = {"is": must.is_, "is_not": must.is_not, "more_than": must.more_than, "less_than": must.less_than,
             "at_least": must.at_least, "at_most": must.at_most}  # fmt: skip
    return [(name, limit) for name, limit in named.items() if limit is not None]


def looked_at(condition: Condition, scope: Scope) -> list[Any]:
    if "fact" in condition:
        return each_of(scope.facts.get(condition["fact"], ""))
    return answers_to(condition.get("question", ""), scope)


def answers_to(question: str, scope: Scope) -> list[Any]:
    """From inside a row its own answer; from outside the answers of all rows."""
    group = scope.groups.get(question, "")
    if group == "":
        return each_of(scope.answers.get(question, ""))
    if group == scope.group:
        return each_of(scope.row.get(question, ""))
    rows = scope.answers.get(group, [])
    return [value for row in rows for value in each_of(row["answers"].get(question, ""))]


def each_of(value: Any) -> list[Any]:
    """Left empty, or promised for later, is no answer."""
    if value is None or value == "" or (isinstance(value, dict) and value.get("later") == "yes"):
        return []
    return value if isinstance(value, list) else [value]


def passes(operator: str, actual: list[Any], wanted: Any, scope: Scope) -> bool:
    if operator == "exists":
        return (len(actual) > 0) == wanted
    limit = resolve(wanted, scope)
    if operator == "is_not":
        return len(actual) == 0 or any(not same(value, limit) for value in actual)
    if operator == "is":
        return any(same(value, limit) for value in actual)
    return any(compares(operator, value, limit) for value in actual)


def same(value: Any, limit: Any) -> bool:
    if isinstance(value, dict):
        return facts.is_same_address(value, limit)
    return type(value) is type(limit) and isinstance(value, str | int) and value == limit


def compares(operator: str, value: Any, limit: Any) -> bool:
    size, bound = measure(value, limit), days.number(limit) if isinstance(limit, str) else limit
    if size is None or type(bound) is not int or (bound == 0 and limit != 0):
        return False
    if operator == "more_than":
        return size > bound
    if operator == "less_than":
        return size < bound
    return size >= bound if operator == "at_least" else size <= bound


def measure(value: Any, limit: Any) -> int | None:
    """Against a day: the day. Against a number: the number, or how many characters, or how many were chosen."""
    if isinstance(limit, str):
        return days.number(value) or None
    if isinstance(value, str | list):
        return len(value)
    return value if type(value) is int else None


def resolve(value: Any, scope: Scope) -> Any:
    """A literal, a figure's value, what a register knows, or a day. None when what it looks at is not known."""
    if not isinstance(value, dict):
        return value
    if "fact" in value:
        return scope.facts.get(value["fact"])
    if "figure" in value:
        return scope.figures.get(value["figure"], {}).get("value")
    return moved(day_from(value.get("from", "today"), scope), value.get("add", ""), scope)


def day_from(name: str, scope: Scope) -> str:
    if name == "today":
        return scope.today
    found = each_of(scope.facts.get(name, "")) if "." in name else answers_to(name, scope)
    return found[0] if found and days.number(found[0]) else ""


def moved(day: str, span: Any, scope: Scope) -> str | None:
    """`span` is "-21 days", or names a figure like "3 weeks"."""
    if day == "" or span == "":
        return day or None
    return days.add(day, span_of(span, scope)) or None


def span_of(span: Any, scope: Scope) -> str:
    if not isinstance(span, dict):
        return span
    figure = scope.figures.get(span["figure"], {"value": "", "unit": ""})
    return f"{figure['value']} {figure['unit']}"


def facts_in(condition: Condition) -> list[str]:
    """The facts it looks at."""
    parts = condition.get("any", condition.get("all", []))
    named = [condition["fact"]] if "fact" in condition else []
    named += [condition[name]["fact"] for name in OPERATORS if isinstance(condition.get(name), dict) and "fact" in condition[name]]
    return named + [name for each in parts for name in facts_in(each)]
