import asyncio
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given, strategies as st

from backend.domain.actors import guest, resident
from backend.domain.drafts import Draft
from backend.domain.errors import KeyReused, NotFound, SlotTaken
from backend.domain.submissions import Booking, Kept, Replay, canonical
from backend.letters import receipts
from backend.store import audit, cases, drafts, submissions
from tests.people import INGER, VISITOR, YUSUF
from tests.store.conftest import KEY, NOW, add_person, count, rats, send, wait

TABLES = ("submission", "cases", "notice")


def test_a_submission_sent_twice_is_stored_once_and_answered_with_the_same_bytes(db, sign):
    first, second = send(db, INGER, sign), send(db, INGER, sign)
    assert type(first) is Kept and type(second) is Replay
    assert second.receipt == first.receipt
    assert [count(db, table) for table in TABLES] == [1, 1, 1]


def test_the_same_key_with_other_content_is_refused_and_the_first_stays(db, sign):
    first = send(db, INGER, sign)
    with pytest.raises(KeyReused):
        send(db, INGER, sign, new=rats(answers={"where": "in the loft"}))
    assert wait(submissions.get(db, INGER, KEY)).receipt == first.receipt


def test_the_language_of_the_page_does_not_make_it_another_submission(db, sign):
    send(db, INGER, sign)
    assert type(send(db, INGER, sign, new=rats(lang="ar"))) is Replay


def test_another_persons_use_of_the_same_key_meets_nothing_and_learns_nothing(db, sign):
    hers, his = send(db, INGER, sign), send(db, YUSUF, sign, new=rats(answers={"where": "at my place"}))
    assert type(his) is Kept and his.receipt.number != hers.receipt.number
    with pytest.raises(NotFound):
        wait(submissions.get(db, VISITOR, KEY))


def test_what_a_guest_sent_is_opened_by_its_key_alone(db, sign):
    sent = send(db, VISITOR, sign)
    assert wait(submissions.get(db, guest(), KEY)).receipt == sent.receipt


def test_forty_taps_on_send_at_once_give_one_case(db, sign):
    async def tap():
        return await asyncio.gather(*(submissions.receive(db, INGER, KEY, rats(), NOW, sign) for _ in range(40)))

    kept = asyncio.run(tap())
    assert len({one.receipt.jws for one in kept}) == 1
    assert sum(type(one) is Kept for one in kept) == 1
    assert count(db, "cases") == 1


def test_a_number_already_given_to_another_case_is_drawn_again(db, sign, monkeypatch):
    drawn = iter(["M 222 222 222", "M 222 222 222", "M 333 333 333"])
    monkeypatch.setattr(submissions, "new_number", lambda: next(drawn))
    assert send(db, INGER, sign).receipt.number == "M 222 222 222"
    assert send(db, YUSUF, sign).receipt.number == "M 333 333 333"
    assert count(db, "submission") == 2


def test_of_the_draft_that_was_sent_only_a_mark_is_left(db, sign):
    wait(drafts.put(db, INGER, Draft(id=KEY, service="rats", version=1, answers={"where": "in the yard"}), NOW))
    wait(drafts.put(db, INGER, Draft(id="f" * 32, service="passport", version=1), NOW))
    send(db, INGER, sign)
    left = wait(drafts.get(db, INGER, "rats"))
    assert (left.sent, left.answers) == (KEY, {})
    assert wait(drafts.get(db, INGER, "passport")).sent == ""


def test_a_newer_mark_takes_the_place_of_an_older_one(db, sign):
    send(db, INGER, sign)
    send(db, INGER, sign, key="a" * 32)
    assert wait(drafts.get(db, INGER, "rats")).sent == "a" * 32


def test_a_draft_begun_anew_on_another_device_stays_when_the_first_is_sent(db, sign):
    wait(drafts.put(db, INGER, Draft(id="f" * 32, service="rats", version=1), NOW))
    send(db, INGER, sign)
    assert wait(drafts.get(db, INGER, "rats")).id == "f" * 32
    send(db, INGER, sign)
    assert wait(drafts.get(db, INGER, "rats")).id == "f" * 32


def test_who_came_without_a_session_leaves_no_mark(db, sign):
    send(db, guest(), sign)
    assert count(db, "draft") == 0


# Rows that are filed by themselves

ROWS = [("1" * 32, rats(answers={"where": "at work"})), ("2" * 32, rats(answers={"where": "at home"}))]


def send_with_rows(db, sign, rows=ROWS, **changes):
    return wait(submissions.receive(db, INGER, KEY, rats(**changes), NOW, sign, rows))


def receipts_of(db, *keys):
    return [wait(submissions.get(db, INGER, key)).receipt for key in keys]


def test_a_whole_and_its_rows_have_each_their_receipt_and_keep_it(db, sign):
    first = send_with_rows(db, sign)
    kept = receipts_of(db, "1" * 32, "2" * 32, KEY)
    assert type(first) is Kept and len({one.number for one in kept}) == 3
    again = send_with_rows(db, sign)
    assert type(again) is Replay and receipts_of(db, "1" * 32, "2" * 32, KEY) == kept
    assert [count(db, table) for table in TABLES] == [3, 3, 3]


def test_a_row_stored_before_the_whole_is_not_stored_again(db, sign):
    early = send(db, INGER, sign, key="1" * 32, new=ROWS[0][1])
    send_with_rows(db, sign)
    assert receipts_of(db, "1" * 32) == [early.receipt] and count(db, "submission") == 3


STORED = (*TABLES, "appointment", "task", "audit")


def stored(db):
    return [count(db, table) for table in STORED]


def drop_dead(*_, **__):
    raise RuntimeError("the power went")


EVERY_STEP = [
    *((where, which) for where in ("files.attach", "tasks.add_all", "notices.add", "audit.add") for which in (0, 1, 2)),
    ("drafts.leave_mark", 0),
]
"""What is called for each of the three, and what for the whole alone."""


@pytest.mark.parametrize(("where", "which"), EVERY_STEP)
def test_an_error_anywhere_leaves_nothing_half_stored_and_the_draft_as_it_was(db, sign, monkeypatch, where, which):
    """At each step of each row and of the whole; afterwards the same keys are taken as if for the first time."""
    wait(drafts.put(db, INGER, Draft(id=KEY, service="rats", version=1, answers={"where": "in the yard"}), NOW))
    before = stored(db)
    room, name = where.split(".")
    module = getattr(submissions, room)
    steps = iter([getattr(module, name)] * which + [drop_dead])
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(module, name, lambda *said, **more: next(steps)(*said, **more))
        send_with_rows(db, sign, booking=Booking("town-hall", "2026-11-26T10:15"))
    assert stored(db) == before
    assert wait(drafts.get(db, INGER, "rats")).answers == {"where": "in the yard"}
    assert type(send_with_rows(db, sign)) is Kept


def test_a_row_under_a_key_used_for_something_else_stops_the_whole(db, sign):
    send(db, INGER, sign, key="2" * 32, new=rats(answers={"where": "in the loft"}))
    before = stored(db)
    with pytest.raises(KeyReused):
        send_with_rows(db, sign)
    assert stored(db) == before


def test_a_desk_time_taken_meanwhile_stops_the_rows_too(db, sign):
    booking = Booking("town-hall", "2026-11-26T10:15")
    send(db, YUSUF, sign, new=rats(booking=booking))
    before = stored(db)
    with pytest.raises(SlotTaken):
        send_with_rows(db, sign, booking=booking)
    assert stored(db) == before


def test_a_number_already_given_is_drawn_again_for_all_of_them(db, sign, monkeypatch):
    drawn = iter([f"M 222 222 {n}{n}{n}" for n in (2, 3, 3, 4, 5, 6)])
    monkeypatch.setattr(submissions, "new_number", lambda: next(drawn))
    send_with_rows(db, sign)
    assert [one.number for one in receipts_of(db, "1" * 32, "2" * 32, KEY)] == [f"M 222 222 {n}{n}{n}" for n in (4, 5, 6)]


def test_the_receipt_is_signed_over_the_answers_and_short_enough_for_a_qr_code(db, sign, keys):
    kept = send(db, INGER, sign)
    payload = receipts.verify(kept.receipt.jws, receipts.Signer(keys.keys["receipt"]).jwks())
    assert payload["sha256"] == sha256(canonical("rats", 1, {"where": "in the yard"}, kept.receipt.salt)).hexdigest()
    assert payload["case"] == kept.receipt.number and payload["at"] == "2026-11-24T09:30:00+01:00"
    assert len(kept.receipt.jws) < 500


def test_a_case_opens_for_its_owner_and_is_not_there_for_a_stranger(db, sign):
    kept = send(db, INGER, sign, new=rats(tasks=[{"id": "consent", "say": "…", "who": "other", "name": "Ole"}]))
    whole = wait(cases.get(db, INGER, kept.case))
    assert whole.case.receipt == kept.receipt and whole.tasks[0]["name"] == "Ole"
    assert whole.content["answers"] == {"where": "in the yard"}
    with pytest.raises(NotFound):
        wait(cases.get(db, YUSUF, kept.case))


def test_my_page_shows_the_newest_first_and_turns_pages_without_a_gap(db, sign):
    sent = [send(db, INGER, sign, key=f"{n:032x}").case for n in range(7)]
    page = wait(cases.list_all(db, INGER, most=3))
    rest = wait(cases.list_all(db, INGER, before=page[-1].id, most=9))
    assert [one.id for one in page + rest] == sent[::-1]
    assert len(wait(cases.mine(db, INGER, most=5)).cases) == 5
    assert wait(cases.mine(db, YUSUF)).cases == []


def test_an_appointment_brings_its_case_however_old(db, sign):
    first = send(db, INGER, sign, new=rats(booking=Booking("town-hall", "2026-11-26T10:15"))).case
    for n in range(4):
        send(db, INGER, sign, key=f"{n:032x}")
    held = wait(cases.mine(db, INGER, most=2))
    assert len(held.cases) == 2 and [one.id for one in held.older] == [first] == [held.appointments[0]["case"]]
    assert wait(cases.mine(db, INGER)).older == []


def test_a_desk_time_is_booked_with_the_submission_and_never_twice(db, sign):
    booking = Booking("town-hall", "2026-11-26T10:15", seats=2)
    first = send(db, INGER, sign, new=rats(booking=booking))
    assert first.appointment["at"] == "2026-11-26T10:15"
    send(db, YUSUF, sign, new=rats(booking=booking))
    add_person(db, "p-mette")
    with pytest.raises(SlotTaken):
        send(db, resident("p-mette"), sign, key="a" * 32, new=rats(booking=booking))
    assert count(db, "appointment") == 2 and count(db, "submission") == 2


def test_a_replay_does_not_book_a_second_time(db, sign):
    booking = Booking("town-hall", "2026-11-26T10:15", seats=2)
    first = send(db, INGER, sign, new=rats(booking=booking))
    assert send(db, INGER, sign, new=rats(booking=booking)).appointment == first.appointment
    assert count(db, "appointment") == 1


@pytest.mark.parametrize(
    "late", [Booking("town-hall", "2026-11-26T10:15", firm=False), Booking("town-hall", part="morning")]
)
def test_a_time_chosen_offline_and_taken_meanwhile_is_left_to_do_and_the_rest_counts(db, sign, late):
    send(db, YUSUF, sign, new=rats(booking=Booking("town-hall", "2026-11-26T10:15")))
    kept = send(db, INGER, sign, new=rats(booking=late))
    assert kept.appointment == {} and [task["id"] for task in kept.tasks] == ["choose-time"]
    assert send(db, INGER, sign, new=rats(booking=late)).tasks == kept.tasks


def test_a_submission_without_its_photo_counts_and_the_photo_is_left_to_do(db, sign):
    kept = send(db, INGER, sign, new=rats(files=["no-such-file"]))
    assert [task["id"] for task in kept.tasks] == ["send-file"]


def test_every_submission_leaves_a_line_in_the_persons_access_log(db, sign):
    send(db, INGER, sign)
    line, look = db.read_now(audit.of_subject, INGER)[::-1]
    assert look.object.startswith("cases/own/")
    assert (line.person, line.role, line.subject, line.verb) == (INGER.person, "resident", INGER.person, "receive")
    assert db.read_now(audit.of_subject, YUSUF) == []


answers = st.recursive(
    st.text() | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet="abcxyz-_0123"), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(alphabet="abcxyz-_0123"), answers))
def test_what_the_receipt_hashes_is_canonical_json_as_the_rfc_has_it(given_answers):
    expected = rfc8785.dumps({"answers": given_answers, "service": "rats", "version": 3})
    assert canonical("rats", 3, given_answers) == expected
