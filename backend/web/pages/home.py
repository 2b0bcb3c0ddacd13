"""The front page: what is waiting for you, the few things most people come for, the telephone."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from backend.web import preferences
from backend.web.pages import mine
from backend.web.pages.services import row
from backend.web.rendering.responder import Pages
from backend.web.state import AppState


@get("/", name="door")
async def choose_language(request: Request, app: NamedDependency[AppState]) -> Response[None]:
    """To the home page in the language remembered, else in the best one the browser names."""
    chosen = preferences.read(request.cookies.get(preferences.COOKIE, "")).lang
    lang = app.words.pick(chosen, request.headers.get("accept-language", ""))
    headers = {"location": f"/{lang}/", "vary": "Accept-Language, Cookie", "cache-control": "no-store"}
    return Response(b"", status_code=303, media_type="text/plain", headers=headers)


@get("/{lang:str}", name="home")
async def show_home(pages: NamedDependency[Pages]) -> Response[bytes]:
    if not pages.owner:
        return pages.show("home", home_view(pages.app), keep="public")
    waiting = await mine.waiting(pages)
    return pages.show("home", home_view(pages.app) | waiting, keep="phone", ask_phone=2)


def home_view(app: AppState) -> dict[str, Any]:
    wishes = [row(s) for s in app.services.common()]
    return {"due": {}, "news": [], "wishes": wishes, "draft": []}
