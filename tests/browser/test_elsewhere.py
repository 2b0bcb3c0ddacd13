"""A service somebody else wrote, in a folder of its own with its own words, runs with no change in this repository."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.answering import Journey
from tests.browser.phone import Phone, plain
from tests.browser.town import Town

SERVICE = "garden-waste"
TITLES = {"da": "Haveaffald", "en": "Garden waste", "ar": "نفايات الحديقة"}
FIRST = {"da": "Hvad skal vi hente?", "en": "What shall we fetch?", "ar": "ماذا نأخذ؟"}


@pytest.fixture
def their_town(tmp_path: Path) -> Iterator[Town]:
    shutil.copytree(Path(__file__).with_name("elsewhere"), tmp_path / "ours")
    running = Town(tmp_path / "data", "--services", str(tmp_path / "ours")).start()
    yield running
    running.kill()


def test_it_runs_in_every_language_from_the_server(their_town: Town, phone: Callable[..., Phone]) -> None:
    for number, (lang, title) in enumerate(TITLES.items(), 1):
        taken = phone(lang, their_town, script=False)
        taken.go(f"services/{SERVICE}")
        assert title in plain(taken.page.locator("main").inner_text())
        journey = Journey(taken, SERVICE).begin()
        assert taken.heading == FIRST[lang]
        journey.finish()
        assert their_town.kept() == number


def test_it_runs_in_every_language_from_the_phone(their_town: Town, phone: Callable[..., Phone]) -> None:
    phones = []
    for lang in TITLES:
        taken = phone(lang, their_town)
        taken.own()
        taken.settle_worker()
        phones.append(taken)
    their_town.stop()
    for taken in phones:
        journey = Journey(taken, SERVICE).begin()
        assert taken.heading == FIRST[taken.lang]
        journey.finish()
    their_town.start()
    for taken in phones:
        taken.go("")
    phones[0].wait(lambda: their_town.kept() == len(phones), "for the deliveries")
