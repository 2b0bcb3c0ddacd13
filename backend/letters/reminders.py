"""A reminder on paper: A4 for a window envelope, as a tagged PDF, in any of our languages and both directions.

The same words give the same bytes. The words go in as JSON and are never read as Typst.
"""

import msgspec
from msgspec import Struct

from backend.letters.typesetting import typeset


class Paragraph(Struct, frozen=True):
    heading: str = ""
    text: str = ""


class Reminder(Struct, frozen=True):
    """`sender` is the town's own address in one line, above the window's; `to` the lines of hers."""

    lang: str
    dir: str
    town: str
    sender: str
    to: list[str]
    subject: str
    paragraphs: list[Paragraph]


def paragraphs(text: str) -> list[Paragraph]:
    """Bare text: paragraphs are parted by an empty line; the first line of one with several is its heading."""
    parted = [one.strip().partition("\n") for one in text.split("\n\n") if one.strip()]
    return [Paragraph(first, rest) if rest else Paragraph("", first) for first, _, rest in parted]


def pdf(reminder: Reminder) -> bytes:
    """Takes some tens of milliseconds of the processor; raises RuntimeError where Typst cannot."""
    return typeset("reminder.typ", {"letter": msgspec.json.encode(reminder).decode()})
