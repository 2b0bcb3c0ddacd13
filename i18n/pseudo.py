"""Two made-up languages. `qps-long`: 40 % longer, accents, brackets at both ends: a missing bracket is text cut off,
a plain word is text nobody can translate. `qps-rtl`: mirrored, so that right-to-left can be seen without reading Arabic.
"""

import re

ACCENTS = str.maketrans(
    "ABCDEGHIKLNOPRSTUYZabcdefghijklnopqrstuvwyz",
    "ÅƁÇÐÉĜĤÎĶĿÑÖÞŔŠŢÛÝŽåƀçðéƒĝĥîĵķļñöþɋŕšţûṽŵýž",
)
KEPT = re.compile(r"(\{\w+\}|</?(?:link|strong)>)")
FILL = "~ one two three four five six seven eight nine ten"


def make(code: str, text: str) -> str:
    if not text:
        return ""
    parts = KEPT.split(text)
    if code == "qps-rtl":
        return "\u202e" + "".join(part if KEPT.fullmatch(part) else f"{part}" for part in parts) + "\u202c"
    letters = "".join(part if KEPT.fullmatch(part) else part.translate(ACCENTS) for part in parts)
    more = max(2, round(0.4 * len(text)))
    padding = (FILL * (more // len(FILL) + 1))[:more].rstrip() + "~" * 2
    return f"[{letters} {padding}]"
