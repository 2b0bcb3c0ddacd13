"""B1-B4 of the store: durable writes over HTTP, ours against one connection per thread and sqlite-utils in threads."""

from functools import partial
from pathlib import Path

from tests.bench.load import Served, Shot, interleaved, line, ratio, serving, shoot, slow_flush

BODY = '{"answers":"' + "x" * 600 + '"}'
DESIGNS = ("writer", "threads", "utils")
AIMS = {("utils", 16, 0): "B1: floor 2.5, aim 3", ("utils", 256, 0): "B1: floor 3.3, aim 4.5",
        ("threads", 16, 0): "B2: floor 2, aim 2.5", ("threads", 256, 0): "B2: floor 3, aim 4",
        ("threads", 16, 4): "B3: floor 8, aim 12", ("threads", 256, 4): "B3: floor 18, aim 30"}  # fmt: skip


def run(folder: Path) -> None:
    for flush_ms in (0, 4):
        slow = slow_flush(folder, flush_ms)
        for connections in (16, 256):
            shots = interleaved({name: partial(burst, folder / f"{name}-{flush_ms}", name, connections, slow) for name in (*DESIGNS, "nobody")})
            report(shots, connections, flush_ms)


def burst(folder: Path, design: str, connections: int, slow: dict[str, str]) -> Shot:
    with serving("tests.bench.peers:app", folder, BENCH_DESIGN=design, **slow) as served:
        return put(served, connections)


def put(served: Served, connections: int) -> Shot:
    return shoot(served.origin, "/rows/KEY", connections, method="PUT", body=BODY)


def report(shots: dict[str, list[Shot]], connections: int, flush_ms: int) -> None:
    ours = shots["writer"]
    flush = f", flush +{flush_ms} ms" if flush_ms else ""
    for peer in DESIGNS[1:]:
        times = ratio([shot.per_second for shot in ours], [shot.per_second for shot in shots[peer]])
        aim = AIMS.get((peer, connections, flush_ms), "")
        line(f"durable writes/s, writer / {peer}, {connections} connections{flush}", f"{times:.2f}x", aim)
    for peer in DESIGNS[1:]:
        lower = ratio([shot.p99_us for shot in shots[peer]], [shot.p99_us for shot in ours])
        aim = "B4: floor 20, aim 40" if (connections, peer) == (16, "threads") else ""
        line(f"p99, {peer} / writer, {connections} connections{flush}", f"{lower:.1f}x", aim)
    share = ratio([shot.per_second for shot in ours], [shot.per_second for shot in shots["nobody"]])
    most = ratio([shot.per_second for shot in shots["nobody"]], [shot.per_second for shot in shots["threads"]])
    line(f"  writer / the handler alone; the handler alone / threads, {connections} connections{flush}", f"{share:.2f}, {most:.1f}x")
    if bad := sum(shot.bad + shot.lost for shot in ours):
        line(f"  writer: answers that were no success, {connections} connections{flush}", str(bad))
