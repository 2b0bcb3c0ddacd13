"""In front of Litestar: foreign requests refused, too many slowed, slow bodies given up, static files
handed out, and every answer dressed in the security headers and the request's id, whoever made it."""

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from backend.settings import Settings
from backend.web import reference_codes
from backend.web.middleware import headers
from backend.web.middleware.addresses import Addresses
from backend.web.middleware.open_connections import Connections
from backend.web.middleware.origin import is_cross_site
from backend.web.middleware.rate_limits import RateLimits
from backend.web.middleware.refusal_pages import RefusalPages
from backend.web.middleware.refusals import Refusals
from backend.web.middleware.request_bodies import Bodies, has_body
from backend.web.middleware.request_record import Requests
from backend.web.middleware.static_files import Files

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
BUSY_S = 5
"""When to come again, where there is no room for one more body."""
log = logging.getLogger("medborger.web")
MANIFEST = "/manifest.json"


class Gateway:
    """An ASGI application around another. `inner` is the Litestar application, which stays reachable for tools."""

    def __init__(self, inner: Any, settings: Settings, files: Files, requests: Requests, refusals: Refusals) -> None:
        self.inner, self.settings, self.files = inner, settings, files
        self.requests, self.refusals = requests, refusals
        self.addresses = Addresses(settings.proxies, settings.forwarded_header)
        self.rates, self.bodies, self.pages = RateLimits(settings), Bodies(), RefusalPages(inner)
        self.connections: Connections | None = None
        """Set where this process is the server itself."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.inner(scope, receive, send)
        if self.connections is None:
            return await self.answer(scope, receive, send)
        peer = self.connections.begin(scope["client"])
        try:
            await self.answer(scope, receive, send)
        finally:
            self.connections.end(peer)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in self.files:
            self.requests.static()
            return await self.files.answer(scope, send)
        scope["request_id"] = reference_codes.fresh()
        security = headers.FILE_SECURITY_RAW if scope["path"] == MANIFEST else headers.SECURITY_RAW
        answer, began = Answer(send, scope["request_id"], security), time.perf_counter()
        self.requests.running += 1
        try:
            await self.admit(scope, receive, answer)
        except Exception:  # should even the last handler inside fail, or we, the person still gets an answer with a code
            log.exception("the application itself failed", extra={"said": {"id": scope["request_id"]}})
            if not answer.status:
                await plain_problem(answer, 500, "server", "Something went wrong on our side", reference=scope["request_id"])
        finally:
            self.requests.running -= 1
            self.requests.done(scope, answer.status, time.perf_counter() - began)

    async def admit(self, scope: Scope, receive: Receive, send: "Answer") -> None:
        """Whoever is refused here has cost almost nothing."""
        said = joined(scope["headers"])
        scope["network"] = network = self.addresses.of((scope.get("client") or [""])[0], scope["headers"])
        if not scope["path"].startswith("/"):  # "OPTIONS *", or an address that is none
            return await plain_problem(send, 404, "not-found", "There is nothing here for you")
        if is_cross_site(scope["method"], scope["path"], said, self.settings.where):
            return await self.refuse(scope, said, send, 403, "forbidden", "The request came from somewhere else")
        if wait_s := self.rates.wait_s(scope["method"], scope["path"], network):
            return await self.refuse(scope, said, send, 429, "too-many", "Too many requests", wait_s)
        if not has_body(said):
            return await self.inner(scope, receive, send)
        body = self.bodies.begin(network)
        if body is None:
            return await self.refuse(scope, said, send, 503, "busy", "Too much is being sent right now", BUSY_S)
        part = self.bodies.limited(body, receive)
        try:
            await self.inner(scope, part, send)
            await self.bodies.drain(body, part)
        finally:
            self.bodies.end(body)

    async def refuse(
        self, scope: Scope, said: dict[str, str], send: "Answer", status: int, code: str, title: str, retry_after_s: int = 0
    ) -> None:  # fmt: skip
        self.refusals.note(scope, code)
        page = self.pages.page(scope, said, status, code)
        if page is None:
            return await plain_problem(send, status, code, title, retry_after_s)
        after = [(b"retry-after", str(retry_after_s).encode())] if retry_after_s else []
        await send({"type": "http.response.start", "status": status, "headers": page[0] + after})
        await send({"type": "http.response.body", "body": page[1]})


class Answer:
    """`send`, which dresses what it sends. `status`: 0 until an answer has begun."""

    def __init__(self, send: Send, request_id: str, security: list[tuple[bytes, bytes]]) -> None:
        self.send, self.status = send, 0
        self.more = [*security, (b"x-request-id", request_id.encode())]

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self.more]
        await self.send(message)


def joined(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """A header said twice is both: two origins are nobody's origin."""
    said: dict[str, str] = {}
    for name_raw, value_raw in raw:
        name, value = name_raw.decode("latin-1").lower(), value_raw.decode("latin-1")
        said[name] = f"{said[name]}, {value}" if name in said else value
    return said


async def plain_problem(
    send: Send, status: int, code: str, title: str, retry_after_s: int = 0, reference: str = ""
) -> None:
    """A refusal made before anything is known of the person: short, the same for all, never a template."""
    more = {"retry_after_s": retry_after_s} if retry_after_s else {}
    more |= {"reference": reference} if reference else {}
    body = {"type": f"urn:medborger:problem:{code}", "title": title, "status": status, "code": code, **more}
    encoded = msgspec.json.encode(body)
    said = [
        (b"content-type", b"application/problem+json"), (b"content-length", str(len(encoded)).encode()),
        (b"cache-control", b"no-store"), (b"vary", b"Accept, Accept-Encoding"),
    ]  # fmt: skip
    if retry_after_s:
        said.append((b"retry-after", str(retry_after_s).encode()))
    await send({"type": "http.response.start", "status": status, "headers": said})
    await send({"type": "http.response.body", "body": encoded})
