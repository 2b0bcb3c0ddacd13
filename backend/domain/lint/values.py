"""Is what a service file compares with a value: a literal, a figure, a day, a length of time? Beside `sense.py`."""

from typing import Any

from backend.domain import days, facts
from backend.domain.lint.report import TIMES, Report, did_you_mean

Table = dict[str, Any]
SIZES = ["more_than", "less_than", "at_least", "at_most"]
EVENTS = ["submission", "letter", "decision", "case", "complaint", "desk", "appointment", "payment"]
"""What can happen to a case: "letter.available", "decision.received"…"""


def measured(report: Report, table: str, at: int, key: str, kind: str, operator: str, wanted: Any, seen: set[str]) -> None:
    """A date is compared with a day, a number with a number, a text by its length."""
    if not value(report, table, at, key, wanted, seen):
        return
    is_day = isinstance(wanted, dict) and "from" in wanted or days.number(wanted) > 0
    is_number = type(wanted) is int or (isinstance(wanted, dict) and type(report.figures.get(wanted.get("figure"), {}).get("value")) is int)
    if kind == "date" and not is_day:
        report.wrong(table, at, key, f"A date is compared with a day, not `{wanted}`.", 'Write { from = "today", add = "-21 days" } or 2026-11-24.')
    if kind != "date" and operator in SIZES and not is_number:
        report.wrong(table, at, key, f"A {kind} is compared with a whole number, not `{wanted}`.", "A text is measured in characters, an amount in øre.")


def value(report: Report, table: str, at: int, key: str, found: Any, seen: set[str]) -> bool:
    """Is it a literal, a figure or a day?"""
    before_ = len(report.found)
    if isinstance(found, bool | float) or found == "":
        report.wrong(table, at, key, f"`{str(found).lower()}` is no value.", 'Write text in quotes ("yes"), or a whole number.')
    elif isinstance(found, dict) and "figure" in found:
        figure(report, table, at, key, found, "")
    elif isinstance(found, dict):
        day(report, table, at, key, found, seen)
    return len(report.found) == before_


def day(report: Report, table: str, at: int, key: str, found: Table, seen: set[str]) -> None:
    for word in found:
        if word not in ("from", "add"):
            report.wrong(table, at, key, f"A day has no `{word}`.", did_you_mean(word, ["from", "add", "figure"]))
            return
    start(report, table, at, key, found.get("from", "today"), seen)
    if "add" in found:
        span(report, table, at, key, found["add"])


def start(report: Report, table: str, at: int, key: str, name: str, seen: set[str]) -> None:
    """A day counts from today, from a date above, or from what happens."""
    if name == "today" or name.split(".")[0] in EVENTS:
        return
    if "." in name:
        if facts.NAMES.get(name) != "date":
            dates = [each for each, kind in facts.NAMES.items() if kind == "date"]
            report.wrong(table, at, key, f"`{name}` is no day that a register knows.", did_you_mean(name, dates))
    elif name not in report.questions:
        report.wrong(table, at, key, f"There is no question `{name}` to count from.", did_you_mean(name, ["today", *report.questions]))
    elif report.questions[name]["kind"] != "date":
        report.wrong(table, at, key, f"The answer to `{name}` is no date.", "Count from a question of kind date.")
    elif name not in seen:
        report.wrong(table, at, key, f"The question `{name}` is asked later.", "Count from a date above.")


def span(report: Report, table: str, at: int, key: str, found: Any) -> None:
    if isinstance(found, dict):
        figure(report, table, at, key, found, "time")
    elif not isinstance(found, str) or not days.SPAN.fullmatch(found):
        report.wrong(table, at, key, f"`{found}` is no length of time.", 'Write "-21 days", "2 weeks", "3 months", or { figure = "…" }.')


def figure(report: Report, table: str, at: int, key: str, found: Table, of: str) -> None:
    id = found.get("figure")
    if id not in report.figures:
        report.wrong(table, at, key, f"There is no figure `{id}`.", did_you_mean(id, report.figures) if report.figures else "Add it under [figure].")
    elif of == "time" and report.figures[id]["unit"] not in TIMES:
        report.wrong(table, at, key, f"The figure `{id}` is in {report.figures[id]['unit']}, not a length of time.", 'Its unit is "days", "weeks", "months"…')
