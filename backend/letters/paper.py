"""A letter on paper: A4 for a window envelope, tagged PDF, the five answers on top; many letters in one file.

The same words give the same bytes. The words go in as JSON and are never read as Typst.
"""

import msgspec
from msgspec import Struct

from backend.domain.letters import ANSWERS, Letter, Part, Text, parts
from backend.letters.filling import filled
from backend.letters.typesetting import typeset
from i18n.catalogue import Catalogue

LINES = 6
"""Of an address, that fit into the window."""


class Answer(Struct, frozen=True):
    heading: str
    text: str


class Version(Struct, frozen=True):
    """A letter in one language. `note` stands above it, `help` below, `dated` beside the address."""

    lang: str
    dir: str
    title: str
    answers: list[Answer]
    parts: list[Part]
    dated: str = ""
    note: str = ""
    help: str = ""


class Printable(Struct, frozen=True):
    """`sender`: the town's own address in one line, above the window's; `to`: hers, at most `LINES`. `foot`: what the letter is
    found by, on each page. The version that she reads comes first."""

    town: str
    sender: str
    to: list[str]
    versions: list[Version]
    foot: str = ""


def printable(
    letter: Letter, words: Catalogue, original: Catalogue, *, to: list[str], town: str, sender: str, phone: str, on: str
) -> Printable:
    """`words`: of the language she reads, `original`: of the one with legal weight, which follows hers. `on`: the day it is
    available. ValueError for an address that does not fit the window."""
    if not 1 < len(to) <= LINES:
        raise ValueError("address")
    own = words if words.code in letter.texts else original
    versions = [version(letter.texts[own.code], own, phone, on)]
    if own is not original:
        # i18n: where: letter on paper, above the same letter in Danish  kind: text
        note = own.plain("The same letter in Danish. It is the one that counts.")
        versions.append(version(letter.texts[original.code], original, phone, on, note, own))
    return Printable(town, sender, to, versions, letter.number or letter.case_number)


def version(text: Text, words: Catalogue, phone: str, on: str, note: str = "", noted: Catalogue | None = None) -> Version:
    asked = headings(words)
    answers = [Answer(asked[name], getattr(text.summary, name)) for name in ANSWERS]
    # i18n: where: letter on paper, last line  kind: text  {phone} e.g. "33 66 33 66"
    ring = words.plain("Questions? Call {phone}.")
    ring = str(filled(ring, {"phone": words.formats.phone(phone)}, words.dir))
    return Version(words.code, words.dir, text.title, answers, parts(text.body), words.formats.date(on), note, ring)


def headings(words: Catalogue) -> dict[str, str]:
    """What stands above each of the five answers."""
    return {
        # i18n: where: letter on paper  kind: heading
        "what": words.plain("What has happened?"),
        # i18n: where: letter on paper  kind: heading
        "must": words.plain("What must I do?"),
        # i18n: where: letter on paper  kind: heading
        "by_when": words.plain("By when?"),
        # i18n: where: letter on paper  kind: heading
        "otherwise": words.plain("What if I do not?"),
        # i18n: where: letter on paper  kind: heading
        "who": words.plain("Who can help me?"),
    }


def letter_pdf(letters: list[Printable], both_sides: bool = True) -> bytes:
    """Each letter begins on a sheet of its own, counts its own pages; `both_sides` leaves a back empty where it must."""
    if not letters:
        raise ValueError("letters")
    return typeset("letter.typ", {"letters": msgspec.json.encode(letters).decode(), "sides": "2" if both_sides else "1"})
