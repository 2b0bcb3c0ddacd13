"""The rows of a group that repeats. The twin of `pwa/worker/domain/rows.js`.

Stored rows may come from anywhere: what makes no sense is not there.
"""

import re
from typing import Any

from backend.domain import facts as known, services
from backend.domain.services import Group, Question, Service

Row = dict[str, Any]
"""`{"id", "answers", "more"}`: `more` is what was said to "one more?" after it."""


def of(group: Group, answers: dict[str, Any], facts: dict[str, Any]) -> list[Row]:
    """Those there are: what was stored, or one for each person known."""
    stored = answers.get(group.id)
    rows = [row for row in stored if is_row(row)] if isinstance(stored, list) else []
    if group.each:
        return [with_id(person["id"], rows) for person in known.people(facts, group.each)]
    ids = [row["id"] for row in rows]
    return [row for at, row in enumerate(rows) if is_counted(row["id"]) and row["id"] not in ids[:at]][: group.at_most]


def whose(service: Service, asked: Question, row: str, facts: dict[str, Any]) -> str:
    """The name of the person a row of an `each` group is about: it takes the place of `{name}` in the question."""
    each = services.group(service, asked.group).each if asked.group else ""
    return known.named(facts, each, row).get("name", "")


def is_row(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("answers"), dict):
        return False
    return isinstance(row.get("id"), str) and row.get("more") in ("", "yes", "no")


def is_counted(id: str) -> bool:
    return bool(re.fullmatch("r[1-9][0-9]{0,3}", id))


def with_id(id: str, rows: list[Row]) -> Row:
    return next((row for row in rows if row["id"] == id), {"id": id, "answers": {}, "more": ""})


def to_come(group: Group, rows: list[Row]) -> list[Row]:
    """The first, or the one asked for by "one more"."""
    if group.each or len(rows) >= group.at_most or (rows and rows[-1]["more"] != "yes"):
        return []
    return [{"id": f"r{max([0, *(int(row['id'][1:]) for row in rows)]) + 1}", "answers": {}, "more": ""}]


def put(rows: list[Row], id: str, question: str, value: Any) -> list[Row]:
    """With one answer in one row, made if it is new."""
    row = with_id(id, rows)
    changed = {**row, "answers": {**row["answers"], question: value}}
    return [changed if each["id"] == id else each for each in rows] + ([] if row in rows else [changed])


def say_more(rows: list[Row], more: str) -> list[Row]:
    return [*rows[:-1], {**rows[-1], "more": more}] if rows else rows


def without(rows: list[Row], id: str) -> list[Row]:
    """The new last row has not been asked "one more?"."""
    return say_more([row for row in rows if row["id"] != id], "")
