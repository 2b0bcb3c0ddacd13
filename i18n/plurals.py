"""Which of a language's forms a whole number takes: one expression per language, read by three machines."""

import json
from collections.abc import Callable, Iterable
from functools import cache
from gettext import c2py  # the standard library's own reader of a Plural-Forms line; it takes nothing but C

from i18n.formats import table


@cache
def rule(code: str) -> Callable[[int], int]:
    return c2py(table(code)["plural"]["rule"])


@cache
def forms(code: str) -> list[str]:
    return table(code)["plural"]["forms"]


def header(code: str) -> str:
    """The PO header's line. Never taken from elsewhere: other tables swap the Arabic forms."""
    return f"nplurals={len(forms(code))}; plural=({table(code)['plural']['rule']});"


def module(codes: Iterable[str]) -> str:
    """The worker's `plurals.js`."""
    rules = ",".join(f"{json.dumps(code)}:n=>+({squeezed(code)})" for code in codes)
    return f"export const plurals={{{rules}}}\n"


def squeezed(code: str) -> str:
    return table(code)["plural"]["rule"].replace(" ", "")
