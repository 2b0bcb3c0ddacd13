"""Several processes seal as one does, without a key of ours, and none of them outlives its need."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from push.seal import Sealer, TooLong
from push.seal_processes import CHUNK, SealProcesses, ToSeal
from tests.push.receiver import Receiver
from tests.push.test_seal import ENDPOINT, VAPID, subscription

PHONES = [Receiver(f"{ENDPOINT}{number}") for number in range(3)]


@pytest.fixture(scope="module")
def processes() -> Iterator[SealProcesses]:
    made = SealProcesses(VAPID)
    yield made
    made.close()


def rows(count: int) -> list[ToSeal]:
    return [ToSeal("12"[number % 2], f"{number}".encode(), subscription(PHONES[number % 3]), 60 + number, "normal", f"t{number}") for number in range(count)]


def test_each_phone_gets_its_own_text_under_its_own_key(processes: SealProcesses) -> None:
    """More than two chunks, in order, with the headers that one process alone would make."""
    asked, alone = rows(2 * CHUNK + 7), Sealer(VAPID)
    made = asyncio.run(processes.seal(asked))
    for number, (row, sealed) in enumerate(zip(asked, made, strict=True)):
        assert PHONES[number % 3].read(sealed.body).rstrip() == row.text
        assert sealed.headers == alone.seal(row.key_id, row.text, row.phone, row.ttl_s, row.urgency, row.topic).headers
    assert len({sealed.body[:86] for sealed in made}) == len(asked)


def test_nothing_is_sealed_by_nobody(processes: SealProcesses) -> None:
    assert asyncio.run(processes.seal([])) == []


def test_a_text_too_long_is_refused_as_by_one(processes: SealProcesses) -> None:
    with pytest.raises(TooLong):
        asyncio.run(processes.seal([ToSeal("1", b"x" * 2049, subscription(PHONES[0]), 60, "normal", "")]))


def test_a_process_that_is_killed_is_replaced(processes: SealProcesses) -> None:
    asyncio.run(processes.seal(rows(1)))
    for pid in list(processes.started()._processes):
        os.kill(pid, signal.SIGKILL)
    assert len(asyncio.run(processes.seal(rows(3 * CHUNK)))) == 3 * CHUNK


def test_the_processes_end_with_the_one_that_is_killed() -> None:
    program = (
        "import asyncio, os, signal\nfrom tests.push.test_seal_processes import *\n"
        "if __name__ == '__main__':\n made = SealProcesses(VAPID, 1)\n asyncio.run(made.seal(rows(1)))\n"
        " print(*made.started()._processes, flush=True)\n os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    pid = int(ended.stdout)
    while is_running(pid):
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """A process that has ended and is not yet waited for is a zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
