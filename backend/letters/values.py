"""Whatever a resident or a caseworker wrote, made into text that can be nothing else.

A value never begins a heading or a list, never ends a paragraph it did not begin, and never turns the text around it.
"""

import re
from typing import Any

from jinja2 import StrictUndefined, Undefined

from backend.domain import texts
from i18n.catalogue import BIGGEST, CLOSE, OPEN

BREAK = "\ue000"
"""Where a caseworker began a new line, until the paragraphs are parted. No value holds it: it is taken out of them first."""
OWN = str.maketrans("", "", "\0\ue000\u2068\u2069")
RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
MOST = 300
"""Characters of a value of the case. A name of ten pages is cut: it must not stop the letter that answers her."""


class Said(str):
    """Made by our sentences and formats: printed as it stands."""


class Lines(str):
    """A long text of a caseworker: its lines are paragraphs."""


class Absent(StrictUndefined):
    """A value that may be there and is not: false in `{% if %}`, an error where it would be printed."""

    def __bool__(self) -> bool:
        return False


def absent(name: str) -> Absent:
    return Absent(name=name)


def clipped(text: str) -> str:
    clean = texts.line(text[: MOST * 4])
    return clean if len(clean) <= MOST else clean[: MOST - 1].rstrip() + "…"


def piece(value: Any, direction: str) -> str:
    """A value inside a text of ours. UndefinedError for one that is not there, TypeError for what is no text."""
    if isinstance(value, Undefined):
        return str(value)  # raises, with its name
    if isinstance(value, Said):
        return isolated(str(value), direction)
    if type(value) is int and abs(value) <= BIGGEST:
        return isolated(str(value), direction)
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return isolated(texts.line(value).translate(OWN), direction)


def printed(value: Any, direction: str) -> str:
    """A value by itself, or a sentence."""
    if isinstance(value, Said):
        return str(value)
    if isinstance(value, Lines):
        rows = [isolated(row.translate(OWN).strip(), direction) for row in texts.lines(value).split("\n")]
        return BREAK.join(row for row in rows if row)
    return piece(value, direction)


def isolated(text: str, direction: str) -> str:
    """Between isolates (Unicode Standard Annex 9) where the text around it could be turned, or the value be read as a mark:
    a paragraph that begins with an isolate begins with no "## " and no "- "."""
    needs = direction == "rtl" or text[:1] in ("#", "-") or bool(RTL.search(text))
    return f"{OPEN}{text}{CLOSE}" if text and needs else text
