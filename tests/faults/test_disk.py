"""R3, R4, R5: the disk errs, is full, is read-only. Nothing acknowledged is lost; reading and signing out go on."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.domain.errors import Busy
from backend.store import backup, cases, keyring
from backend.store.database import Database
from backend.store.writer import LAST_WORDS_S
from tests.browser.town import Town
from tests.conftest import NIGHTLY
from tests.faults import clients
from tests.faults.clients import Heard, ask, crowd, send_again
from tests.faults.test_kill import as_stored, stored_keys
from tests.people import INGER
from tests.store.conftest import add_person, send as store_send, wait

pytestmark = pytest.mark.fault
ERRING_S = 600 if NIGHTLY else 10
LEAST_ERRORS = 20 if NIGHTLY else 2
HANGS_S = ERRING_S + 110
"""A hang limit, no measure: after several deaths in a row the server waits up to a minute before it starts again."""
POINTS = {"posix/io/sync/fsync": 0.02, "posix/io/rw/pwrite": 0.002}
"""What our SQLite calls (other names of the fault library hit nothing), and how often each fails: a commit is one flush
and about twenty writes, and a life must be long enough to acknowledge something that can then be lost."""
AT_START = {"posix/io/sync/fsync": 0.1, "posix/io/rw/pwrite": 0.05}
"""The same while it starts, when there is nothing to acknowledge yet: as often as most starts meet one."""
LEAST_KEPT = 20
LEAST_STARTS = 2
FIU = Path("/usr/lib/fiu") if Path("/usr/lib/fiu").exists() else next(Path("/usr/lib").glob("*/fiu"), Path("/nowhere"))


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("fiu-ctrl"), reason="fiu-utils is not installed: the disk's errors were NOT tried")
def test_errors_of_the_disk_are_answered_with_a_hint_and_nothing_acknowledged_is_lost(tmp_path):
    """R3: flushes fail, 2 in 100, and writes, also while it starts. The process ends at each, since a second fsync would lie."""
    env = {
        "LD_PRELOAD": f"{FIU}/fiu_run_preload.so {FIU}/fiu_posix_preload.so", "FIU_CTRL_FIFO": str(tmp_path / "fiu"), "FIU_ENABLE": "",
    }  # fmt: skip
    town = Town(tmp_path / "data", env=env).start()
    try:
        heard, seen = asyncio.run(under_errors(town, tmp_path))
        assert proven(heard, seen), "too few errors, or too little acknowledged: this run proved nothing"
        assert heard.statuses[503] > 0 and heard.hints >= heard.statuses[503]
        assert not {status for status in heard.statuses if status >= 500} - {503, 507}
        assert as_stored(town, heard.receipts) - set(stored_keys(town)) == set(), "acknowledged and lost"
        again = asyncio.run(send_again(town, sorted(heard.receipts)[:100]))
        assert all(again.receipts[key] == heard.receipts[key] for key in again.receipts) and set(again.statuses) == {200}, again.whys
        assert backup.check(town.data, keyring.load(town.data / "demo-keys")) == []
        print(f"{injected(seen)} times the disk failed the writer; {dict(heard.statuses)}; {heard.cut} answers cut off")
    finally:
        town.stop()


async def under_errors(town: Town, folder: Path) -> tuple[Heard, set[str]]:
    """Under load; the errors are switched on in every worker that appears, then where it starts, and off at the end.

    A busy machine makes few errors in ten seconds: then it goes on until there are enough."""
    heard, until = Heard(), asyncio.Event()
    load = asyncio.create_task(crowd(town, heard, 8, until))
    began = asyncio.get_running_loop().time()
    parent = folder / f"fiu-{town.process.pid}.in"
    seen = {parent}
    while (lasted := asyncio.get_running_loop().time() - began) < ERRING_S or (not proven(heard, seen) and lasted < HANGS_S):
        for pipe in pipes(folder) - seen:
            seen.add(pipe)
            await asyncio.to_thread(switch_on, pipe, POINTS)
        await asyncio.sleep(0.2)
    started = await starts_under_errors(parent, folder)
    until.set()
    await load
    assert started >= LEAST_STARTS, "too few workers were born with errors: this run proved nothing about starting"
    await asyncio.sleep(LAST_WORDS_S * 2)  # whoever met an error last has left
    await asyncio.to_thread(healthy, town)
    return heard, seen


async def starts_under_errors(parent: Path, folder: Path) -> int:
    """How many workers were born with errors. They are forked from their parent, so theirs are switched on in it."""
    before = pipes(folder)
    await asyncio.to_thread(switch_on, parent, AT_START)
    for pipe in before - {parent}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid_of(pipe), signal.SIGKILL)
    end = time.monotonic() + HANGS_S
    while len(born := pipes(folder) - before) < LEAST_STARTS and time.monotonic() < end:
        await asyncio.sleep(0.1)
        for pipe in born:  # one that met no error has started, and goes on until it does
            await asyncio.to_thread(switch_on, pipe, AT_START)
    await asyncio.to_thread(switch_off, parent)
    for _ in range(2):  # the second time for who was being born at the first
        for pipe in pipes(folder):
            await asyncio.to_thread(switch_off, pipe)
        await asyncio.sleep(1)
    return len(pipes(folder) - before)


def proven(heard: Heard, seen: set[Path]) -> bool:
    return injected(seen) >= LEAST_ERRORS and len(heard.receipts) >= LEAST_KEPT


def injected(seen: set[Path]) -> int:
    """Each error of the writer ended one process; two were there to begin with."""
    return len(seen) - 2


def pipes(folder: Path) -> set[Path]:
    """One for each process there is or has been: how `fiu-ctrl` speaks to it."""
    return set(folder.glob("fiu-*.in"))


def pid_of(pipe: Path) -> int:
    return int(pipe.stem.rpartition("-")[2])


def switch_on(pipe: Path, points: dict[str, float]) -> None:
    switch(pipe, [f"enable_random name={point},probability={chance},failinfo=5" for point, chance in points.items()])


def switch_off(pipe: Path) -> None:
    switch(pipe, [f"disable name={point}" for point in POINTS])


def switch(pipe: Path, commands: list[str]) -> None:
    """In the process the pipe belongs to, if it still lives: `fiu-ctrl` would wait for a dead one."""
    if is_alive(pid_of(pipe)):
        words = [part for command in commands for part in ("-c", command)]
        folder = str(pipe).removesuffix(f"-{pid_of(pipe)}.in")
        subprocess.run(["timeout", "10", "fiu-ctrl", "-f", folder, *words, str(pid_of(pipe))], check=False, capture_output=True)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def healthy(town: Town, seconds: float = HANGS_S) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if asyncio.run(ask(town, "/healthz"))[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not healthy again: {town.log.read_text('utf-8', 'replace')[-3000:]}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, small enough to fill."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("allowed: a disk can only be mounted by root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def signed_in(town: Town) -> str:
    """The cookie of a demo resident."""
    person = town.json("/da/sign-in")["demo"][0]["id"]
    status, _, headers = asyncio.run(ask(town, "/da/sign-in/demo", form={"person": person, "next": ""}))
    assert status == 303
    return next(one.split(";")[0] for one in headers.getall("Set-Cookie") if "__Host-session" in one)


def send(town: Town, key: str, heard: Heard) -> int:
    async def once() -> int:
        async with clients.aiohttp.ClientSession(timeout=clients.PATIENCE) as http:
            return await clients.put(http, town, key, heard, clients.report("x" * 180))

    return asyncio.run(once())


def refused_until(town: Town, heard: Heard) -> None:
    """Sends until the disk says no."""
    for number in range(4000):
        if send(town, f"{number:032x}", heard) == 507:
            return
    raise AssertionError(f"the disk never said no: {heard.statuses}")


def check_reading_and_signing_out(town: Town, cookie: str, why: str) -> None:
    status, text, _ = asyncio.run(ask(town, "/healthz"))
    assert status == 503 and why in text
    assert asyncio.run(ask(town, "/da/"))[0] == asyncio.run(ask(town, "/da/mine", cookie))[0] == 200
    status, _, headers = asyncio.run(ask(town, "/da/sign-out", cookie, form={"do": "sign-out"}))
    assert status == 303 and "signed-out" in headers["Location"]
    assert asyncio.run(ask(town, "/da/mine", cookie))[0] == 303, "the session is refused at once"


def check_all_there(town: Town, heard: Heard) -> None:
    keys = stored_keys(town)
    assert as_stored(town, heard.receipts) <= set(keys) and len(keys) == len(set(keys))
    assert backup.check(town.data, keyring.load(town.data / "demo-keys")) == []


def test_a_full_disk_refuses_new_reports_in_words_and_reading_and_signing_out_go_on(small_disk):
    """R4; and when there is room again, it goes on by itself."""
    town, heard = Town(small_disk / "data"), Heard()
    town.log = small_disk.parent / "town.log"
    town.start()
    try:
        cookie = signed_in(town)
        filler = small_disk / "filler"
        filler.write_bytes(bytes(max(0, shutil.disk_usage(small_disk).free - 2**20)))
        refused_until(town, heard)
        status, text, _ = asyncio.run(ask(town, "/api/submissions/" + "f" * 32))
        assert status == 404 and heard.hints > 0
        check_reading_and_signing_out(town, cookie, "disk-full")
        filler.unlink()
        healthy(town)
        assert send(town, "e" * 32, heard) == 201
        assert asyncio.run(ask(town, "/da/mine", cookie))[0] == 303, "signed out, also after the disk came back"
        check_all_there(town, heard)
    finally:
        town.stop()


def remount(place: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", place], check=True)


@pytest.mark.parametrize("ending", ["stopped", "killed"])
def test_a_read_only_disk_is_read_and_refused_in_words_and_written_again_when_it_can_be(small_disk, keys, sign, ending):
    """R5: as after an emergency remount, the store opens on a disk it cannot write. `refusing` is the health page's."""
    data, quick = small_disk / "data", {"probe_every_s": 0.05}
    run_and_leave(data, keys, sign, ending)
    remount(small_disk, "ro")
    db = Database(data, keys, **quick)
    try:
        assert db.refusing == "read-only"
        assert len(wait(cases.list_all(db, INGER))) == 1
        with pytest.raises(Busy) as refused:
            store_send(db, INGER, sign, key="b" * 32)
        assert refused.value.why == "read-only"
        db.deny("s-inger")
        assert db.is_denied("s-inger")
        remount(small_disk, "rw")
        end = time.monotonic() + 10
        while db.refusing and time.monotonic() < end:
            time.sleep(0.05)
        assert store_send(db, INGER, sign, key="b" * 32).receipt
        assert len(wait(cases.list_all(db, INGER))) == 2
        assert backup.check(data, keys) == []
    finally:
        db.close()


@pytest.mark.long
def test_a_town_on_a_read_only_disk_refuses_in_words_and_reading_and_signing_out_go_on(small_disk):
    """R5, the whole server, started again after an emergency remount; when the disk can be written, it goes on by itself."""
    town, heard = Town(small_disk / "data"), Heard()
    town.log = small_disk.parent / "town.log"
    town.start()
    try:
        cookie = signed_in(town)
        assert send(town, "a" * 32, heard) == 201
        town.stop()
        remount(small_disk, "ro")
        town.start(well=False)
        check_refused_in_words(town, "b" * 32, heard)
        check_reading_and_signing_out(town, cookie, "read-only")
        remount(small_disk, "rw")
        healthy(town)
        assert send(town, "b" * 32, heard) == 201
        assert asyncio.run(ask(town, "/da/mine", cookie))[0] == 303, "signed out, also after the disk came back"
        check_all_there(town, heard)
    finally:
        town.stop()


def check_refused_in_words(town: Town, key: str, heard: Heard) -> None:
    """The phone is told when to come again; a person reads the number to call."""
    before = heard.hints
    assert send(town, key, heard) == 507 and heard.hints == before + 1
    status, text, _ = asyncio.run(ask(town, "/da/services/rats/where", form={"do": "continue", "where_street": "Nygade 7"}))
    assert status == 507 and 'href="tel:' in text


def run_and_leave(data: Path, keys, sign, ending: str) -> None:
    """One report is stored; then the server is stopped, or dies and leaves its log behind."""
    child = os.fork()
    if child:
        assert os.waitpid(child, 0)[1] == 0
        return
    db = Database(data, keys)
    add_person(db, INGER.person)
    store_send(db, INGER, sign)
    if ending == "stopped":
        db.close()
    os._exit(0)
