"""How hard a text is: LIX and the length of sentences. Words per sentence, plus percent words of seven letters or more."""

import re
from dataclasses import dataclass

SHORT_FORMS = re.compile(r"\b(kl|kr|nr|ca|tlf|a\.m|p\.m|e\.g)\.", re.I)
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d[\d.,:]*")
LEAST_WORDS = 50


@dataclass(frozen=True)
class Score:
    words: int
    sentences: int
    long_words: int
    longest: int
    """Words of the longest sentence."""

    @property
    def lix(self) -> float:
        return self.average + 100 * self.long_words / max(1, self.words)

    @property
    def average(self) -> float:
        return self.words / max(1, self.sentences)


def sentences(text: str) -> list[str]:
    whole = SHORT_FORMS.sub(r"\1", text)
    return [part for part in re.split(r"[.!?:…؟۔]+(?:\s|$)|\n+", whole) if WORD.search(part)]


def score(text: str) -> Score:
    parts = [WORD.findall(part) for part in sentences(text)]
    words = [word for part in parts for word in part]
    return Score(
        len(words), len(parts), sum(len(word) >= 7 and word[0].isalpha() for word in words),
        max((len(part) for part in parts), default=0),
    )  # fmt: skip
