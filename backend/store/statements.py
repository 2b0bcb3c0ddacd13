"""SQL lives in `sql/*.sql` as `-- name: add_case`, parameters as `:name`; here it becomes statements.

The adapter turns `:name` into the driver's marker once per statement, so that the same files serve
SQLite (`?`) and PostgreSQL (`%s`), and rows become Structs by position: columns are always named in the SQL.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

from backend.store.connections import Connection

Row = TypeVar("Row")

HERE = Path(__file__).parent / "sql"
NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
PIECE = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|:([a-z_][a-z0-9_]*)")
"""A text literal, a comment, PostgreSQL's cast, or a parameter: only the last has a group."""


class Statement:
    """One statement in the driver's own words, and the names of its parameters in order."""

    __slots__ = ("name", "names", "text")

    def __init__(self, name: str, text: str, marker: str = "?") -> None:
        names: list[str] = []

        def mark(piece: re.Match[str]) -> str:
            if piece[1] is None:
                return piece[0]
            names.append(piece[1])
            return marker

        self.name = name
        self.text = PIECE.sub(mark, text if marker == "?" else text.replace("%", "%%")).strip()
        self.names = tuple(names)

    def bind(self, source: object, params: dict[str, Any]) -> tuple[Any, ...]:
        """Values by name, from `params` first, else from the attributes of `source`. No bool reaches the driver."""
        values = [params[name] if name in params else getattr(source, name) for name in self.names]
        return tuple([int(value) if value is True or value is False else value for value in values])


@cache
def load(noun: str) -> SimpleNamespace:
    """`SQL = load("cases")`, then `SQL.add_case`."""
    parts = NAME.split((HERE / f"{noun}.sql").read_text("utf-8"))
    return SimpleNamespace(
        **{name: Statement(name, text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    )


class Tx:
    """What a body may do: it sees statements and rows, never the connection. `count` is for the test of 20; `lines` are
    those it added to the audit log, for the chain that seals them."""

    __slots__ = ("con", "count", "lines")

    def __init__(self, con: Connection) -> None:
        self.con = con
        self.count = 0
        self.lines: list[Any] = []

    def one(self, statement: Statement, shape: type[Row], source: object = None, /, **params: Any) -> Row | None:
        self.count += 1
        row = self.con.execute(statement.text, statement.bind(source, params)).fetchone()
        return None if row is None else shape(*row)

    def all(self, statement: Statement, shape: type[Row], source: object = None, /, **params: Any) -> list[Row]:
        self.count += 1
        rows = self.con.execute(statement.text, statement.bind(source, params)).fetchall()
        return [shape(*row) for row in rows]

    def run(self, statement: Statement, source: object = None, /, **params: Any) -> None:
        self.count += 1
        self.con.execute(statement.text, statement.bind(source, params)).fetchall()

    def batch(self, statement: Statement, sources: Iterable[object], /, **params: Any) -> None:
        self.count += 1
        self.con.executemany(statement.text, [statement.bind(source, params) for source in sources])
