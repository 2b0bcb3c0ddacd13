"""Who is erased is gone: from every table, every content file, every copy, and from what is restored later."""

import pytest

from backend.domain.actors import SYSTEM
from backend.store import audit, backup, connections, content_files, erasures, files
from backend.store.database import FILE
from tests.people import INGER, YUSUF
from tests.store.conftest import NOW, count, wait
from tests.store.everything import NUMBER, SENTENCE, fill
from tests.store.test_files import add

OF_PERSON = (
    "SELECT m.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c ON c.name = 'person' WHERE m.type = 'table' ORDER BY m.name"
)
NOT_OF_HERS = {"audit", "nightly", "campaign", "staff"}
"""Where `person` is no resident's row, or a member of staff."""


def tables(con):
    return [name for (name,) in con.execute(OF_PERSON).fetchall()]


def rows_of(con, table, person=INGER.person):
    column = "id" if table == "person" else "person"
    return con.execute(f"SELECT count(*) FROM {table} WHERE {column} = (SELECT id FROM person WHERE public_id = ?)", (person,)).fetchone()[0]


@pytest.fixture
def filled(db, sign):
    fill(db, INGER, sign)
    add(db, YUSUF)
    return db


def held(folder, of=(SENTENCE.encode(), NUMBER.encode())):
    return [file for file in folder.rglob("*") if file.is_file() and any(word in file.read_bytes() for word in of)]


def wrong(data, keys):
    """The staff of these tests bear no mark."""
    return [one for one in backup.check(data, keys) if not one.startswith("staff ")]


def test_every_table_that_names_a_person_is_filled_in_these_tests(filled):
    """A new table must be seeded in `everything.py`, and be erased or stand in STAY."""
    con = filled.writer.con
    assert [table for table in tables(con) if table not in NOT_OF_HERS and rows_of(con, table) == 0] == []


def test_erasing_leaves_no_row_but_those_that_say_why_and_no_content_file(filled, data):
    wait(erasures.erase(filled, SYSTEM, INGER.person, 9))
    con = filled.writer.con
    left = {table for table in tables(con) if table not in NOT_OF_HERS and rows_of(con, table)}
    assert left <= erasures.STAY.keys() and "mailing_line" not in left
    assert len(list(content_files.names(data / files.FOLDER))) == 1 == count(filled, "file")
    assert con.execute("SELECT service, status, assigned FROM cases").fetchall() == [("", "erased", None)]
    assert con.execute("SELECT length(sealed), service FROM submission").fetchall() == [(0, "")]
    assert con.execute("PRAGMA foreign_key_check").fetchall() == []
    assert filled.scan_now(audit.verify, SYSTEM) == ""


def test_what_was_planted_and_every_content_key_of_hers_is_in_no_file_afterwards(filled, data, keys):
    """The wrapped key and all that it sealed are looked for byte by byte, in the whole data folder."""
    con = filled.writer.con
    sealed = [
        one for table in tables(con) for column in ("sealed", "wrapped_key", "merged", "cpr_mac")
        if column in {name for (name,) in con.execute("SELECT name FROM pragma_table_info(?)", (table,))} and table not in NOT_OF_HERS
        for (one,) in con.execute(f"SELECT {column} FROM {table} WHERE {'id' if table == 'person' else 'person'} = 2") if one and len(one) > 8
    ]  # fmt: skip
    assert len(sealed) > 12
    wait(erasures.erase(filled, SYSTEM, INGER.person, 9))
    con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert held(data) == [] and held(data, sealed) == [] and wrong(data, keys) == []


def test_a_restore_erases_before_it_opens_and_brings_no_file_of_hers_back(filled, data, keys, tmp_path):
    source = backup.backup(data, tmp_path / "backups", NOW)
    wait(erasures.erase(filled, SYSTEM, INGER.person, 9))
    backup.restore(source, tmp_path / "new", erasures.listed(data / erasures.LIST))
    con = connections.to_copy(tmp_path / "new" / FILE)
    left = {table for table in tables(con) if table not in NOT_OF_HERS and rows_of(con, table)}
    con.close()
    assert left <= erasures.STAY.keys()
    assert len(list(content_files.names(tmp_path / "new" / files.FOLDER))) == 1
    assert held(tmp_path / "new") == [] and wrong(tmp_path / "new", keys) == []


def test_a_restore_reads_the_list_that_lies_where_it_restores_to_and_keeps_it(filled, data, tmp_path):
    """Also where the operator forgot `--erased`; and the next restore knows of those of before."""
    source = backup.backup(data, tmp_path / "backups", NOW)
    erasures.remember(tmp_path / "new" / erasures.LIST, INGER.person)
    backup.restore(source, tmp_path / "new", [YUSUF.person])
    con = connections.to_copy(tmp_path / "new" / FILE)
    assert con.execute("SELECT count(*) FROM person WHERE public_id IN ('p-inger', 'p-yusuf') AND wrapped_key IS NOT NULL").fetchone() == (0,)
    con.close()
    assert sorted(erasures.listed(tmp_path / "new" / erasures.LIST)) == [INGER.person, YUSUF.person]


def test_a_copy_of_an_older_schema_loses_what_it_has(filled, data, tmp_path):
    """The copy kept before a migration has no paper, no letter, no message yet."""
    source = backup.backup(data, tmp_path / "backups", NOW) / FILE
    con = connections.connect(source.resolve().as_uri())
    for table in ("paper", "correction", "sender_off"):
        con.execute(f"DROP TABLE {table}")
    con.close()
    erasures.apply(source, [INGER.person])
    con = connections.to_copy(source.resolve())
    assert [rows_of(con, table) for table in ("file", "letter", "message", "case_event", "mailbox")] == [0] * 5
    con.close()


def test_a_backup_that_is_copying_keeps_its_files_and_housekeeping_takes_them_later(filled, data):
    with content_files.held(data, alone=False):
        wait(erasures.erase(filled, SYSTEM, INGER.person, 9))
        assert len(list(content_files.names(data / files.FOLDER))) == 4
