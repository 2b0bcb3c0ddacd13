"""One nightly pass over every resident's open notices: decisions a second, and whether memory stays flat."""

import os
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.domain.notices import Notice, Person, Town, Tried
from push import ladder, plan

RESIDENTS = int(os.environ.get("MEDBORGER_BENCH_PEOPLE", "650000"))
EACH = 3
NOW = datetime(2027, 3, 1, 2, tzinfo=UTC)
TOWN = Town()
SHAPES = (("after-letter", "heavy"), ("window", "heavy"), ("validity", "light"), ("complaint", "normal"), ("after-event", "normal"))


def run(folder: Path) -> None:
    few = measure(RESIDENTS // 10)
    many = measure(RESIDENTS)
    print(f"  {RESIDENTS:,} residents with {EACH} deadlines: {many[0]:.1f} s of CPU, {RESIDENTS * EACH / many[0]:,.0f} notices a second on one core")
    print(f"  of them something is to be done for {many[1]:,} residents")
    print(f"  memory {many[2]:,.0f} MB, against {few[2]:,.0f} MB for a tenth of them: {many[2] / few[2]:.2f}x (aim: <= 1.1x)")


def measure(count: int) -> tuple[float, int, float]:
    """(CPU seconds of deciding, residents with something to send, peak MB). Making the residents is not counted."""
    spent, busy = 0.0, 0
    for people in chunks(count):
        began = time.process_time()
        for person, notices in people:
            busy += len(ladder.decide(notices, person, TOWN, NOW)) > EACH
        spent += time.process_time() - began
    return spent, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def chunks(count: int, size: int = 2_000) -> Iterator[list[tuple[Person, ladder.History]]]:
    """As the store would hand them on: some thousands at a time."""
    chance = random.Random(7)
    for first in range(0, count, size):
        yield [resident(number, chance) for number in range(first, min(first + size, count))]


def resident(number: int, chance: random.Random) -> tuple[Person, ladder.History]:
    person = Person(chance.choice(("live", "live", "none", "suspect")), chance.random() < 0.8, chance.random() < 0.6, True, is_exempt=chance.random() < 0.06)
    return person, [notice(number * EACH + place, chance) for place in range(EACH)]


def notice(number: int, chance: random.Random) -> tuple[Notice, list[Tried]]:
    shape, weight = chance.choice(SHAPES)
    made = NOW - timedelta(minutes=chance.randrange(60 * 24 * 30))
    last = plan.text(plan.number("2027-03-01") + chance.randrange(1, 120))
    remind = ("-9 months", "-6 months", "-3 months") if shape == "validity" else ()
    tried = [Tried("first", "push", made + timedelta(hours=1), chance.choice(("seen", "handed_over", "failed")))] if chance.random() < 0.3 else []
    return Notice(number, f"case/{number}", "answer", "act", weight, made, shape, last_day=last, remind=remind), tried
