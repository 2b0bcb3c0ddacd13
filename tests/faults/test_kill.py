"""R1: kill -9 in the middle of the load. Whoever holds a receipt is stored, once, and gets the same one again."""

import asyncio
import random
from collections.abc import Iterable

import pytest

from backend.store import backup, connections, keyring
from backend.store.database import FILE
from tests.browser.town import Town
from tests.conftest import NIGHTLY
from tests.faults.clients import Heard, crowd, send_again

pytestmark = pytest.mark.fault
KILLS = 500 if NIGHTLY else 25
PHONES = 40


@pytest.mark.long
def test_kill_9_under_load_loses_nothing_acknowledged_and_stores_nothing_twice(tmp_path):
    chance, heard = random.Random(20261124), Heard()
    town = Town(tmp_path / "data")
    slowest = 0.0
    for _ in range(KILLS):
        slowest = max(slowest, asyncio.run(killed(town, heard, chance.uniform(0.1, 0.8))))
    town.start()
    try:
        check(town, heard)
    finally:
        town.stop()
    print(f"{KILLS} kills, {len(heard.receipts)} acknowledged, {heard.cut} answers cut off, ready after {slowest:.1f} s at most")


async def killed(town: Town, heard: Heard, after_s: float) -> float:
    """Started, put under load, killed; how long it took to be ready."""
    began = asyncio.get_running_loop().time()
    await asyncio.to_thread(town.start)
    ready_s = asyncio.get_running_loop().time() - began
    until = asyncio.Event()
    load = asyncio.create_task(crowd(town, heard, PHONES, until, tries=1))
    await asyncio.sleep(after_s)
    await asyncio.to_thread(town.kill)
    until.set()
    await load
    return ready_s


def check(town: Town, heard: Heard) -> None:
    assert len(heard.receipts) > KILLS and heard.cut > 0, "the kills have to hit something"
    keys = stored_keys(town)
    assert len(keys) == len(set(keys)), "stored twice"
    assert as_stored(town, heard.receipts) - set(keys) == set(), "acknowledged and lost"
    assert town.kept("cases") == town.kept("notice WHERE rule = 'received'") == len(keys)
    some = random.Random(1).sample(sorted(heard.receipts), min(200, len(heard.receipts)))
    again = asyncio.run(send_again(town, some))
    assert set(again.statuses) == {200} and all(again.receipts[key] == heard.receipts[key] for key in some)
    assert backup.check(town.data, keyring.load(town.data / "demo-keys")) == []  # the audit chain is in it


def as_stored(town: Town, keys: Iterable[str]) -> set[str]:
    """What stands in the rows for the keys that phones sent under."""
    ring = keyring.load(town.data / "demo-keys")
    return {ring.id_macs(key)[-1] for key in keys}


def stored_keys(town: Town) -> list[str]:
    con = connections.to_read((town.data / FILE).resolve())
    try:
        return [key for (key,) in con.execute("SELECT idem FROM submission").fetchall()]
    finally:
        con.close()
