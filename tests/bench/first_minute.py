"""The first minute on her own phone: the network goes at each of its moments. What is lost, and what the page says."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from tests.browser import inside
from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.town import Town

YES = 'main button[value="own:yes"]'
MOMENTS = {
    "first page open": 0, "first question open": 1, "first answer given, asked": 2, "second answer given, not asked yet": 3,
    "answered: mine, at once": 4, "answered: mine, draft on the phone": 5, "one answer more": 6,
}  # fmt: skip


def run(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    program = next(found for name in ("chromium-headless-shell", "chromium") if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"], headless=True)
        print(f"{'the network goes':<38}{'next page':<44}answers kept, of those given")
        for name, number in MOMENTS.items():
            town = Town(folder / f"town{number}").start()
            try:
                print(f"{name:<38}{one(browser, town, number)}", flush=True)
            finally:
                town.kill()
        browser.close()


def one(browser: Browser, town: Town, moment: int) -> str:
    with Phone(browser, town) as phone:
        phone.context.set_default_timeout(8000)
        journey = Journey(phone, "rats")
        given = until(journey, phone, moment)
        town.stop()
        try:
            phone.page.locator("#journey .main, main .main").first.click() if moment < 2 else journey.answer_page()
            phone.page.wait_for_timeout(500)
        except (Error, AssertionError):
            pass
        if phone.page.evaluate("() => self.origin") != town.origin:
            return f"{'the browser’s own page':<44}{given} {'with the server' if given else '-'}"
        said = " ".join(phone.page.locator("h1").first.inner_text().replace("\xad", "").split())[:42]
        kept = "on the phone" if inside.own(phone).get("drafts") else "with the server" if given else "-"
        return f"{said:<44}{given} {kept}"


def until(journey: Journey, phone: Phone, moment: int) -> int:
    """Answers given before the network goes."""
    if moment == 0:
        phone.go("services/rats")
        return 0
    journey.begin()
    for _ in range({1: 0, 2: 1, 3: 2}.get(moment, 1)):
        journey.answer_page()
    if moment < 4:
        return moment - 1
    phone.press(YES)
    if moment > 4:
        phone.wait(lambda: inside.own(phone)["drafts"])
    if moment == 6:
        journey.answer_page()
    return 2 if moment == 6 else 1
