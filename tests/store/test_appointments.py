"""One time to come for each person and service; moving it, cancelling it, and what two do at once."""

import asyncio

import pytest

from backend.domain.errors import NotFound
from backend.domain.submissions import Booking, Kept
from backend.store import appointments, cases, submissions
from tests.people import INGER, VISITOR, YUSUF
from tests.store.conftest import KEY, NOW, count, rats, send, wait

EARLY, LATE, LATER = "2026-11-26T10:15", "2026-11-26T11:00", "2026-11-27T09:00"
SINCE = "2026-11-24T09:30"


def at(when, **more):
    return Booking("town-hall", when, since=SINCE, **more)


def booked(db, sign, when=EARLY, person=INGER, key=KEY):
    return send(db, person, sign, key=key, new=rats(booking=at(when)))


def choose(db, case, when, seen=0, person=INGER):
    return wait(appointments.choose(db, person, case, at(when), seen, NOW))


def cancel(db, case, seen=0, person=INGER, since=SINCE):
    return wait(appointments.cancel(db, person, case, seen, since, NOW))


def times(db, person=INGER):
    return [each["at"] for each in wait(cases.mine(db, person)).appointments]


def to_do(db, person=INGER):
    return [task["id"] for task in wait(cases.mine(db, person)).tasks]


def test_who_has_a_time_to_come_does_not_get_a_second_for_the_same_service(db, sign):
    """However many she sends at once: it is decided where it is written."""
    async def all_at_once():
        sends = (
            submissions.receive(db, INGER, f"{n:032x}", rats(booking=at(f"2026-11-26T{9 + n % 8:02d}:{15 * (n // 8):02d}")), NOW, sign)
            for n in range(32)
        )
        return await asyncio.gather(*sends)

    kept = asyncio.run(all_at_once())
    assert all(type(one) is Kept for one in kept) and count(db, "cases") == 32
    assert len(times(db)) == 1 and to_do(db) == ["choose-time"] * 31


def test_a_time_that_is_over_keeps_nobody_from_the_next(db, sign):
    booked(db, sign, "2026-11-23T09:00")
    assert booked(db, sign, EARLY, key="a" * 32).appointment["at"] == EARLY


def test_a_guest_holds_no_desk_time(db, sign):
    assert booked(db, sign, person=VISITOR).appointment == {} and count(db, "appointment") == 0


def test_moved_it_is_the_same_booking_and_the_old_time_is_free_at_once(db, sign):
    first = booked(db, sign)
    assert choose(db, first.case, LATE) == "done"
    found = wait(appointments.latest(db, INGER, first.case))
    assert (found.public_id, found.starts_at, found.sequence) == (first.appointment["id"], LATE, 1)
    assert booked(db, sign, EARLY, person=YUSUF).appointment["at"] == EARLY


def test_a_move_sent_again_after_a_lost_reply_is_done_once(db, sign):
    case = booked(db, sign).case
    assert [choose(db, case, LATE), choose(db, case, LATE)] == ["done", "done"]
    assert wait(appointments.latest(db, INGER, case)).sequence == 1


def test_moving_to_a_time_just_taken_keeps_the_old_one(db, sign):
    case = booked(db, sign).case
    booked(db, sign, LATE, person=YUSUF)
    assert choose(db, case, LATE) == "taken" and times(db) == [EARLY]


def test_two_who_move_to_the_last_seat_at_once_one_gets_it(db, sign):
    hers, his = booked(db, sign), booked(db, sign, LATE, person=YUSUF)

    async def both():
        moves = ((INGER, hers.case), (YUSUF, his.case))
        return await asyncio.gather(*(appointments.choose(db, who, case, at(LATER), 0, NOW) for who, case in moves))

    assert sorted(asyncio.run(both())) == ["done", "taken"]
    assert sorted(times(db) + times(db, YUSUF)) in ([LATE, LATER], [EARLY, LATER])


def test_in_a_second_tab_what_changed_meanwhile_is_not_written_over(db, sign):
    case = booked(db, sign).case
    choose(db, case, LATE)
    assert choose(db, case, LATER) == "changed" and cancel(db, case) == "changed"
    assert times(db) == [LATE]


def test_cancelled_the_seat_is_free_and_choosing_is_left_to_do(db, sign):
    case = booked(db, sign).case
    assert [cancel(db, case), cancel(db, case)] == ["done", "done"]
    assert times(db) == [] and to_do(db) == ["choose-time"]
    assert booked(db, sign, person=YUSUF).appointment["at"] == EARLY


def test_a_cancelled_time_is_taken_again_as_the_same_booking(db, sign):
    first = booked(db, sign)
    cancel(db, first.case)
    assert choose(db, first.case, EARLY, seen=1) == "done"
    found = wait(appointments.latest(db, INGER, first.case))
    assert (found.public_id, found.sequence, found.is_live) == (first.appointment["id"], 2, True)
    assert to_do(db) == []


def test_where_none_was_booked_choosing_one_is_what_was_left_to_do(db, sign):
    case = send(db, INGER, sign, new=rats(booking=Booking("town-hall", part="morning"))).case
    assert choose(db, case, LATE, seen=-1) == "done" and times(db) == [LATE] and to_do(db) == []


def test_a_second_case_does_not_get_a_time_while_the_first_has_one(db, sign):
    booked(db, sign)
    other = booked(db, sign, LATE, key="a" * 32).case
    assert choose(db, other, LATE, seen=-1) == "other" and times(db) == [EARLY]


def test_what_is_over_is_neither_moved_nor_cancelled(db, sign):
    case = booked(db, sign, "2026-11-24T09:00").case
    assert choose(db, case, LATE) == "changed" and cancel(db, case) == "changed"


@pytest.mark.parametrize("act", [lambda db, case: choose(db, case, LATE, person=YUSUF), lambda db, case: cancel(db, case, person=YUSUF)])
def test_a_strangers_booking_is_not_there(db, sign, act):
    case = booked(db, sign).case
    with pytest.raises(NotFound):
        act(db, case)
    assert times(db) == [EARLY]
