"""Help: the telephone, the hours, the desks; and a short code that tells staff which page the person is on."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.web import reference_codes
from backend.web.rendering.responder import Pages, own_path
from backend.web.state import AppState


@get("/{lang:str}/help", name="help")
async def show_help(pages: NamedDependency[Pages], from_: FromQuery[str] = "", code: FromQuery[str] = "") -> Response[bytes]:
    """`from` is the page the person was on; `code` is one that was read out: it leads to that page."""
    asked = pages.request.query_params.get("from", from_)
    about = reference_codes.page_of(code, known_pages(pages.app)) if code else own_path(asked).partition("?")[0]
    return pages.show("help", view(pages.app, about), keep="public" if not about else "never")


def view(app: AppState, about: str = "") -> dict[str, Any]:
    said = app.settings
    service = about.split("/")[1] if about.startswith("services/") and "/" in about else ""
    title = app.services.newest[service].title if service in app.services.newest else ""
    code = reference_codes.code_of(about) if about else ""
    return {"code": code, "about": about, "title": title, "email": said.email, "address": said.address}


def known_pages(app: AppState) -> list[str]:
    """Every page that a code can name: no page of one person, no row of a group."""
    plain = ["", "services", "help", "mine", "mine/settings", "mine/settings/keys", "sign-in", "activate", "languages", "accessibility"]
    steps = [
        f"services/{s.id}/{id}"
        for s in app.services.newest.values()
        for id in [*(q.id for q in s.questions), *(g.id for g in s.groups), *(e.id for e in s.endings), "duplicate-draft", "kept-paper", "check", "done"]
    ]
    return [*plain, "mine/cases", *(f"services/{id}" for id in app.services.newest), *steps]
