"""The whole path of an accepted submission, against the same handler with the commit left out."""

import json
from datetime import date
from functools import partial
from pathlib import Path

from tests.bench.load import Shot, interleaved, line, median, ratio, serving, shoot

CONNECTIONS = 256


def report() -> str:
    """A whole report of rats, as a phone sends it."""
    answers = {
        "where": {"street": "Nygade 7, 2. tv", "postcode": "9999", "town": "Havneby"}, "inside": "outside", "what": "signs",
        "signs": ["droppings", "holes"], "seen-on": date.today().isoformat(), "photo": "", "get-in": "Porten er åben.",
        "phone": "+4533663366",
    }  # fmt: skip
    return json.dumps({"service": "rats", "version": 1, "answers": answers, "lang": "da"})


def run(folder: Path) -> None:
    body = report()
    kinds = {"whole": "", "without the commit": "commit", "without the store": "store"}
    shots = interleaved({name: partial(burst, folder / (left or "whole"), left, body) for name, left in kinds.items()})
    whole, bare, empty = (shots[name] for name in kinds)
    per_second = {name: median([shot.per_second for shot in shots[name]]) for name in kinds}
    line("accepted submissions, 256 connections: whole / the commit left out", f"{quotient(whole, bare):.2f}", ">= 0.6")
    line("  whole / no store at all (validation, encryption and signature stay)", f"{quotient(whole, empty):.2f}")
    us = {name: 1e6 / rate for name, rate in per_second.items()}
    line("  where a submission's time goes: handler, validation, encryption, signature", f"{us['without the store']:.0f} us")
    line("  ... the transaction's statements", f"{us['without the commit'] - us['without the store']:.0f} us")
    line("  ... commit and flush, shared by the batch", f"{us['whole'] - us['without the commit']:.0f} us")
    line("  p99 of the whole", f"{median([shot.p99_us for shot in whole]) / 1000:.0f} ms")
    line("  answers that were no success", str(sum(shot.bad + shot.lost for shot in whole + bare + empty)))


def burst(folder: Path, left_out: str, body: str) -> Shot:
    with serving("tests.bench.ours:application()", folder, BENCH_WITHOUT=left_out) as served:
        return shoot(served.origin, "/api/submissions/KEY", CONNECTIONS, method="PUT", body=body)


def quotient(ours: list[Shot], theirs: list[Shot]) -> float:
    return ratio([shot.per_second for shot in ours], [shot.per_second for shot in theirs])
