"""Housekeeping looks at what lives: whatever the machine's clock does, nothing goes that a right clock would keep."""

from datetime import timedelta

import pytest

from backend.domain.actors import NOBODY, SYSTEM
from backend.domain.drafts import Draft
from backend.identity import activation
from backend.identity.activation import ActivationCodes
from backend.identity.sessions import Sessions
from backend.store import drafts, files, housekeeping, sessions
from backend.store.housekeeping import Housekeeping
from backend.store.uptime import Uptime
from tests.people import INGER, VISITOR
from tests.store.conftest import KEY, NOW, count, rats, run_for, send, wait
from tests.store.test_files import add

HOUR = 3_600_000
DAY = 24 * HOUR
JUMPS = [timedelta(days=365), timedelta(days=-1), timedelta(days=-365 * 20), timedelta()]


def write(db, actor, now, service="rats", id=KEY):
    return wait(drafts.put(db, actor, Draft(id=id, service=service, version=1, answers={"where": "in the yard"}), now))


def test_a_photo_of_a_draft_that_was_saved_today_stays_however_old_it_is(db):
    add(db, INGER)
    write(db, INGER, NOW)
    housekeeping.sweep(db, run_for(db, 45 * DAY))
    assert count(db, "file") == 1
    wait(drafts.delete(db, INGER, "rats"))
    housekeeping.sweep(db, run_for(db, HOUR))
    assert count(db, "file") == 0, "with its draft it goes"


def test_the_mark_a_sent_draft_leaves_keeps_no_photo(db, sign):
    add(db, INGER)
    write(db, INGER, NOW)
    send(db, INGER, sign, new=rats())
    housekeeping.sweep(db, run_for(db, 31 * DAY))
    assert count(db, "file") == 0


def test_a_draft_of_a_guest_lasts_thirty_days_from_its_last_save(db):
    draft = write(db, VISITOR, NOW)
    housekeeping.sweep(db, run_for(db, 29 * DAY))
    wait(drafts.put(db, VISITOR, draft, NOW))
    housekeeping.sweep(db, run_for(db, 29 * DAY))
    assert count(db, "draft") == 1
    housekeeping.sweep(db, run_for(db, 2 * DAY))
    assert count(db, "draft") == 0


@pytest.mark.parametrize("first", JUMPS)
@pytest.mark.parametrize("then", JUMPS)
def test_a_clock_that_jumps_and_jumps_back_deletes_nothing(db, monkeypatch, personas_code, first, then):
    """Written under one wrong clock, swept under another, and under a right one afterwards."""
    clock = {"now": NOW + first}
    monkeypatch.setattr("time.time", lambda: clock["now"].timestamp())
    living = Sessions(db, clock["now"])
    begun, _ = wait(living.begin_guest(clock["now"]))
    write(db, begun, clock["now"])
    add(db, begun)
    keeper, codes = Housekeeping(db), ActivationCodes(db)
    activation.make(db, INGER.person, clock["now"], by_letter=True)
    before = [count(db, table) for table in ("draft", "file", "session", "activation")]
    for moved in (then, timedelta(), first, timedelta()):
        clock["now"] = NOW + moved
        run_for(db, HOUR)
        keeper.sweep()
        wait(living.sweep(clock["now"]))
        wait(codes.sweep(clock["now"]))
    assert [count(db, table) for table in ("draft", "file", "session", "activation")] == before == [1, 1, 3, 1]


@pytest.fixture
def personas_code(db, monkeypatch):
    """A resident's row is sealed by the register's import: here she need only be known."""
    from backend.identity import activation as codes

    class Known:
        name, born = "Inger", ""

    monkeypatch.setattr(codes.residents, "sealed_person", lambda tx, actor, public_id: object())
    monkeypatch.setattr(codes.residents, "opened", lambda keys, row: Known())


def test_uptime_counts_what_has_passed_and_nothing_twice(db):
    at = [100.0]
    uptime = Uptime(db, lambda: at[0])
    at[0] += 90
    assert uptime.note() == 90_000
    assert uptime.note() == 90_000
    at[0] += 0.5
    assert Uptime(db, lambda: at[0]).note() == 90_000, "a new process counts from its own start"
    assert uptime.note() == 90_500


def test_a_server_that_stops_before_its_first_sweep_has_run_nevertheless(db, monkeypatch):
    keeper = Housekeeping(db)
    keeper.uptime.noted_at -= 1800
    keeper.stop()
    assert run_for(db, 0) >= 1_800_000


def test_a_file_that_is_being_stored_is_not_taken_for_one_that_nobody_owns(db, data):
    """Flushed, its row not written yet: met by one sweep only."""
    keeper = Housekeeping(db)
    from backend.store import content_files

    name, _ = content_files.write(data / files.FOLDER, b"on its way")
    keeper.sweep()
    assert [file.name for file in content_files.names(data / files.FOLDER)] == [name]


def test_a_guests_session_seen_a_moment_ago_is_not_swept(db):
    db.write_now(sessions.insert, SYSTEM, new=sessions.New("s-one-more", b"mac", NOBODY, "guest", "", 0, 1, 0))
    db.write_now(sessions.end_old, SYSTEM, now=2**52, idle_since=2**52, guest_idle_since=2**52, kept=DAY)
    assert count(db, "session") == 3
    run_for(db, DAY)
    db.write_now(sessions.end_old, SYSTEM, now=2**52, idle_since=2**52, guest_idle_since=2**52, kept=DAY)
    assert count(db, "session") == 0
