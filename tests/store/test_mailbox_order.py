"""Folders, the archive and the search of one's own letters."""

import msgspec
import pytest

from backend.domain.errors import Invalid, NotFound
from backend.domain.letters import Summary
from backend.store import folders, letter_search, letters
from backend.store.letters import ARCHIVE
from tests.people import INGER, YUSUF
from tests.store.conftest import NOW, wait
from tests.store.test_letters import page, write
from tests.written import DANISH, letter


def move(db, id, to, who=INGER):
    return wait(folders.move(db, who, id, to, NOW))


def test_a_letter_moves_and_comes_back_where_it_was(db):
    id = write(db)
    assert move(db, id, "archive") == "" and page(db) == [] and [one.id for one in page(db, folder=ARCHIVE)] == [id]
    taxes = wait(folders.make(db, INGER, "  Skat \n 2026 ", NOW))
    assert move(db, id, taxes) == "archive" and move(db, id, "") == taxes and [one.id for one in page(db)] == [id]


def test_a_removed_folder_leaves_its_letters_in_the_inbox(db):
    id, taxes = write(db), wait(folders.make(db, INGER, "Skat", NOW))
    move(db, id, taxes)
    wait(folders.rename(db, INGER, taxes, "Bolig"))
    assert [one.name for one in wait(folders.list_all(db, INGER))] == ["Bolig"]
    wait(folders.remove(db, INGER, taxes))
    assert [one.id for one in page(db)] == [id] and wait(folders.list_all(db, INGER)) == []


@pytest.mark.parametrize(("name", "code"), [(" ", "folder-empty"), ("x" * 61, "folder-long"), ("SKAT", "folder-same")])
def test_a_name_that_will_not_do_is_refused_with_its_reason(db, name, code):
    wait(folders.make(db, INGER, "Skat", NOW))
    with pytest.raises(Invalid) as refused:
        wait(folders.make(db, INGER, name, NOW))
    assert refused.value.errors[0]["code"] == code


def test_there_are_not_endlessly_many_folders(db, monkeypatch):
    monkeypatch.setattr(folders, "MOST", 1)
    wait(folders.make(db, INGER, "Skat", NOW))
    with pytest.raises(Invalid):
        wait(folders.make(db, INGER, "Bolig", NOW))


def test_a_stranger_neither_moves_my_letter_nor_uses_my_folder(db):
    mine, his, taxes = write(db), write(db, YUSUF), wait(folders.make(db, INGER, "Skat", NOW))
    for act in (
        folders.move(db, YUSUF, mine, "archive", NOW), folders.move(db, YUSUF, his, taxes, NOW), folders.remove(db, YUSUF, taxes),
        folders.rename(db, YUSUF, taxes, "x"), folders.remove(db, INGER, "archive"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            wait(act)


def found(db, asked, who=INGER):
    return [one.id for one in wait(letter_search.find(db, who, asked, NOW))[0]]


ASKED = [
    "lønseddel", "LONSEDDEL", "lonseddel åbenrå", "AABENRAA", "abenra", "kontrakt", "القرار", "قرار", "بدل المرض", "224763529" , "havneby", "lønsed",
]  # fmt: skip


@pytest.mark.parametrize("asked", [one for one in ASKED if one != "224763529"])
def test_a_letter_is_found_by_any_of_its_words_in_any_of_its_languages(db, asked):
    id = write(db)
    write(db, one=letter(texts={"da": msgspec.structs.replace(DANISH, title="Rotter", summary=Summary("a", "b", "c", "d", "e"), body=["x"])}, sender_name="Y"))
    assert found(db, asked) == [id]


@pytest.mark.parametrize("asked", ["", "  ", "?!", "lønseddel pension", "x" * 1000])
def test_every_word_must_occur_and_nothing_is_found_by_nothing(db, asked):
    write(db)
    assert found(db, asked) == []


def test_my_words_find_nothing_for_a_stranger_and_nothing_before_its_time(db):
    write(db)
    write(db, available_at=NOW.replace(year=2027))
    assert len(found(db, "lønseddel")) == 1 and found(db, "lønseddel", YUSUF) == []


def test_what_lies_in_the_archive_is_found_and_a_damaged_letter_stops_nothing(db):
    from backend.domain.actors import SYSTEM
    from backend.store.statements import Statement

    id, bad = write(db), write(db)
    move(db, id, "archive")
    spoil = Statement("x", "UPDATE letter SET sealed = x'01' WHERE public_id = :bad")
    db.write_now(lambda tx, actor: tx.run(spoil, bad=bad), SYSTEM)
    assert found(db, "lønseddel") == [id]


def test_more_than_a_page_says_that_there_is_more(db, monkeypatch):
    monkeypatch.setattr(letter_search, "PAGE", 1)
    ids = [write(db), write(db)]
    held, is_more = wait(letter_search.find(db, INGER, "lønseddel", NOW))
    assert ([one.id for one in held], is_more) == (ids[1:], True)
    assert letters.PAGE == 50
