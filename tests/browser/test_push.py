"""A message at the worker of a real Chromium: clear text in, by the DevTools, and what the phone shows read back."""

import json
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, Worker

from tests.browser import inside
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.phone import Phone
from tests.browser.town import Town

TOKEN = "T" * 22
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
  ({title, body, lang, dir, tag, data, silent}) => ({title, body, lang, dir, tag, data, silent}))"""
CLICK = """async () => {
  self.opened = []
  self.clients.openWindow = async (url) => { self.opened.push(url) }
  const [notification] = await self.registration.getNotifications()
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }))
}"""


class Taking:
    """A phone that takes messages. `push` delivers one; None: without data."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        phone.context.grant_permissions(["notifications"])
        phone.own()
        phone.settle_worker()
        phone.wait(self.is_known, "for the worker to know whose phone it is")
        self.tools = phone.devtools()
        self.ids: list[str] = []
        self.tools.on("ServiceWorker.workerRegistrationUpdated", lambda said: self.ids.extend(one["registrationId"] for one in said["registrations"]))
        self.tools.send("ServiceWorker.enable")
        phone.wait(lambda: phone.page.evaluate("1") and self.ids, "for the registration")

    def is_known(self) -> bool:
        """The worker may hear it after the page is there; a message that comes before is shown in general words."""
        state = inside.databases(self.phone)["medborger"]["phone"]["state"]
        return (state["own"], state["lang"]) == ("yes", self.phone.lang)

    def push(self, data: Any) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        self.tools.send("ServiceWorker.deliverPushMessage", {"origin": self.phone.town.origin, "registrationId": self.ids[-1], "data": text})

    def shown(self, count: int = 1) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []

        def are_there() -> bool:
            found[:] = self.phone.page.evaluate(SHOWN)
            return len(found) == count

        try:
            self.phone.wait(are_there, f"for {count} shown")
        except AssertionError as error:
            raise AssertionError(f"{error}: {found}") from error
        return found

    @property
    def worker(self) -> Worker:
        return self.phone.context.service_workers[0]


def message(town: Town, lang: str = "da", dir: str = "ltr", to: str = "", **more: Any) -> dict[str, Any]:
    said = {"title": "Medborger", "body": "Pas: forny senest 3. marts", "lang": lang, "dir": dir, "tag": "T1", "navigate": f"{town.origin}/{lang}/{to or 'n/ab'}"}
    return {"web_push": 8030, "mutable": True, "notification": said | {"data": {"id": "ab", "r": TOKEN}} | more}


@pytest.fixture(scope="module")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """The lean one has no notifications."""
    program = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no whole Chromium on this machine: messages have NOT been shown")
    running = playwright.chromium.launch(executable_path=program, args=QUIET, headless=True)
    yield running
    running.close()


@pytest.fixture
def taking(whole_browser: Browser, town: Town) -> Iterator[Callable[..., Taking]]:
    opened: list[Phone] = []

    def take(lang: str = "da", town: Town = town) -> Taking:
        opened.append(Phone(whole_browser, town, lang))
        return Taking(opened[-1])

    yield take
    for one in opened:
        one.close()


@pytest.mark.parametrize(("lang", "dir", "news"), [("da", "ltr", "Der er nyt til dig."), ("en", "ltr", "There is news for you."), ("ar", "rtl", "توجد رسالة جديدة لك.")])
def test_a_message_is_shown_in_its_language_and_a_broken_one_in_the_phone_s(taking: Callable[..., Taking], town: Town, lang: str, dir: str, news: str) -> None:
    phone = taking(lang)
    phone.push(message(town, lang, dir))
    [one] = phone.shown()
    assert (one["title"], one["body"], one["lang"], one["dir"], one["tag"]) == ("Medborger", "Pas: forny senest 3. marts", lang, dir, "T1")
    for count, broken in enumerate(['{"notification": {', "undefined", "", '{"notification": null}'], 2):
        phone.push(broken)
        found = phone.shown(2)  # what tells no tag takes the place of the one before
        last = next(one for one in found if one["tag"] == "news")
        assert (last["title"], last["body"], last["lang"], last["dir"]) == ("Medborger", news, lang, dir), (count, broken)


def test_the_same_message_twice_is_one_notification(taking: Callable[..., Taking], town: Town) -> None:
    phone = taking()
    phone.push(message(town))
    [one] = phone.shown()
    phone.push(message(town))
    phone.phone.wait(lambda: phone.phone.page.evaluate(SHOWN)[0]["silent"], "for the second")
    [again] = phone.shown()
    assert (one["tag"], one["silent"], again["tag"]) == ("T1", False, "T1")


def test_pressing_a_message_leads_an_open_window_to_its_page(taking: Callable[..., Taking], town: Town) -> None:
    phone = taking()
    phone.push(message(town, to="help"))
    phone.shown()
    phone.worker.evaluate(CLICK)
    phone.phone.page.wait_for_url("**/da/help")
    assert phone.phone.page.evaluate(SHOWN) == []
    assert phone.worker.evaluate("() => self.opened") == []


def test_somebody_who_writes_is_not_led_away(taking: Callable[..., Taking], town: Town) -> None:
    phone = taking()
    phone.phone.go("services/rats/where")
    phone.push(message(town, to="help"))
    phone.shown()
    phone.worker.evaluate(CLICK)
    phone.phone.wait(lambda: phone.worker.evaluate("() => self.opened") == [f"{town.origin}/da/help"], "for a window of its own")
    assert phone.phone.path == "services/rats/where"


def test_a_page_opened_from_a_message_is_there_without_a_server(taking: Callable[..., Taking], own_town: Town) -> None:
    phone = taking("ar", town=own_town)
    phone.push(message(own_town, "ar", "rtl", to="services"))
    phone.shown()
    own_town.stop()
    phone.worker.evaluate(CLICK)
    phone.phone.page.wait_for_url("**/ar/services")
    assert phone.phone.heading
    assert phone.phone.page.locator("html").get_attribute("dir") == "rtl"
