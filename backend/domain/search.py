"""Find a service by everyday words, with a slip of the finger or two. The twin of `pwa/worker/domain/search.js`.

Words are compared without case, marks and Arabic vowel signs. A word counts more the fewer services hold it. Whole numbers
only, so that both sides find the same in the same order.
"""

import unicodedata
from collections.abc import Iterable
from math import log2

WORDS_MOST = 12
"""Of a long question only the first words count."""
FOUND_MOST = 7
FOLDED = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": "",
    "æ": "ae", "ø": "o", "å": "a", "ß": "ss", "ı": "i", "ł": "l", "đ": "d",
})  # fmt: skip
WEIGHTS = {"wish": 3, "words": 3, "title": 3, "for_whom": 1}
Index = dict[str, dict[str, int]]
"""service → folded word → how much it says for that service."""


def fold(text: str) -> str:
    """Small letters without marks. å becomes a like any marked letter, so "soge" finds "søge"."""
    parts = unicodedata.normalize("NFKD", text.lower().translate(FOLDED))
    return "".join(c for c in parts if not unicodedata.category(c).startswith("M")).translate(FOLDED)


def words_of(text: str) -> list[str]:
    spaced = "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in fold(text))
    return [bare(word) for word in spaced.split(" ") if word]


def bare(word: str) -> str:
    """Arabic writes "the" and "and" onto the word; without them it is the same word."""
    for head in ("وال", "بال", "ال"):
        if word.startswith(head) and len(word) - len(head) >= 3:
            return word[len(head) :]
    return word


def index(texts: dict[str, dict[str, Iterable[str]]]) -> Index:
    """`texts[service] = {"wish": [text], "words": [text, …], …}` in one language, or in several together."""
    weights: Index = {}
    held: dict[str, int] = {}
    for service, fields in texts.items():
        own = weights.setdefault(service, {})
        for field, sentences in fields.items():
            for word in (word for text in sentences for word in words_of(text)):
                own[word] = max(own.get(word, 0), WEIGHTS[field])
        for word in own:
            held[word] = held.get(word, 0) + 1
    rarity = {word: round(100 * (1 + log2(max(1, len(weights)) / n))) for word, n in held.items()}
    return {service: {word: weight * rarity[word] for word, weight in own.items()} for service, own in weights.items()}


def find(index: Index, query: str) -> list[str]:
    """Services that fit, best first; nothing when nothing fits."""
    asked = words_of(query)[:WORDS_MOST]
    scores = {service: score(asked, held) for service, held in index.items()}
    best = max(scores.values(), default=0)
    found = [s for s in sorted(scores, key=lambda s: (-scores[s], s)) if scores[s] > 0 and scores[s] * 4 >= best]
    return found[:FOUND_MOST]


def score(asked: list[str], held: dict[str, int]) -> int:
    return sum(max((likeness(word, own) * worth for own, worth in held.items()), default=0) for word in asked)


def likeness(asked: str, held: str) -> int:
    """10 for the same word, less for a beginning, a part of a compound or a slip, 0 for another word."""
    if asked == held:
        return 10
    short, long = (asked, held) if len(asked) <= len(held) else (held, asked)
    if len(short) >= 3 and long.startswith(short):
        return 8 if len(short) * 2 >= len(long) else 5
    if len(short) >= 4 and short in long:
        return 5
    slips = slips_allowed(len(asked))
    return 6 if slips and distance(asked, held, slips) <= slips else 0


def slips_allowed(length: int) -> int:
    return 0 if length < 4 else 1 if length < 8 else 2


def distance(a: str, b: str, most: int) -> int:
    """Letters left out, added, changed or swapped with their neighbour; `most` + 1 when it is more than `most`."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
