"""Questions that nobody can ever come to, and journeys that never end in sending."""

from typing import Any

from backend.domain.lint.report import Report

Table = dict[str, Any]
Way = dict[str, frozenset[str]]
"""One way through: question → the answers it allows."""
MOST_WAYS = 200
"""Above this we do not know, and say nothing."""


def look(report: Report) -> None:
    for at, question in enumerate(report.tables("question")):
        if not ways_to(report, question["id"]):
            report.wrong("question", at, "when", f"Nobody is ever asked `{question['id']}`: its conditions cannot all hold.", "Look at the `when` of the questions it hangs on.")
    for at, ending in enumerate(report.tables("ending")):
        if not ending.get("when"):
            report.wrong("ending", at, "id", f"The ending `{ending['id']}` has no `when`: everybody ends there, and nothing after it is asked.", "Write when it holds.")
        elif not ways(report, ending["when"]):
            report.wrong("ending", at, "when", f"Nobody ever meets the ending `{ending['id']}`: its conditions cannot all hold.", "Change its `when`.")
    dead_ends(report)


def dead_ends(report: Report) -> None:
    """Every answer of a question that all are asked leads to an ending."""
    whens = [each.get("when", {}) for each in report.tables("ending")]
    for at, question in enumerate(report.tables("question")):
        closed = {when["is"] for when in whens if when.get("question") == question["id"] and set(when) == {"question", "is"}}
        if answers_of(question) and answers_of(question) <= closed:
            report.wrong("question", at, "id", f"Every answer to `{question['id']}` leads to an ending: nobody can send this.", "Let one answer go on.")


def answers_of(question: Table) -> frozenset[str]:
    """Those that can be told apart; empty for kinds with endless answers."""
    if question["kind"] == "yes_no":
        return frozenset(["yes", "no"])
    return frozenset(each["is"] for each in question["options"]) if question["kind"] == "choice" else frozenset()


def ways_to(report: Report, id: str) -> list[Way]:
    question = report.questions[id]
    group = report.groups.get(question.get("group", ""), {})
    return both(ways(report, question.get("when", {})), ways(report, group.get("when", {})))


def ways(report: Report, condition: Table) -> list[Way]:
    if "any" in condition:
        return [way for part in condition["any"] for way in ways(report, part)][:MOST_WAYS]
    if "all" in condition:
        found: list[Way] = [{}]
        for part in condition["all"]:
            found = both(found, ways(report, part))
        return found
    return ways_of_one(report, condition)


def ways_of_one(report: Report, condition: Table) -> list[Way]:
    question = report.questions.get(condition.get("question", ""))
    if question is None or condition.get("exists") is False or set(condition) == {"question", "is_not"}:
        return [{}]
    allowed = answers_of(question)
    if not allowed:
        return ways_to(report, question["id"])
    if "is" in condition:
        allowed = allowed & {condition["is"]}
    if "is_not" in condition:
        allowed = allowed - {condition["is_not"]}
    return both([{question["id"]: allowed}] if allowed else [], ways_to(report, question["id"]))


def both(some: list[Way], others: list[Way]) -> list[Way]:
    """Every pair of ways that do not contradict each other."""
    if len(some) * len(others) > MOST_WAYS:
        return [{}]
    joined = [{id: one.get(id, other.get(id, frozenset())) & other.get(id, one.get(id, frozenset())) for id in {*one, *other}} for one in some for other in others]
    return [way for way in joined if all(way.values())]
