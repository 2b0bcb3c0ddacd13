"""The missing paper: with the case, the task, the timeline and the reminder at once, or not at all."""

from datetime import timedelta

import pytest

from backend.domain.errors import NotFound
from backend.domain.reminders import of_task
from backend.store import case_papers, cases, files, notices
from backend.store.statements import Statement
from tests.people import INGER, YUSUF
from tests.store.conftest import NOW, count, rats, send, wait
from tests.store.test_files import picture
from tests.uploaded import Uploaded

TASK = {"id": "file.photo", "say": "Take a photo", "who": "me", "name": "", "why": "file"}
FILE = "b" * 32
OPEN_NOTICES = Statement("open_notices", "SELECT rule FROM notice WHERE next_at IS NOT NULL ORDER BY id")


@pytest.fixture
def case(db, sign):
    return send(db, INGER, sign, new=rats(tasks=[TASK], reminders=[(of_task("file.photo"), 5)])).case


def upload(db, actor=INGER, key=FILE):
    return wait(files.add(db, actor, Uploaded(picture()), "lease.jpg", NOW, files.Room(least_free=0), wanted=key))["id"]


def give(db, case, actor=INGER, file=FILE, task="file.photo", now=NOW):
    return wait(case_papers.send(db, actor, case, task, file, "Take a photo", now))


def test_a_missing_paper_is_on_the_case_and_nothing_is_left_to_do_or_to_remind_of(db, case):
    upload(db)
    assert db.read_now(lambda tx, _: tx.all(OPEN_NOTICES, str), INGER) == ["task.file.photo"]
    sent = give(db, case)
    whole = wait(cases.get(db, INGER, case))
    assert (sent.outcome, whole.tasks, [one["id"] for one in whole.files]) == ("done", [], [FILE])
    assert [(one.kind, one.said["name"], one.at) for one in whole.events] == [("arrived", "lease.jpg", sent.at)]
    assert db.read_now(lambda tx, _: tx.all(OPEN_NOTICES, str), INGER) == []


def test_sent_again_under_the_same_key_it_is_one_paper_with_the_first_time_of_receipt(db, case):
    upload(db)
    first, second = give(db, case), give(db, case, now=NOW + timedelta(hours=3))
    assert first == second and count(db, "case_event") == 1 and count(db, "file") == 1


def test_a_strangers_case_and_a_strangers_file_are_not_there(db, case):
    upload(db, YUSUF)
    for actor, file in ((YUSUF, FILE), (INGER, FILE), (INGER, "c" * 32)):
        with pytest.raises(NotFound):
            give(db, case, actor, file)
    assert count(db, "case_event") == 0 and len(wait(cases.get(db, INGER, case)).tasks) == 1


def test_what_nobody_asks_for_any_more_is_not_taken_and_it_is_said(db, case):
    upload(db)
    give(db, case)
    other = upload(db, key="d" * 32)
    assert give(db, case, file=other).outcome == "closed"
    assert give(db, case, file=other, task="no-such-task").outcome == "closed"
    assert len(wait(cases.get(db, INGER, case)).files) == 1


def test_a_file_that_goes_away_in_the_middle_leaves_the_task_to_do(db, case, monkeypatch):
    upload(db)
    monkeypatch.setattr(files, "attach", lambda *rest: False)
    with pytest.raises(NotFound):
        give(db, case)
    whole = wait(cases.get(db, INGER, case))
    assert len(whole.tasks) == 1 and whole.events == []
