"""R23: the process is killed after each statement of each migration: the schema is the old one or the new, never between."""

import subprocess
import sys

import pytest

from backend.store import connections, migrations
from backend.store.database import FILE, Database
from tests.store.conftest import count

pytestmark = pytest.mark.fault

KILLED_AFTER_EACH = """
import os, signal, sys
from pathlib import Path
from backend.store import connections, migrations

real, folder = migrations.statements, Path(sys.argv[1])

def cut(script):
    for statement in real(script):
        yield statement
        cut.left -= 1
        if not cut.left:
            os.kill(os.getpid(), signal.SIGKILL)

migrations.statements = cut
for number in range(1, int(sys.argv[2]) + 1):
    place = folder / str(number)
    place.mkdir()
    child = os.fork()
    if not child:
        cut.left = number
        migrations.apply(connections.to_write(place / "medborger.db"), place / "medborger.db")
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
"""


def shape(con):
    return sorted(con.execute("SELECT name, coalesce(sql, '') FROM sqlite_schema").fetchall())


def test_a_migration_killed_at_any_statement_leaves_the_old_schema_or_the_new(tmp_path, keys):
    scripts = [list(migrations.statements(file.read_text())) for file in sorted(migrations.HERE.glob("*.sqlite.sql"))]
    whole = stages(tmp_path / "whole")
    total = sum(map(len, scripts))
    subprocess.run([sys.executable, "-c", KILLED_AFTER_EACH, tmp_path, str(total)], check=True, timeout=120)
    for number in range(1, total + 1):
        con = connections.to_write((tmp_path / str(number) / FILE).resolve())
        assert shape(con) in whole, f"killed after statement {number}"
        con.close()
    db = Database(tmp_path / str(total), keys)  # and the next start finishes what was cut
    assert count(db, "person") == 1
    db.close()


def stages(folder):
    """The schema before any step, after the first, and so on."""
    folder.mkdir()
    con = connections.to_write((folder / FILE).resolve())
    found = [shape(con)]
    for number in range(1, len(list(migrations.HERE.glob("*.sqlite.sql"))) + 1):
        steps = folder / f"steps{number}"
        steps.mkdir()
        for file in sorted(migrations.HERE.glob("*.sqlite.sql"))[:number]:
            (steps / file.name).write_text(file.read_text())
        if number == 1:
            migrations.known(steps, {}).ensure_migrations_table(migrations.Schema(con))
            found.append(shape(con))
        migrations.apply(con, folder / FILE, steps)
        found.append(shape(con))
    con.close()
    return found
