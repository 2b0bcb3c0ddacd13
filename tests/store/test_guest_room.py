"""What all guests together may keep: sessions are free, so a limit for each of them is none."""

import pytest

from backend.domain.actors import SYSTEM, guest
from backend.domain.drafts import Draft
from backend.domain.errors import Busy
from backend.identity.sessions import Sessions
from backend.store import drafts, guest_room, housekeeping, sessions
from backend.store.guest_room import GuestRoom
from backend.store.statements import Statement
from tests.people import INGER, VISITOR
from tests.store.conftest import NOW, add_guest, count, run_for, wait

TEXT = {"where": "x" * 4000}
DAY_MS = 24 * 3600 * 1000


def put(db, actor, n, answers=TEXT, **more):
    if actor.is_guest:
        add_guest(db, actor)
    return wait(drafts.put(db, actor, Draft(id=f"{n:032x}", service="rats", version=1, answers=answers, **more), NOW))


def total(db):
    return db.read_now(guest_room.total, SYSTEM)


def really(db):
    return db.read_now(lambda tx, actor: tx.one(Statement("sum", "SELECT coalesce(sum(length(sealed)), 0) FROM draft WHERE owner <> ''"), int), SYSTEM)


def fill(db, most=20_000, least_free=0):
    """Guests, each in a session of their own, until one is refused."""
    db.guest_room = GuestRoom(of_drafts=most, least_free=least_free)
    for n in range(1, 100):
        try:
            put(db, guest(f"s-{n}"), n)
        except Busy as refused:
            assert refused.why == "guests-full"
            return n
    raise AssertionError("guests filled the disk")


def test_guests_in_any_number_of_sessions_have_one_measure(db):
    last = fill(db)
    assert count(db, "draft") == last - 1 and 10_000 < really(db) <= 20_000


def test_a_resident_is_not_in_it(db):
    fill(db)
    assert put(db, INGER, 1000).revision == 1


def test_who_had_begun_when_it_filled_may_finish(db):
    first = put(db, VISITOR, 500, {"where": "yard"})
    fill(db)
    assert put(db, VISITOR, 500, {"where": "in the loft, behind the chimney"}, revision=first.revision).revision == 2


def test_who_had_begun_can_not_grow_without_end_either(db):
    seen = {n: put(db, guest(f"g-{n}"), 500 + n, {"where": "yard"}) for n in range(9)}
    fill(db)
    with pytest.raises(Busy):
        for n, draft in seen.items():
            put(db, guest(f"g-{n}"), 500 + n, TEXT, revision=draft.revision)


def test_what_a_guest_throws_away_makes_room(db):
    last = fill(db)
    wait(drafts.delete(db, guest("s-1"), "rats"))
    assert put(db, guest("s-new"), last).revision == 1


def test_the_sum_follows_every_way_a_draft_comes_and_goes(db):
    first = put(db, VISITOR, 500)
    put(db, VISITOR, 500, {"where": "y"}, revision=first.revision)
    assert total(db) == really(db) > 0
    put(db, guest("s-2"), 501)
    db.write_now(lambda tx, actor: tx.run(Statement("own", "UPDATE draft SET owner = '' WHERE owner = 's-2'")), SYSTEM)
    assert total(db) == really(db) > 0
    put(db, guest("s-3"), 502)
    new = sessions.New("s-in", b"t", INGER.person, "resident", "", 0, 2**50, 0)
    wait(sessions.begin(db, guest("s-3"), new, NOW))
    assert total(db) == really(db) > 0
    wait(drafts.delete(db, VISITOR, "rats"))
    assert total(db) == really(db) == 0


def test_below_the_least_free_room_of_the_disk_guests_have_a_tenth(db):
    full = fill(db, most=20_000)
    db.write_now(housekeeping.drop_old, SYSTEM, before=run_for(db, 400 * DAY_MS))
    assert fill(db, most=20_000, least_free=2**60) < full / 4
    assert put(db, INGER, 1000).revision == 1


def test_where_guests_have_no_room_no_session_begins_for_one_more(db):
    fill(db, most=20_000)
    before = count(db, "session")
    db.guest_room = GuestRoom(of_drafts=1000, least_free=0)
    with pytest.raises(Busy):
        wait(Sessions(db, NOW).begin_guest(NOW))
    assert count(db, "session") == before


def test_what_swept_out_guests_left_is_room_again(db):
    put(db, VISITOR, 1)
    assert total(db) > 0
    db.write_now(housekeeping.drop_old, SYSTEM, before=run_for(db, 400 * DAY_MS))
    assert total(db) == really(db) == 0
