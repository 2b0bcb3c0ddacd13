"""A resident's own papers: what kinds there are, what a name may be, and how one is found again."""

import re
from collections.abc import Iterable

from backend.domain import search

KINDS = ("birth", "lease", "contract", "identity", "payslip", "health", "school")
"""Birth certificate, lease, contract, passport or card, pay slip, doctor's letter, school or exam. The templates hold the words."""
MOST_LETTERS = 80
MACHINE = re.compile(
    r"(img|image|dsc[nf]?|pxl|mvimg|dcim|photo|picture|foto|billede|scan(ned)?|screen ?shot|skærmbillede|file|fil|doc(ument)?|dokument|download"
    r"|unnamed|untitled|whatsapp (image|document)|signal|received|camscanner|adobe scan|صورة|لقطة شاشة|مستند)?[\W\d_]*(at|kl|am|pm|edit|copy|kopi|wa)?[\W\d_]*",
    re.IGNORECASE,
)
"""What cameras and programs call a file: nobody finds a paper again by that."""
CODE = re.compile(r"[0-9a-f-]{16,}", re.IGNORECASE)


def suggested(file: str) -> str:
    """A name from the file's own, where somebody has given it one; else ""."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", file)
    name = tidy(stem.replace("_", " "))
    return "" if MACHINE.fullmatch(stem) or CODE.fullmatch(stem) else name


def tidy(name: str) -> str:
    """One line, printable, no longer than a name may be."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:MOST_LETTERS].strip()


def is_found(query: str, texts: Iterable[str]) -> bool:
    """Every word asked for begins or lies within what is said of the paper; without case, accents and vowel signs."""
    held = search.fold(" ".join(texts))
    return all(word in held or search.bare(word) in held for word in search.fold(query).split())
