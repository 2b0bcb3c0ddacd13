"""Requests as bytes, straight into the application: what a browser or a test client would never send."""

import asyncio
from typing import Any
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from tests.web.conftest import ORIGIN

OURS = [(b"host", b"town.example"), (b"origin", ORIGIN.encode())]
FILLED = {
    "lang": "en", "service": "rats", "step": "where", "question": "where", "row": "1", "key": "0" * 32, "case": "0" * 32,
    "file": "0" * 32, "version": "1",
}  # fmt: skip


class Answer(Struct):
    status: int
    headers: dict[str, str]
    body: bytes


def routes(door: Any) -> list[tuple[str, str]]:
    """Every (method, address) of the application, its parameters filled in with values that stand for something."""
    found = []
    for route in door.inner.routes:
        for method in sorted(getattr(route, "methods", {"GET"}) - {"OPTIONS", "HEAD"}):
            parts = [part if isinstance(part, str) else FILLED.get(part.name, "1") for part in route.path_components]
            found.append((method, "/" + "/".join(parts)))
    return found


async def ask(
    door: Any, method: str, path: bytes, query: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None, body: bytes = b"",
    is_whole: bool = True, is_cut: bool = False,
) -> Answer:  # fmt: skip
    """The answer of the whole application, the gateway included. `path` as on the wire, with its percent signs.
    `is_whole=False`: more of the body was promised; it never comes, or the line is cut."""
    said = [*OURS, *([(b"content-length", str(len(body)).encode())] if is_whole else []), *(headers or [])]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "https",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"), "raw_path": path, "root_path": "", "query_string": query,
        "headers": said, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2), "state": {}, "extensions": {},
    }  # fmt: skip
    left, sent = [body], Answer(0, {}, b"")

    async def receive() -> dict[str, Any]:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": not is_whole}
        if is_cut:
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            sent.status = message["status"]
            sent.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        else:
            sent.body += message.get("body", b"")

    async with asyncio.timeout(20):
        await door(scope, receive, send)
    return sent
