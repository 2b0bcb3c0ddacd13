"""Importing a city's register, against `sqlite-utils insert --csv` on the same file; then serving that city."""

import csv
import http.client
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from random import Random

import msgspec

from backend.identity.made_up_residents import Line, Town
from tests.bench.load import Served, line, serving
from tests.bench.pages import signed_in
from tests.bench.submission import report

PEOPLE = int(os.environ.get("MEDBORGER_BENCH_PEOPLE", "650000"))
REQUESTS = 10_000
CLIENTS = 8
OURS = (
    "import sys; from pathlib import Path; from backend.identity import register; from backend.store import keyring;"
    "from backend.store.database import Database; data, keys, file = map(Path, sys.argv[1:]); keyring.make(keys);"
    "db = Database(data, keyring.load(keys)); done = register.residents_import(db, file); db.close();"
    "print(done.added, done.changed, done.same, done.bad_lines)"
)

SPAWN = "import os, sys; pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ); _, status, used = os.wait4(pid, 0); print(status, used.ru_maxrss)"
"""From a process that holds next to nothing: a child begins with the most its parent ever held."""


def run(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    small, large = folder / "tenth.csv", folder / "city.csv"
    write_city(large, PEOPLE)
    write_city(small, PEOPLE // 10)
    with serving("tests.bench.ours:application()", folder / "ours"):
        pass  # the demo's few people move in first: one of them signs in below
    _, tenth_mb = measured(ours(folder / "tenth", small))
    ours_s, ours_mb = measured(ours(folder / "ours", large))
    theirs_s, theirs_mb = measured([sys.executable, "-m", "sqlite_utils", "insert", str(folder / "theirs.db"), "r", str(large), "--csv", "--silent"])
    again_s, _ = measured(ours(folder / "ours", large))
    line(f"import of {PEOPLE:,} residents: ours / sqlite-utils insert --csv", f"{ours_s / theirs_s:.2f}", "<= 2")
    line("  ours, sealed and checked", f"{ours_s:.0f} s, {ours_mb:.0f} MB")
    line("  theirs, as text", f"{theirs_s:.0f} s, {theirs_mb:.0f} MB")
    line("  memory: the whole city / a tenth of it", f"{ours_mb / tenth_mb:.2f}", "flat: 1.1")
    line("  the same file again, nothing new: ours / theirs", f"{again_s / theirs_s:.2f}")
    with serving("tests.bench.ours:application()", folder / "ours") as served:
        began_mb = served.memory_mb()
        bad = mixed(served)
        line(f"memory of the server with {PEOPLE:,} residents, after {REQUESTS:,} mixed requests", f"{served.memory_mb():.0f} MB", "<= 200 MB")
        line("  when it had just begun", f"{began_mb:.0f} MB")
        line("  answers that were no success", str(bad))


def mixed(served: Served) -> int:
    """Pages, contexts, searches and submissions, from eight clients; how many answers were no success."""
    cookie = signed_in(served)
    paths = ["/da/", "/ar/services?q=rotte", "/en/services/passport", "/da/mine", "/da/help", "/api/content/da"]

    def one(client: int) -> int:
        link, bad = http.client.HTTPConnection(served.origin.removeprefix("http://"), timeout=60), 0
        for number in range(REQUESTS // CLIENTS):
            kind = number % (len(paths) + 2)
            if kind < len(paths):
                accept = "application/json" if number % 2 else "text/html"
                link.request("GET", paths[kind], headers={"Accept": accept, "Cookie": cookie})
            else:
                said = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"} | ({"Cookie": cookie} if kind % 2 else {})
                link.request("PUT", f"/api/submissions/{client + 1:016x}{number:016x}", report(), said)
            answer = link.getresponse()
            answer.read()
            bad += answer.status >= 400
        link.close()
        return bad

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(one, range(CLIENTS)))


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
    return [sys.executable, "-c", OURS, str(folder / "town"), str(folder / "town" / "demo-keys"), str(file)]


def measured(command: list[str]) -> tuple[float, float]:
    """Seconds on the wall, and the most memory the command held, in MB."""
    began = time.perf_counter()
    told = subprocess.run([sys.executable, "-S", "-c", SPAWN, *command], stdout=subprocess.PIPE, text=True, check=True)
    status, kilobytes = told.stdout.split()[-2:]
    if status != "0":
        raise RuntimeError(f"ended with {status}: {' '.join(command[:3])}")
    return time.perf_counter() - began, int(kilobytes) / 1024
