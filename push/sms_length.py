"""How long an SMS is: 160 signs of the alphabet of GSM 03.38, or 70 as soon as one sign is outside of it.

A fixed space (U+00A0), a dash or a curly quote is outside, and makes one message cost three.
"""

LATIN, OTHER = 160, 70
BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = set("\f^{}\\[~]|€")
"""Behind an escape: two signs each."""
PLAINER = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "»": '"', "«": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " "})


def plainer(text: str) -> str:
    """Signs that typesetters like, as every phone knows them."""
    return text.translate(PLAINER)


def is_latin(text: str) -> bool:
    return all(sign in BASIC or sign in TWICE for sign in text)


def length(text: str) -> int:
    if is_latin(text):
        return len(text) + sum(sign in TWICE for sign in text)
    return len(text.encode("utf-16-le")) // 2


def fits(text: str) -> bool:
    """In one message."""
    return length(text) <= (LATIN if is_latin(text) else OTHER)
