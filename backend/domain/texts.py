"""Typed text made plain: one form for line ends, letters, blanks and digits. The twin of `pwa/worker/domain/texts.js`.

Lists, never a library's idea of blank or digit: Python and JavaScript disagree on both.
"""

import re
import unicodedata

BLANK = "\t\v\f\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""Become one space, except the line end."""
UNSEEN = "\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
"""Go away. U+200C and U+200D stay: Persian and joined emoji are written with them."""
ZEROS = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0x0F20,
    0x1040, 0x17E0, 0xFF10,
]  # fmt: skip
"""Where the digits begin: Arabic-Indic, Persian, N'Ko, ten scripts of India, Thai, Lao, Tibetan, Burmese, Khmer, full-width."""
SAME_SIGNS = {
    "٫": ",", "،": ",", "，": ",", "、": ",", "٬": ".", "．": ".", "。": ".", "／": "/", "⁄": "/", "∕": "/", "\u060d": "/",
    "−": "-", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "－": "-", "﹣": "-", "⁃": "-", "＋": "+", "’": "'", "（": "(", "）": ")",
}  # fmt: skip
"""Signs of other scripts and keyboards that stand for one of ours. U+060D is the Arabic date separator."""
SAME_LETTERS = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ھ": "ه"}
"""Arabic letters that people write for one another: with and without hamza, Persian and Urdu keyboards."""

BLANKS = re.compile(f"[{BLANK}]")
UNSEENS = re.compile(f"[{UNSEEN}]")
ORNAMENTS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]")
"""Vowel signs, the stretched line (tatweel) and joiners."""


MOST = 20_000
"""No answer is half as long: of more, only so much is looked at, and that is told to be too long."""
MARKS_MOST = 30
"""On one letter (Unicode Standard Annex 15, Stream-Safe Text Format): thousands in a row take minutes to put in order."""


def lines(text: str) -> str:
    """Text of several lines, clean."""
    text = stream_safe(text[:MOST])
    text = BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", UNSEENS.sub("", text)).strip(" \n")


def stream_safe(text: str) -> str:
    """At most 30 marks in a row."""
    if text.isascii():
        return text
    kept, row = [], 0
    for sign in text:
        row = row + 1 if unicodedata.category(sign)[0] == "M" else 0
        if row <= MARKS_MOST:
            kept.append(sign)
    return "".join(kept)


def line(text: str) -> str:
    """Text of one line: every run of blanks is one space."""
    return re.sub(" +", " ", lines(text).replace("\n", " "))


def digits(text: str) -> str:
    """Clean, and every digit one of 0-9: for numbers, amounts, phones, days."""
    return "".join(SAME_SIGNS.get(sign, folded(sign)) for sign in line(text))


def with_our_digits(text: str) -> str:
    """Text of one line in which only the digits are changed: a house number read by everybody."""
    return "".join(map(folded, line(text)))


def letters(text: str) -> str:
    """How a name is compared: small letters, and of Arabic the letters alone."""
    return "".join(SAME_LETTERS.get(sign, sign) for sign in ORNAMENTS.sub("", line(text).lower()))


def folded(sign: str) -> str:
    if sign < "\x80":
        return sign
    for zero in ZEROS:
        if zero <= ord(sign) <= zero + 9:
            return chr(48 + ord(sign) - zero)
    return sign


def is_strange(text: str) -> bool:
    """NUL is never typed by a person, and cuts texts short in other systems."""
    return "\x00" in text
