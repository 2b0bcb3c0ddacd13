"""The demo's mailboxes: whole letters in three languages, for the three who can be signed in as, and nothing left unfilled."""

from datetime import UTC, datetime

from backend.domain.letters import lacking
from backend.identity.demo import FEATURED
from backend.letters import demo
from i18n import catalogue

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
FOUND = list(demo.waiting(NOW, {lang: catalogue.load(lang) for lang in demo.LANGUAGES}))


def test_each_of_the_three_has_a_letter_that_asks_something_by_a_day() -> None:
    assert {one.to for one in FOUND if any(action.by for action in one.letter.actions)} == {name for name, _ in FEATURED}


def test_every_letter_has_its_five_answers_in_three_languages_and_no_gap() -> None:
    assert [lacking(one.letter) for one in FOUND] == [[]] * len(FOUND)
    for one in FOUND:
        assert list(one.letter.texts) == list(demo.LANGUAGES)
        assert "{by}" not in str(one.letter.texts) and "{on}" not in str(one.letter.texts)
