"""R13, R14: thousands of slow ones hold what a network may hold and no more, and honest people do not notice."""

import asyncio
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.town import Town
from tests.conftest import NIGHTLY
from tests.faults import slow

COUNT = 2000 if NIGHTLY else 800
LOOK_S = 2.5
"""The thread that closes connections looks every two seconds."""

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    running = Town(tmp_path_factory.mktemp("slow") / "data").start()
    yield running
    running.stop()


HELD = {
    "half a body": 512, "half a photo": 512, "half a body of chunks": 512, "nothing at all": 512, "half a head": 512, "idle after an answer": 512,
    "the first line of HTTP/2": 0,
}  # fmt: skip


def test_one_network_holds_little_and_honest_people_are_served(town: Town) -> None:
    """Each trick from an address of its own, all at the same time."""

    async def run() -> tuple[dict[str, int], int]:
        said = slow.openings(town)
        lines = {trick: await slow.crowd(town, said[trick], COUNT, street=10 + n) for n, trick in enumerate(HELD)}
        served = (await slow.honest(town, 30))[2]
        await asyncio.sleep(LOOK_S)
        held = {trick: slow.still_open(those) for trick, those in lines.items()}
        for those in lines.values():
            slow.drop(those)
        return held, served

    held, served = asyncio.run(run())
    assert served == 30 and all(held[trick] <= most for trick, most in HELD.items()), (held, served)


def test_slow_ones_from_a_hundred_networks_keep_out_nobody(town: Town) -> None:
    """More bodies than all may send at a time: the slowest give way to her who comes."""

    async def run() -> list[int]:
        lines = await slow.crowd(town, slow.openings(town)["half a body"], 1200, sources=100)
        await asyncio.sleep(5.5)  # from then on they may be given up
        form = slow.post(town, "/en/services/rats/where", 11) + b"do=continue"
        answers = []
        for _ in range(20):
            reader, writer = await slow.call(town, form.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1), "127.0.200.9")
            answers.append(int((await asyncio.wait_for(reader.read(64), 10))[9:12]))
            writer.close()
        slow.drop(lines)
        return answers

    assert set(asyncio.run(run())) <= {200, 303, 422}


def test_nothing_of_it_is_a_fault_in_the_log(town: Town) -> None:
    assert "Traceback" not in town.log.read_text() and '"level":"error"' not in town.log.read_text()
    assert town.memory_kib() < 512 * 1024


@pytest.mark.nightly
def test_all_are_gone_after_a_while(town: Town) -> None:
    async def run() -> dict[str, int]:
        tricks = {name: await slow.crowd(town, said, 200, sources=4) for name, said in slow.openings(town).items()}
        await asyncio.sleep(90)
        held = {name: slow.still_open(lines) for name, lines in tricks.items()}
        for lines in tricks.values():
            slow.drop(lines)
        return held

    held = asyncio.run(run())
    assert set(held.values()) == {0}, held
