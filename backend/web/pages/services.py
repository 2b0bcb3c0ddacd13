"""Find a service, and its start page."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain import views
from backend.domain.services import Service
from backend.store import drafts
from backend.web import journey_context
from backend.web.pages import duplicate_drafts
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

QUERY_MOST = 200
NEWCOMER = "newcomer"


@get("/{lang:str}/services", name="services")
async def find_service(pages: NamedDependency[Pages], q: FromQuery[str] = "") -> Response[bytes]:
    """All services by theme; with `q`, those that fit the words."""
    return pages.show("services", services_view(pages.app, pages.lang, q[:QUERY_MOST].strip()), keep="public")


def services_view(app: AppState, lang: str, query: str = "") -> dict[str, Any]:
    found = app.services.find(query, lang) if query else []
    themes = [{"id": theme, "services": [row(s) for s in held]} for theme, held in app.services.by_theme()]
    return {"themes": themes, "query": query, "searched": int(bool(query)), "found": [row(s) for s in found]}


def row(service: Service) -> dict[str, str]:
    return {"id": service.id, "title": service.title, "wish": service.wish, "icon": service.icon}


@get("/{lang:str}/services/{service:str}", name="start")
async def show_start(pages: NamedDependency[Pages], service: FromPath[str]) -> Response[bytes]:
    """What it is, how long it takes, what to have ready, what it costs, who helps, and where she left off."""
    definition = pages.app.services.get(service)
    draft = await drafts.get(pages.app.db, pages.actor, service)
    view = start_view(pages.app, definition, pages.today)
    if pages.owner and await duplicate_drafts.waiting(pages, service):
        return pages.show("start", view | {"state": "twice", "at": duplicate_drafts.address(service), "signed_in": 1})
    if draft is None:
        return pages.show("start", view | {"signed_in": int(bool(pages.owner))}, keep="public")
    journey = await journey_context.of(pages, service)
    return pages.show("start", view | state_of(pages, journey), keep="never")


@get("/{lang:str}/newcomer", name="newcomer")
async def show_newcomer(pages: NamedDependency[Pages]) -> Response[None]:
    """A short address for a poster or a letter: to her list, or to where it begins."""
    definition = pages.app.services.get(NEWCOMER)
    begun = await drafts.get(pages.app.db, pages.actor, definition.id)
    return pages.go(f"services/{definition.id}/check" if begun else f"services/{definition.id}")


def start_view(app: AppState, service: Service, today: str) -> dict[str, Any]:
    """The part that is the same for everyone, and that a phone may keep."""
    view = views.start(service, {}, {}, today, confirmed=app.services.confirmed.get(service.id, []))
    return view | {"state": "new", "at": "", "signed_in": 0, "offered": 1}


def state_of(pages: Pages, journey: journey_context.JourneyContext) -> dict[str, Any]:
    if journey.draft.sent:
        return {"state": "new", "first": f"{journey.address(journey.first)}?new=1", "signed_in": int(bool(pages.owner))}
    state = "draft" if pages.owner or pages.choice.own_phone == "yes" else "guest-draft"
    return {"state": state, "at": journey.address(journey.walk.at), "signed_in": int(bool(pages.owner))}


@post("/{lang:str}/services/{service:str}", name="start_over")
async def start_over(pages: NamedDependency[Pages], service: FromPath[str]) -> Response[None]:
    """Begin again: what was written is thrown away on the next page, once asked."""
    pages.app.services.get(service)
    return pages.go(f"services/{service}/delete")
