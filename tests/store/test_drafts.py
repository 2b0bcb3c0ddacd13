import msgspec
import pytest

from backend.domain.drafts import Draft
from backend.domain.errors import DraftMoved
from backend.store import drafts
from tests.people import INGER, PASSER_BY, VISITOR, YUSUF
from tests.store.conftest import NOW, wait

ONE = Draft(id="1" * 32, service="rats", version=1, answers={"where": "yard"}, raw={"when": "31/2"}, lang="da")


def put(db, actor, draft, **more):
    return wait(drafts.put(db, actor, draft, NOW, **more))


def changed(draft, **changes):
    return msgspec.structs.replace(draft, **changes)


def test_a_draft_comes_back_as_it_was_saved_also_what_was_typed_wrong(db):
    put(db, INGER, ONE)
    got = wait(drafts.get(db, INGER, "rats"))
    assert (got.answers, got.raw, got.revision) == (ONE.answers, ONE.raw, 1)


def test_a_draft_is_not_there_for_a_stranger_nor_for_another_guest(db):
    put(db, INGER, ONE)
    put(db, VISITOR, ONE)
    assert wait(drafts.get(db, YUSUF, "rats")) is None
    assert wait(drafts.get(db, PASSER_BY, "rats")) is None


def test_each_save_takes_the_next_revision(db):
    seen = put(db, INGER, ONE)
    assert put(db, INGER, changed(seen, answers={"where": "loft"})).revision == 2


def test_the_second_device_to_save_gets_the_firsts_draft_and_overwrites_nothing(db):
    seen = put(db, INGER, ONE)
    put(db, INGER, changed(seen, answers={"where": "phone"}))
    with pytest.raises(DraftMoved) as refused:
        put(db, INGER, changed(seen, answers={"where": "library"}))
    assert refused.value.theirs.answers == {"where": "phone"}
    assert wait(drafts.get(db, INGER, "rats")).answers == {"where": "phone"}


def test_two_devices_that_both_begin_are_told_of_each_other(db):
    put(db, INGER, ONE)
    with pytest.raises(DraftMoved):
        put(db, INGER, changed(ONE, id="2" * 32, answers={"where": "loft"}))


def test_a_save_repeated_because_its_answer_was_lost_is_the_same_save(db):
    first = put(db, INGER, ONE)
    assert put(db, INGER, ONE).revision == first.revision
    second = put(db, INGER, changed(first, answers={"where": "loft"}))
    assert put(db, INGER, changed(first, answers={"where": "loft"})).revision == second.revision == 2


def test_a_draft_deleted_or_sent_elsewhere_is_not_brought_back_in_silence(db):
    seen = put(db, INGER, ONE)
    wait(drafts.delete(db, INGER, "rats"))
    with pytest.raises(DraftMoved) as refused:
        put(db, INGER, changed(seen, answers={"where": "loft"}))
    assert refused.value.theirs is None


def test_an_older_draft_with_the_same_revision_number_does_not_replace_a_new_one(db):
    old = put(db, INGER, ONE)
    wait(drafts.delete(db, INGER, "rats"))
    put(db, INGER, changed(ONE, id="2" * 32, revision=0))
    with pytest.raises(DraftMoved):
        put(db, INGER, changed(old, answers={"where": "stale"}))


def test_the_person_may_choose_her_own_over_the_stored_one(db):
    put(db, INGER, ONE)
    mine = changed(ONE, id="2" * 32, revision=1, answers={"where": "mine"})
    assert put(db, INGER, mine, replaces=ONE.id).revision == 2
    assert wait(drafts.get(db, INGER, "rats")).id == "2" * 32
