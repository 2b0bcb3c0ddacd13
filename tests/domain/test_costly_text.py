"""Typed text that costs much to read costs no more than any other: nobody stops the town with one answer."""

import time

import pytest

from backend.domain import kinds, texts
from backend.domain.conditions import Scope
from backend.domain.services import Question

ROWS_OF_MARKS = "a" + "\u0301\u0316" * 800_000
LONG = "z" * 8_000_000


@pytest.mark.parametrize("text", [ROWS_OF_MARKS, LONG, "\u0301" * 3_000_000, "é\u0316" * 900_000, " " * 5_000_000], ids=["marks", "long", "only marks", "pairs", "blanks"])
def test_reading_it_takes_no_longer_than_a_page_of_text(text: str) -> None:
    """Compared with as much honest text as is ever read: in the same process, many times over, so that no clock of a busy
    machine decides."""
    honest = "Åse Ængel, Havnegade 4, 2. tv. " * (texts.MOST // 31)
    spent = [min(cost(one) for _ in range(3)) for one in (honest, text)]
    assert spent[1] < spent[0] * 50


def cost(text: str) -> float:
    began = time.process_time()
    texts.digits(text)
    texts.lines(text)
    return time.process_time() - began


def test_an_answer_too_long_is_told_so_and_a_person_s_marks_stay() -> None:
    asked = Question(id="street", kind="text", ask="Where?")
    assert kinds.invalid(asked, LONG, Scope({}, {}, "2026-11-27", {}, {}))["code"] == "too-long"
    assert texts.line("x" + "\u0301" * 29) == "x" + "\u0301" * 29
    assert len(texts.line("x" + "\u0301" * 500)) == 31
