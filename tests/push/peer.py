"""A push service of the tests' own, on one port of loopback: Firefox's websocket, the address that senders POST to, and,
for a browser, pages of the test. By hand:

    python -m tests.push.peer --port 8030

prints what arrives. While it runs, these change what it does (control.py has them all; fields of an answer: answers.py):

    curl -d '{"status": 429, "headers": {"Retry-After": "120"}, "times": 3}' http://127.0.0.1:8030/control/answer
    curl -X POST http://127.0.0.1:8030/control/hold       # phones lose their socket; `release` brings it back
    curl -d '{"key": "BASE64URL"}' http://127.0.0.1:8030/control/phone   # a subscription without a browser
    curl http://127.0.0.1:8030/control/state
"""

import argparse
import asyncio
import secrets
import signal
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from msgspec import Struct

from tests.push import control
from tests.push.answers import Answer, Script, give
from tests.push.background import HANG_S, Background, end_tasks
from tests.push.checks import Asked, Refused, check
from tests.push.receiver import Receiver
from tests.push.service import Ack, Channel, Message, Service
from tests.push.sockets import Sockets

READ_BYTES = 1_000_000


class Arrival(Struct, frozen=True):
    """One POST as it came (names of headers in small letters), and what it was answered. `status` 0: it was cut or held."""

    token: str
    headers: dict[str, str]
    body: bytes
    status: int
    why: str = ""


class Peer:
    """`pages`: a folder served at /. `tls`: https. `print_line` hears one line for each thing that happens."""

    def __init__(
        self, port: int = 0, pages: Path | None = None, tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time, print_line: Callable[[str], None] = lambda line: None,
    ) -> None:  # fmt: skip
        self.port, self.pages, self.tls, self.print_line = port, pages, tls, print_line
        self.service = Service(clock)
        self.script = Script()
        self.sockets = Sockets(self.service, lambda token: f"{self.origin}/wpush/{token}", self.happened)
        self.arrivals: list[Arrival] = []
        self.receipts: list[Any] = []
        self.deliveries = 1
        """How often a message is put on the socket: a service that missed an acknowledgement sends it again."""
        self.changed = threading.Condition()
        self.background = Background()

    # ---- its life --------------------------------------------------------------------------------------------

    def start(self) -> "Peer":
        self.background.do(self.listen())
        return self

    async def listen(self) -> None:
        app = web.Application(client_max_size=READ_BYTES)
        app.add_routes([
            web.get("/push", self.sockets.serve), web.post("/wpush/{token}", self.receive), web.post("/receipts", self.take_receipt),
            *control.routes(self),
        ])  # fmt: skip
        if self.pages:
            app.router.add_static("/", self.pages)
        self.runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port, ssl_context=self.tls).start()
        self.port = self.runner.addresses[0][1]

    def stop(self) -> None:
        self.hold()
        self.background.do(end_tasks())  # what still hangs: aiohttp would wait for it
        self.background.do(self.runner.cleanup())
        self.background.close()

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    # ---- what senders meet -----------------------------------------------------------------------------------

    async def receive(self, request: web.Request) -> web.StreamResponse:
        token, body = request.match_info["token"], await request.read()
        answer = self.script.next(token)
        if answer.wait_s:
            await asyncio.sleep(answer.wait_s)
        if answer.status:
            self.arrived(request, body, 0 if answer.how in ("hang", "reset") else answer.status, "as told")
            return await give(request, answer)
        channel = self.service.channels.get(token)
        try:
            if channel is None:
                raise Refused(410, "no such subscription")
            asked = check(request.headers, body, self.origin, channel.key, self.service.now_s)
        except Refused as refused:
            self.arrived(request, body, refused.status, refused.why)
            return web.json_response({"code": refused.status, "message": refused.why}, status=refused.status)
        version = await self.accept(channel, asked, body)
        self.arrived(request, body, 201)
        return web.Response(status=201, headers={"Location": f"{self.origin}/m/{version}", "TTL": str(asked.ttl_s)})

    async def accept(self, channel: Channel, asked: Asked, body: bytes) -> str:
        message = Message(secrets.token_hex(16), channel.id, body, asked.ttl_s, self.service.now_s + asked.ttl_s, asked.topic, asked.urgency)
        if asked.ttl_s:  # 0: now or never
            self.service.keep(channel, message)
        for _ in range(self.deliveries):
            await self.sockets.deliver(channel.uaid, message)
        return message.version

    def arrived(self, request: web.Request, body: bytes, status: int, why: str = "") -> None:
        one = Arrival(request.match_info["token"], {name.lower(): said for name, said in request.headers.items()}, body, status, why)
        self.arrivals.append(one)
        asked = " ".join(f"{name} {one.headers[name]}" for name in ("ttl", "topic", "urgency") if name in one.headers)
        self.happened(f"POST {one.token[:8]} {len(body)} bytes {asked}: {status} {why}".rstrip())

    # ---- what a test or a hand tells it ----------------------------------------------------------------------

    def answer(self, answer: Answer, times: int = 1, token: str = "") -> None:
        """The next `times` POSTs (of one channel) are answered so."""
        self.script.add(answer, times, token)

    def phone(self, key: str = "") -> Receiver:
        """A subscription without a browser, bound to a sender's public key where one is given."""
        channel = self.service.register(self.service.greet(""), secrets.token_hex(16), key)
        return Receiver(f"{self.origin}/wpush/{channel.token}")

    def hold(self) -> None:
        """Phones lose their socket and get no other: messages wait."""
        self.background.do(self.sockets.take_down())

    def release(self) -> None:
        self.sockets.are_down = False

    def expire(self, endpoint: str) -> None:
        """The subscription is gone, and its phone does not know."""
        self.service.channels.pop(endpoint.rsplit("/", 1)[-1])

    @property
    def acks(self) -> list[Ack]:
        return self.service.acks

    def wait(self, holds: Callable[[], Any], what: str = "", timeout_s: float = HANG_S) -> Any:
        """Until it holds; looked at again whenever something happened here."""
        deadline = time.monotonic() + timeout_s
        while not (said := holds()):
            assert time.monotonic() < deadline, f"waited in vain {what}".strip()
            with self.changed:
                self.changed.wait(0.05)
        return said

    def happened(self, line: str) -> None:
        self.print_line(line)
        with self.changed:
            self.changed.notify_all()

    async def take_receipt(self, request: web.Request) -> web.Response:
        self.receipts.append(await request.json())
        self.happened(f"receipt {self.receipts[-1]}")
        return web.Response(status=204)


def main() -> None:
    parser = argparse.ArgumentParser(description="A push service of the tests' own; prints what arrives.")
    parser.add_argument("--port", type=int, default=8030)
    parser.add_argument("--pages", type=Path, help="a folder to serve at /")
    said = parser.parse_args()
    peer = Peer(said.port, said.pages, print_line=lambda line: print(time.strftime("%H:%M:%S"), line, flush=True)).start()
    ended = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):  # said outright: a shell's background job inherits that Ctrl-C is ignored
        signal.signal(sign, lambda *_: ended.set())
    print(f"A push service at {peer.origin}: websocket {peer.origin.replace('http', 'ws')}/push. Ctrl-C ends it.", flush=True)
    ended.wait()
    peer.stop()


if __name__ == "__main__":
    main()
