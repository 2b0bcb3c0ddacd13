"""Help: the telephone, the hours, the desks; and a short code that tells staff which page the person is on."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.web import codes
from backend.web.house import House
from backend.web.pages import Pages, own_path


@get("/{lang:str}/help", name="help")
async def show_help(pages: NamedDependency[Pages], from_: FromQuery[str] = "", code: FromQuery[str] = "") -> Response[bytes]:
    """`from` is the page the person was on; `code` is one that was read out: it leads to that page."""
    asked = pages.request.query_params.get("from", from_)
    about = codes.page_of(code, known_pages(pages.house)) if code else own_path(asked).partition("?")[0]
    return pages.show("help", view(pages.house, about), keep="public" if not about else "never")


def view(house: House, about: str = "") -> dict[str, Any]:
    said = house.settings
    service = about.split("/")[1] if about.startswith("services/") and "/" in about else ""
    title = house.services.newest[service].title if service in house.services.newest else ""
    code = codes.code_of(about) if about else ""
    return {"code": code, "about": about, "title": title, "email": said.email, "address": said.address}


def known_pages(house: House) -> list[str]:
    """Every page that a code can name: no page of one person, no row of a group."""
    plain = ["", "services", "help", "mine", "mine/settings", "mine/settings/keys", "sign-in", "activate", "languages", "accessibility"]
    steps = [
        f"services/{s.id}/{id}"
        for s in house.services.newest.values()
        for id in [*(q.id for q in s.questions), *(g.id for g in s.groups), *(e.id for e in s.endings), "aside", "check", "done"]
    ]
    return [*plain, "mine/cases", *(f"services/{id}" for id in house.services.newest), *steps]
