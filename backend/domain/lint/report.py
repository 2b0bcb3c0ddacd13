"""A service file under inspection, and what was found to be wrong with it.

`mistakes.py` looks at tables and keys, `sense.py` at conditions and values, `reach.py` at what nobody ever comes to.
"""

import difflib
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from backend.domain.lint.positions import Lines

TIMES = ["hours", "days", "weeks", "months", "years", "hour", "day", "week", "month", "year"]
"""Units of a figure that is a length of time."""


class Mistake(Struct, frozen=True):
    file: str
    line: int
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text} {self.hint}".rstrip()


class Mistakes(Exception):
    """A service file, or several, with everything that is wrong in them."""

    def __init__(self, found: list[Mistake]) -> None:
        super().__init__("\n".join(str(each) for each in found))
        self.found = found


class Report:
    """A file under inspection. Every check looks at `raw` and says what it finds with `wrong`."""

    def __init__(self, raw: dict[str, Any], lines: Lines) -> None:
        self.raw, self.lines, self.found = raw, lines, list[Mistake]()
        self.questions = {each["id"]: each for each in self.tables("question") if isinstance(each.get("id"), str)}
        self.groups = {each["id"]: each for each in self.tables("group") if isinstance(each.get("id"), str)}
        self.figures = {id: each for id, each in self.table("figure").items() if isinstance(each, dict)}

    def table(self, name: str) -> dict[str, Any]:
        found = self.raw.get(name, {})
        return found if isinstance(found, dict) else {}

    def tables(self, name: str) -> list[dict[str, Any]]:
        found = self.raw.get(name, [])
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def each(self, *names: str) -> Iterable[tuple[str, int, dict[str, Any]]]:
        return [(name, at, table) for name in names for at, table in enumerate(self.tables(name))]

    def wrong(self, table: str, at: int, key: str, text: str, hint: str = "") -> None:
        self.found.append(Mistake("", self.lines.of(table, at, key), text, hint))


def did_you_mean(word: object, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(word), list(words), n=1, cutoff=0.6)
    return f"Did you mean `{near[0]}`?" if near else f"It is one of: {', '.join(sorted(words))}."
