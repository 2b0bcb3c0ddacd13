"""A short code for a page, to be read out on the phone, and the codes of failures.

The code of a page names the page only, never a person or an answer: staff type it and see the same page.
"""

import hashlib
import random
from collections.abc import Iterable
from functools import lru_cache

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 signs without 0, O, 1 and I."""
PAIRS = [one + other for one in LETTERS for other in LETTERS]


@lru_cache(4096)
def code_of(path: str) -> str:
    """Four signs for the page at `path` (without language and query)."""
    digest = int.from_bytes(hashlib.sha256(page_shape(path).encode()).digest()[:8], "big")
    return spell(digest, 4)


def page_shape(path: str) -> str:
    """Which page it is, without whose: no case, no row of a group."""
    parts = path.partition("?")[0].split("/")
    return "/".join(parts[:2] if parts[:2] == ["mine", "cases"] else parts[:3])


def page_of(code: str, pages: Iterable[str]) -> str:
    """The page a code names, "" for none. Small letters and spaces are how people type it."""
    typed = code.upper().replace(" ", "")[:10]
    return next((page for page in pages if code_of(page) == typed), "")


def fresh() -> str:
    """Six signs that join what a person reads out with the lines of the log. Each request has one; it is no secret."""
    number = random.getrandbits(30)
    return PAIRS[number & 1023] + PAIRS[number >> 10 & 1023] + PAIRS[number >> 20]


def spell(number: int, length: int) -> str:
    signs = []
    for _ in range(length):
        number, rest = divmod(number, len(LETTERS))
        signs.append(LETTERS[rest])
    return "".join(signs)
