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
FROM = re.compile(r"\b(?:FROM|JOIN) ([a-z_]+)")
KINDS = {
    "draft": "drafts", "submission": "cases", "cases": "cases", "task": "cases", "appointment": "cases", "file": "files",
    "person": "register", "contact": "contact", "subscription": "contact", "notice": "contact", "session": "devices",
    "passkey": "devices", "audit": "log", "case_event": "cases", "letter": "letters", "mailbox": "letters", "folder": "letters",
    "message": "letters", "paper": "papers", "print_job": "letters", "sender_off": "letters",
}  # fmt: skip
"""What is read of a person, by the table it lies in, as the access log names it."""
IN_CLEAR = {"appointment", "notice", "session", "passkey", "audit", "mailbox", "sender_off"}
"""Tables that tell of a person though nothing in them is sealed: where a statement asks for one person's rows."""
PIECE = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|:([a-z_][a-z0-9_]*)")
"""A text literal, a comment, PostgreSQL's cast, or a parameter: only the last has a group."""


class Statement:
    """One statement in the driver's own words, and the names of its parameters in order."""

    __slots__ = ("kinds", "name", "names", "text")

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
        self.kinds = kinds_read(self.text, self.names)
        """What it reads of a person; empty where it reads nothing personal."""

    def bind(self, source: object, params: dict[str, Any]) -> tuple[Any, ...]:
        """Values by name, from `params` first, else from the attributes of `source`. No bool reaches the driver."""
        values = [params[name] if name in params else getattr(source, name) for name in self.names]
        return tuple([int(value) if value is True or value is False else value for value in values])


def kinds_read(text: str, names: tuple[str, ...]) -> frozenset[str]:
    """Raises `ValueError` for sealed bytes of a table that has no name in `KINDS`: nothing personal is read unnamed."""
    if not text.startswith("SELECT"):
        return frozenset()
    tables = set(FROM.findall(text))
    if "sealed" in text.partition("FROM")[0]:
        found = {KINDS[table] for table in tables & KINDS.keys()}
        if not found:
            raise ValueError(f"{text[:80]} reads what is sealed; say in KINDS what it is")
        return frozenset(found)
    of_one = {"person", "subject"} & set(names)
    return frozenset(KINDS[table] for table in tables & IN_CLEAR) if of_one else frozenset()


@cache
def load(noun: str) -> SimpleNamespace:
    """`SQL = load("cases")`, then `SQL.add_case`."""
    parts = NAME.split((HERE / f"{noun}.sql").read_text("utf-8"))
    return SimpleNamespace(
        **{name: Statement(name, text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    )


class Tx:
    """What a body may do: it sees statements and rows, never the connection. `count` is for the test of 20; `lines` are
    those it added to the audit log, for the chain that seals them; `seen` is what was read of a person."""

    __slots__ = ("con", "count", "lines", "seen")

    def __init__(self, con: Connection) -> None:
        self.con = con
        self.count = 0
        self.lines: list[Any] = []
        self.seen: frozenset[str] = frozenset()

    def one(self, statement: Statement, shape: type[Row], source: object = None, /, **params: Any) -> Row | None:
        self.count += 1
        if statement.kinds:
            self.seen |= statement.kinds
        row = self.con.execute(statement.text, statement.bind(source, params)).fetchone()
        return None if row is None else shape(*row)

    def all(self, statement: Statement, shape: type[Row], source: object = None, /, **params: Any) -> list[Row]:
        self.count += 1
        if statement.kinds:
            self.seen |= statement.kinds
        rows = self.con.execute(statement.text, statement.bind(source, params)).fetchall()
        return [shape(*row) for row in rows]

    def run(self, statement: Statement, source: object = None, /, **params: Any) -> None:
        self.count += 1
        self.con.execute(statement.text, statement.bind(source, params)).fetchall()

    def changed(self, statement: Statement, source: object = None, /, **params: Any) -> int:
        """How many rows it wrote."""
        self.count += 1
        return self.con.execute(statement.text, statement.bind(source, params)).rowcount

    def batch(self, statement: Statement, sources: Iterable[object], /, **params: Any) -> None:
        self.count += 1
        self.con.executemany(statement.text, [statement.bind(source, params) for source in sources])

    def changed_by_all(self, statement: Statement, sources: Iterable[object], /, **params: Any) -> int:
        """As `batch`; how many rows all of them wrote."""
        self.count += 1
        return self.con.executemany(statement.text, [statement.bind(source, params) for source in sources]).rowcount
