"""A word to everybody: read from a file with a sentence for each mistake, counted dry, spread at its pace, paused and stopped."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.actors import SYSTEM
from backend.domain.errors import NotFound
from backend.identity import demo as town
from backend.store import campaigns as kept, keyring, notices
from backend.store.database import Database
from push import campaigns
from push.campaigns import BadCampaign, Told
from tests.store.conftest import wait

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAMES = {"da": "dansk", "en": "English", "ar": "العربية"}
GOOD = """
until = "2026-12-24"
per_hour = 120
[da]
title = "Vandet er lukket på torsdag"
body = "Torsdag fra 9 til 12 er der intet vand."
[ar]
title = "انقطاع الماء يوم الخميس"
body = "لا ماء يوم الخميس من التاسعة إلى الثانية عشرة."
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("campaigns")
    keyring.make(folder / "keys")
    db = Database(folder / "data", keyring.load(folder / "keys"))
    town.seed(db, START)
    yield db
    db.close()


@pytest.fixture
def begun(seeded):
    id = wait(campaigns.start(seeded, campaigns.read(GOOD, NAMES, "2026-11-24"), START))
    yield id
    for row in seeded.read_now(kept.list_all, SYSTEM):
        if row.state in ("running", "paused"):
            seeded.write_now(kept.set_state, SYSTEM, public_id=row.public_id, state="cancelled", now=1)


def spread(db, minutes):
    return wait(campaigns.spread(db, START + timedelta(minutes=minutes)))


def found(db, id):
    return db.read_now(kept.find, SYSTEM, public_id=id)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[da]", "[dk]"), "`dk` is no language"), (("title = \"Vandet er lukket på torsdag\"", ""), "[da] needs a `title`"),
        (("Vandet er lukket på torsdag", "V" * 41), "[da] `title` has 41 signs"), (("2026-12-24", "2026-11-01"), "that day is over"),
        (("2026-12-24", "jul"), "`until` is the last day"), (("120", "0"), "`per_hour`"), (("until", "postcodes = [12]\nuntil"), "four digits"),
        (("until =", "until"), "no TOML"), (("Torsdag fra 9 til 12 er der intet vand.", " "), "`body` has 0 signs"),
    ],
)  # fmt: skip
def test_each_mistake_of_the_file_has_a_sentence(change, said):
    with pytest.raises(BadCampaign, match=said.replace("[", r"\[")):
        campaigns.read(GOOD.replace(*change, 1), NAMES, "2026-11-24")


def test_the_dry_run_counts_by_language_and_tells_nobody(seeded):
    counts = wait(campaigns.count(seeded, campaigns.read(GOOD, NAMES, "2026-11-24")))
    assert sum(counts.values()) >= 300 and set(counts) == {"da", "ar"}
    assert wait(campaigns.count(seeded, campaigns.read('postcodes = ["1234"]' + GOOD, NAMES, "2026-11-24"))) == {}


def test_it_is_spread_at_its_pace_and_nobody_is_told_twice(seeded, begun):
    assert [spread(seeded, minute) for minute in (0, 30, 30, 60)] == [0, 60, 0, 60]
    total = 120
    for minute in range(90, 600, 30):
        total += spread(seeded, minute)
    row = found(seeded, begun)
    people = wait(campaigns.count(seeded, campaigns.read(GOOD, NAMES, "2026-11-24")))
    assert row.state == "done" and row.made == total == sum(people.values())


def test_after_a_night_without_a_server_no_more_are_told_at_once_than_in_an_hour(seeded, begun):
    assert spread(seeded, 12 * 60) == 120


def test_paused_it_waits_and_resumed_it_goes_on(seeded, begun):
    spread(seeded, 30)
    seeded.write_now(kept.set_state, SYSTEM, public_id=begun, state="paused", now=1)
    assert spread(seeded, 90) == 0
    resumed = int((START + timedelta(minutes=90)).timestamp() * 1000)
    seeded.write_now(kept.set_state, SYSTEM, public_id=begun, state="running", now=resumed)
    assert spread(seeded, 120) == 60


def test_cancelled_it_is_told_to_nobody_more(seeded, begun):
    spread(seeded, 30)
    seeded.write_now(kept.set_state, SYSTEM, public_id=begun, state="cancelled", now=1)
    assert spread(seeded, 90) == 0 and seeded.read_now(kept.counts, SYSTEM, public_id=begun) == {"cancelled": 60}
    with pytest.raises(NotFound):
        seeded.write_now(kept.set_state, SYSTEM, public_id=begun, state="running", now=1)
    assert seeded.read_now(notices.unbalanced, SYSTEM) == []


def test_two_spreads_at_once_tell_nobody_twice(seeded, begun):
    async def both():
        return await asyncio.gather(*(campaigns.spread(seeded, START + timedelta(minutes=30)) for _ in range(2)))

    assert sorted(asyncio.run(both())) == [0, 60]


def test_its_day_gone_by_it_is_over(seeded, begun):
    assert spread(seeded, 60 * 24 * 40) == 0 and found(seeded, begun).state == "done"


def test_it_is_told_in_her_language_or_in_danish(seeded, begun):
    told = Told(lambda id: found(seeded, id))
    assert told.text(kept.matter(begun), "ar")[0].startswith("انقطاع") and told.text(kept.matter(begun), "en")[0].startswith("Vandet")
