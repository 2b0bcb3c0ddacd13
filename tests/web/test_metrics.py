"""Figures for those who run the town: on a port of their own, about nobody."""

import asyncio
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from backend.store.figures import Histogram
from backend.web import metrics
from tests.browser.town import free_port
from tests.web.conftest import Client, see, sign_in

EXPECTED = [
    r'requests_total\{class="page",status="200"\} \d+', r'requests_total\{class="health",status="200"\} \d+', r'requests_total\{class="page",status="404"\} \d+',
    r"write_queue_length 0", r'commit_seconds_bucket\{le="0.01"\} \d+', r"commit_seconds_count [1-9]\d*", r"disk_free_bytes \d{6,}",
    r"outbox_oldest_seconds \d", r'duty_last_done_seconds\{duty="sessions"\} \d', r'duty_last_done_seconds\{duty="housekeeping"\} 0',
    r"writer_silent_seconds [0-9.e-]+", r'writes_refused\{why=""\} 0', r"memory_bytes [1-9]",
]  # fmt: skip


async def fetched(door: Any, path: str = "/metrics", said: bytes = b"") -> bytes:
    port = free_port()
    async with metrics.served(door.inner.state.app, door, "127.0.0.1", port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said or f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer


def test_what_runs_the_town_can_be_seen_and_nobody_in_it(door: Any, phone: Client) -> None:
    sign_in(phone, "Inger")
    see(phone, "/en/mine")
    phone.get("/healthz")
    phone.get("/en/nothing/0101450001")
    phone.get("/en/help")  # the one before is counted by now: after its answer, not before
    said = asyncio.run(fetched(door)).decode()
    assert said.startswith("HTTP/1.1 200 OK")
    for line in EXPECTED:
        assert re.search(rf"^medborger_{line}", said, re.M), line
    assert "Inger" not in said and "0101450001" not in said
    body = said.partition("\r\n\r\n")[2]
    assert all(re.fullmatch(r'medborger_\w+(\{[^{}]*\})? [-+\d.einf]+', line) for line in body.splitlines()), body


def test_every_figure_is_explained_and_every_one_explained_exists(door: Any, root: Path) -> None:
    said = asyncio.run(fetched(door)).decode().partition("\r\n\r\n")[2]
    shown = {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"^medborger_(\w+)", said, re.M)}
    table = (root / "docs/running.md").read_text("utf-8").split("## Figures")[1].split("## The log")[0]
    told = {name for cell in re.findall(r"^\| (`[^|]*) \|", table, re.M) for name in re.findall(r"`(\w+)(?:\{[^}]*\})?`", cell)}
    assert told == shown | {"refusals_total", "files_total"}  # shown once there was one


def test_the_towns_own_port_shows_none_of_it(phone: Client) -> None:
    assert phone.get("/metrics").status_code == 404


@pytest.mark.parametrize("said", [b"GET /etc/passwd HTTP/1.1\r\n\r\n", b"\xff\r\n\r\n", b"GET /metrics HTTP/1.1\r\n" + b"x" * 10_000])
def test_any_other_question_is_answered_with_nothing(door: Any, said: bytes) -> None:
    assert b"medborger_" not in asyncio.run(fetched(door, said=said))


def test_a_port_that_is_taken_costs_the_figures_and_not_the_town(door: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def run(port: int) -> bool:
        async with metrics.served(door.inner.state.app, door, "127.0.0.1", port):
            return True

    with socket.create_server(("127.0.0.1", 0)) as other:
        assert asyncio.run(run(other.getsockname()[1]))
    assert "there are no figures" in caplog.text


def test_a_histogram_counts_what_is_not_above_each_bound() -> None:
    seen = Histogram((0.1, 1))
    for value in (0.05, 0.1, 0.5, 2):
        seen.add(value)
    assert seen.up_to() == [("0.1", 2), ("1", 3), ("+Inf", 4)] and seen.count == 4
