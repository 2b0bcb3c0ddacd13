"""The schema, in steps that are appended and never edited: `migrate/0001.sqlite.sql`, `0002…`.

sqlite-utils keeps the list of what was done and makes each step one transaction, so that a step
cut off in the middle leaves the old schema. Before a step that meets data a copy is made beside it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlite_utils import Database as Schema, Migrations

from backend.store.connections import Connection, is_whole_statement

Act = Callable[[Connection], object]
HERE = Path(__file__).parent / "migrate"


def apply(con: Connection, path: Path, folder: Path = HERE, with_keys: dict[str, Act] | None = None) -> list[str]:
    """Brings the database to the newest schema; the names of the steps taken. `with_keys`: what belongs to a step and
    SQL cannot do, in the same transaction."""
    steps = known(folder, with_keys or {})
    schema = Schema(con)
    pending = [step.name for step in steps.pending(schema)]
    if pending and steps.applied(schema):
        keep_copy(con, path.with_name(f"before-{pending[0]}.db"))
    if pending:
        steps.apply(schema)
    return pending


def known(folder: Path, with_keys: dict[str, Act]) -> Migrations:
    steps = Migrations("medborger")
    for file in sorted(folder.glob("*.sqlite.sql")):
        steps(name=file.name.split(".")[0])(step(file, with_keys.get(file.name.split(".")[0])))
    return steps


def step(file: Path, act: Act | None = None) -> Callable[[Schema], None]:
    def run(schema: Schema) -> None:
        for statement in statements(file.read_text("utf-8")):
            schema.conn.execute(statement)
        if act:
            act(schema.conn)

    return run


def statements(script: str) -> Iterator[str]:
    """One by one: the driver's `executescript` would commit before it begins."""
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if is_whole_statement(text):
            yield text.strip()
            text = ""
    if any(line.strip() and not line.strip().startswith("--") for line in text.splitlines()):
        raise ValueError(f"a migration ends in the middle of a statement: {text.strip()[:60]}")


def keep_copy(con: Connection, copy: Path) -> None:
    """It has its name only once it is whole and flushed, and only then does the copy from before go."""
    partial = copy.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        con.execute("VACUUM INTO ?", (str(partial),))
        flush(partial)
        partial.rename(copy)
        flush(copy.parent)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    for older in copy.parent.glob("before-*.db"):
        if older != copy:
            older.unlink()


def flush(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
