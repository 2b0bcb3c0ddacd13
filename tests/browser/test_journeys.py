"""Each service finished by a person, in the ways a phone may leave her with: each once, and each way in each language once.

`make nightly` walks the whole product. That both engines lead the same way through every service is held without a
browser (tests/domain, tests/cases).
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.town import Town
from tests.languages import LOOKED_AT

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(file.stem for file in (ROOT / "backend/services").glob("*.toml"))
LANGUAGES = LOOKED_AT
WAITING = {"da": "Ikke sendt endnu", "en": "Not sent yet", "ar": "لم يُرسَل بعد"}

WAYS = ["without script", "offline", "by keyboard"]


def walks(way: str) -> pytest.MarkDecorator:
    """The walks of this way, as (service, language). The services in turn are given the nine pairs of way and language,
    and begin again: nine walks, or one for each service where there are more. The rest of the product is nightly."""
    pairs = [(one, LANGUAGES[(at + WAYS.index(one)) % len(LANGUAGES)]) for at in range(len(LANGUAGES)) for one in WAYS]
    every_run = {(SERVICES[at % len(SERVICES)], *pairs[at % len(pairs)]) for at in range(max(len(SERVICES), len(pairs)))}
    return pytest.mark.parametrize(
        "service, lang",
        [pytest.param(service, lang, marks=[] if (service, way, lang) in every_run else pytest.mark.nightly)
         for service in SERVICES for lang in LANGUAGES],
    )  # fmt: skip


@walks("without script")
def test_p5_a_service_is_finished_without_script(service: str, lang: str, phone: Callable[..., Phone], town: Town) -> None:
    taken = phone(lang, script=False)
    taken.sign_in()
    before = town.kept()
    journey = Journey(taken, service).begin().finish()
    assert journey.is_finished()
    assert town.kept() == before + journey.submissions
    assert taken.problems == []


@walks("offline")
def test_o2_a_service_is_finished_offline_and_delivered_once(service: str, lang: str, phone: Callable[..., Phone], own_town: Town) -> None:
    taken = phone(lang, own_town)
    taken.sign_in()
    taken.own()
    taken.settle_worker()
    taken.go(f"services/{service}")
    own_town.stop()
    journey = Journey(taken, service).begin().finish()
    assert taken.page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
    assert WAITING[lang] in taken.page.locator("main").inner_text() if journey.sends else taken.page.locator("main :checked").count()
    own_town.start()
    taken.go("")
    taken.wait(lambda: own_town.kept() == journey.submissions, "for the delivery")
    taken.go("")
    taken.go("mine")
    assert own_town.kept() == journey.submissions


@walks("by keyboard")
def test_t4_a_service_is_finished_by_keyboard_alone_at_320_px_with_200_percent_text(
    service: str, lang: str, phone: Callable[..., Phone], town: Town
) -> None:
    taken = phone(lang, width=320, height=568)
    taken.sign_in()
    taken.text_of_phone(200)
    before = town.kept()
    journey = Journey(taken, service, keyboard=True).begin().finish()
    assert town.kept() == before + journey.submissions


def test_every_run_walks_each_service_and_each_way_in_each_language() -> None:
    found = {
        (way, case.values)
        for way in WAYS
        for case in walks(way).args[1]
        if case.marks == []
    }  # fmt: skip
    assert {service for _, (service, _) in found} == set(SERVICES)
    assert {(way, lang) for way, (_, lang) in found} == {(way, lang) for way in WAYS for lang in LANGUAGES}
    assert len(found) == max(len(SERVICES), len(WAYS) * len(LANGUAGES))
