"""Sentences out: never an id, never a gap, never a value that turns into something else."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from i18n import catalogue, messages, po
from i18n.catalogue import Catalogue, Text
from i18n.languages import chain
from tests.conftest import ROOT


def with_texts(code: str, **texts: str | tuple[str, ...]) -> Catalogue:
    found = {("", key.replace("_", " ")): Text(code, text if isinstance(text, tuple) else (text,)) for key, text in texts.items()}
    return Catalogue(code, found, frozenset(found))


def test_a_value_is_escaped_and_held_apart_for_direction() -> None:
    assert catalogue.load("en").t("Good day, {name}", {"name": "<b>&"}) == "Good day, \u2068&lt;b&gt;&amp;\u2069"


def test_a_value_that_looks_like_a_name_or_a_mark_stays_text() -> None:
    words = catalogue.load("en")
    said = words.t("{a} <link>{b}</link>", {"a": "{b}", "b": "</link><strong>", "link": '/x"y'})
    assert said == '\u2068{b}\u2069 <a href="/x&#34;y">\u2068&lt;/link&gt;&lt;strong&gt;\u2069</a>'


def test_plain_text_holds_no_marks_and_no_isolates() -> None:
    words = catalogue.load("en")
    assert words.plain("<strong>{a}</strong> & {b}", {"a": "1\xa0234\u200f", "b": "\u2068x\u2069"}) == "1 234 & x"


@pytest.mark.parametrize("value", [None, True, 1.5, [], {}, 2**53])
def test_what_is_neither_text_nor_a_whole_number_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        catalogue.load("en").t("Good day, {name}", {"name": value})


def test_a_missing_sentence_stands_in_english_and_says_so() -> None:
    said = catalogue.load("ar").t("No such sentence {name}", {"name": "x"})
    assert said == '<span class="foreign" lang="en" dir="ltr">No such sentence \u2068x\u2069</span>'
    assert catalogue.load("ar").plain("No such sentence") == "No such sentence"


def test_a_service_s_sentence_is_looked_for_among_the_services_alone() -> None:
    words = with_texts("da", Back="Tilbage")
    assert words.say("Back") == "Tilbage" and words.say("") == ""
    assert 'lang="en"' in words.say("Elsewhere")


def texts_in(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from texts_in(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each, key)
    elif isinstance(value, str) and value and key in messages.SENTENCES:
        yield value


@pytest.mark.parametrize("file", sorted((ROOT / "backend/services").glob("*.toml")), ids=lambda file: file.stem)
@pytest.mark.parametrize("code", ["da", "ar"])
def test_every_sentence_of_a_service_file_is_spoken_in_the_readers_language(code: str, file: Path) -> None:
    """Wherever it stands in the file: `[[bring]]` beside `bring = [...]` was once passed over."""
    words = catalogue.load(code)
    found = list(texts_in(tomllib.loads(file.read_text("utf-8"))))
    assert len(found) > 20
    assert [text for text in found if words.said(text).lang != code] == []


def test_every_chain_of_fallbacks_ends_in_english() -> None:
    assert chain("en") == ["en"] and chain("da") == ["da", "en"] and chain("ar")[-1] == "en"


def entry(text: str, *forms: str, plural: str = "", fuzzy: bool = False) -> po.Entry:
    return po.Entry(text, plural=plural, forms=list(forms), flags=["fuzzy"] if fuzzy else [])


@pytest.mark.parametrize(
    ("made", "usable"),
    [
        (entry("Hi {name}", "Hej {name}"), True),
        (entry("Hi {name}", "Hej {navn}"), False),
        (entry("Hi {name}", "Hej"), False),
        (entry("Hi {name}", "Hej {name"), False),
        (entry("See <link>it</link>", "Se det"), False),
        (entry("See <link>it</link>", "Se <link>det</link>"), True),
        (entry("{n} day", "En dag", "{n} dage", plural="{n} days"), True),
        (entry("{n} day", "{n} dag", "Mange dage", plural="{n} days"), False),
        (entry("{n} day", "{n} dag", plural="{n} days"), False),
    ],
)
def test_a_translation_that_could_not_be_filled_is_not_used(made: po.Entry, usable: bool) -> None:
    assert catalogue.fits(made, "da") is usable


def test_an_outdated_translation_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "da").mkdir()
    po.write(tmp_path / "da" / "services.po", "da", [entry("You must pay", "Du skal ikke betale", fuzzy=True)])
    assert "Du skal" not in catalogue.load("da", [tmp_path]).say("You must pay")


def test_a_municipality_s_own_sentences_stand_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "ar").mkdir()
    po.write(tmp_path / "ar" / "services.po", "ar", [entry("Borrow a bicycle", "استعارة دراجة")])
    words = catalogue.load("ar", [tmp_path])
    assert words.say("Borrow a bicycle") == "استعارة دراجة"
    assert catalogue.said(words)["Borrow a bicycle"] == "استعارة دراجة"


def test_a_broken_file_costs_its_own_sentences_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "da").mkdir()
    (tmp_path / "da" / "services.po").write_text("not a po file")
    assert catalogue.load("da", [tmp_path]).t("Back") == "Tilbage"
    assert "unreadable" in caplog.text


def test_an_unchecked_language_says_so_in_three_languages() -> None:
    notices = catalogue.load("ar").about["notices"]
    assert [one["code"] for one in notices] == ["ar", "da", "en"] and notices[0]["dir"] == "rtl"
    assert catalogue.load("da").about["notices"] == []


def test_english_needs_no_table_of_the_services_sentences() -> None:
    words = catalogue.load("en")
    assert catalogue.bundle(words, [("", "Back", "")])["messages"] == {"asked": ["Back"]}
    assert catalogue.said(words) is None


MARKS = json.loads((Path(__file__).parents[1] / "cases" / "marks.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", MARKS, ids=lambda case: case["mark"])
def test_a_sentence_has_the_same_mark_here_and_on_the_phone(case: dict[str, str]) -> None:
    assert catalogue.mark(case["text"]) == case["mark"]


def test_two_sentences_that_a_phone_would_take_for_one_are_refused() -> None:
    with pytest.raises(ValueError, match="share a mark"):
        catalogue.said(with_texts("da", costarring="medvirkende", liquid="flydende"))


def test_pseudo_languages_show_clipped_glued_and_forgotten_text() -> None:
    long, turned = catalogue.load("qps-long"), catalogue.load("qps-rtl")
    said = long.t("Good day, {name}", {"name": "Inger"})
    assert said.startswith("[") and said.endswith("]") and "\u2068Inger\u2069" in said and len(said) > 1.4 * 16
    assert turned.dir == "rtl" and turned.plain("Back") == "Back" and "\u202e" in turned.t("Back")


def test_words_to_search_by_stay_with_the_server(tmp_path: Path) -> None:
    (tmp_path / "da").mkdir()
    found = po.Entry("bike, bicycle", forms=["cykel, cykler"], notes=["where: bikes   kind: search words"])
    po.write(tmp_path / "da" / "services.po", "da", [found])
    words = catalogue.load("da", [tmp_path])
    assert words.plain_say("bike, bicycle") == "cykel, cykler"
    assert "bike, bicycle" not in catalogue.said(words)
