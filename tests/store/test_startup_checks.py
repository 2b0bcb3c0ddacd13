"""R25: each condition of a safe start, broken; the refusal says what was found and what to do."""

import subprocess
import sys

import pytest

from backend.store import connections, keyring, startup_checks
from backend.store.database import Database
from backend.store.startup_checks import Unsafe


def test_an_sqlite_that_can_lose_commits_is_refused():
    with pytest.raises(Unsafe, match=r"SQLite 3\.51\.1 .*3\.51\.3 or later.*pip install"):
        startup_checks.check_library((3, 51, 1))
    startup_checks.check_library()


def test_the_database_asks_the_guard_before_it_opens_anything(data, keys, monkeypatch):
    monkeypatch.setattr(startup_checks.check_library, "__defaults__", ((3, 40, 1),))
    with pytest.raises(Unsafe, match="3.40.1"):
        Database(data, keys)
    assert not data.exists()


def careless(pragma):
    def connect(path):
        con = connections.to_write(path)
        con.execute(f"PRAGMA {pragma}").fetchall()
        return con

    return connect


def test_a_commit_that_a_power_cut_could_take_back_is_refused(data, keys):
    with pytest.raises(Unsafe, match=r"synchronous is 1 .*2 \(FULL\)"):
        Database(data, keys, connect=careless("synchronous=NORMAL"))


def test_a_disk_without_a_write_ahead_log_is_refused(data, keys):
    with pytest.raises(Unsafe, match="local disk"):
        Database(data, keys, connect=careless("journal_mode=DELETE"))


def test_a_second_process_on_the_same_folder_is_refused(db, data, keys):
    with pytest.raises(Unsafe, match="Another Medborger"):
        Database(data, keys)
    script = "import sys, pathlib; from backend.store import startup_checks; startup_checks.lock(pathlib.Path(sys.argv[1]))"
    other = subprocess.run([sys.executable, "-c", script, str(data / "medborger.lock")], capture_output=True, text=True)
    assert other.returncode != 0 and "Stop it first" in other.stderr


def test_a_folder_whose_server_has_ended_opens_again(data, keys):
    for _ in range(2):
        Database(data, keys).close()


def test_keys_beside_the_data_are_refused_but_the_demos(tmp_path):
    for inside in (tmp_path, tmp_path / "keys", tmp_path / "demo-keys" / "more"):
        with pytest.raises(Unsafe, match="MEDBORGER_KEYS"):
            startup_checks.check_keys(tmp_path, inside)
    startup_checks.check_keys(tmp_path, tmp_path / "demo-keys")
    startup_checks.check_keys(tmp_path / "data", tmp_path / "keys")


def test_a_link_does_not_hide_where_the_keys_lie(tmp_path):
    (tmp_path / "data" / "secret").mkdir(parents=True)
    (tmp_path / "keys").symlink_to(tmp_path / "data" / "secret")
    with pytest.raises(Unsafe):
        startup_checks.check_keys(tmp_path / "data", tmp_path / "keys")


def test_a_wrong_set_of_keys_is_noticed_by_the_check_and_names_the_person(db, data, tmp_path):
    from backend.store import backup

    keyring.make(tmp_path / "others")
    found = backup.check(data, keyring.load(tmp_path / "others"))
    assert any("p-inger does not open" in one for one in found) and backup.check(data, db.keys) == []


def test_damage_met_before_the_log_can_be_counted_has_the_same_sentence(tmp_path):
    class Damaged:
        def execute(self, statement):
            return connections.connect((tmp_path / "medborger.db").resolve().as_uri()).execute("SELECT * FROM sqlite_schema")

    (tmp_path / "medborger.db").write_bytes(b"no database at all, and longer than a header of one hundred bytes " * 200)
    with pytest.raises(Unsafe, match="12 pages were saved and 0 can be read.*medborger restore"):
        startup_checks.check_log(Damaged(), 12, tmp_path / "medborger.db")
