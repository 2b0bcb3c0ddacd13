"""Which form a number takes, for our languages and for those to come."""

import subprocess

import pytest
from babel import Locale

from i18n import cldr
from i18n.languages import languages
from i18n.plurals import forms, header, module, rule
from tests.pwa.twins import need_node

BOXES = {
    "da": ["one", "other"], "en": ["one", "other"], "tr": ["one", "other"], "fa": ["one", "other"],
    "pl": ["one", "few", "many"], "uk": ["one", "few", "many"], "bs": ["one", "few", "other"],
    "ro": ["one", "few", "other"], "ar": ["zero", "one", "two", "few", "many", "other"],
    "fr": ["one", "many", "other"], "zh": ["other"], "so": ["one", "other"], "hi": ["one", "other"],
}  # fmt: skip


@pytest.mark.parametrize("code", BOXES)
def test_a_translator_gets_the_boxes_whole_numbers_can_reach(code: str) -> None:
    assert cldr.plural(Locale.parse(code))["forms"] == BOXES[code]


@pytest.mark.parametrize("code", ["da", "en", "ar"])
def test_the_rule_is_the_one_of_cldr(code: str) -> None:
    judge = Locale.parse(code).plural_form
    assert all(forms(code)[rule(code)(n)] == judge(n) for n in range(2001))


def test_arabic_counts_102_as_other_and_11_as_many() -> None:
    """The table that comes with common tools swaps these two."""
    assert [forms("ar")[rule("ar")(n)] for n in (0, 1, 2, 3, 10, 11, 99, 100, 102, 103)] == [
        "zero", "one", "two", "few", "few", "many", "many", "other", "other", "few",
    ]  # fmt: skip
    assert header("ar").startswith("nplurals=6; plural=(n == 0 ? 0 : ")


def test_node_reads_the_same_rules() -> None:
    codes = list(languages())
    script = module(codes).replace("export ", "") + (
        "console.log(JSON.stringify(Object.fromEntries(Object.entries(plurals).map("
        "([c, f]) => [c, Array.from({length: 2001}, (_, n) => f(n)).join('')]))))"
    )
    out = subprocess.run([need_node(), "-e", script], capture_output=True, text=True, check=True).stdout
    assert out.strip() == (
        "{" + ",".join(f'"{code}":"{"".join(str(int(rule(code)(n))) for n in range(2001))}"' for code in codes) + "}"
    )
