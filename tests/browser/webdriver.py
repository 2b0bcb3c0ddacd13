"""A browser told what to do in the words of W3C WebDriver: the few that these tests need, and no client library.

WebKit's driver listens to HTTP. Firefox understands the same commands on a socket of its own, Marionette, which is
what geckodriver would translate them to; Debian has no geckodriver. One table serves both.
"""

import http.client
import json
import socket
import time
from typing import Any, Protocol

from tests.browser.phone import TIMEOUT_S

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name that an element has in every answer."""
HANG_S = 60
COMMANDS = {  # ours: (method, path below the session, Marionette's)
    "go": ("POST", "/url", "WebDriver:Navigate"),
    "url": ("GET", "/url", "WebDriver:GetCurrentURL"),
    "back": ("POST", "/back", "WebDriver:Back"),
    "script": ("POST", "/execute/sync", "WebDriver:ExecuteScript"),
    "async script": ("POST", "/execute/async", "WebDriver:ExecuteAsyncScript"),
    "find": ("POST", "/elements", "WebDriver:FindElements"),
    "click": ("POST", "/element/{id}/click", "WebDriver:ElementClick"),
    "clear": ("POST", "/element/{id}/clear", "WebDriver:ElementClear"),
    "type": ("POST", "/element/{id}/value", "WebDriver:ElementSendKeys"),
    "cookies": ("GET", "/cookie", "WebDriver:GetCookies"),
    "forget cookie": ("DELETE", "/cookie/{name}", "WebDriver:DeleteCookie"),
    "tab here": ("GET", "/window", "WebDriver:GetWindowHandle"),
    "new tab": ("POST", "/window/new", "WebDriver:NewWindow"),
    "tabs": ("GET", "/window/handles", "WebDriver:GetWindowHandles"),
    "close tab": ("DELETE", "/window", "WebDriver:CloseWindow"),
    "tab": ("POST", "/window", "WebDriver:SwitchToWindow"),
    "patience": ("POST", "/timeouts", "WebDriver:SetTimeouts"),
    "context": ("", "", "Marionette:SetContext"),  # "content", or "chrome": the browser's own windows
    "quit": ("DELETE", "", "Marionette:Quit"),
}


class Refused(Exception):
    """The browser could not do it: its own error code, and what it says."""


class Driver(Protocol):
    capabilities: dict[str, Any]

    def tell(self, command: str, **said: Any) -> Any:
        """Raises Refused; OSError when the browser has gone."""


class OverHttp:
    """A driver process that listens on `port`, and the session it made for `wanted`."""

    def __init__(self, port: int, wanted: dict[str, Any]) -> None:
        self.port = port
        made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session, self.capabilities = made["sessionId"], made["capabilities"]

    def tell(self, command: str, **said: Any) -> Any:
        method, path, _ = COMMANDS[command]
        return self.ask(method, f"/session/{self.session}{path.format(**said)}", said if method == "POST" else None)

    def ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG_S)
        try:
            link.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
            answer = link.getresponse()
            value = json.loads(answer.read())["value"]
        finally:
            link.close()
        if answer.status != 200:
            raise Refused(value["error"], value["message"])
        return value


class OverMarionette:
    """Firefox itself. Each message is its length, a colon, and JSON."""

    def __init__(self, port: int, wanted: dict[str, Any]) -> None:
        deadline = time.monotonic() + HANG_S
        while True:
            try:
                self.link = socket.create_connection(("127.0.0.1", port), HANG_S)
                break
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        self.heard = self.link.makefile("rb")
        self.number = 0
        self.read()  # it says who it is
        self.capabilities = self.ask("WebDriver:NewSession", wanted)["capabilities"]

    def tell(self, command: str, **said: Any) -> Any:
        answer = self.ask(COMMANDS[command][2], {"flags": ["eForceQuit"]} if command == "quit" else said)
        return answer["value"] if isinstance(answer, dict) and "value" in answer else answer

    def ask(self, name: str, said: dict[str, Any]) -> Any:
        self.number += 1
        body = json.dumps([0, self.number, name, said]).encode()
        self.link.sendall(b"%d:%s" % (len(body), body))
        _, _, error, answer = self.read()
        if error:
            raise Refused(error["error"], error["message"])
        return answer

    def close(self) -> None:
        self.heard.close()
        self.link.close()

    def read(self) -> Any:
        length = b""
        while (one := self.heard.read(1)) != b":":
            if not one:
                raise ConnectionError("Firefox has gone")
            length += one
        return json.loads(self.heard.read(int(length)))


def begin(driver: Driver) -> Driver:
    """With the patience that these tests have; a page that never loads is an error of its own."""
    driver.tell("patience", pageLoad=TIMEOUT_S * 1000, script=TIMEOUT_S * 1000, implicit=0)
    return driver
