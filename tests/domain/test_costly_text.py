"""Typed text that costs much to read costs no more than any other: nobody stops the town with one answer."""

import unicodedata

import pytest

from backend.domain import kinds, texts
from backend.domain.conditions import Scope
from backend.domain.services import Question

ROWS_OF_MARKS = "a" + "\u0301\u0316" * 800_000
LONG = "z" * 8_000_000


@pytest.mark.parametrize("text", [ROWS_OF_MARKS, LONG, "\u0301" * 3_000_000, "é\u0316" * 900_000, " " * 5_000_000], ids=["marks", "long", "only marks", "pairs", "blanks"])
def test_only_so_much_of_it_is_ever_put_in_order(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is costly is seen, not timed: how much text, and how many marks in a row, reach the step that sorts them."""
    real, met = unicodedata.normalize, []
    monkeypatch.setattr(texts.unicodedata, "normalize", lambda form, one: met.append(one) or real(form, one))
    texts.digits(text)
    texts.lines(text)
    assert met and all(len(one) <= texts.MOST and longest_row(one) <= texts.MARKS_MOST for one in met)


def longest_row(text: str) -> int:
    most = row = 0
    for sign in text:
        row = row + 1 if unicodedata.category(sign)[0] == "M" else 0
        most = max(most, row)
    return most


def test_an_answer_too_long_is_told_so_and_a_person_s_marks_stay() -> None:
    asked = Question(id="street", kind="text", ask="Where?")
    assert kinds.invalid(asked, LONG, Scope({}, {}, "2026-11-27", {}, {}))["code"] == "too-long"
    assert texts.line("x" + "\u0301" * 29) == "x" + "\u0301" * 29
    assert len(texts.line("x" + "\u0301" * 500)) == 31
