"""The front door: what is waiting for you, the few things most people come for, the telephone."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from backend.web import choices, mine
from backend.web.house import House
from backend.web.pages import Pages
from backend.web.services import row


@get("/", name="door")
async def choose_language(request: Request, house: NamedDependency[House]) -> Response[None]:
    """To the home page in the language remembered, else in the best one the browser names."""
    chosen = choices.read(request.cookies.get(choices.COOKIE, "")).lang
    lang = house.words.pick(chosen, request.headers.get("accept-language", ""))
    headers = {"location": f"/{lang}/", "vary": "Accept-Language, Cookie", "cache-control": "no-store"}
    return Response(b"", status_code=303, media_type="text/plain", headers=headers)


@get("/{lang:str}", name="home")
async def show_home(pages: NamedDependency[Pages]) -> Response[bytes]:
    if not pages.owner:
        return pages.show("home", home_view(pages.house), keep="public")
    waiting = await mine.waiting(pages)
    return pages.show("home", home_view(pages.house) | waiting, keep="phone")


def home_view(house: House) -> dict[str, Any]:
    wishes = [row(s) for s in house.services.common()]
    return {"due": {}, "news": [], "wishes": wishes, "draft": []}
