"""A case taken back before anybody opened it, and the day in which that can be undone."""

from datetime import timedelta

import pytest

from backend.domain.errors import NotFound
from backend.domain.reminders import of_task
from backend.domain.submissions import Booking
from backend.store import cases, withdrawals
from backend.store.statements import Statement
from tests.people import INGER, YUSUF
from tests.store.conftest import NOW, rats, send, wait
from tests.store.test_case_papers import OPEN_NOTICES, TASK

AT, SINCE = "2026-12-03T10:15", "2026-11-24T09:30"
TIME = Booking("town-hall", AT, 1, firm=False, since=SINCE)
LOOKED = Statement("looked", "UPDATE cases SET looked_at = 7")


@pytest.fixture
def case(db, sign):
    return send(db, INGER, sign, new=rats(tasks=[TASK], booking=TIME, reminders=[(of_task("file.photo"), 5)])).case


def withdraw(db, case, actor=INGER, now=NOW):
    return wait(withdrawals.withdraw(db, actor, case, now))


def undo(db, case, now=NOW + timedelta(minutes=5)):
    return wait(withdrawals.undo(db, INGER, case, {"town-hall": 1}, SINCE, now))


def look(db, case):
    whole = wait(cases.get(db, INGER, case))
    told = db.read_now(lambda tx, _: tx.all(OPEN_NOTICES, str), INGER)
    return whole.case.status, len(whole.tasks), whole.appointment.get("at", ""), sorted(told)


def test_withdrawn_it_frees_the_time_and_leaves_nothing_to_do_or_to_remind_of(db, case):
    assert look(db, case) == ("received", 1, AT, ["appointment", "task.file.photo"])
    assert withdraw(db, case) == "done" and withdraw(db, case) == "done"
    assert look(db, case) == ("withdrawn", 0, "", [])
    assert [one.kind for one in wait(cases.get(db, INGER, case)).events] == ["withdrawn"]


def test_undone_it_is_as_it_was(db, case):
    withdraw(db, case)
    assert undo(db, case) == "done"
    assert look(db, case) == ("received", 1, AT, ["appointment", "task.file.photo"])
    assert [one.kind for one in wait(cases.get(db, INGER, case)).events] == ["withdrawn", "restored"]


def test_a_time_that_somebody_took_meanwhile_is_left_to_choose_and_it_is_said(db, sign, case):
    withdraw(db, case)
    send(db, YUSUF, sign, key="e" * 32, new=rats(booking=TIME))
    assert undo(db, case) == "time-lost"
    status, tasks, at, _ = look(db, case)
    assert (status, tasks, at) == ("received", 2, "")


def test_after_a_day_it_cannot_be_undone(db, case):
    withdraw(db, case)
    assert undo(db, case, NOW + timedelta(hours=25)) == "late"
    assert look(db, case)[0] == "withdrawn"


def test_a_case_that_a_caseworker_opened_first_stays_as_it_is(db, case):
    db.write_now(lambda tx, _: tx.run(LOOKED), INGER)
    assert withdraw(db, case) == "opened"
    assert look(db, case)[:3] == ("received", 1, AT)


def test_a_strangers_case_cannot_be_withdrawn(db, case):
    with pytest.raises(NotFound):
        withdraw(db, case, YUSUF)
