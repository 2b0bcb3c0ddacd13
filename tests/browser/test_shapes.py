"""Pages that differ in their words alone are looked at once; one that takes another turn of a template is looked at too."""

import json

import pytest

from tests.browser.shapes import Shapes, longest
from tests.browser.town import Town

QUESTION = "services/rats/where"
TURNED = {
    "a mistake": {"errors": [{"field": "where", "code": "empty"}]},
    "no hint": {"hint": ""},
    "no hint, optional": {"hint": "", "optional": "yes"},
    "something we know": {"known": [{"label": "nemkonto", "kind": "text", "text": "1234"}]},
    "its number": {"number": 3, "total": 7},
}


@pytest.fixture(scope="module")
def question(town: Town) -> dict[str, object]:
    """The context of a question with a hint, as the server tells it."""
    said = town.json(f"/da/{QUESTION}")
    assert said["page"] == "question" and said["hint"]
    return said


def test_a_page_seen_before_is_not_new(question: dict[str, object]) -> None:
    shapes_seen = Shapes("da")
    assert shapes_seen.new(question)
    assert not shapes_seen.new(question)


@pytest.mark.parametrize("lang", ["da", "en", "ar"])
def test_ten_copies_of_a_service_have_no_shape_of_their_own(lang: str, question: dict[str, object]) -> None:
    known = Shapes(lang)
    known.new(question)
    for number in range(10):
        assert not known.new(json.loads(json.dumps(question).replace("rats", f"rats-{number}").replace('"where"', f'"where-{number}"')))


@pytest.mark.parametrize("turned", TURNED)
def test_another_turn_of_a_template_is_new(turned: str, question: dict[str, object]) -> None:
    known = Shapes("da")
    known.new(question)
    assert known.new(question | TURNED[turned])


def test_a_list_with_one_row_and_with_two_are_two_shapes(question: dict[str, object]) -> None:
    one = {"field": "where", "code": "empty"}
    known = Shapes("da")
    known.new(question | {"errors": [one]})
    assert known.new(question | {"errors": [one, one]})


@pytest.mark.parametrize("lang", ["da", "en", "ar"])
def test_the_longest_question_of_all_services_is_looked_at(lang: str, question: dict[str, object]) -> None:
    known = Shapes(lang)
    known.new(question)
    asked = {text for place, text in longest(lang) if place == "questions.ask"}
    assert asked and all(known.new(question | {"ask": text}) for text in asked)
