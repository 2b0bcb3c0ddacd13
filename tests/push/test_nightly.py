"""Each night what runs out by the register, and what was begun and not sent, is planned: once, resumable, and nothing else."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.app import SERVICES
from backend.domain import definitions
from backend.domain.actors import SYSTEM, resident
from backend.domain.drafts import Draft
from backend.identity import demo as town
from backend.store import drafts, keyring, notices, personas, rungs
from backend.store.database import Database
from backend.store.statements import Statement
from push import nightly
from push.nightly import Pass
from tests.store.conftest import wait

NIGHT = datetime(2026, 11, 24, 3, tzinfo=UTC)
OPEN = Statement("open", "SELECT matter, rule, occurrence, last_day, remind, person FROM notice WHERE next_at IS NOT NULL ORDER BY id")
NEWEST = definitions.load([SERVICES])


@pytest.fixture
def db(tmp_path):
    keyring.make(tmp_path / "keys")
    opened = Database(tmp_path / "data", keyring.load(tmp_path / "keys"))
    town.seed(opened, NIGHT)
    yield opened
    opened.close()


def a_pass(db, now=NIGHT):
    return Pass(db, NEWEST, {(one.id, one.version): one for one in NEWEST.values()}, [], lambda: now, ZoneInfo("Europe/Copenhagen"))


def planned(db):
    return db.scan_now(lambda tx, actor: tx.all(OPEN, lambda *row: row), SYSTEM)


def a_resident(db):
    public_id = db.read_now(personas.in_order, SYSTEM)[0].public_id
    return resident(public_id)


def begin(db, actor, now=NIGHT, **answers):
    draft = Draft(id="d" * 32, service="change-of-address", version=NEWEST["change-of-address"].version, answers=answers, lang="da")
    return wait(drafts.put(db, actor, draft, now))


def test_passports_that_run_out_are_planned_once_with_the_services_own_days(db):
    assert wait(a_pass(db).run()) >= 300
    first = planned(db)
    assert first and {row[0] for row in first} == {"register/passport"} and {row[4] for row in first} == {"-9 months,-6 months,-3 months"}
    assert wait(a_pass(db).run()) == 0
    wait(a_pass(db, NIGHT + timedelta(days=1)).run())
    assert set(planned(db)) >= {row for row in first if row[3] >= "2026-11-25"}


def test_a_pass_cut_off_goes_on_where_it_was(db, monkeypatch):
    monkeypatch.setattr(nightly, "CHUNK", 100)
    whole = a_pass(db)
    calls = []

    async def dies(today, row, chunk=whole.chunk):
        calls.append(row)
        if len(calls) == 2:
            raise OSError
        return await chunk(today, row)

    monkeypatch.setattr(whole, "chunk", dies)
    with pytest.raises(OSError):
        wait(whole.run())
    assert db.read_now(notices.nightly, SYSTEM)[1] > 0
    assert 200 <= wait(a_pass(db).run()) < 300


def test_a_move_begun_and_not_sent_is_told_with_its_last_day(db):
    begin(db, a_resident(db), **{"move-day": "2026-12-10"})
    wait(a_pass(db).run())
    [row] = [row for row in planned(db) if row[0] == "draft/change-of-address"]
    assert (row[1], row[3]) == ("tell-us", "2026-12-15")


def test_another_day_of_moving_replaces_the_reminder(db):
    actor = a_resident(db)
    draft = begin(db, actor, **{"move-day": "2026-12-10"})
    wait(a_pass(db).run())
    from msgspec.structs import replace

    wait(drafts.put(db, actor, replace(draft, answers={"move-day": "2026-12-20"}), NIGHT))
    wait(a_pass(db, NIGHT + timedelta(days=1)).run())
    assert [row[3] for row in planned(db) if row[0] == "draft/change-of-address"] == ["2026-12-25"]
    assert db.read_now(notices.unbalanced, SYSTEM) == []


def test_an_empty_draft_is_nothing_to_remind_of(db):
    begin(db, a_resident(db))
    wait(a_pass(db).run())
    assert [row for row in planned(db) if row[0].startswith("draft/")] == []


def test_it_waits_for_the_night(db):
    wait(a_pass(db).run())
    evening = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
    assert wait(a_pass(db, evening).run()) == 0
    assert wait(a_pass(db, evening + timedelta(hours=2)).run()) >= 300


def test_a_damaged_row_of_one_resident_does_not_end_the_pass_for_all_after(db, caplog):
    damage = Statement("damage", "UPDATE person SET sealed = x'00' WHERE id = (SELECT min(p.id) FROM person AS p WHERE p.sealed IS NOT NULL)")
    db.write_now(lambda tx, actor: tx.run(damage), SYSTEM)
    assert wait(a_pass(db).run()) >= 300 and planned(db)
    assert caplog.text.count("cannot be planned") == 1


def test_tests_of_yesterday_are_forgotten_and_the_books_are_looked_at(db, caplog):
    person = db.scan_now(lambda tx, actor: tx.one(Statement("p", "SELECT min(p.id) FROM person AS p"), int), SYSTEM)
    for days in (0, 2):
        made = int((NIGHT - timedelta(days=days)).timestamp() * 1000)
        db.write_now(rungs.add, SYSTEM, new=rungs.New(person, rungs.new_id(), "test", made, made, None, "seen"))
    unbalance = Statement("unbalance", "INSERT INTO notice (person, public_id, matter, created_at) VALUES (:person, 'x', 'x', 0)")
    db.write_now(lambda tx, actor: tx.run(unbalance, person=person), SYSTEM)
    wait(a_pass(db).run())
    assert db.scan_now(lambda tx, actor: tx.one(Statement("n", "SELECT count(*) FROM rung"), int), SYSTEM) == 1
    assert "1 notices are neither open nor ended" in caplog.text
