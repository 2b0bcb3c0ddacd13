"""Everything that is kept is for the owner alone, whatever the umask; a copy from before goes only when the new one stands."""

import os
import stat

import pytest

from backend.domain.actors import SYSTEM
from backend.store import audit, backup, connections, erasures, files, keyring, migrations
from backend.store.database import FILE, Database
from tests.people import INGER
from tests.store.conftest import NOW, add_person, wait
from tests.store.test_files import picture
from tests.store.test_migrations import write
from tests.uploaded import Uploaded


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(*folders):
    return [str(f) for folder in folders for f in folder.rglob("*") if f.is_file() and stat.S_IMODE(f.stat().st_mode) & 0o077]


def test_every_file_of_the_store_is_for_its_owner_alone_whatever_the_umask(open_umask, tmp_path, keys):
    db = Database(tmp_path / "data", keys)
    keyring.make(tmp_path / "keys")
    add_person(db, INGER.person)
    wait(files.add(db, INGER, Uploaded(picture()), "rat.jpg", NOW))
    wait(erasures.erase(db, SYSTEM, "nobody-known", 1))
    copy = backup.backup(tmp_path / "data", tmp_path / "copies", NOW)
    names = {f.name for f in (tmp_path / "data").iterdir()}
    assert {FILE, f"{FILE}-wal", f"{FILE}-shm"} <= names
    db.close()
    backup.restore(copy, tmp_path / "again", [])
    assert open_to_others(tmp_path) == []


def test_a_database_left_open_to_others_is_closed_at_the_next_start(tmp_path, keys):
    Database(tmp_path / "data", keys).close()
    (tmp_path / "data" / FILE).chmod(0o644)
    Database(tmp_path / "data", keys).close()
    assert open_to_others(tmp_path) == []


def steps_before(tmp_path):
    con = connections.to_write((tmp_path / "x.db").resolve())
    steps = tmp_path / "migrate"
    write(steps, "0001", "CREATE TABLE a (x INTEGER) STRICT;\nINSERT INTO a VALUES (7);")
    migrations.apply(con, tmp_path / "x.db", steps)
    write(steps, "0002", "INSERT INTO a VALUES (8);")
    migrations.apply(con, tmp_path / "x.db", steps)
    write(steps, "0003", "INSERT INTO a VALUES (9);")
    return con, steps


@pytest.mark.parametrize("cut", ["flush", "rename", "vacuum"])
def test_a_start_cut_off_at_any_moment_leaves_a_whole_copy_and_the_old_schema(tmp_path, monkeypatch, cut):
    con, steps = steps_before(tmp_path)

    def fail(*_args):
        raise OSError(28, "No space left on device")

    if cut == "flush":
        monkeypatch.setattr(migrations, "flush", fail)
    elif cut == "rename":
        monkeypatch.setattr("pathlib.Path.rename", fail)
    else:
        con.close()
        con = Full(connections.to_write((tmp_path / "x.db").resolve()))
    with pytest.raises((OSError, connections.Error)):
        migrations.apply(con, tmp_path / "x.db", steps)
    whole = connections.to_copy((tmp_path / "before-0002.db").resolve())
    assert whole.execute("SELECT x FROM a").fetchall() == [(7,)]
    assert con.execute("SELECT x FROM a").fetchall() == [(7,), (8,)]
    assert list(tmp_path.glob("*.partial")) == []
    whole.close()
    con.close()


class Full:
    """A connection on a disk without room for the copy."""

    def __init__(self, con):
        self.con = con

    def execute(self, text, *params):
        if text.startswith("VACUUM"):
            raise connections.Error("database or disk is full")
        return self.con.execute(text, *params)

    def __getattr__(self, name):
        return getattr(self.con, name)


def test_the_copy_kept_from_before_forgets_whoever_is_erased(db, data):
    copy = data / "before-0001.db"
    migrations.keep_copy(connections.to_copy((data / FILE).resolve()), copy)
    wait(erasures.erase(db, SYSTEM, INGER.person, 1))
    con = connections.to_copy(copy.resolve())
    assert con.execute("SELECT wrapped_key FROM person WHERE public_id = ?", (INGER.person,)).fetchone() == (None,)
    con.close()
    assert db.read_now(audit.of_subject, INGER)[0].verb == "erase"
