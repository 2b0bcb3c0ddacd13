"""The server's engine and the phone's say the same of every journey: services, facts and typing made from a seed.

A million in `make nightly`; `MEDBORGER_FUZZ=500` walks as many as it says. What parts them is printed with its seed.
"""

import json
import os
from random import Random

import pytest

from tests.conftest import NIGHTLY
from tests.domain.both import NODE, Phone, walk_here
from tests.domain.making import journey

MANY = int(os.environ.get("MEDBORGER_FUZZ", "1000000" if NIGHTLY else "10000"))
ONCE_PARTED = [10288, 366448, 481402]
"""Seeds on which the two have differed: a negative amount in a draft; a fact that was `false` and is 0 now."""
PARTS = 4
"""Side by side on as many cores as there are."""
ENOUGH = 20
"""So many that differ are a defect of every journey: the walk ends there. Fewer are all named."""
AHEAD = 8
"""Journeys that node works on while Python walks the same ones."""


@pytest.mark.long
@pytest.mark.skipif(NODE is None, reason="node is not installed: the phone's engine cannot be asked")
@pytest.mark.parametrize("part", range(PARTS))
def test_the_phone_and_the_server_agree_on_made_up_journeys(part):
    phone, asked, reached, parted = Phone(), [], set(), []
    try:
        seeds = [*ONCE_PARTED, *range(part, MANY, PARTS)]
        for at in range(len(seeds) + AHEAD):
            if at < len(seeds):
                asked.append((seeds[at], journey(Random(seeds[at]))))
                phone.ask(asked[-1][1])
            if at >= AHEAD:
                seed_asked, made = asked.pop(0)
                here, there = walk_here(made), phone.answer()
                if as_text(here) != as_text(there):
                    parted.append(f"seed {seed_asked}: {first_difference(here, there)}")
                    assert len(parted) < ENOUGH, parted
                reached |= {here["last"]["at"]["kind"], *(["changed"] if here["judged"]["changed"] else [])}
    finally:
        phone.close()
    assert parted == []
    assert MANY < 2000 or reached == {"question", "more", "ending", "check", "changed"}


@pytest.mark.skipif(NODE is None, reason="node is not installed: the phone's engine cannot be asked")
def test_a_fact_that_was_nothing_and_is_not_known_now_has_not_changed():
    """Made-up facts are never missing: here the one is, at which seed 366448 looks."""
    made = journey(Random(366448))
    made["then"]["facts"]["household.size"] = None
    del made["facts"]["household.size"]
    phone = Phone()
    try:
        phone.ask(made)
        here, there = walk_here(made), phone.answer()
    finally:
        phone.close()
    assert here["judged"]["errors"] == [] and here["judged"]["changed"] == []
    assert as_text(here) == as_text(there)


def as_text(said: object) -> str:
    """To Python `true` equals 1; to a phone it does not."""
    return json.dumps(said, sort_keys=True)


def first_difference(here: object, there: object, path: str = "") -> str:
    if isinstance(here, dict) and isinstance(there, dict) and here.keys() == there.keys():
        return next(first_difference(here[k], there[k], f"{path}.{k}") for k in here if as_text(here[k]) != as_text(there[k]))
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        pairs = enumerate(zip(here, there, strict=True))
        return next(first_difference(a, b, f"{path}[{at}]") for at, (a, b) in pairs if as_text(a) != as_text(b))
    return f"{path}: here {json.dumps(here)[:500]} there {json.dumps(there)[:500]}"
