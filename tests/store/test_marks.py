"""Rows that bear a keyed mark: the list of them is whole, and says of each what the room that makes it says."""

import pytest

from backend.domain.actors import SYSTEM, guest
from backend.identity import activation, demo
from backend.identity.activation import ActivationCodes
from backend.identity.sessions import Sessions
from backend.store import backup, marks, senders, staff
from backend.store.database import FILE, Database
from backend.store.statements import Statement
from tests.identity.conftest import NOW, TODAY, run
from tests.identity.conftest import db, keys, personas, town_file  # noqa: F401 - fixtures
from tests.identity.soft_phone import SoftPhone
from tests.identity.test_passkeys import SITE, Passkeys


def every(db, table):
    return db.scan_now(lambda tx, _: [row for after in marks.steps(tx, table) for row in marks.rows(tx, table, after)], SYSTEM)


def test_every_table_with_a_mark_is_in_the_list(db):  # noqa: F811
    marked = "SELECT m.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c ON c.name = 'mac' WHERE m.type = 'table'"
    assert set(db.scan_now(lambda tx, _: tx.all(Statement("marked", marked), str), SYSTEM)) == set(marks.TABLES)


def test_the_list_and_the_rooms_agree_on_what_each_mark_is_over(db, personas):  # noqa: F811
    run(Sessions(db, NOW).begin(guest(), personas["Inger"].id, NOW))
    phones, phone = Passkeys(db, SITE), SoftPhone()
    owner = run(ActivationCodes(db).owner(activation.make(db, personas["Inger"].id, NOW).code, "", NOW))
    run(phones.make(guest(), phone.make(run(phones.to_make_first(owner, NOW))), NOW))
    db.write_now(staff.add, SYSTEM, new=staff.made(db.keys, "Karen", ["caseworker"], ["rats"], "da", 0))
    db.write_now(senders.add, SYSTEM, row=senders.made(db.keys, "Forsyning", "private", False, 60, 0)[0])
    for table in marks.TABLES:
        found = every(db, table)
        assert found and all(row.is_authentic(db.keys, table) for row in found), table


@pytest.mark.parametrize("table", marks.TABLES)
def test_a_mark_is_written_to_its_own_row_and_to_no_other(db, personas, table):  # noqa: F811
    for one in personas.values():
        run(Sessions(db, NOW).begin(guest(), one.id, NOW))
        activation.make(db, one.id, NOW)
    before = every(db, table)
    if not before:
        return
    chosen = before[len(before) // 2]
    db.write_now(lambda tx, _: marks.write(tx, table, [marks.structs.replace(chosen, mac=b"other")]), SYSTEM)
    changed = [row for row, was in zip(every(db, table), before, strict=True) if row != was]
    assert [(row.id, row.given, row.mac) for row in changed] == [(chosen.id, chosen.given, b"other")]


def test_the_register_of_before_there_were_marks_is_marked_in_the_step_that_brings_them(db, keys, tmp_path):  # noqa: F811
    for table, columns in (("person", ("mac", "cpr_key")), ("family", ("mac", "relative_key")), ("persona", ("mac",))):
        for column in columns:
            db.write_now(lambda tx, _, t=table, c=column: tx.con.execute(f"ALTER TABLE {t} DROP COLUMN {c}").fetchall(), SYSTEM)
    db.write_now(lambda tx, _: tx.con.execute("DELETE FROM _sqlite_migrations WHERE name = '0017'").fetchall(), SYSTEM)
    (tmp_path / "old").mkdir()
    backup.copy_database(db.path, tmp_path / "old" / FILE)
    again = Database(tmp_path / "old", keys)
    try:
        assert len(demo.people(again, TODAY)) == 3
        for table in ("person", "family", "persona"):
            assert all(row.is_authentic(keys, table) for row in every(again, table))
        keyless = "SELECT count(*) FROM person WHERE cpr_mac IS NOT NULL AND cpr_key <> '1'"
        assert again.scan_now(lambda tx, _: tx.one(Statement("n", keyless), int), SYSTEM) == 0
    finally:
        again.close()
