"""The two searches find the same: the services of the house, made-up words and slips, in every language."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from backend.domain import search
from backend.domain.search import Index

SCRIPT = """
import { find, fold, wordsOf } from '%s'
const { index, queries } = JSON.parse(await new Promise((done) => { let text = ''; process.stdin.on('data', (d) => { text += d }).on('end', () => done(text)) }))
process.stdout.write(JSON.stringify(queries.map((one) => [find(index, one), fold(one), wordsOf(one)])))
"""
MODULE = Path(__file__).parents[2] / "pwa" / "worker" / "domain" / "search.js"
TEXTS = {
    "rats": {"wish": ["I have seen a rat", "Jeg har set en rotte", "رأيتُ جرذًا"], "words": ["rat, mouse, kloak, المجاري"], "title": ["Rotter"], "for_whom": ["For all"]},
    "passport": {"wish": ["I need a passport", "Jeg skal have nyt pas"], "words": ["passport, rejse, جواز السفر"], "title": ["Pas"], "for_whom": ["For citizens"]},
    "sick-pay": {"wish": ["I am ill", "Jeg er syg"], "words": ["sick, sygdagpenge, ill, مريض"], "title": ["Sygedagpenge"], "for_whom": ["For those who work"]},
}  # fmt: skip
ODD = ["", " ", "SØGE Ånd", "İstanbul ǅ ﬁ", "ß", "👩‍👩‍👧 rat", "rat\u0000pas", "الجوازات", "والجرذان", "passprot", "a" * 300, "रात", "Ｒａｔ", "1234", "x̂y", "rat,pas;syg"]


def queries(seed: int) -> list[str]:
    chance = random.Random(seed)
    words = [word for fields in TEXTS.values() for texts in fields.values() for text in texts for word in text.split()]
    return ODD + [" ".join(slipped(chance, chance.choice(words)) for _ in range(chance.randint(1, 4))) for _ in range(400)]


def slipped(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word))
    return chance.choice([word, word[:at] + word[at + 1 :], word[:at] + "q" + word[at:], word.upper(), word[: at + 1], word[::-1]])


@pytest.mark.skipif(shutil.which("node") is None, reason="NOT COMPARED: the phone's search needs node, which is not here")
def test_the_phone_finds_what_the_server_finds() -> None:
    index: Index = search.index(TEXTS)
    asked = queries(7)
    run = subprocess.run(
        ["node", "--input-type=module", "-e", SCRIPT % MODULE.as_uri()], input=json.dumps({"index": index, "queries": asked}),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    ours = [[search.find(index, one), search.fold(one), search.words_of(one)] for one in asked]
    assert [(one, a, b) for one, a, b in zip(asked, ours, json.loads(run.stdout), strict=True) if a != b] == []


def test_a_word_of_few_services_counts_more() -> None:
    assert search.find(search.index(TEXTS), "jeg er syg")[0] == "sick-pay"
