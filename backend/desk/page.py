"""One request at the desk: who of the staff asks, in which language, and how the page is answered."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader
from litestar import Request, Response
from litestar.datastructures import Cookie
from msgspec import structs

from backend.domain.actors import NOBODY, Actor
from backend.domain.errors import NotFound
from backend.domain.staff import Act, Staff
from backend.web import preferences
from backend.web.middleware.compression import compress
from backend.web.middleware.headers import PAGE_HEADERS
from backend.web.rendering.renderer import Tight, room
from backend.web.rendering.words import TEMPLATES as PHONE_TEMPLATES
from backend.web.state import AppState
from i18n import catalogue
from i18n.catalogue import DESK, DESK_LANGUAGES, FILES

TEMPLATES = Path(__file__).parent / "templates"
STYLE = Path(__file__).parent / "desk.css"
MENU: list[tuple[str, str, Act]] = [
    ("work", "/desk", "see-cases"), ("messages", "/desk/messages", "see-messages"), ("find", "/desk/find", "find-resident"), ("appointments", "/desk/appointments", "book"), ("calls", "/desk/calls", "call"), ("print", "/desk/print", "print"), ("send", "/desk/send", "send-bulk"), ("senders", "/desk/senders", "senders"), ("staff", "/desk/staff", "staff"),
]
"""(name, address, what one must be allowed): the order of the menu. A page that comes new stands here too."""


class Words:
    """The desk's own templates and sentences; icons and fields are those of the residents' pages."""

    def __init__(self, services: Iterable[Path], style: str, hers: Mapping[str, catalogue.Catalogue]) -> None:
        """`style`: address of the desk's own stylesheet. `hers`: the residents' languages, in which a letter is seen before it leaves."""
        self.style = style
        loader = ChoiceLoader([Tight(TEMPLATES), Tight(PHONE_TEMPLATES)])
        self.catalogues = {code: catalogue.load(code, services, (*FILES, DESK)) for code in DESK_LANGUAGES}
        offered = [{key: one.about[key] for key in ("code", "name", "dir")} for one in self.catalogues.values()]
        self.rooms = {code: room(loader, words, offered) for code, words in {**hers, **self.catalogues}.items()}  # type: ignore[arg-type]

    def render(self, page: str, context: Mapping[str, Any], lang: str, assets: Mapping[str, str]) -> str:
        return self.rooms[lang].get_template(f"{page}.html").render(context, assets=assets)


class Desk:
    """`staff`: None on the pages before signing in. `session`: public id of the desk's session."""

    def __init__(self, request: Request[Any, Any, Any], app: AppState, staff: Staff | None, session: str, strong_at: int, now: datetime) -> None:
        self.request, self.app, self.now = request, app, now
        self.account, self.session, self.strong_at = staff, session, strong_at
        self.choice = preferences.read(request.cookies.get(preferences.COOKIE, ""))
        self.cookies: list[Cookie] = []

    @property
    def staff(self) -> Staff:
        if self.account is None:
            raise NotFound("desk")
        return self.account

    @property
    def lang(self) -> str:
        """As chosen on this computer, else as the account says, else Danish."""
        wished = (self.choice.lang, self.account.language if self.account else "", DESK_LANGUAGES[0])
        return next(code for code in wished if code in DESK_LANGUAGES)

    @property
    def here(self) -> str:
        query = self.request.scope["query_string"].decode("latin-1")
        return self.request.scope["path"] + (f"?{query}" if query else "")

    @property
    def actor(self) -> Actor:
        """For what concerns nobody's data: accounts, counts, lists in clear."""
        return Actor("desk", self.staff.id, NOBODY, self.session, self.strong_at)

    def about(self, resident: str, why: str) -> Actor:
        """To look at what is kept of this resident (a public id), for one of the reasons in `domain/access.py`."""
        return structs.replace(self.actor, subject=resident, why=why)

    def need(self, act: Act, service: str = "") -> None:
        """Raises `NotFound`: what is not hers to do is not there for her."""
        if not self.staff.may(act, service):
            raise NotFound(act)

    def show(self, page: str, view: Mapping[str, Any], status: int = 200, cookies: Iterable[Cookie] = ()) -> Response[bytes]:
        html = self.app.desk.render(page, {"page": page, "here": self.here, "staff": self.known, "frame": self.frame, **view}, self.lang, self.app.content.assets | {"desk": self.app.desk.style})
        # A page with a resident's text and a text from the address: its length must tell nothing (BREACH).
        body, encoding = (html.encode(), "") if self.request.scope["query_string"] else compress(html.encode(), self.request.headers.get("accept-encoding", ""))
        said = PAGE_HEADERS | ({"content-encoding": encoding} if encoding else {}) | ({"cache-control": "no-cache"} if status == 422 else {})
        return Response(body, status_code=status, media_type="text/html", headers=said, cookies=[*cookies, *self.cookies])

    def go(self, path: str, cookies: Iterable[Cookie] = ()) -> Response[None]:
        """303 to a page of the desk."""
        target = path if path.startswith("/desk") and not path.startswith(("/desk:", "//")) else "/desk"
        return Response(b"", status_code=303, media_type="text/plain", headers={"location": target, "cache-control": "no-store"}, cookies=[*cookies, *self.cookies])  # type: ignore[arg-type]

    @property
    def known(self) -> dict[str, Any]:
        return {"id": self.account.id, "name": self.account.name, "roles": list(self.account.roles)} if self.account else {}

    @property
    def frame(self) -> dict[str, Any]:
        path = self.request.scope["path"]
        menu = [
            {"id": name, "href": href, "here": int(path == href or (href != "/desk" and path.startswith(href + "/")))}
            for name, href, act in MENU if self.account and self.account.may(act)
        ]  # fmt: skip
        return {
            "town": self.app.settings.town, "demo": int(self.app.settings.demo), "menu": menu, "text": self.choice.text, "contrast": self.choice.contrast,
        }  # fmt: skip
