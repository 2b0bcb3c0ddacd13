"""What a person reads whom the gateway turned away: the calm page with the telephone number, in her language.

Made once a minute for each language and kind, without anything of hers: a flood that is refused must not cost a page each.
"""

import time
from typing import Any

from litestar import Litestar, Request

from backend.web import errors
from backend.web.middleware.compression import encodings
from backend.web.middleware.headers import wants_json

KEPT_S = 60
MOST_KEPT = 100

Page = tuple[list[tuple[bytes, bytes]], bytes]
"""Headers and body."""


class RefusalPages:
    def __init__(self, inner: Litestar) -> None:
        self.inner = inner
        self.made: dict[tuple[str, str, str, bool, int], Page] = {}

    def page(self, scope: Any, said: dict[str, str], status: int, code: str) -> Page | None:
        """None for whoever reads JSON."""
        accept = said.get("accept", "")
        if "text/html" not in accept or wants_json(accept) or scope["path"].startswith(("/api/", "/schema/")):
            return None
        lang = self.inner.state.app.words.pick(scope["path"].split("/")[1], said.get("accept-language", ""))
        best = next(iter(encodings(said.get("accept-encoding", ""))), "")
        key = (lang, code, best, scope["method"] in ("GET", "HEAD"), int(time.monotonic() / KEPT_S))
        if key not in self.made:
            if len(self.made) >= MOST_KEPT:
                self.made.clear()
            self.made[key] = self.make(lang, best, scope["method"], status, code)
        return self.made[key]

    def make(self, lang: str, encoding: str, method: str, status: int, code: str) -> Page:
        headers = [(b"accept", b"text/html"), (b"accept-encoding", encoding.encode() or b"identity")]
        asked: Any = {
            "type": "http", "method": method, "path": f"/{lang}/", "query_string": b"", "headers": headers, "litestar_app": self.inner, "state": {},
        }  # fmt: skip
        response = errors.page(Request(asked), status, code)
        body: bytes = response.content
        said = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        kind = f"{response.media_type}; charset=utf-8".encode()
        return [*said, (b"content-type", kind), (b"content-length", str(len(body)).encode())], body
