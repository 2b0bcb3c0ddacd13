"""Numbers, money, days and clocks as people of the language write them."""

import json
import tomllib

import pytest

from backend.domain import dates
from backend.web.rendering.words import date_words
from i18n import cldr
from i18n.formats import Formats, table
from i18n.languages import ROOM, languages


def said(code: str) -> Formats:
    return Formats(table(code))


def test_danish_writes_days_money_and_clocks_as_danes_do() -> None:
    da = said("da")
    assert da.date("2026-11-24") == "tirsdag den 24. november 2026"
    assert da.money(123450) == "1.234,50\xa0kr."
    assert da.money(89100) == "891\xa0kr."
    assert da.time("2026-11-24T09:12+01:00") == "9.12"
    assert da.time("14:30") == "14.30"
    assert da.list(["mor", "far", "barn"]) == "mor, far og barn"
    assert da.phone("+4533663366") == "33 66 33 66"


def test_english_is_the_english_of_denmark() -> None:
    en = said("en")
    assert en.date("2026-11-24") == "Tuesday, 24 November 2026"
    assert en.number(1234567) == "1.234.567"


def test_arabic_has_latin_digits_and_the_clock_of_24_hours() -> None:
    ar = said("ar")
    assert ar.date("2026-11-24") == "الثلاثاء، 24 نوفمبر 2026"
    assert ar.time("14:30") == "14:30"
    assert ar.number(1234567) == "1,234,567"
    assert ar.list(["أ", "ب", "ج"]) == "أ وب وج"


@pytest.mark.parametrize("code", languages())
def test_the_tables_are_those_of_cldr(code: str) -> None:
    """A newer Babel shows here; run `medborger i18n formats` and read the difference."""
    assert json.loads(json.dumps(cldr.table(languages()[code]))) == table(code)


@pytest.mark.parametrize("code", languages())
def test_no_digit_but_ours_is_in_a_table(code: str) -> None:
    text = json.dumps(table(code), ensure_ascii=False)
    assert not any(sign.isdigit() and not sign.isascii() for sign in text)


def test_no_name_stands_for_two_months():
    """Whoever adds a language sees here which of its names mean another month elsewhere: they would be read as none."""
    words = date_words()
    for name in {name for names in words["months"] for name in names}:
        assert sum(name in names for names in words["months"]) == 1, name
        assert name not in words["fillers"]


def test_other_names_of_months_are_told_for_languages_we_have():
    more = tomllib.loads((ROOM / "month_names.toml").read_text("utf-8"))
    assert set(more) <= set(languages())
    assert all(len(one["months"]) == 12 and len(one) == 2 for one in more.values())


def test_every_name_a_page_shows_is_read():
    words = date_words()
    for code in languages():
        for kind in ("months", "months_alone", "months_short"):
            for number, name in enumerate(table(code)[kind], 1):
                assert dates.read(["1", name, "2026"], words, "2026-11-24", bool)[0] == f"2026-{number:02}-01", (code, name)
