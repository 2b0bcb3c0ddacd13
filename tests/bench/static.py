"""B10: our static handler against Litestar's static router with brotli, the same 35 KB."""

import random
from functools import partial
from pathlib import Path

from tests.bench.load import interleaved, line, ratio, serving, shoot

BR = ["Accept-Encoding: br"]


def run(folder: Path) -> None:
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "file.css").write_text(stylesheet())
    with serving("tests.bench.floors:app", folder, BENCH_FLOOR="static") as floor, serving("tests.bench.ours:files()", folder) as ours:
        shots = interleaved({
            "ours": partial(shoot, ours.origin, "/a/file.css", 32, headers=BR),
            "floor": partial(shoot, floor.origin, "/static/file.css", 32, headers=BR),
        })  # fmt: skip
    times = ratio([shot.per_second for shot in shots["ours"]], [shot.per_second for shot in shots["floor"]])
    line("static 35 KB, br: ours / Litestar's static router", f"{times:.1f}x", "B10: floor 10, aim 25")
    line("  answers that were no success", str(sum(shot.bad + shot.lost for shots_ in shots.values() for shot in shots_)))


def stylesheet() -> str:
    """About 35 KB that compress as stylesheets do."""
    drawn = random.Random(35)
    words = ["margin-block", "padding-inline", "color", "background", "border-radius", "min-block-size", "inline-size"]
    rules = []
    while sum(map(len, rules)) < 35_000:
        name = "".join(drawn.choices("abcdefghij", k=6))
        rules.append(f".{name} {{ {drawn.choice(words)}: {drawn.randint(1, 99)}px; {drawn.choice(words)}: var(--{name[:3]}); }}\n")
    return "".join(rules)
