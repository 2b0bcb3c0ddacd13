"""Servers and load for the bench: each figure is a ratio between two servers measured in turn, in one run."""

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "4"))


class Shot(Struct, frozen=True):
    """What one burst of load met. `bad` counts answers that were no success, `lost` broken connections."""

    requests: int
    us: int
    bad: int
    lost: int
    p50_us: int
    p99_us: int

    @property
    def per_second(self) -> float:
        return (self.requests - self.bad) / (self.us / 1e6)


class Served(Struct):
    origin: str
    pid: int

    def memory_mb(self) -> float:
        """Resident memory now, of the server and its worker together."""
        kib = 0
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                if os.getpgid(int(status.parent.name)) == self.pid:
                    kib += next(int(row.split()[1]) for row in status.read_text().splitlines() if row.startswith("VmRSS"))
            except (OSError, StopIteration):
                continue
        return kib / 1024


def slow_flush(folder: Path, ms: int) -> dict[str, str]:
    """The environment in which each flush takes `ms` longer; empty when `ms` is 0."""
    if not ms:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "slow_flush.so"
    if not library.exists():
        subprocess.run([shutil.which("cc") or "gcc", "-O2", "-shared", "-fPIC", "-o", library, HERE / "slow_flush.c", "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "FLUSH_MS": str(ms)}


@contextmanager
def serving(application: str, folder: Path, **env: str) -> Iterator[Served]:
    """One granian worker with `application` ("module:name", or "module:factory()"), on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--loop", "uvloop", "--no-access-log",
               "--log-level", "error", "--backlog", "4096", "--host", "127.0.0.1", "--port", str(port), *(["--factory"] if application.endswith("()") else []),
               application.removesuffix("()")]  # fmt: skip
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
                                  env=os.environ | {"BENCH_DATA": str(folder)} | env)  # fmt: skip
    try:
        origin = f"http://127.0.0.1:{port}"
        wait(origin, server, folder)
        yield Served(origin, server.pid)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait(origin: str, server: "subprocess.Popen[bytes]", folder: Path) -> None:
    for _ in range(400):
        if server.poll() is not None:
            raise RuntimeError((folder / "server.log").read_text()[-2000:])
        try:
            with urllib.request.urlopen(origin + "/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not answer: " + (folder / "server.log").read_text()[-2000:])


def shoot(origin: str, path: str, connections: int, *, method: str = "GET", body: str = "", headers: Sequence[str] = (),
          seconds: int = SECONDS) -> Shot:  # fmt: skip
    """`connections` clients, for `seconds`. `KEY` in `path` becomes a fresh 32-hex key on each request."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s", "--latency", "-s", str(HERE / "put_fresh.lua")]
    for header in headers:
        command += ["-H", header]
    command += [origin, "--", str(time.time_ns() % 1_000_000), method, path, body]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(line for line in said.splitlines() if line.startswith("JSON "))
    return Shot(**json.loads(line[5:]))


def interleaved(runs: dict[str, Callable[[], Shot]], rounds: int = ROUNDS) -> dict[str, list[Shot]]:
    """Each in turn, `rounds` times, so that a slow moment of the machine meets all of them."""
    shots: dict[str, list[Shot]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            shots[name].append(run())
    return shots


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios taken round by round."""
    return median([a / b for a, b in zip(ours, theirs, strict=True) if b])


def line(what: str, figure: str, aim: str = "") -> None:
    print(f"{what:<74} {figure:>16}   {aim}", flush=True)
