"""Moving inside a journey: the worker against the server at 400 ms a round journey, and both on a sixth of a core."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.bench.load import line, median
from tests.browser.answering import Journey
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.phone import Phone
from tests.browser.town import Town

STEPS = 4
RUN_S, STOP_S = 0.01, 0.05
"""A sixth of a core: every process of the browser runs for 10 ms, then stands still for 50."""
TOOK = "() => performance.getEntriesByType('navigation')[0].duration"


def run(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    town = Town(folder / "town").start()
    program = next(found for name in CHROMIUM if (found := shutil.which(name)))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=QUIET, headless=True)
            far = {who: median(journey(browser, town, who, round_trip_ms=400)) for who in ("server", "worker")}
            line("a journey's next page at 400 ms a round journey: server / worker", f"{far['server'] / far['worker']:.1f}x")
            line("  server", f"{far['server']:.0f} ms")
            line("  worker", f"{far['worker']:.0f} ms")
            with a_sixth_of_a_core():
                slow = {who: median(journey(browser, town, who)) for who in ("server", "worker")}
            line("the same on a sixth of a core, no network delay: worker / server", f"{slow['worker'] / slow['server']:.2f}", "<= 1.15 warm")
            offline = a_journey_offline(browser, town)
            line("the same on a sixth of a core: worker offline / server", f"{offline / slow['server']:.2f}")
            browser.close()
    finally:
        town.kill()


def journey(browser: Browser, town: Town, who: str, round_trip_ms: int = 0) -> list[float]:
    """Milliseconds from pressing Continue to the next page complete, for each of the first steps."""
    with Phone(browser, town, "da", worker=who == "worker") as phone:
        begun = begin(phone, who)
        if round_trip_ms:
            tools = phone.devtools()
            tools.send("Network.enable")
            tools.send("Network.emulateNetworkConditions", {"offline": False, "latency": round_trip_ms, "downloadThroughput": -1, "uploadThroughput": -1})
        return steps(begun)


def a_journey_offline(browser: Browser, town: Town) -> float:
    with Phone(browser, town, "da") as phone:
        begun = begin(phone, "worker")
        town.stop()
        try:
            with a_sixth_of_a_core():
                return median(steps(begun))
        finally:
            town.start()


def begin(phone: Phone, who: str) -> Journey:
    if who == "worker":
        phone.own()
        phone.settle_worker()
    return Journey(phone, "rats").begin()


def steps(begun: Journey) -> list[float]:
    took = []
    for _ in range(STEPS):
        begun.answer_page()
        took.append(float(begun.page.evaluate(TOOK)))
    return took


@contextmanager
def a_sixth_of_a_core() -> Iterator[None]:
    """Only the browser is slowed: all processes that descend from this one and are called like it."""
    done = threading.Event()

    def hold() -> None:
        while not done.is_set():
            running = browsers()
            for how, pause in ((signal.SIGSTOP, STOP_S), (signal.SIGCONT, RUN_S)):
                for pid in running:
                    tell(pid, how)
                time.sleep(pause)

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        for pid in browsers():
            tell(pid, signal.SIGCONT)


def browsers() -> list[int]:
    """Chromium's processes under this one; the list is short, and reading it takes well under a millisecond each."""
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        name, _, rest = text.partition("(")[2].rpartition(")")
        pid = int(stat.parent.name)
        parents[pid], names[pid] = int(rest.split()[1]), name
    mine = []
    for pid in parents:
        above = pid
        while above not in (0, 1, os.getpid()):
            above = parents.get(above, 0)
        if above == os.getpid() and names[pid].startswith("chrom"):
            mine.append(pid)
    return mine


def tell(pid: int, how: int) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        pass
