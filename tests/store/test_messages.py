"""What a resident writes is received once, with its photos, and read by nobody else."""

import pytest

from backend.domain.errors import BadFile, KeyReused, NotFound
from backend.domain.letters import Written
from backend.store import cases, files, letters, messages
from backend.store.messages import To
from tests.people import INGER, YUSUF
from tests.store.conftest import KEY, NOW, count, send as apply, wait
from tests.store.test_letters import write
from tests.store.test_files import picture
from tests.uploaded import Uploaded


def written(text="Her er min lønseddel.", files=()):
    return Written(text, "da", NOW.isoformat(), list(files), "Vi mangler en lønseddel")


def send(db, who=INGER, key=KEY, to=None, one=None):
    return wait(messages.send(db, who, key, to or To("other"), one or written(), NOW))


def test_a_message_sent_twice_is_received_once(db):
    assert send(db) == send(db) and count(db, "message") == 1


def test_the_same_key_with_another_text_is_refused(db):
    send(db)
    with pytest.raises(KeyReused):
        send(db, one=written("Noget andet."))


def test_my_key_is_nobody_elses(db):
    assert send(db).id != send(db, YUSUF).id


def test_an_answer_stands_in_the_letters_thread_in_order(db):
    letter = write(db)
    first, second = send(db, to=To("sick-pay", letter)), send(db, key="f" * 32, to=To("sick-pay", letter))
    again = write(db, thread=letter)
    assert [one.id for one in wait(messages.of_thread(db, INGER, letter))] == [first.id, second.id]
    assert [one.id for one in wait(letters.get(db, INGER, again, NOW))[1]] == [letter, again]


def test_a_stranger_answers_no_letter_of_mine_and_reads_no_word(db):
    letter = write(db)
    mine = send(db, to=To("sick-pay", letter))
    for act in (messages.send(db, YUSUF, KEY, To("sick-pay", letter), written(), NOW), messages.get(db, YUSUF, mine.id)):
        with pytest.raises(NotFound):
            wait(act)
    assert wait(messages.of_thread(db, YUSUF, letter)) == [] and wait(messages.page(db, YUSUF)) == []


def test_a_question_about_a_case_names_it_and_nobody_elses(db, sign):
    apply(db, INGER, sign)
    [case] = wait(cases.list_all(db, INGER))
    assert db.read_now(messages.service_of_case, INGER, public_id=case.id) == "rats"
    send(db, to=To("rats", case=case.id))
    with pytest.raises(NotFound):
        send(db, YUSUF, to=To("rats", case=case.id))


def test_a_photo_goes_with_it_once_and_one_that_is_gone_stops_it_all(db):
    taken = wait(files.add(db, INGER, Uploaded(picture()), "a.jpg", NOW))
    kept = send(db, one=written(files=[taken]))
    assert kept.written.files == [taken] and wait(files.get(db, INGER, taken["id"])).name == "a.jpg"
    with pytest.raises(BadFile):
        send(db, key="f" * 32, one=written(files=[taken]))
    assert count(db, "message") == 1


def test_no_photo_of_another_goes_with_it(db):
    his = wait(files.add(db, YUSUF, Uploaded(picture()), "a.jpg", NOW))
    with pytest.raises(BadFile):
        send(db, one=written(files=[his]))


def test_what_she_wrote_stands_newest_first_page_by_page(db):
    ids = [send(db, key=f"{n:032x}").id for n in range(3)]
    first = wait(messages.page(db, INGER, most=2))
    assert [one.id for one in first + wait(messages.page(db, INGER, before=first[-1].id))] == ids[::-1]
