"""A phone whose browser is not Chromium, held as `phone.Phone` is: a `Journey` and a look `inside` need not know.

`Page` and `Locator` are the slice of Playwright's that `answering` and `inside` use, said in WebDriver."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

from tests.browser import engines
from tests.browser.phone import TIMEOUT_S, Phone
from tests.browser.town import Town
from tests.browser.webdriver import ELEMENT, Driver, Refused

RUN = """const done = arguments[arguments.length - 1]
Promise.resolve().then(() => (%s)(arguments[0])).then((said) => done([said === undefined ? null : said, '']), (error) => done([null, String(error)]))"""
DOCUMENT = "return document.readyState === 'complete' ? performance.timeOrigin : 0"
"""Which document this is: every one began at a moment of its own. 0 while it loads."""


class Page:
    def __init__(self, driver: Driver, origin: str) -> None:
        self.driver = driver
        self.origin = origin

    @property
    def url(self) -> str:
        return str(self.driver.tell("url"))

    def goto(self, path: str, wait_until: str = "load") -> None:
        self.driver.tell("go", url=urljoin(self.origin, path))

    def reload(self, wait_until: str = "load") -> None:
        """By going there again: what Firefox's driver calls a refresh goes past the worker."""
        with self.expect_navigation():
            self.driver.tell("go", url=self.url)

    def go_back(self) -> None:
        self.driver.tell("back")

    def evaluate(self, function: str, said: Any = None) -> Any:
        """What the function gives, awaited. Raises AssertionError with what it threw."""
        answer = self.driver.tell("async script", script=RUN % function, args=[said])
        if answer is None:
            raise Refused("unloaded", "another document came while it ran")
        value, error = answer
        assert not error, error
        return value

    def locator(self, selector: str) -> "Locator":
        return Locator(self, selector)

    @contextmanager
    def expect_navigation(self, wait_until: str = "load") -> Iterator[None]:
        """Until another document stands here whole. WebDriver waits after a click only if it sees one come at once."""
        before = self.document()
        yield
        deadline = time.monotonic() + TIMEOUT_S
        while self.document() in (0, before):
            assert time.monotonic() < deadline, f"no other page came after {self.url}"
            time.sleep(0.02)

    def document(self) -> float:
        try:
            return float(self.driver.tell("script", script=DOCUMENT, args=[]))
        except Refused:  # between two documents
            return 0


class Locator:
    """What a selector finds, asked anew each time. `at` picks one of several."""

    def __init__(self, page: Page, selector: str, at: int = 0) -> None:
        self.page, self.selector, self.at = page, selector, at

    def nth(self, at: int) -> "Locator":
        return Locator(self.page, self.selector, at)

    @property
    def first(self) -> "Locator":
        return self.nth(0)

    def all(self) -> list[str]:
        return [found[ELEMENT] for found in self.page.driver.tell("find", using="css selector", value=self.selector)]

    def count(self) -> int:
        return len(self.all())

    def one(self) -> str:
        found = self.all()
        assert len(found) > self.at, f"{self.selector} is not on {self.page.url}"
        return found[self.at]

    def click(self) -> None:
        """Scrolled to first, as a person does: WebKit's driver calls what lies below the fold "not interactable"."""
        self.evaluate("(e) => e.scrollIntoView({block: 'center', behavior: 'instant'})")
        self.page.driver.tell("click", id=self.one())

    def fill(self, text: str) -> None:
        self.page.driver.tell("clear", id=self.one())
        self.page.driver.tell("type", id=self.one(), text=text, value=list(text))

    def evaluate(self, function: str) -> Any:
        return self.page.driver.tell("script", script=f"return ({function})(arguments[0])", args=[{ELEMENT: self.one()}])

    def is_checked(self) -> bool:
        return bool(self.evaluate("(e) => e.checked"))

    def is_visible(self) -> bool:
        return self.count() > self.at and bool(self.evaluate("(e) => e.getClientRects().length > 0"))

    def inner_text(self) -> str:
        return str(self.evaluate("(e) => e.innerText"))

    def all_inner_texts(self) -> list[str]:
        return [Locator(self.page, self.selector, at).inner_text() for at in range(self.count())]

    def input_value(self) -> str:
        return str(self.evaluate("(e) => e.value"))

    def get_attribute(self, name: str) -> str | None:
        return self.evaluate(f"(e) => e.getAttribute('{name}')")


class OtherPhone(Phone):
    """In `driver`'s browser, on `town`."""

    page: Page  # type: ignore[assignment]

    def __init__(self, driver: Driver, town: Town, lang: str = "da") -> None:  # noqa: super has another browser
        self.driver = driver
        self.town = town
        self.lang = lang
        self.page = Page(driver, town.origin)

    def go(self, path: str, lang: str = "") -> None:  # type: ignore[override]
        self.page.goto(path if path.startswith("/") else f"/{lang or self.lang}/{path}")

    def own(self) -> None:
        self.go("phone")
        self.press("main button[value=yes]")

    def settle_worker(self) -> None:
        engines.need_module_workers(self.driver)
        super().settle_worker()

    def sign_in(self, number: int = 0) -> "OtherPhone":
        self.go("sign-in")
        with self.page.expect_navigation():
            self.page.locator('main form[action*="/sign-in/demo"] button').nth(number).click()
        assert self.path != "sign-in", "not signed in"
        return self

    def cookies(self) -> dict[str, str]:
        return {cookie["name"]: cookie["value"] for cookie in self.driver.tell("cookies")}

    def json(self, path: str = "") -> Any:
        """The context of a page, asked past the browser with its cookies."""
        address = path if path.startswith("/") else f"/{self.lang}/{path or self.path}"
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies().items())
        request = urllib.request.Request(f"http://127.0.0.1:{self.town.port}{address}", headers={"Accept": "application/json", "Cookie": cookie})
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)

    def other_tab(self, act: Callable[[], None]) -> None:
        """Do it in a second tab, and come back to this one."""
        here = self.driver.tell("tab here")
        made = self.driver.tell("new tab", type="tab")
        self.driver.tell("tab", handle=made["handle"])
        act()
        self.driver.tell("tab", handle=here)
