"""Files made to stop the town. Each is refused in words, or opened within its limits; the server goes on meanwhile."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from backend.domain import answers
from backend.domain.errors import BadFile, Busy
from backend.store.conversion import confinement, limits, process
from backend.store.conversion.expenses import EVERY_S, MOST_WAITING_OF_ONE, SECONDS, Expenses
from backend.store.conversion.queue import PROCESS, Conversions
from tests.browser.town import Town
from tests.faults.bombs import BOMBS, heic
from tests.store import test_papers as papers
from tests.uploaded import Uploaded
from tests.web.test_uploads import picture

pytestmark = pytest.mark.fault
DEAR = {"tiling", "picture_within_bounds_in_pdf", "jpeg_of_many_scans", "one_page_many_times", "laughing_forms", "png_within_bounds"}
"""Those that are ended by the clock, or nearly so: many seconds each."""
each_bomb = [pytest.param(name, marks=pytest.mark.nightly if name in DEAR else ()) for name in BOMBS]


def run(work):
    return asyncio.run(work)


@pytest.mark.parametrize("name", each_bomb)
def test_a_bomb_is_refused_in_words_or_opened_within_its_limits(name):
    data, began = BOMBS[name](), time.monotonic()
    try:
        _, safe = run(Conversions().convert(Uploaded(data), is_guest=True))
    except BadFile as refused:
        assert f"file-{refused.why}" in answers.CODES
    else:
        assert len(safe) <= limits.MAX_RESULT
    assert time.monotonic() - began < limits.WALL_S + 5


# ---- the walls round the child ------------------------------------------------------------------------------

CHILD = """
import os, sys
sys.path.insert(0, {root!r})
from backend.store.conversion import confinement, limits
limits.CPU_S = 1
confinement.confine(os.getppid())
{act}
print("done")
"""


def confined(act):
    """What a child can do, in its own words, or how it ended."""
    text = CHILD.format(root=str(PROCESS.parents[3]), act=act)
    ended = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, (ended.stdout + ended.stderr).strip().rsplit("\n", 1)[-1]


def test_a_child_can_neither_write_nor_take_more_memory_or_time_than_it_may(tmp_path):
    place = str(tmp_path / "written")
    assert confined("")[1] == "done"
    assert "MemoryError" in confined(f"bytearray({limits.MEMORY})")[1]
    assert confined("while True: pass")[0] == -signal.SIGXCPU
    assert confined(f"open({place!r}, 'wb').write(bytes(9))")[0] != 0 and not os.path.exists(place)


@pytest.mark.skipif(confinement.landlock_version() < 4, reason="this kernel has no Landlock: that a child sees no file and no network was NOT tried")
def test_a_child_sees_no_file_of_the_town_and_no_network(tmp_path):
    """Where the kernel has no Landlock the other limits hold alone."""
    assert "PermissionError" in confined(f"open({str(PROCESS.parents[3] / 'pyproject.toml')!r}).read()")[1]
    key = tmp_path / "kek.key"
    key.write_bytes(b"secret")
    assert "PermissionError" in confined(f"open({str(key)!r}).read()")[1]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert "PermissionError" in confined(f"import socket; socket.create_connection({listening.getsockname()!r}, 2)")[1]
    assert confined("import PIL.Image, pikepdf, pypdfium2, pillow_heif")[1] == "done"


HONEST = {
    "a paper that asks not to be printed": lambda: papers.saved(
        papers.paper(), encryption=papers.pikepdf.Encryption(user="", owner="owner", R=6)
    ),
    "a form": lambda: papers.filled("Åse"),
    "a form with letters of a font of the system": lambda: papers.filled("Łukasz Žižek"),
    "an iPhone's photo": heic,
}


@pytest.mark.parametrize("kind", HONEST)
def test_within_its_walls_a_child_opens_all_that_it_opens_without(kind):
    """A library that finds no file it needs (chance, fonts, its settings) says only that the file is broken."""
    data = HONEST[kind]()
    assert run(Conversions().convert(Uploaded(data), is_guest=False))[0] == process.convert(data)[0]


def test_a_child_is_given_nothing_that_the_server_holds(monkeypatch):
    """No open file but its three pipes, no environment."""
    monkeypatch.setenv("MEDBORGER_KEYS", "/secret")
    work = Conversions()

    async def look():
        stalled = Stalled()
        task = asyncio.create_task(work.convert(stalled, is_guest=True))
        await stalled.asked.wait()
        (child,) = work.children
        while b"process.py" not in Path(f"/proc/{child}/cmdline").read_bytes():
            await asyncio.sleep(0.01)
        environment = Path(f"/proc/{child}/environ").read_bytes()
        files = {os.readlink(f"/proc/{child}/fd/{one}") for one in os.listdir(f"/proc/{child}/fd")}
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return child, environment, files

    with open(os.devnull, "rb"):
        child, environment, files = run(look())
    assert b"MEDBORGER" not in environment and b"/secret" not in environment
    assert all(one.startswith(("pipe:", "socket:", "/dev/null", "/usr", "/lib", sys.prefix, sys.base_prefix)) for one in files)
    assert not alive(child), "cancelled, as when the phone hangs up, and still running"


class Stalled(Uploaded):
    """A file whose bytes do not come to an end."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def read(self, size: int = -1) -> bytes:
        self.asked.set()
        await self.go_on.wait()
        return await super().read(size)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone_within(pid, seconds):
    until = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pid)


# ---- the queue ----------------------------------------------------------------------------------------------


def test_a_child_killed_from_outside_is_started_again_and_the_file_is_taken():
    async def kill_once():
        work, source = Conversions(), Stalled()
        source.data = picture()
        task = asyncio.create_task(work.convert(source, is_guest=False))
        await source.asked.wait()
        (child,) = work.children
        os.kill(child, signal.SIGKILL)
        source.go_on.set()
        return await task

    assert run(kill_once())[0] == "image/jpeg"


def test_too_many_files_at_once_are_asked_to_come_again_and_guests_do_not_take_the_last_place():
    async def crowd():
        work = Conversions(at_once=2, waiting=3)
        slow = [Stalled() for _ in range(4)]
        guests = [asyncio.create_task(work.convert(one, is_guest=True)) for one in slow]
        await asyncio.wait_for(slow[0].asked.wait(), 10)
        with pytest.raises(Busy) as busy:
            await work.convert(Uploaded(picture()), is_guest=True)
        resident = await work.convert(Uploaded(picture()), is_guest=False)
        for task in guests:
            task.cancel()
        await asyncio.gather(*guests, return_exceptions=True)
        after = await work.convert(Uploaded(picture()), is_guest=True)
        return busy.value, resident[0], after[0], work.children

    busy, resident, after, left = run(crowd())
    assert (busy.why, busy.carries["retry_after_s"] > 0, resident, after, left) == ("converting", True, "image/jpeg", "image/jpeg", set())


def test_one_network_cannot_keep_the_place_of_all_guests():
    """Its work is counted; who has used it up is asked to come again, also those of theirs who wait already."""

    async def crowd():
        work, other = Conversions(), {"other": 1.0}
        work.expenses.pay({"bomber": 1.0, "site": 8.0}, SECONDS + 5)
        with pytest.raises(Busy):
            await work.convert(Uploaded(picture()), is_guest=True, payers={"bomber": 1.0})
        neighbour = await work.convert(Uploaded(picture()), is_guest=True, payers={"neighbour": 1.0, "site": 8.0})
        slow = [Stalled() for _ in range(2)]
        tasks = [asyncio.create_task(work.convert(one, is_guest=True, payers=other)) for one in slow]
        await slow[0].asked.wait()
        work.expenses.pay(other, SECONDS + 5)
        slow[0].go_on.set()
        said = await asyncio.gather(*tasks, return_exceptions=True)
        return neighbour[0], [type(one) for one in said], slow[1].asked.is_set(), +work.expenses.waiting

    assert run(crowd()) == ("image/jpeg", [BadFile, Busy], False, {})


def test_few_of_one_network_wait_and_work_is_forgotten_in_time():
    now = [0.0]
    spent = Expenses(clock=lambda: now[0])
    spent.waiting["library"] = MOST_WAITING_OF_ONE
    assert not spent.may_wait({"library": 1.0}) and spent.may_wait({"library": 8.0}) and spent.may_wait({"home": 1.0})
    spent.pay({"home": 1.0}, SECONDS + 1)
    assert not spent.has_left({"home": 1.0})
    now[0] += EVERY_S / 10
    assert spent.has_left({"home": 1.0})


SERVER = """
import asyncio, sys
sys.path.insert(0, {root!r})
from backend.store.conversion.queue import Conversions
from tests.faults.bombs import tiling
from tests.uploaded import Uploaded
async def main():
    work, source = Conversions(), Uploaded(tiling())
    task = asyncio.create_task(work.convert(source, is_guest=True))
    while source.at < len(source.data): await asyncio.sleep(0.01)
    await asyncio.sleep(1)
    print(*work.children, flush=True)
    await task
asyncio.run(main())
"""


def test_a_child_does_not_outlive_the_server():
    """Also one that is busy and would not notice that nobody listens any more."""
    with subprocess.Popen([sys.executable, "-c", SERVER.format(root=str(PROCESS.parents[3]))], stdout=subprocess.PIPE, text=True) as server:
        child = int(server.stdout.readline())
        assert alive(child)
        server.kill()
        assert gone_within(child, 5)


# ---- the whole town -----------------------------------------------------------------------------------------

MOST_GROWN = 64 * 2**20
SLOWEST_HEALTH_S = 1.0
"""The bound of a busy machine; alone it is some milliseconds. Opened in the server, one bomb took 11.8 s."""


def test_while_bombs_are_opened_the_town_answers_and_grows_no_larger(tmp_path):
    town = Town(tmp_path / "town").start()
    try:
        send_photo(town, picture())
        before, waits, done = memory_of_server(town), [], threading.Event()
        watcher = threading.Thread(target=watch, args=(town, waits, done))
        watcher.start()
        bombs = [BOMBS[name]() for name in ("content_stream", "laughing_forms", "png_with_a_long_text", "picture_in_pdf")]
        senders = [threading.Thread(target=send_photo, args=(town, bomb)) for bomb in bombs]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        done.set()
        watcher.join()
        grown = memory_of_server(town) - before
        print(f"healthz: {len(waits)} times, slowest {max(waits) * 1000:.0f} ms; server {before >> 20} MB, {grown / 2**20:+.1f} MB")
        assert max(waits) < SLOWEST_HEALTH_S and grown < MOST_GROWN
        assert send_photo(town, picture()) == 303
    finally:
        town.stop()


def send_photo(town, data):
    """As a guest, from the first question to that for a photo; the status of the answer."""
    with httpx.Client(base_url=town.origin, headers={"origin": town.origin, "sec-fetch-site": "same-origin"}, timeout=60) as phone:
        draft = os.urandom(16).hex()
        said = {
            "where": {"street": "Havnegade 12", "postcode": "9999", "town": "Havneby"}, "inside": "outside", "what": "alive",
            "seen-on": time.strftime("%Y-%m-%d", time.localtime(time.time() - 86400)),
        }  # fmt: skip
        saved = phone.put("/api/drafts/rats", json={"id": draft, "version": 1, "revision": 0, "answers": said})
        assert saved.status_code == 200, saved.text
        fields = {"draft": draft, "revision": "1", "do": "continue"}
        return phone.post("/en/services/rats/photo", data=fields, files={"photo": ("photo.jpg", data)}).status_code


def watch(town, waits, done):
    with httpx.Client(base_url=town.origin, timeout=30) as client:
        while not done.wait(0.02):
            began = time.monotonic()
            client.get("/healthz")
            waits.append(time.monotonic() - began)


def memory_of_server(town):
    """Bytes of the worker process: of the town's children the largest."""
    sizes = []
    for place in os.listdir("/proc"):
        if place.isdigit() and alive(int(place)):
            with contextlib.suppress(OSError, StopIteration):
                if os.getpgid(int(place)) == town.process.pid:
                    lines = Path(f"/proc/{place}/status").read_text().splitlines()
                    sizes.append(int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) << 10)
    return max(sizes)
