"""Answering a page: its context as JSON, or the template filled with it, by what the request accepts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.web import cookies as jar, preferences
from backend.web.middleware.compression import compress, encodings
from backend.web.middleware.headers import PAGE_HEADERS, wants_json
from backend.web.rendering import frame
from backend.web.state import AppState

MOST_KEPT = 500
"""Public pages kept rendered: every page, language, text size and contrast, with room."""


class Pages:
    """One request for a page: who asks, in which language, and how the answer is made."""

    def __init__(self, request: Request, app: AppState, lang: str, actor: Actor, now: datetime, name: str = "") -> None:
        if not app.words.offers(lang):
            raise NotFound(lang)
        self.request, self.app, self.lang, self.actor, self.now = request, app, lang, actor, now
        self.name = name
        self.choice = preferences.read(request.cookies.get(preferences.COOKIE, ""))
        self.cookies: list[Cookie] = []

    @property
    def here(self) -> str:
        """This page's address without language and leading slash, with its query."""
        path = self.request.scope["path"][len(self.lang) + 2 :]
        query = self.request.scope["query_string"].decode("latin-1")
        return f"{path}?{query}" if query else path

    @property
    def today(self) -> str:
        return self.app.today()

    @property
    def owner(self) -> str:
        return "" if self.actor.is_guest else self.actor.person

    @property
    def has_ended(self) -> bool:
        """Was somebody signed in here, whose session is over?"""
        return not self.actor.session and self.app.sessions.has_ended(self.request.cookies.get(jar.SESSION, ""))

    def show(
        self,
        page: str,
        view: Mapping[str, Any],
        keep: str = "never",
        status: int = 200,
        cookies: Iterable[Cookie] = (),
        headers: Mapping[str, str] | None = None,
        switch: str = "link",
        ask_phone: int = 0,
    ) -> Response[bytes]:
        """`ask_phone`: below what the page is for (1) or right under its heading (2), unless she has answered."""
        context = {"page": page, "keep": keep, "here": self.here, "outbox": 0, "late": 0, "waiting": [], "frame": self.frame(switch, ask_phone), **view}
        body, kind, encoding = self.bytes_of(context)
        said = PAGE_HEADERS | ({"content-encoding": encoding} if encoding else {}) | dict(headers or {})
        if status == 422:
            # With no-store Chromium answers Back after such a page with its own "send again?" page.
            said["cache-control"] = "no-cache"
        return Response(body, status_code=status, media_type=kind, headers=said, cookies=[*cookies, *self.cookies, *self.remembered()])

    def go(self, path: str, cookies: Iterable[Cookie] = (), headers: Mapping[str, str] | None = None) -> Response[None]:
        """303 to a page of ours in the same language."""
        return self.go_in(self.lang, path, cookies, headers)

    def go_in(
        self, lang: str, path: str, cookies: Iterable[Cookie] = (), headers: Mapping[str, str] | None = None
    ) -> Response[None]:
        """The same in another language, which is remembered; one we do not offer changes nothing."""
        offered = lang if self.app.words.offers(lang) else self.lang
        said = {"location": f"/{offered}/{own_path(path)}", "cache-control": "no-store", **(headers or {})}
        kept = [preferences.cookie(self.choice, offered)] if offered != self.lang else []
        return Response(b"", status_code=303, media_type="text/plain", headers=said, cookies=[*cookies, *self.cookies, *kept])

    async def begin_session(self) -> None:
        """A guest's first post: from now on her drafts have an owner."""
        self.actor, token = await self.app.sessions.begin_guest(self.now)
        self.cookies.append(jar.session(token))

    def frame(self, switch: str = "link", ask_phone: int = 0) -> dict[str, Any]:
        app = self.app
        made = frame.frame(
            app.settings, self.hours(), self.choice, app.content.hash_of(self.lang), self.name, self.owner
        )  # fmt: skip
        return made | {"switch": switch, "ask_phone": ask_phone if self.choice.own_phone == "unasked" else 0}

    def hours(self) -> dict[str, Any]:
        """Made once a minute: open or closed, until or from when."""
        minute = int(self.now.timestamp()) // 60
        if self.app.hours_made[0] != minute:
            self.app.hours_made = (minute, frame.hours(self.app.settings, self.now.astimezone(self.app.zone)))
        return self.app.hours_made[1]

    def bytes_of(self, context: dict[str, Any]) -> tuple[bytes, str, str]:
        accept = self.request.headers.get("accept", "")
        taken = self.request.headers.get("accept-encoding", "")
        if wants_json(accept):
            return *swap(compress(msgspec.json.encode(context), taken), "application/json"),
        if context["keep"] == "public" and not self.owner:
            return *swap(self.kept(context, taken), "text/html"),
        html = self.html(context)
        # A page with somebody's own text and a text from the address: its length must tell nothing (BREACH).
        if self.owner and self.request.scope["query_string"]:
            return html, "text/html", ""
        return *swap(compress(html, taken), "text/html"),

    def kept(self, context: dict[str, Any], taken: str) -> tuple[bytes, str]:
        """A public page is rendered and compressed once, and again when anything in its context changes."""
        best = next(iter(encodings(taken)), "")
        key = (self.lang, best, msgspec.json.encode(context))
        made = self.app.pages_made
        if key not in made:
            if len(made) >= MOST_KEPT:
                made.clear()
            made[key] = compress(self.html(context), best, quality=9)
        return made[key]

    def html(self, context: dict[str, Any]) -> bytes:
        return self.app.words.render(context["page"], context, self.lang, self.app.content.assets).encode()

    def remembered(self) -> list[Cookie]:
        """The language is remembered when the person came to it from one of our own pages."""
        if self.choice.lang == self.lang or self.request.headers.get("sec-fetch-site") != "same-origin":
            return []
        return [preferences.cookie(self.choice, self.lang)]


def swap(squeezed: tuple[bytes, str], kind: str) -> tuple[bytes, str, str]:
    return squeezed[0], kind, squeezed[1]


def own_path(text: str) -> str:
    """`text` if it is a path of ours without a leading slash, else "" (home): never a way to another site."""
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or text.startswith(("/", "\\")) or "\\" in text or ".." in parts.path:
        return ""
    return quote(text, safe="/?&=%+:@,;~.-_!*'()")
