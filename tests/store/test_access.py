"""Who read what: noted where it is read, written with the next commit, lost by no clean stop."""

import pytest

from backend.domain.actors import NOBODY, SYSTEM, Actor
from backend.domain.errors import Busy
from backend.store import access, audit, cases, connections, drafts, residents
from backend.store.database import Database
from backend.store.statements import Statement
from tests.people import CLERK, INGER, VISITOR, YUSUF
from tests.store.conftest import send, wait
from tests.store.test_drafts import ONE, put

DESK = Actor("desk", "p-clerk", "p-inger", why="case-work")
DAY_MS = 24 * 3600 * 1000


def looks(db, actor=INGER):
    wait(db.settle_access())
    lines = db.read_now(lambda tx, _: audit.of_subject(tx, actor), SYSTEM)
    return [(line.role, line.person, line.object) for line in lines if line.verb == "read"]


def test_one_reads_ones_own_as_often_as_one_likes_for_one_line_a_day_and_session(db):
    for _ in range(3):
        wait(cases.mine(db, INGER))
    assert sorted(looks(db)) == [("resident", "p-inger", f"{kind}/own/s-inger") for kind in ("cases", "drafts")]
    wait(cases.mine(db, Actor("resident", "p-inger", "p-inger", "s-other")))
    assert len(looks(db)) == 4
    day = db.access.clock() + DAY_MS
    db.access.clock = lambda: day
    wait(cases.mine(db, INGER))
    assert len(looks(db)) == 6


def test_each_look_of_the_office_is_a_line_with_its_reason_and_its_case(db, sign):
    case = send(db, INGER, sign).case
    wait(cases.get(db, DESK, case))
    wait(db.settle_access())
    wait(cases.get(db, DESK, case))
    assert [one for one in looks(db) if one[0] == "desk"] == [("desk", "p-clerk", f"{kind}/case-work/{case}") for kind in ("files", "cases")] * 2


@pytest.mark.parametrize("actor", [CLERK, Actor("desk", "p-clerk", "p-inger"), Actor("operator", subject=NOBODY, why="question"), Actor("helper", "p-yusuf", "p-inger")])
def test_who_says_neither_whose_nor_why_reads_nothing(db, sign, actor):
    send(db, INGER, sign)
    with pytest.raises(access.Unlogged):
        db.read_now(lambda tx, who: drafts.of_person(tx, who, 1), actor)
    with pytest.raises(access.Unlogged):
        db.write_now(lambda tx, who: drafts.of_person(tx, who, 1), actor)


def test_what_a_guest_reads_is_nobodys_and_what_the_machine_does_shows_nobody_anything(db):
    put(db, VISITOR, ONE)
    wait(drafts.list_all(db, VISITOR))
    wait(drafts.list_all(db, SYSTEM))
    assert db.access.waiting == []


def test_a_page_waits_for_no_commit_and_the_next_one_takes_its_line(db):
    wait(cases.mine(db, INGER))
    assert len(db.access.waiting) == 2
    put(db, YUSUF, ONE)
    assert db.access.waiting == [] and len(looks(db)) == 2


def test_where_nobody_writes_it_is_written_after_a_few_quiet_seconds(tmp_path, keys):
    quick = Database(tmp_path / "quick", keys, probe_every_s=0.01)
    quick.read_now(lambda tx, who: drafts.of_person(tx, who, 1), DESK)
    for _ in range(1000):
        if not quick.access.waiting:
            break
        quick.writer.thread.join(0.01)
    assert quick.access.waiting == [] and len(looks(quick)) == 1
    quick.close()


def test_a_clean_stop_loses_none(tmp_path, keys):
    stopped = Database(tmp_path / "stopped", keys)
    for n in range(300):
        stopped.read_now(lambda tx, who: drafts.of_person(tx, who, 1), Actor("desk", f"p-{n}", "p-inger", why="case-work"))
    stopped.close()
    again = Database(tmp_path / "stopped", keys)
    assert len(again.read_now(lambda tx, _: audit.of_subject(tx, INGER, most=999), SYSTEM)) == 300
    assert again.scan_now(audit.verify, SYSTEM, keys=keys) == ""
    again.close()


def test_a_commit_that_fails_gives_them_back(db):
    wait(cases.mine(db, INGER))
    before = db.writer.chain.seal

    def broken(tx, lines):
        db.writer.chain.seal = before
        raise connections.Error("constraint")

    db.writer.chain.seal = broken
    with pytest.raises(Busy):
        put(db, YUSUF, ONE)
    assert len(looks(db)) == 2


def test_where_nothing_can_be_written_what_waits_is_bounded_and_only_ones_own_is_shown(db, monkeypatch):
    monkeypatch.setattr(access, "MOST_WAITING", 1)
    wait(cases.mine(db, INGER))
    wait(cases.mine(db, YUSUF))
    assert len(db.access.waiting) == 1
    with pytest.raises(Busy):
        db.read_now(lambda tx, who: drafts.of_person(tx, who, 1), DESK)


def test_relatives_see_that_they_were_looked_up(db):
    db.access.note_family(INGER, ["p-yusuf"])
    assert looks(db, YUSUF) == [("resident", "p-inger", "register/household/s-inger")]


def test_a_statement_that_reads_what_is_sealed_says_what_it_is():
    assert residents.SQL.sealed_person.kinds == {"register"} and audit.SQL.lines_of_subject.kinds == {"log"}
    assert drafts.SQL.add_draft.kinds == frozenset()
    with pytest.raises(ValueError, match="KINDS"):
        Statement("secrets", "SELECT sealed FROM diary WHERE person = :person")
