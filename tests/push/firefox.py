"""Real Firefox at a test push service: its own subscribe, decryption, worker and notices. It is started and spoken to as
in the other tests of a browser (tests/browser/engines.py); here is what push needs beside."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser import engines
from tests.browser.others import Page
from tests.browser.phone import TIMEOUT_S
from tests.browser.webdriver import Driver, begin
from tests.push.peer import Peer

RETRY_MS = 50
"""How soon it looks again for a socket that it lost; of its own accord only after 5 s."""
TITLES = """return [...Services.wm.getEnumerator("alert:alert")].filter((one) => one.document.readyState === "complete" && !one.closed)
  .map((one) => one.document.getElementById("alertTitleLabel").getAttribute("value"))"""
TAP = """const alert = [...Services.wm.getEnumerator("alert:alert")].find((one) => one.document.readyState === "complete" &&
  one.document.getElementById("alertTitleLabel")?.getAttribute("value") === arguments[0] && one.outerWidth > 0)
alert?.document.getElementById("alertBox").click()
return Boolean(alert)"""


def settings(peer: Peer) -> dict[str, object]:
    """Of a profile whose push service is `peer`, where every site may show notices."""
    return {
        "dom.push.serverURL": peer.origin.replace("http", "ws", 1) + "/push", "dom.push.testing.allowInsecureServerURL": True,
        "dom.push.connection.enabled": True, "dom.push.retryBaseInterval": RETRY_MS, "permissions.default.desktop-notification": 1,
        "network.manage-offline-status": False, "alerts.useSystemBackend": False,
    }  # fmt: skip


@contextmanager
def firefox(home: Path, peer: Peer, lang: str = "da") -> Iterator[Driver]:
    """With all it writes in `home`. Skips the test where it is missing."""
    engines.need("firefox")
    home.mkdir(parents=True, exist_ok=True)
    with engines.firefox(home, lang, True, True, settings(peer), "--remote-allow-system-access") as driver:
        yield begin(driver)


class Window(Page):
    """What a test does in it, in the browser's own words; `origin` is the site's."""

    def subscribe(self, key: str) -> dict[str, Any]:
        """`key` as a page gives it: base64url without =. Gives what the page would send to its server."""
        return self.evaluate(
            """async (key) => {
                 const registration = await navigator.serviceWorker.ready
                 return (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON()
               }""",
            key,
        )

    def unsubscribe(self) -> bool:
        """False: there was no subscription."""
        return self.evaluate(
            """async () => {
                 const registration = await navigator.serviceWorker.getRegistration()
                 return await (await registration?.pushManager.getSubscription())?.unsubscribe() ?? false
               }"""
        )

    def notices(self) -> list[dict[str, str]]:
        """What stands on the screen of this site."""
        return self.evaluate(
            """async () => {
                 const registration = await navigator.serviceWorker.getRegistration()
                 return (await registration?.getNotifications() ?? []).map(({ title, body, tag, lang, dir }) => ({ title, body, tag, lang, dir }))
               }"""
        )

    def put_away(self) -> None:
        """Closes every notice of this site."""
        self.evaluate("async () => { for (const one of await (await navigator.serviceWorker.getRegistration())?.getNotifications() ?? []) one.close() }")

    def titles(self) -> list[str]:
        """Of the notices in the browser's own windows, which are what a person sees."""
        return self.in_the_browser(TITLES)

    def tap(self, title: str) -> None:
        """Until the notice has gone: one that is still on its way up takes no tap."""
        deadline = time.monotonic() + TIMEOUT_S
        assert title in self.titles()
        while title in self.titles():
            assert time.monotonic() < deadline, f"{title} stays"
            self.in_the_browser(TAP, title)
            time.sleep(0.02)

    def in_the_browser(self, script: str, *said: str) -> Any:
        self.driver.tell("context", value="chrome")
        try:
            return self.driver.tell("script", script=script, args=list(said))
        finally:
            self.driver.tell("context", value="content")

    def other_tabs(self) -> list[str]:
        """The addresses of the tabs beside this one, once each has one; they are closed by that."""
        here = self.driver.tell("tab here")
        found = []
        for handle in self.driver.tell("tabs"):
            if handle != here:
                self.driver.tell("tab", handle=handle)
                found.append(self.address())
                self.driver.tell("close tab")
        self.driver.tell("tab", handle=here)
        return found

    def address(self) -> str:
        deadline = time.monotonic() + TIMEOUT_S
        while (found := self.url) == "about:blank":
            assert time.monotonic() < deadline, "the tab stays empty"
            time.sleep(0.02)
        return found
