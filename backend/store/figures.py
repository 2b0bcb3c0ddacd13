"""Numbers for those who run the town: how often, how long. Never whose."""

from bisect import bisect_left


class Histogram:
    """How many values fell below each bound, as Prometheus counts them; one thread adds, any reads."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @property
    def count(self) -> int:
        return sum(self.counts)

    def up_to(self) -> list[tuple[str, int]]:
        """`[("0.005", 12), …, ("+Inf", 14)]`: each bound with how many were not above it."""
        seen, rows = 0, []
        for bound, here in zip([*map(str, self.bounds), "+Inf"], self.counts, strict=True):
            seen += here
            rows.append((bound, seen))
        return rows
