"""The street door, in front of Litestar: foreign requests refused, too many slowed, static files handed out,
and every answer dressed in the security headers, whoever made it."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from backend.settings import Settings
from backend.web import reference_codes
from backend.web.middleware import headers, rate_limits
from backend.web.middleware.static_files import Files

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
log = logging.getLogger("medborger.web")
MANIFEST = "/manifest.json"


class Gateway:
    """An ASGI application around another. `inner` is the Litestar application, which stays reachable for tools."""

    def __init__(self, inner: Any, settings: Settings, files: Files) -> None:
        self.inner, self.settings, self.files = inner, settings, files
        self.rates = rate_limits.RateLimits(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.inner(scope, receive, send)
        path = scope["path"]
        if path in self.files:
            return await self.files.answer(scope, send)
        said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if headers.refused(scope["method"], path, said, self.settings.where):
            return await plain_problem(send, 403, "forbidden", "The request came from somewhere else")
        wait_s = self.rates.wait_s(scope, said)
        if wait_s:
            return await plain_problem(send, 429, "too-many", "Too many requests", wait_s)
        await self.guarded(scope, receive, dressed(send, headers.FILE_SECURITY_RAW if path == MANIFEST else headers.SECURITY_RAW))

    async def guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Should even the last handler inside fail, the person still gets an answer with a code."""
        try:
            await self.inner(scope, receive, send)
        except Exception:
            reference = reference_codes.fresh()
            log.exception("reference=%s the application itself failed", reference)
            await plain_problem(send, 500, "server", "Something went wrong on our side", reference=reference)


def dressed(send: Send, security: list[tuple[bytes, bytes]]) -> Send:
    async def with_headers(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *security]
        await send(message)

    return with_headers


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
        (b"cache-control", b"no-store"), (b"vary", b"Accept, Accept-Encoding"), *headers.SECURITY_RAW,
    ]  # fmt: skip
    if retry_after_s:
        said.append((b"retry-after", str(retry_after_s).encode()))
    await send({"type": "http.response.start", "status": status, "headers": said})
    await send({"type": "http.response.body", "body": encoded})
