"""A letter is written with what tells of it, read by its owner alone, and not before its time."""

from datetime import timedelta

import msgspec
import pytest

from backend.domain.actors import SYSTEM
from backend.domain.contacts import Contact
from backend.domain.errors import Invalid, NotFound
from backend.domain.letters import Action, Summary, filled
from backend.store import audit, contacts, letters, notices, persons, recipients
from backend.store.statements import Statement
from tests.people import INGER, YUSUF
from tests.store.conftest import NOW, count, wait
from tests.written import ARABIC, DANISH, letter

LATER = NOW + timedelta(days=3)


def write(db, to=INGER, one=None, now=NOW, **said):
    new = wait(letters.sealed_for(db, to.person, one or letter(), now, **said))
    db.write_now(letters.add, SYSTEM, new=new)
    return new.public_id


def page(db, who=INGER, now=NOW, **said):
    return wait(letters.page(db, who, now, **said))


def open_notices(db, who=INGER):
    rows = db.read_now(lambda tx, actor: notices.of_person(tx, actor, persons.find(tx, actor, who.person).id), SYSTEM)
    return {row.rule: (row.kind, row.weight, row.last_day) for row in rows}


def test_a_letter_stands_in_her_mailbox_whole_and_with_what_tells_of_it(db):
    id = write(db)
    [held] = page(db)
    assert (held.id, held.letter, held.opened_at, held.to_do) == (id, letter(), 0, [0])
    assert open_notices(db) == {"unread": ("tell", "light", ""), "do.0": ("act", "normal", "2026-12-08")}


def test_no_word_of_it_lies_in_clear(db, data):
    write(db)
    stored = b"".join(file.read_bytes() for file in data.iterdir() if file.is_file())
    assert b"ringer" not in stored and "lønseddel".encode() not in stored and b"lonseddel" not in stored


def test_a_stranger_finds_neither_the_letter_nor_that_there_is_one(db):
    id = write(db)
    assert page(db, YUSUF) == []
    for act in (letters.get(db, YUSUF, id, NOW), letters.opened(db, YUSUF, id, NOW), letters.done(db, YUSUF, id, 0, True, NOW)):
        with pytest.raises(NotFound):
            wait(act)


def test_a_letter_without_one_of_the_five_answers_is_refused_by_name(db):
    hollow = msgspec.structs.replace(DANISH, summary=Summary("a", "b", " ", "d", "e"), body=[""])
    with pytest.raises(Invalid) as refused:
        wait(letters.sealed_for(db, INGER.person, letter(texts={"da": hollow}), NOW))
    assert [one["field"] for one in refused.value.errors] == ["da.by_when", "da.body"]
    assert count(db, "letter") == 0


def test_before_its_time_it_is_not_there_and_can_be_taken_back_with_all_that_tells_of_it(db):
    id = write(db, available_at=LATER)
    assert page(db) == [] and db.read_now(letters.count_unread, INGER, now=int(NOW.timestamp() * 1000)) == 0
    with pytest.raises(NotFound):
        wait(letters.get(db, INGER, id, NOW))
    assert db.write_now(letters.withdraw, SYSTEM, public_id=id, now=int(NOW.timestamp() * 1000))
    assert page(db, now=LATER) == [] and open_notices(db) == {} and count(db, "mailbox") == 0


def test_what_is_hers_is_not_taken_back(db):
    id = write(db)
    assert not db.write_now(letters.withdraw, SYSTEM, public_id=id, now=int(NOW.timestamp() * 1000))
    assert len(page(db)) == 1


def test_who_gets_paper_has_it_in_the_mailbox_and_on_the_way_to_the_printer_and_is_not_told_that_it_came(db):
    wait(contacts.put(db, INGER, Contact(is_paper=True), NOW))
    id = write(db, available_at=LATER)
    assert count(db, "print_job") == 1 and set(open_notices(db)) == {"do.0"}
    db.write_now(letters.withdraw, SYSTEM, public_id=id, now=int(NOW.timestamp() * 1000))
    assert count(db, "print_job") == 0


def test_opening_is_noted_once_and_ends_what_only_tells(db):
    id = write(db)
    wait(letters.opened(db, INGER, id, NOW))
    wait(letters.opened(db, INGER, id, LATER))
    [held] = page(db, now=LATER)
    assert held.opened_at == int(NOW.timestamp() * 1000)
    assert set(open_notices(db)) == {"do.0"}
    assert [line.verb for line in lines(db)].count("open") == 1


def lines(db):
    return db.read_now(audit.of_subject, INGER)


def test_what_is_done_is_reminded_of_no_more_and_what_is_not_after_all_is_again(db):
    id = write(db)
    wait(letters.done(db, INGER, id, 0, True, NOW))
    assert wait(letters.to_do(db, INGER, NOW)) == [] and "do.0" not in open_notices(db)
    wait(letters.done(db, INGER, id, 0, False, NOW))
    assert [one.action.by for one in wait(letters.to_do(db, INGER, NOW))] == ["2026-12-08"] and "do.0" in open_notices(db)


def test_the_ladder_asks_the_mailbox_itself_before_it_tells(db):
    """Also where the notice's own row was left open by whoever wrote it."""
    id = write(db)
    wait(letters.done(db, INGER, id, 0, True, NOW))
    open_again = Statement("x", "UPDATE notice SET next_at = 1, ended_at = NULL, ended_why = ''")
    db.write_now(lambda tx, actor: tx.run(open_again), SYSTEM)
    rows = db.read_now(lambda tx, actor: notices.of_person(tx, actor, persons.find(tx, actor, INGER.person).id), SYSTEM)
    looked = db.read_now(lambda tx, actor: recipients.look(tx, actor, rows), SYSTEM)
    assert {row.rule: looked.ended[row.id] for row in rows} == {"unread": "", "do.0": "done"}


@pytest.mark.parametrize("place", [1, -1, 64])
def test_an_action_the_letter_does_not_have_is_none(db, place):
    id = write(db)
    with pytest.raises(NotFound):
        wait(letters.done(db, INGER, id, place, True, NOW))


def test_the_nearest_last_day_stands_first_and_what_is_only_to_be_read_is_no_duty(db):
    actions = [Action("payment", url="https://pay.example", by="2027-01-02"), Action("information", url="https://read.example"), Action("preparation")]
    write(db, one=letter(actions=actions))
    write(db)
    assert [(one.place, one.action.kind) for one in wait(letters.to_do(db, INGER, NOW))] == [(0, "confirm"), (0, "payment"), (2, "preparation")]


def test_the_newest_stand_first_and_each_page_goes_on_where_the_last_ended(db):
    ids = [write(db, now=NOW + timedelta(minutes=n)) for n in range(letters.PAGE + 2)]
    first = page(db, now=LATER)
    rest = page(db, now=LATER, before=first[-1].id)
    assert [one.id for one in first + rest] == ids[::-1]


def test_a_letter_to_many_opens_for_each_with_her_own_values(db):
    many = msgspec.structs.replace(DANISH, title="Til {name}", body=["Kære {name}, {else}"])
    shared = letters.sealed_for_many(db.keys, letter(texts={"da": many}), NOW)

    def deliver(tx, actor):
        row = letters.add_shared(tx, actor, shared)
        for who, name in ((INGER, "Inger {else}"), (YUSUF, "Yusuf")):
            person = persons.find(tx, actor, who.person)
            tx.run(letters.SQL.add_to_mailbox, person=person.id, letter=row, available_at=0, to_do=1,
                   merged=letters.sealed_merged(db.keys, person, shared.public_id, {"name": name}))  # fmt: skip

    db.write_now(deliver, SYSTEM)
    for who, title, body in ((INGER, "Til Inger {else}", "Kære Inger {else}, {else}"), (YUSUF, "Til Yusuf", "Kære Yusuf, {else}")):
        [held] = page(db, who)
        text = filled(held.letter.texts["da"], held.values)
        assert (text.title, text.body, held.to_do) == (title, [body], [0])


def test_what_was_sealed_for_one_recipient_opens_in_no_other_mailbox(db):
    write(db)
    move = Statement("x", "UPDATE mailbox SET person = (SELECT id FROM person WHERE public_id = :to)")
    db.write_now(lambda tx, actor: tx.run(move, to=YUSUF.person), SYSTEM)
    assert [held.letter for held in page(db, YUSUF)] == [None]


def test_one_damaged_letter_leaves_the_others_readable(db):
    write(db)
    good = write(db)
    spoil = Statement("x", "UPDATE letter SET sealed = x'01' WHERE public_id <> :good")
    db.write_now(lambda tx, actor: tx.run(spoil, good=good), SYSTEM)
    assert {held.id == good: held.letter is not None for held in page(db)} == {True: True, False: False}


def test_each_look_at_letters_is_in_her_log(db):
    write(db)
    page(db)
    wait(db.settle_access())
    assert [line.object for line in lines(db) if line.verb == "read"] == [f"letters/own/{INGER.session}"]


def test_letters_of_one_thread_stand_together_in_order(db):
    first = write(db)
    other, second = write(db), write(db, thread=first)
    held, thread = wait(letters.get(db, INGER, second, NOW))
    assert [one.id for one in thread] == [first, second] and held.id == second and other not in {one.id for one in thread}


def test_a_text_that_looks_like_a_field_is_left_where_nobody_gave_a_value():
    assert filled(ARABIC, {}) is ARABIC
    assert filled(DANISH, {"x": "y"}) == DANISH
