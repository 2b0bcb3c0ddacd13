"""Each service, in each language, finished in the three ways a phone may leave a person with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.town import Town

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(file.stem for file in (ROOT / "backend/services").glob("*.toml"))
LANGUAGES = ["da", "en", "ar"]
WAITING = {"da": "Ikke sendt endnu", "en": "Not sent yet", "ar": "لم يُرسَل بعد"}

each_service = pytest.mark.parametrize("service", SERVICES)
each_language = pytest.mark.parametrize("lang", LANGUAGES)


@each_language
@each_service
def test_p5_a_service_is_finished_without_script(service: str, lang: str, phone: Callable[..., Phone], town: Town) -> None:
    taken = phone(lang, script=False)
    taken.sign_in()
    before = town.kept()
    journey = Journey(taken, service).begin().finish()
    assert taken.json(taken.here)["state"] == "sent"
    assert town.kept() == before + journey.submissions
    assert taken.problems == []


@each_language
@each_service
def test_o2_a_service_is_finished_offline_and_delivered_once(service: str, lang: str, phone: Callable[..., Phone], own_town: Town) -> None:
    taken = phone(lang, own_town)
    taken.sign_in()
    taken.own()
    taken.settle_worker()
    taken.go(f"services/{service}")
    own_town.stop()
    journey = Journey(taken, service).begin().finish()
    assert taken.page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
    assert WAITING[lang] in taken.page.locator("main").inner_text()
    own_town.start()
    taken.go("")
    taken.wait(lambda: own_town.kept() == journey.submissions, "for the delivery")
    taken.go("")
    taken.go("mine")
    assert own_town.kept() == journey.submissions


@each_language
@each_service
def test_t4_a_service_is_finished_by_keyboard_alone_at_320_px_with_200_percent_text(
    service: str, lang: str, phone: Callable[..., Phone], town: Town
) -> None:
    taken = phone(lang, width=320, height=568)
    taken.sign_in()
    taken.text_of_phone(200)
    before = town.kept()
    journey = Journey(taken, service, keyboard=True).begin().finish()
    assert town.kept() == before + journey.submissions
