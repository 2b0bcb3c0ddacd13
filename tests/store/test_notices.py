"""The fact to tell: written once with the change, claimed with a lease, and ended with a reason."""

import pytest

from backend.domain.actors import SYSTEM
from backend.domain.reminders import Reminder, of_case
from backend.domain.submissions import Booking
from backend.store import notices, rungs
from backend.store.notices import Settled
from tests.people import INGER
from tests.store.conftest import KEY, count, rats, send, wait

PERSON = 2
MATTER = "case/c1"
ONE = notices.new(PERSON, MATTER, Reminder("complain", "act", "heavy", "complaint", last_day="2027-01-01"), 1000)


def add(db, *new):
    db.write_now(lambda tx, actor: notices.add(tx, actor, *(new or (ONE,))), SYSTEM)


def claim(db, owner="a", now=1000, until=0, most=10):
    return db.write_now(notices.claim, SYSTEM, owner=owner, now=now, until=until or now + 60_000, most=most)


def settle(db, row, owner="a", **changes):
    return db.write_now(notices.settle, SYSTEM, owner=owner, settled=Settled(row.id, row.revision, **changes))


def test_the_same_fact_is_written_once(db):
    add(db, ONE, ONE)
    add(db, ONE)
    assert count(db, "notice") == 1


def test_it_is_claimed_when_its_time_has_come_and_by_one_only(db):
    add(db)
    assert claim(db, now=999) == []
    assert [row.rule for row in claim(db)] == ["complain"]
    assert claim(db, owner="b", now=60_999) == []


def test_a_lease_that_ran_out_makes_it_due_again_and_who_was_too_slow_writes_nothing(db):
    add(db)
    slow, quick = claim(db)[0], claim(db, owner="b", now=61_000, until=120_000)[0]
    assert not settle(db, slow, next_at=5000)
    assert settle(db, quick, owner="b", next_at=90_000)
    assert claim(db, owner="b", now=80_000) == []


def test_what_changed_while_it_was_judged_is_judged_again(db):
    add(db)
    row = claim(db)[0]
    db.write_now(notices.look_again_at_all, SYSTEM, person=PERSON, now=1500)
    assert not settle(db, row, next_at=9_000_000) and len(claim(db, now=1500)) == 1


def test_leases_of_a_dead_process_are_free_at_the_next_start(db):
    add(db)
    claim(db, owner="dead")
    db.write_now(notices.free, SYSTEM, owner="b")
    assert len(claim(db, owner="b")) == 1


def test_all_that_is_due_for_one_person_is_claimed_together(db):
    add(db, *(notices.new(PERSON, f"case/c{n}", Reminder("late", "tell", "light"), 1000) for n in range(4)))
    assert len(claim(db, most=1)) == 4


def test_a_notice_ends_once_and_with_a_reason(db):
    add(db)
    assert len(db.write_now(notices.end, SYSTEM, person=PERSON, matter=MATTER, why="done", now=2000)) == 1
    assert db.write_now(notices.end, SYSTEM, person=PERSON, matter=MATTER, why="withdrawn", now=3000) == []
    assert claim(db, now=9_999_999) == [] and db.read_now(notices.unbalanced, SYSTEM) == []


@pytest.mark.parametrize(("kind", "is_looked_at"), [("tell", 1), ("act", 0)])
def test_opening_ends_what_only_tells_and_never_an_act(db, kind, is_looked_at):
    add(db, notices.new(PERSON, MATTER, Reminder("late", kind, "light"), 1000))
    [row] = claim(db)
    settle(db, row, next_at=90_000)
    db.write_now(notices.opened, SYSTEM, person=PERSON, public_id=row.public_id, now=2000)
    assert len(claim(db, now=2000)) == is_looked_at


def test_with_what_is_due_all_that_is_open_for_the_person_is_looked_at(db):
    add(db, ONE)
    [row] = claim(db)
    settle(db, row, next_at=90_000)
    add(db, notices.new(PERSON, "case/c2", Reminder("late", "tell", "light"), 2000))
    assert sorted(row.rule for row in claim(db, now=2000)) == ["complain", "late"]


def test_a_strangers_notice_is_not_met(db):
    add(db)
    assert db.read_now(notices.find, SYSTEM, person=PERSON + 1, public_id=ONE.public_id) is None
    assert db.write_now(notices.end_one, SYSTEM, person=PERSON + 1, public_id=ONE.public_id, why="done", now=1) is None


@pytest.mark.parametrize("shape", ["validity"])
def test_what_the_register_plans_is_not_planned_from_a_case(shape):
    assert of_case([{"id": "runs-out", "on": "2027-01-01", "shape": shape, "weight": "light"}], []) == []


def test_the_authority_is_late_the_day_after_its_last_day():
    found = of_case([{"id": "we-come", "on": "2026-12-31", "shape": "authority-clock", "weight": "normal"}], [])
    assert [(one.kind, one.not_before) for one in found] == [("tell", "2027-01-01")]


def test_only_what_she_must_do_herself_becomes_a_reminder():
    tasks = [{"id": "a", "who": "me", "why": ""}, {"id": "b", "who": "other", "why": ""}, {"id": "c", "who": "me", "why": "may"}]
    assert [one.rule for one in of_case([], tasks)] == ["task.a"]


def test_a_booked_time_is_told_of_and_a_cancelled_one_is_not(db, sign):
    kept = send(db, INGER, sign, new=rats(booking=Booking("town-hall", "2026-12-01T10:15")))
    from backend.store import appointments

    def open_rules():
        return [(row.rule, row.starts_at) for row in db.read_now(notices.of_person, SYSTEM, person=PERSON)]

    assert open_rules() == [("appointment", "2026-12-01T10:15")]
    from tests.store.conftest import NOW

    wait(appointments.choose(db, INGER, kept.case, Booking("town-hall", "2026-12-02T09:00"), 0, NOW))
    assert open_rules() == [("appointment", "2026-12-02T09:00")]
    wait(appointments.cancel(db, INGER, kept.case, 1, "2026-11-24T10:00", NOW))
    assert [rule for rule, _ in open_rules()] == []
    assert db.read_now(notices.unbalanced, SYSTEM) == []


def test_a_rung_tells_several_notices_and_its_outcome_has_them_looked_at_again(db):
    add(db)
    row = claim(db)[0]
    new = rungs.New(PERSON, rungs.new_id(), "sms", 1000, 9000, 1000, "due", "a", 61_000, counts=True, notices=[(row.id, "first")])
    db.write_now(rungs.add, SYSTEM, new=new)
    settle(db, row, next_at=9000)
    taken = db.write_now(rungs.claim, SYSTEM, owner="a", now=61_000, until=99_000, most=5)[0]
    assert db.read_now(rungs.told_of, SYSTEM, rung=taken.id)[0].rule == "complain"
    done = rungs.Settled(taken.id, taken.attempt, "handed_over", "250", "ref")
    assert db.write_now(rungs.settle, SYSTEM, owner="a", settled=done, deliveries=[], now=62_000)
    assert not db.write_now(rungs.settle, SYSTEM, owner="a", settled=done, deliveries=[], now=62_000)
    assert len(claim(db, now=62_000)) == 1
    assert [(t.kind, t.state) for t in db.read_now(rungs.tried, SYSTEM, notice=row.id)] == [("sms", "handed_over")]
    assert db.read_now(rungs.told_last, SYSTEM, person=PERSON) == 1000


def test_a_rung_that_tells_only_of_what_has_ended_is_stopped(db):
    add(db)
    row = claim(db)[0]
    db.write_now(rungs.add, SYSTEM, new=rungs.New(PERSON, rungs.new_id(), "letter", 1, 9000, 1, "due", notices=[(row.id, "first")]))
    ended = db.write_now(notices.end, SYSTEM, person=PERSON, matter=MATTER, why="done", now=2000)
    db.write_now(rungs.stop, SYSTEM, ended=ended, why="done")
    assert db.write_now(rungs.claim, SYSTEM, owner="a", now=5000, until=9000, most=5) == []


def test_a_case_of_a_guest_is_written_down_and_told_to_nobody(db, sign):
    from backend.domain.actors import guest

    send(db, guest("s1"), sign, key=KEY)
    assert count(db, "notice") == 1 and claim(db, now=2**40) == []
