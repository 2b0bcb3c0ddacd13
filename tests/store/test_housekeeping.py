"""What is done by itself: that it failed, or was not done, is told; and nothing ends in silence."""

import time

import pytest

from backend.domain.errors import Busy
from backend.store import duties, housekeeping, startup_checks
from backend.store.duties import Duty
from backend.store.housekeeping import Housekeeping


def fails(error):
    def act():
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "said"), [(OSError("no"), "OSError"), (ValueError("0101450000"), "ValueError"), (StopIteration(), "StopIteration")]
)
def test_a_duty_that_failed_says_so_until_it_is_done_again(error, said, caplog):
    duty = Duty("housekeeping", 3600)
    duty.attempt(fails(error))
    assert (duty.failed, duty.wrong, duty.done_at) == (said, "housekeeping-failed", 0)
    duty.attempt(lambda: None)
    assert duty.wrong == "" and time.time() - duty.done_at < 5


def test_a_duty_the_full_disk_kept_from_its_work_is_not_wrong_itself_and_is_tried_again_soon():
    duty = Duty("sessions", 3600)
    duty.attempt(fails(Busy("disk-full")))
    assert (duty.wrong, duty.done_at, duty.wait_s) == ("", 0, duties.RETRY_S)
    duty.attempt(lambda: None)
    assert duty.wait_s == 3600


def test_a_duty_nobody_came_round_to_is_overdue():
    duty = Duty("sessions", 3600)
    assert duty.wrong == ""
    duty.grace_s = -3700
    assert duty.wrong == "sessions-overdue"


def test_an_error_in_one_hour_does_not_end_the_next(db, monkeypatch):
    monkeypatch.setattr(housekeeping, "EVERY_S", 0.01)
    monkeypatch.setattr(duties, "RETRY_S", 0.01)
    swept = []

    def sweep(db, uptime_ms, orphans):
        swept.append(uptime_ms)
        if len(swept) == 1:
            raise PermissionError("content")
        return [], set()

    monkeypatch.setattr(housekeeping, "sweep", sweep)
    keeper = Housekeeping(db)
    keeper.start()
    until(lambda: len(swept) > 1 and keeper.sweeping.done_at)
    keeper.stop()
    assert keeper.sweeping.wrong == ""


def test_what_ends_its_thread_ends_the_process(db, monkeypatch):
    ended = []
    monkeypatch.setattr(db.writer, "exit", ended.append)
    monkeypatch.setattr(housekeeping, "EVERY_S", 0.01)
    monkeypatch.setattr(housekeeping, "check", lambda db: fails(SystemExit())())
    keeper = Housekeeping(db)
    keeper.start()
    until(lambda: ended == [70])
    keeper.stop()


def test_an_error_of_the_disk_that_passes_is_not_taken_for_damage(db, monkeypatch):
    found = ["disk I/O error", ""]
    monkeypatch.setattr(startup_checks, "quick_check", lambda con: found.pop(0))
    assert housekeeping.check(db) == "" and db.refusing == ""
    monkeypatch.setattr(startup_checks, "quick_check", lambda con: "row 3 missing from index")
    assert housekeeping.check(db) and db.refusing == "corrupt"


def until(what, seconds=10):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)
