"""Importing a city's register, against `sqlite-utils insert --csv` on the same file: both as their commands run."""

import csv
import os
import sys
import time
from datetime import date
from pathlib import Path
from random import Random

import msgspec

from backend.identity.census import Line, Town
from tests.bench.load import line

PEOPLE = int(os.environ.get("MEDBORGER_BENCH_PEOPLE", "650000"))
OURS = (
    "import sys; from pathlib import Path; from backend.identity import register; from backend.store import keyring;"
    "from backend.store.database import Database; data, keys, file = map(Path, sys.argv[1:]); keyring.make(keys);"
    "db = Database(data, keyring.load(keys)); done = register.residents_import(db, file); db.close();"
    "print(done.added, done.changed, done.same, done.bad_lines)"
)


def run(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    small, large = folder / "tenth.csv", folder / "city.csv"
    write_city(large, PEOPLE)
    write_city(small, PEOPLE // 10)
    _, tenth_mb = measured(ours(folder / "tenth", small))
    ours_s, ours_mb = measured(ours(folder / "ours", large))
    theirs_s, theirs_mb = measured([sys.executable, "-m", "sqlite_utils", "insert", str(folder / "theirs.db"), "r", str(large), "--csv", "--silent"])
    again_s, _ = measured(ours(folder / "ours", large))
    line(f"import of {PEOPLE:,} residents: ours / sqlite-utils insert --csv", f"{ours_s / theirs_s:.2f}", "<= 2")
    line("  ours, sealed and checked", f"{ours_s:.0f} s, {ours_mb:.0f} MB")
    line("  theirs, as text", f"{theirs_s:.0f} s, {theirs_mb:.0f} MB")
    line("  memory: the whole city / a tenth of it", f"{ours_mb / tenth_mb:.2f}", "flat: 1.1")
    line("  the same file again, nothing new: ours / theirs", f"{again_s / theirs_s:.2f}")


def write_city(file: Path, people: int) -> None:
    town = Town(Random(people), date.today())
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(Line.__struct_fields__)
        written = 0
        for family in town.families():
            for resident in family:
                writer.writerow(msgspec.structs.astuple(resident))
            written += len(family)
            if written >= people:
                return


def ours(folder: Path, file: Path) -> list[str]:
    return [sys.executable, "-c", OURS, str(folder / "data"), str(folder / "keys"), str(file)]


def measured(command: list[str]) -> tuple[float, float]:
    """Seconds on the wall, and the most memory the command held, in MB."""
    began = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"ended with {status}: {' '.join(command[:3])}")
    return time.perf_counter() - began, used.ru_maxrss / 1024
