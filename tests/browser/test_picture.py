"""The pictures in the README are the real pages, taken by these tests when asked for: `make picture`."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.town import Town


def file_of(name: str, folder: Path) -> Path:
    return Path(os.environ.get("MEDBORGER_PICTURES") or folder) / name


def take(page: Page, file: Path) -> None:
    page.screenshot(path=file, full_page=False, animations="disabled")
    assert file.stat().st_size > 10_000


def test_the_home_page_can_be_shown(phone: Callable[..., Phone], tmp_path: Path) -> None:
    taken = phone("da", worker=False, device_scale_factor=2)
    taken.go("")
    take(taken.page, file_of("home.png", tmp_path))


def test_a_letter_with_its_five_answers_and_the_list_of_cases_can_be_shown(browser: Browser, phone: Callable[..., Phone], town: Town, tmp_path: Path) -> None:
    samir = phone("en", worker=False, device_scale_factor=2)
    samir.go("sign-in")
    samir.page.get_by_role("button", name=re.compile("Samir")).click()
    samir.page.wait_for_url("**/mine*")
    if letters := samir.json("post")["letters"]:  # written by `medborger demo`
        samir.go(f"post/{letters[0]['id']}")
        take(samir.page, file_of("letter.png", tmp_path))
    if "MEDBORGER_PICTURES" in os.environ:
        Journey(samir, "sick-pay").begin().finish()
    desk = browser.new_context(base_url=town.origin, viewport={"width": 1280, "height": 800})
    page = desk.new_page()
    page.goto("/desk/sign-in")
    page.locator("button[name=lang][value=en]").click()
    page.get_by_role("button", name=re.compile("Bo Krogh")).click()
    first = page.locator("a[href^='/desk/cases/']")
    if first.count():
        first.first.click()
    take(page, file_of("desk.png", tmp_path))
    desk.close()
