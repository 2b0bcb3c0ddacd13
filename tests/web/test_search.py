"""Finding a service by everyday words and misspellings, in the reader's language."""

import pytest

from backend.domain.search import distance, fold
from tests.web.conftest import Client, see

WORDS = [
    ("en", "I am sick", "sick-pay"), ("en", "ill", "sick-pay"), ("en", "rat", "rats"), ("en", "passprot", "passport"),
    ("en", "moving house", "change-of-address"), ("en", "i saw a mouse or rats", "rats"), ("en", "addres", "change-of-address"),
    ("da", "jeg er syg", "sick-pay"), ("da", "rotte", "rats"), ("da", "rottr", "rats"), ("da", "pas", "passport"),
    ("da", "flyt", "change-of-address"), ("da", "sygdagpenge", "sick-pay"), ("ar", "جرذ", "rats"), ("ar", "pas", "passport"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "query", "service"), WORDS)
def test_everyday_words_find_the_service_among_the_first_three(phone: Client, lang: str, query: str, service: str) -> None:
    found = [row["id"] for row in see(phone, f"/{lang}/services?q={query}")["found"]]
    assert service in found[:3]


def test_nothing_fits_nonsense(phone: Client) -> None:
    assert see(phone, "/en/services?q=xyzzyqwv")["found"] == []


def test_a_query_of_any_length_is_answered(phone: Client) -> None:
    assert see(phone, "/en/services?q=" + "a" * 2000)["searched"] == 1


def test_letters_with_marks_are_found_without() -> None:
    assert fold("SØGE Ånd") == "soge and"
    assert fold("إقامة") == fold("اقامه")


def test_two_swapped_letters_are_one_slip() -> None:
    assert distance("passprot", "passport", 2) == 1
    assert distance("rat", "passport", 2) == 3
