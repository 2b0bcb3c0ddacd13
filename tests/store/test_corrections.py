"""Corrected before anybody opened it: the same case and number, the new answers, and the first ones kept."""

import msgspec
import pytest

from backend.domain.errors import CaseMoved
from backend.domain.reminders import of_task
from backend.domain.submissions import Booking, Replay
from backend.store import cases, corrections, submissions
from backend.store.statements import Statement
from tests.people import INGER, YUSUF
from tests.store.conftest import KEY, NOW, count, rats, send, wait
from tests.store.test_case_papers import OPEN_NOTICES, TASK
from tests.store.test_withdrawals import AT, LOOKED, SINCE, TIME

NEW = "f" * 32
OTHER = {"id": "file.lease", "say": "Lease", "who": "me", "name": "", "why": "file"}
CORRECTED = rats(answers={"where": "in the loft"}, tasks=[OTHER], booking=TIME, reminders=[(of_task("file.lease"), 5)])


@pytest.fixture
def case(db, sign):
    return send(db, INGER, sign, new=rats(tasks=[TASK], booking=TIME, reminders=[(of_task("file.photo"), 5)]))


def begin(db, case, actor=INGER):
    return wait(corrections.begin(db, actor, case.case, NEW, NOW))


def test_corrected_it_is_the_same_case_with_the_new_answers_and_what_they_leave_to_do(db, sign, case):
    assert begin(db, case)
    kept = send(db, INGER, sign, key=NEW, new=CORRECTED)
    assert (kept.case, kept.receipt.number) == (case.case, case.receipt.number) and count(db, "cases") == 1
    whole = wait(cases.get(db, INGER, case.case))
    assert whole.content["answers"] == {"where": "in the loft"} and whole.appointment["at"] == AT
    assert [task["id"] for task in whole.tasks] == ["file.lease"] and [one.kind for one in whole.events] == ["corrected"]
    assert sorted(db.read_now(lambda tx, _: tx.all(OPEN_NOTICES, str), INGER)) == ["appointment", "task.file.lease"]


def test_the_first_receipt_and_the_new_one_both_stand(db, sign, case):
    begin(db, case)
    new = send(db, INGER, sign, key=NEW, new=CORRECTED)
    first, second = wait(submissions.get(db, INGER, KEY)), wait(submissions.get(db, INGER, NEW))
    assert first.receipt == case.receipt and first.content["answers"] == {"where": "in the yard"} and second.receipt == new.receipt
    again = send(db, INGER, sign, key=NEW, new=CORRECTED)
    assert type(again) is Replay and again.receipt == new.receipt and count(db, "submission") == 2


def test_another_time_chosen_in_the_correction_is_the_one_she_has(db, sign, case):
    begin(db, case)
    later = Booking("town-hall", "2026-12-04T10:15", 1, firm=True, since=SINCE)
    send(db, INGER, sign, key=NEW, new=msgspec.structs.replace(CORRECTED, booking=later))
    assert wait(cases.get(db, INGER, case.case)).appointment["at"] == later.at and count(db, "appointment") == 1


def test_a_caseworker_who_was_first_is_told_and_nothing_of_the_correction_is_kept(db, sign, case):
    begin(db, case)
    db.write_now(lambda tx, _: tx.run(LOOKED), INGER)
    with pytest.raises(CaseMoved):
        send(db, INGER, sign, key=NEW, new=CORRECTED)
    whole = wait(cases.get(db, INGER, case.case))
    assert whole.content["answers"] == {"where": "in the yard"} and count(db, "submission") == 1 and len(whole.tasks) == 1


def test_what_is_opened_already_or_a_strangers_is_not_begun(db, case):
    assert not begin(db, case, YUSUF)
    db.write_now(lambda tx, _: tx.run(Statement("l", "UPDATE cases SET looked_at = 7")), INGER)
    assert not begin(db, case)
