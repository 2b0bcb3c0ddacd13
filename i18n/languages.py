"""The languages we carry: `languages.toml`, plus the two pseudo-languages that only tests ask for."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOM = Path(__file__).parent
ALWAYS = ("da", "en")
"""Every chain of fallbacks ends here: en is whole by construction, da by a gate."""

UNCHECKED = "A machine has translated this page. No person has checked it yet. The Danish text applies."
"""Stands on every page of a language in draft: in that language, and, as it is itself unchecked, in da and en."""


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    dir: str
    cldr: str
    currency: str
    fallback: str
    state: str
    written_by: str
    role: str = ""
    date: str = ""

    @property
    def folder(self) -> Path:
        return ROOM / self.code


PSEUDO = {
    "qps-long": Language("qps-long", "[Ŀöñĝ]", "ltr", "en_DK", "kr.", "en", "draft", "machine"),
    "qps-rtl": Language("qps-rtl", "[Rtl]", "rtl", "en_DK", "kr.", "en", "draft", "machine"),
}


@cache
def languages() -> dict[str, Language]:
    """Those in `languages.toml`, in its order."""
    table = tomllib.loads((ROOM / "languages.toml").read_text("utf-8"))
    return {code: Language(code=code, written_by=row.pop("from"), **row) for code, row in table.items()}


def offered(drafts: bool) -> list[str]:
    """Codes that residents may choose: drafts only where the operator offers them."""
    return [code for code, one in languages().items() if drafts or code in ALWAYS or one.state != "draft"]


def language(code: str) -> Language:
    """KeyError for a code we do not carry."""
    return PSEUDO.get(code) or languages()[code]


def chain(code: str) -> list[str]:
    """Where to look for a sentence, in order: the language, its fallbacks, then da and en.

    English, whose sentences are the ids, always answers, so nothing ever stands after it.
    """
    found: list[str] = []
    while code != "en" and code not in found:
        found.append(code)
        code = language(code).fallback
    return [*found, "en"]
