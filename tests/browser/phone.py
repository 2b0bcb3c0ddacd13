"""A phone in a hand: one browser context, and what a person does with it."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Response

from tests.browser.town import Town

WIDTH, HEIGHT = 360, 740
TIMEOUT_S = 20
"""A hang limit for anything a test waits for."""


class Phone:
    """Opened on `town`; `lang` is where its pages start."""

    def __init__(
        self, browser: Browser, town: Town, lang: str = "da", script: bool = True, worker: bool = True,
        width: int = WIDTH, height: int = HEIGHT, **more: Any,
    ) -> None:  # fmt: skip
        self.town = town
        self.lang = lang
        self.context: BrowserContext = browser.new_context(
            base_url=town.origin, java_script_enabled=script, viewport={"width": width, "height": height},
            service_workers="allow" if worker and script else "block", locale="en" if lang.startswith("qps") else lang, timezone_id="Europe/Copenhagen", **more,
        )  # fmt: skip
        self.context.set_default_timeout(TIMEOUT_S * 1000)
        self.page: Page = self.context.new_page()
        self.tools: CDPSession | None = None
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("console", lambda said: self.problems.append(f"console: {said.text}") if said.type == "error" else None)

    def close(self) -> None:
        self.context.close()

    def __enter__(self) -> "Phone":
        return self

    def __exit__(self, *rest: object) -> None:
        self.close()

    # ---- looking ---------------------------------------------------------------------------------------------

    def go(self, path: str, lang: str = "") -> Response:
        """Open a page: "services/rats", "" for the home page, or a whole path that begins with a slash."""
        answer = self.page.goto(path if path.startswith("/") else f"/{lang or self.lang}/{path}", wait_until="load")
        assert answer is not None
        return answer

    @property
    def path(self) -> str:
        """Where the person is, without the language: "services/rats/where"."""
        parts = urlsplit(self.page.url).path.strip("/").split("/")
        return "/".join(parts[1:])

    @property
    def here(self) -> str:
        """The same with its query: "services/rats/done?key=…"."""
        query = urlsplit(self.page.url).query
        return f"{self.path}?{query}" if query else self.path

    @property
    def heading(self) -> str:
        return plain(self.page.locator("h1").inner_text())

    def json(self, path: str = "") -> Any:
        """The context of a page, with this phone's cookies."""
        answer = self.context.request.get(
            path if path.startswith("/") else f"/{self.lang}/{path or self.path}", headers={"Accept": "application/json"}, max_redirects=0
        )
        assert answer.ok, (answer.status, path)
        return answer.json()

    def context_of(self, path: str) -> dict[str, Any]:
        """The same, or {} where the address leads elsewhere or has none."""
        answer = self.context.request.get(f"/{self.lang}/{path}", headers={"Accept": "application/json"}, max_redirects=0)
        return answer.json() if answer.ok else {}

    def send(self, path: str, data: dict[str, Any], method: str = "PUT") -> Any:
        """Ask the JSON side, as our own page would."""
        answer = self.context.request.fetch(path, method=method, data=data, headers={"Origin": self.town.origin})
        assert answer.ok, (answer.status, answer.text())
        return answer.json()

    def devtools(self) -> CDPSession:
        return self.context.new_cdp_session(self.page)

    def text_of_phone(self, percent: int) -> None:
        """The browser's own text size, as a person sets it once for all pages. It holds for this page and the next."""
        self.tools = self.tools or self.devtools()
        self.tools.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * percent // 100, "fixed": 13 * percent // 100}})

    # ---- the worker ------------------------------------------------------------------------------------------

    def settle_worker(self) -> None:
        """Wait until the worker is installed, active and answers this page's next navigation."""
        if not self.page.url.startswith(self.town.origin):
            self.go("")
        self.wait(lambda: self.page.evaluate("() => navigator.serviceWorker.ready.then((r) => r.active?.state === 'activated')"))
        self.page.reload(wait_until="load")
        self.wait(lambda: self.page.evaluate("() => !!navigator.serviceWorker.controller"))

    def is_from_worker(self, answer: Response) -> bool:
        return answer.from_service_worker

    def own(self) -> None:
        """Say: this is my own phone."""
        self.go("phone")
        self.page.locator("main input[type=radio][value=own], main button[value=own], main input[type=radio][value=yes], main button[value=yes]").first.click()
        if self.path == "phone" and self.page.locator("main button[type=submit]").count():
            self.press()

    def sign_in(self, number: int = 0) -> "Phone":
        """As one of the demo's people."""
        self.go("sign-in")
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator('main form[action*="/sign-in/demo"] button').nth(number).click()
        assert self.path != "sign-in", "not signed in"
        return self

    # ---- waiting ---------------------------------------------------------------------------------------------

    def wait(self, holds: Callable[[], Any], what: str = "") -> Any:
        """Ask again until it holds. Under our CSP the browser refuses string predicates, so we poll from here."""
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            try:
                if said := holds():
                    return said
            except Exception as error:  # noqa: BLE001 - a navigation under way: ask again
                if time.monotonic() > deadline:
                    raise AssertionError(f"waited in vain {what}: {error}") from error
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain {what}".strip())
            time.sleep(0.05)

    # ---- doing -----------------------------------------------------------------------------------------------

    def press(self, selector: str = "main form button[value=continue], main form button:not([value])") -> None:
        """Press the main button and wait for the page it leads to."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(selector).first.click()


ISOLATES = {0x2068: None, 0x2069: None}


def plain(text: str) -> str:
    """Text as a person reads it: without the marks that keep directions apart."""
    return text.translate(ISOLATES)
