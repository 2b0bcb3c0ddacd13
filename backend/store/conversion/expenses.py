"""What each network (of guests) or person has had opened lately, in seconds of work: an honest photo takes half a second, a
bomb as long as it may. Whoever has used up theirs is asked to come again, so that one sender cannot keep all others waiting.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable

SECONDS = 60.0
EVERY_S = 600.0
"""So much work for one payer in so long: two bombs, or a hundred photos."""
MOST_WAITING_OF_ONE = 6
MOST_KNOWN = 10_000

Payers = dict[str, float]
"""Who pays, and how many shares of work they have: a whole IPv6 /48 has more than one /64 in it."""


class Expenses:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.spent: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self.waiting: Counter[str] = Counter()

    def may_wait(self, payers: Payers) -> bool:
        """Not yet too many of theirs in the queue, and something left."""
        return all(self.waiting[one] < MOST_WAITING_OF_ONE * share for one, share in payers.items()) and self.has_left(payers)

    def has_left(self, payers: Payers) -> bool:
        return all(self.owed(one) < SECONDS * share for one, share in payers.items())

    def owed(self, payer: str) -> float:
        """Seconds spent and not yet forgotten."""
        seconds, at = self.spent.get(payer, (0.0, 0.0))
        return max(0.0, seconds - (self.clock() - at) * SECONDS / EVERY_S)

    def pay(self, payers: Payers, seconds: float) -> None:
        """Those who have paid nothing for longest are forgotten first."""
        for one in payers:
            self.spent[one] = (self.owed(one) + seconds, self.clock())
            self.spent.move_to_end(one)
        while len(self.spent) > MOST_KNOWN:
            self.spent.popitem(last=False)
