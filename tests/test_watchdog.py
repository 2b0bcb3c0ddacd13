"""What hangs ends the process; what is slow, or slept, does not."""

import asyncio
import threading
import time

import pytest

from backend import watchdog
from backend.watchdog import SILENT_S, Watchdog


@pytest.fixture
def ended() -> list[int]:
    return []


@pytest.mark.parametrize(("silent_s", "codes"), [(0, []), (SILENT_S - 1, []), (SILENT_S + 1, [70])])
def test_a_writer_that_hangs_ends_the_process(silent_s: float, codes: list[int], ended: list[int]) -> None:
    Watchdog({"writer": lambda: silent_s}, ended.append).look(time.monotonic())
    assert ended == codes


def test_a_machine_that_slept_gets_a_second_look(ended: list[int]) -> None:
    dog, now = Watchdog({"writer": lambda: SILENT_S + 1}, ended.append), time.monotonic()
    dog.look(now + 3600)
    assert ended == []
    dog.look(now + 3605)
    assert ended == [70]


def test_an_event_loop_that_hangs_ends_the_process_and_one_that_works_does_not(monkeypatch: pytest.MonkeyPatch, ended: list[int]) -> None:
    monkeypatch.setattr(watchdog, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(watchdog, "SILENT_S", 0.5)
    has_ended = threading.Event()
    dog = Watchdog({}, lambda code: (ended.append(code), has_ended.set()))

    async def run() -> None:
        dog.start(asyncio.get_running_loop())
        await asyncio.sleep(0.7)
        assert ended == []
        has_ended.wait(10)  # holds the loop
        dog.stop()

    asyncio.run(run())
    assert ended[0] == 70
