"""Find a service by everyday words, with a slip of the finger or two. Pure: the phone can do the same offline.

Words are compared without case, marks and Arabic vowel signs. A word counts more the fewer services hold it.
"""

import unicodedata
from collections.abc import Iterable
from math import log2

WORDS_MOST = 12
"""Of a long question only the first words count."""
FOLDED = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": "",
    "æ": "ae", "ø": "o", "å": "a", "ß": "ss", "ı": "i", "ł": "l", "đ": "d",
})  # fmt: skip
WEIGHTS = {"wish": 3, "words": 3, "title": 3, "for_whom": 1}


def fold(text: str) -> str:
    """Small letters without marks. å becomes a like any marked letter, so "soge" finds "søge"."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(FOLDED))
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(FOLDED)


def words_of(text: str) -> list[str]:
    folded = fold(text)
    spaced = "".join(c if c.isalnum() else " " for c in folded)
    return [bare(word) for word in spaced.split()]


def bare(word: str) -> str:
    """Arabic writes "the" and "and" onto the word; without them it is the same word."""
    for head in ("وال", "بال", "ال"):
        if word.startswith(head) and len(word) - len(head) >= 3:
            return word[len(head) :]
    return word


class Index:
    """`texts[service] = {"wish": [text], "words": [text, …], …}` in one language, or in several together."""

    def __init__(self, texts: dict[str, dict[str, Iterable[str]]]) -> None:
        self.words: dict[str, dict[str, int]] = {}
        for service, fields in texts.items():
            weights = self.words.setdefault(service, {})
            for field, said in fields.items():
                for word in (w for text in said for w in words_of(text)):
                    weights[word] = max(weights.get(word, 0), WEIGHTS[field])
        count = max(1, len(self.words))
        held: dict[str, int] = {}
        for weights in self.words.values():
            for word in weights:
                held[word] = held.get(word, 0) + 1
        self.rarity = {word: 1 + log2(count / n) for word, n in held.items()}

    def find(self, query: str, most: int = 7) -> list[str]:
        """Services that fit, best first; nothing when nothing fits."""
        asked = words_of(query)[:WORDS_MOST]
        scores = {service: self.score(asked, weights) for service, weights in self.words.items()}
        best = max(scores.values(), default=0)
        found = [s for s in sorted(scores, key=lambda s: (-scores[s], s)) if scores[s] > 0 and scores[s] >= best / 4]
        return found[:most]

    def score(self, asked: list[str], weights: dict[str, int]) -> float:
        return sum(
            max((likeness(word, held) * weight * self.rarity[held] for held, weight in weights.items()), default=0)
            for word in asked
        )


def likeness(asked: str, held: str) -> float:
    """1 for the same word, less for a beginning, a part of a compound or a slip, 0 for another word."""
    if asked == held:
        return 1.0
    short, long = sorted((asked, held), key=len)
    if len(short) >= 3 and long.startswith(short):
        return 0.8 if len(short) * 2 >= len(long) else 0.5
    if len(short) >= 4 and short in long:
        return 0.5
    slips = slips_allowed(len(asked))
    return 0.6 if slips and distance(asked, held, slips) <= slips else 0.0


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
