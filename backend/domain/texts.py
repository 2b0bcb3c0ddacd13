"""Typed text made plain: one form for line ends, letters, blanks and digits. The twin of `pwa/worker/domain/texts.js`.

Lists, never a library's idea of blank or digit: Python and JavaScript disagree on both.
"""

import re
import unicodedata

BLANK = "\t\v\f\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""Become one space, except the line end."""
UNSEEN = "\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
"""Go away. U+200C and U+200D stay: Persian and joined emoji are written with them."""
ZEROS = [0x0660, 0x06F0, 0x0966, 0x09E6, 0xFF10]
"""Where the Arabic-Indic, Persian, Devanagari, Bengali and full-width digits begin."""
SAME_SIGNS = {"٫": ",", "٬": ".", "−": "-", "‐": "-", "‑": "-", "–": "-", "+": "+", "’": "'"}

BLANKS = re.compile(f"[{BLANK}]")
UNSEENS = re.compile(f"[{UNSEEN}]")


def lines(text: str) -> str:
    """Text of several lines, clean."""
    text = BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", UNSEENS.sub("", text)).strip(" \n")


def line(text: str) -> str:
    """Text of one line: every run of blanks is one space."""
    return re.sub(" +", " ", lines(text).replace("\n", " "))


def digits(text: str) -> str:
    """Clean, and every digit one of 0-9: for numbers, amounts, phones, days."""
    return "".join(SAME_SIGNS.get(sign, folded(sign)) for sign in line(text))


def folded(sign: str) -> str:
    for zero in ZEROS:
        if zero <= ord(sign) <= zero + 9:
            return chr(48 + ord(sign) - zero)
    return sign


def is_strange(text: str) -> bool:
    """NUL is never typed by a person, and cuts texts short in other systems."""
    return "\x00" in text
