"""R15, R16, R17, R8: answers lost, sent again for a week, from two devices, under a clock that jumps."""

import asyncio
import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from backend.domain.actors import SYSTEM
from backend.domain.drafts import Draft
from backend.domain.errors import DraftMoved, KeyReused
from backend.store import audit, cases, drafts, submissions
from backend.store.database import Database
from tests.conftest import NIGHTLY
from tests.people import INGER, VISITOR, YUSUF
from tests.store.conftest import NOW, add_person, count, rats, send, wait

pytestmark = pytest.mark.fault
WEEKS = 1000 if NIGHTLY else 20
INTERLEAVINGS = 10_000 if NIGHTLY else 500


def test_a_week_of_retries_with_lost_answers_gives_one_submission_and_one_receipt(data, keys, sign):
    """Each hour some phones try again, in any order, two at once; three answers in ten are lost; the server restarts daily."""
    chance = random.Random(20261124)
    for week in range(WEEKS):
        heard: dict[str, set[str]] = {}
        waiting = {f"{week:016x}{n:016x}": chance.choice([INGER, VISITOR]) for n in range(8)}
        sent = dict(waiting)
        db = Database(data, keys)
        if not week:
            add_person(db, INGER.person)
        for hour in range(0, 168, 24):
            wait(try_all(db, waiting, heard, chance, NOW + timedelta(hours=hour), sign))
        assert not waiting, "after a week every phone has its receipt"
        again = {key: wait(submissions.get(db, actor, key)).receipt.jws for key, actor in sent.items()}
        assert heard == {key: {receipt} for key, receipt in again.items()}
        assert count(db, "submission") == count(db, "cases") == count(db, "notice") == 8 * (week + 1)
        db.close()


async def try_all(db, waiting, heard, chance, now, sign):
    tries = [key for key in waiting for _ in range(3)]
    chance.shuffle(tries)
    kept = await asyncio.gather(*(submissions.receive(db, waiting[key], key, rats(answers={"where": key}), now, sign) for key in tries))
    for key, one in zip(tries, kept, strict=True):
        if chance.random() > 0.3 or now > NOW + timedelta(days=5):
            heard.setdefault(key, set()).add(one.receipt.jws)
            waiting.pop(key, None)


def test_the_same_key_with_other_content_is_refused_however_it_is_mixed_with_retries(db, sign):
    """R16."""

    async def mixed():
        answers = [{"where": "yard"}, {"where": "loft"}] * 10
        return await asyncio.gather(
            *(submissions.receive(db, INGER, "c" * 32, rats(answers=one), NOW, sign) for one in answers), return_exceptions=True
        )

    kept = asyncio.run(mixed())
    assert sum(isinstance(one, KeyReused) for one in kept) == 10
    assert {one.receipt.jws for one in kept if not isinstance(one, KeyReused)} == {wait(submissions.get(db, INGER, "c" * 32)).receipt.jws}


class Device:
    """A phone or a library's screen: what it has seen, what was typed on it, what its person was shown."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen = Draft(id=f"{name:0<32}", service="rats", version=1)
        self.was_shown: set[str] = set()
        self.writes = 0

    async def save(self, db, chance, saved: list[str]) -> None:
        self.writes += 1
        words = f"{self.name}{self.writes}"
        mine = msgspec.structs.replace(self.seen, answers={"where": words})
        try:
            self.seen = await drafts.put(db, INGER, mine, NOW)
            saved.append(words)
        except DraftMoved as moved:
            await self.choose(db, mine, moved.theirs, chance, saved)

    async def choose(self, db, mine, theirs, chance, saved) -> None:
        """Both are shown; the person keeps one with open eyes. Meanwhile the other device may have saved again."""
        if theirs is None:
            self.seen = msgspec.structs.replace(self.seen, revision=0)
            return
        self.was_shown.add(theirs.answers["where"])
        if chance.random() < 0.5:
            self.seen = theirs
            return
        try:
            kept = msgspec.structs.replace(mine, revision=theirs.revision)
            self.seen = await drafts.put(db, INGER, kept, NOW, replaces=theirs.id)
            saved.append(mine.answers["where"])
        except DraftMoved:
            pass  # asked again at the next save


async def one_draft_two_devices(db, seed: int) -> list[str]:
    """The words that were saved, are not stored, and were never shown to whoever replaced them."""
    chance = random.Random(seed)
    await drafts.delete(db, INGER, "rats")
    phone, library, saved = Device("a"), Device("b"), []
    for _ in range(6):
        await asyncio.gather(*(device.save(db, chance, saved) for device in chance.sample([phone, library], chance.randint(1, 2))))
    stored = await drafts.get(db, INGER, "rats")
    lost = []
    for writer, other in ((phone, library), (library, phone)):
        hers = [words for words in saved if words.startswith(writer.name)]
        if hers and stored.answers["where"] != hers[-1] and stored.answers["where"].startswith(other.name):
            lost += [hers[-1]] if hers[-1] not in other.was_shown else []
    return lost


def test_two_devices_on_one_draft_never_lose_anything_in_silence(db):
    """R17: what a device saved last is stored, or was shown to the person who chose the other."""

    async def all_of_them():
        return [lost for seed in range(INTERLEAVINGS) for lost in await one_draft_two_devices(db, seed)]

    assert asyncio.run(all_of_them()) == []


def test_a_clock_that_jumps_breaks_no_order_no_id_and_no_chain(db, sign):
    """R8, the store's side: a week ahead, an hour back, both DST nights, 29 February."""
    copenhagen = ZoneInfo("Europe/Copenhagen")
    times = [
        NOW, NOW + timedelta(days=7), NOW - timedelta(hours=1), datetime(2026, 10, 25, 2, 30, tzinfo=copenhagen),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=copenhagen), datetime(2027, 3, 28, 3, 30, tzinfo=copenhagen),
        datetime(2028, 2, 29, 23, 59, tzinfo=copenhagen),
    ]  # fmt: skip
    sent = [send(db, YUSUF, sign, key=f"{n:032x}", now=at) for n, at in enumerate(times)]
    assert [one.receipt.received_at for one in sent] == [at.isoformat(timespec="seconds") for at in times]
    assert sent[3].receipt.received_at.endswith("+02:00") and sent[4].receipt.received_at.endswith("+01:00")
    assert [case.id for case in wait(cases.list_all(db, YUSUF))] == [one.case for one in sent][::-1]
    assert len({one.case for one in sent} | {one.receipt.number for one in sent}) == 2 * len(times)
    assert db.scan_now(audit.verify, SYSTEM) == ""
