"""From a posted form to a draft: what neither the cases nor the made-up journeys say in words."""

import pytest
from hypothesis import given, strategies as some

from backend.domain import answers, journeys, tasks, texts
from tests.domain.test_cases import JOURNEYS, SERVICES

TODAY = "2026-11-24"
RATS = SERVICES["rats"]
PHOTO = journeys.Step("question", "photo", "", "photo")
HELD = {"id": "f1", "name": "rat.jpg", "bytes": 9, "sha256": "ab"}


@given(some.text())
def test_clean_text_is_clean(text: str):
    assert texts.line(texts.line(text)) == texts.line(text)
    assert texts.lines(texts.lines(text)) == texts.lines(text)


@given(some.binary(max_size=200))
def test_any_body_is_a_form(body: bytes):
    assert all(len(pair) == 2 for pair in answers.parse(body))


def test_a_photo_that_came_goes_before_later():
    taken = answers.accept(RATS, PHOTO, [["photo_later", "yes"]], {}, {}, TODAY, uploads={"photo": HELD})
    assert taken.answers == {"photo": HELD}


def test_later_holds_where_the_photo_beside_it_cannot_be_used():
    for code in ("file-offline", "file-busy", "file-wrong-kind"):
        taken = answers.accept(RATS, PHOTO, [["photo_later", "yes"]], {"photo": HELD}, {}, TODAY, uploads={"photo": {"code": code}})
        assert (taken.answers, taken.errors) == ({"photo": {"later": "yes"}}, [])


def test_a_photo_stays_when_nothing_new_is_chosen():
    taken = answers.accept(RATS, PHOTO, [["do", "continue"]], {"photo": HELD}, {}, TODAY)
    assert taken.answers == {"photo": HELD}


def test_a_photo_that_could_not_be_read_leaves_the_old_one():
    taken = answers.accept(RATS, PHOTO, [], {"photo": HELD}, {}, TODAY, uploads={"photo": {"code": "file-broken"}})
    assert taken.answers == {"photo": HELD}
    assert taken.errors == [{"field": "photo", "code": "file-broken", "say": "", "n": 0, "date": ""}]


def test_what_is_typed_stays_when_the_language_changes():
    where = journeys.Step("question", "where", "", "where")
    fields = [["where_street", "Havn\x00egade"], ["where_town", "Hav"], ["do", "lang:ar"], ["draft", "x"]]
    assert answers.typed(RATS, where, fields, {"phone": "33"}) == {"phone": "33", "where_street": "Havnegade", "where_town": "Hav"}


def test_a_row_taken_away_asks_one_more_again():
    rows = [{"id": "r1", "answers": {"employer-name": "A"}, "more": "yes"}, {"id": "r2", "answers": {"employer-name": "B"}, "more": "no"}]
    left = answers.without_row({"employers": rows}, "employers", "r2")
    assert left == {"employers": [{"id": "r1", "answers": {"employer-name": "A"}, "more": ""}]}


@pytest.mark.parametrize("answer", [None, True, 5, [], {}, "x\x00", {"street": 1, "postcode": "", "town": ""}, [{"id": "r1"}]])
def test_a_stored_answer_that_is_none_leads_back_to_its_question(answer: object):
    assert journeys.walk(RATS, {"where": answer}, {}, TODAY).at.path == "where"


# ---- the whole submission -----------------------------------------------------------------------------------

ADDRESS = {"street": "Skovvej 2", "postcode": "2730", "town": "Havneby"}
MOVE = {
    "new-address": ADDRESS, "move-day": "2026-11-19", "home": "own", "others-there": "no", "for-a-time": "no",
    "protect": "no", "true-and-complete": "yes",
}  # fmt: skip
MOVING, INGER = SERVICES["change-of-address"], JOURNEYS["facts"]["inger"]


def test_what_was_right_when_send_was_pressed_is_received():
    judged = journeys.judge(MOVING, MOVE, INGER, "2026-11-30", {"facts": INGER, "on": TODAY})
    assert judged.errors == []
    assert judged.kept == MOVE


def test_what_was_wrong_then_is_refused():
    judged = journeys.judge(MOVING, MOVE, INGER, "2026-11-30", {"facts": INGER, "on": "2026-11-29"})
    assert judged.errors == [{"question": "too-late", "row": "", "code": "ending"}]


@pytest.mark.parametrize("on", ["2026-12-24", "2026-01-01", "soon", None])
def test_a_day_nobody_can_believe_is_not_believed(on: object):
    assert journeys.judge(MOVING, MOVE, INGER, "2026-11-30", {"facts": INGER, "on": on}).errors


def test_a_fact_that_changed_meanwhile_becomes_a_task():
    passport = SERVICES["passport"]
    kept = {"why": "renew", "old-at-hand": "yes", "show-who": "licence", "photo": "own", "travel-day": "", "true-and-complete": "yes",
            "time": {"wish": "yes", "desk": "d1", "part": "morning"}}  # fmt: skip
    then = {"facts": {**INGER, "person.passport_until": "2026-12-01"}, "on": TODAY}
    judged = journeys.judge(passport, kept, INGER, TODAY, then)
    assert judged.errors == []
    assert [(todo["id"], todo["why"]) for todo in tasks.to_look_at(passport, judged.changed, {})] == [("changed.why", "changed")]


@pytest.mark.parametrize(("was", "is_now"), [(False, 0), ([True], [1]), ({"a": [1]}, {"a": [True]}), ("", None), ([], {}), ([1], [1, 2]), ({"a": 1}, {})])
def test_a_fact_of_another_kind_is_another_fact(was: object, is_now: object):
    assert not journeys.alike(was, is_now) and not journeys.alike(is_now, was)
    assert journeys.alike(was, was) and journeys.alike({"b": is_now, "a": was}, {"a": was, "b": is_now})


def test_declarations_not_made_are_named():
    judged = journeys.judge(MOVING, {**MOVE, "true-and-complete": ""}, INGER, TODAY)
    assert judged.errors == [{"question": "true-and-complete", "row": "", "code": "declaration-empty"}]


def test_answers_nobody_asked_for_are_not_kept():
    judged = journeys.judge(MOVING, {**MOVE, "host-name": "Bo", "constructor": "x"}, INGER, TODAY)
    assert judged.kept == MOVE


def test_a_phone_that_knew_no_family_leaves_a_task_to_say_who_moves():
    family = JOURNEYS["facts"]["family"]
    judged = journeys.judge(MOVING, MOVE, family, TODAY, {"facts": {}, "on": TODAY})
    assert judged.errors == []
    assert "who-moves" in [todo["id"] for todo in tasks.of(MOVING, judged.kept, family, TODAY)]


def test_every_code_of_a_mistake_has_its_sentence_in_the_pages(root):
    sentences = (root / "pwa" / "templates" / "macros" / "problems.html").read_text("utf-8")
    assert [code for code in answers.CODES if code != "say" and f'"{code}"' not in sentences] == []
