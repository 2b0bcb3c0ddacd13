"""What the authority does with a message, and what the second of two is told."""

from datetime import timedelta

import pytest

from backend.domain.actors import SYSTEM
from backend.domain.errors import MessageDone, NotFound, TooLate
from backend.store import audit, files, letters, message_work, messages
from backend.store.messages import To
from tests.people import INGER, YUSUF
from tests.store.conftest import KEY, NOW, count, wait
from tests.store.staffed import MARIE, OLE, PASSPORTS, acting
from tests.store.test_casework import staffed  # noqa: F401
from tests.store.test_files import picture
from tests.store.test_letters import write
from tests.store.test_messages import send, written
from tests.uploaded import Uploaded
from tests.written import letter

SOON, LATER = NOW + timedelta(seconds=59), NOW + timedelta(seconds=61)


def place(db, message, staff=MARIE):
    return wait(message_work.place(db, staff, message))


def answer(db, here, staff=MARIE, now=NOW):
    wait(message_work.answer(db, acting(staff), here, letter(), now))


def listed(db, *subjects):
    return [one.id for one in wait(message_work.waiting(db, subjects or ("rats", "other")))]


def test_what_waits_stands_oldest_first_over_all_subjects_and_page_by_page(staffed):  # noqa: F811
    ids = [send(staffed, key=f"{n:032x}", to=To(subject)).id for n, subject in enumerate(["other", "rats", "other", "passport"])]
    assert listed(staffed) == ids[:3]
    first = wait(message_work.waiting(staffed, ("rats", "other"), most=1))
    assert [one.id for one in wait(message_work.waiting(staffed, ("rats", "other"), after=first[-1].row))] == ids[1:3]
    assert wait(message_work.counts(staffed, ("rats", "other", "passport"))) == {"rats": 1, "other": 2, "passport": 1}


def test_a_message_under_another_subject_is_not_found(staffed):  # noqa: F811
    message = send(staffed, to=To("rats")).id
    for staff, act in ((PASSPORTS, "see-messages"), (PASSPORTS, "answer-messages")):
        with pytest.raises(NotFound):
            wait(message_work.place(staffed, staff, message, act))
    with pytest.raises(NotFound):
        place(staffed, "0" * 32)


def test_it_is_read_with_its_thread_and_its_photos_and_colleagues_see_by_whom(staffed):  # noqa: F811
    asked = write(staffed)
    taken = wait(files.add(staffed, INGER, Uploaded(picture()), "a.jpg", NOW))
    message = send(staffed, to=To("sick-pay", asked), one=written(files=[taken])).id
    whole = wait(message_work.get(staffed, acting(MARIE), place(staffed, message), NOW))
    assert (whole.message.written.text, [one.id for one in whole.letters], [one["name"] for one in whole.files]) == ("Her er min lønseddel.", [asked], ["a.jpg"])
    assert wait(message_work.file(staffed, acting(MARIE), place(staffed, message), taken["id"])).kind == "image/jpeg"
    [item] = wait(message_work.waiting(staffed, ("sick-pay",)))
    assert item.opened_by == "Marie Holst"


def test_no_photo_of_another_message_is_shown(staffed):  # noqa: F811
    taken = wait(files.add(staffed, YUSUF, Uploaded(picture()), "a.jpg", NOW))
    send(staffed, YUSUF, one=written(files=[taken]))
    mine = send(staffed).id
    with pytest.raises(NotFound):
        wait(message_work.file(staffed, acting(MARIE), place(staffed, mine, OLE.__class__("x", "x", ("service-centre",))), taken["id"]))


def test_the_resident_sees_that_it_was_read_and_why(staffed):  # noqa: F811
    message = send(staffed, to=To("rats")).id
    wait(message_work.get(staffed, acting(MARIE), place(staffed, message), NOW))
    wait(staffed.settle_access())
    lines = staffed.read_now(lambda tx, _: audit.looks_at_subject(tx, INGER, 2**62, 50), SYSTEM)
    looks = {(line.person, line.object) for line in lines if line.role == "desk" and line.verb == "read"}
    assert looks == {("p-marie", "letters/message"), ("p-marie", "files/message")}


def test_an_answer_is_a_letter_of_the_same_thread_that_can_be_read_a_minute_later(staffed):  # noqa: F811
    message = send(staffed, to=To("rats"))
    answer(staffed, place(staffed, message.id))
    assert listed(staffed) == [] and wait(letters.page(staffed, INGER, SOON)) == []
    [held] = wait(letters.page(staffed, INGER, LATER))
    assert held.thread == message.thread and count(staffed, "notice") > 0


@pytest.mark.parametrize("second", [lambda db, here: answer(db, here, OLE), lambda db, here: wait(message_work.nothing_to_answer(db, acting(OLE), here, NOW))])
def test_the_second_of_two_is_told_who_answered_and_sends_nothing(staffed, second):  # noqa: F811
    here = place(staffed, send(staffed, to=To("rats")).id)
    answer(staffed, here)
    with pytest.raises(MessageDone) as told:
        second(staffed, here)
    assert told.value.by == "Marie Holst" and count(staffed, "letter") == 1


def test_taken_back_within_the_minute_it_waits_again_and_no_answer_came(staffed):  # noqa: F811
    message = send(staffed, to=To("rats")).id
    answer(staffed, place(staffed, message))
    assert place(staffed, message).seconds_left(SOON) == 1
    wait(message_work.take_back(staffed, acting(MARIE), place(staffed, message), SOON))
    assert listed(staffed) == [message] and wait(letters.page(staffed, INGER, LATER)) == []
    answer(staffed, place(staffed, message))
    assert len(wait(letters.page(staffed, INGER, LATER))) == 1


def test_an_answer_that_can_be_read_is_not_taken_back(staffed):  # noqa: F811
    message = send(staffed, to=To("rats")).id
    answer(staffed, place(staffed, message))
    with pytest.raises(TooLate):
        wait(message_work.take_back(staffed, acting(MARIE), place(staffed, message), LATER))
    assert listed(staffed) == [] and len(wait(letters.page(staffed, INGER, LATER))) == 1


def test_nothing_to_answer_can_be_taken_up_again_at_any_time(staffed):  # noqa: F811
    message = send(staffed, to=To("rats")).id
    wait(message_work.nothing_to_answer(staffed, acting(MARIE), place(staffed, message), NOW))
    assert listed(staffed) == [] and place(staffed, message).done_by == "Marie Holst"
    wait(message_work.take_back(staffed, acting(OLE), place(staffed, message), NOW + timedelta(days=3)))
    assert listed(staffed) == [message]


def test_what_does_not_wait_is_not_taken_back(staffed):  # noqa: F811
    with pytest.raises(TooLate):
        wait(message_work.take_back(staffed, acting(MARIE), place(staffed, send(staffed, key=KEY, to=To("rats")).id), NOW))
