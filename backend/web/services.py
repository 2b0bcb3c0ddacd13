"""Find a service, and its start page."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain import journeys, views
from backend.domain.services import Service
from backend.store import drafts
from backend.web import asides, trips
from backend.web.house import House
from backend.web.pages import Pages

QUERY_MOST = 200


@get("/{lang:str}/services", name="services")
async def find_service(pages: NamedDependency[Pages], q: FromQuery[str] = "") -> Response[bytes]:
    """All services by theme; with `q`, those that fit the words."""
    return pages.show("services", services_view(pages.house, pages.lang, q[:QUERY_MOST].strip()), keep="public")


def services_view(house: House, lang: str, query: str = "") -> dict[str, Any]:
    found = house.services.find(query, lang) if query else []
    themes = [{"id": theme, "services": [row(s) for s in held]} for theme, held in house.services.by_theme()]
    return {"themes": themes, "query": query, "searched": int(bool(query)), "found": [row(s) for s in found]}


def row(service: Service) -> dict[str, str]:
    return {"id": service.id, "title": service.title, "wish": service.wish, "icon": service.icon}


@get("/{lang:str}/services/{service:str}", name="start")
async def show_start(pages: NamedDependency[Pages], service: FromPath[str]) -> Response[bytes]:
    """What it is, how long it takes, what to have ready, what it costs, who helps, and where she left off."""
    definition = pages.house.services.get(service)
    draft = await drafts.get(pages.house.db, pages.actor, service)
    view = start_view(pages.house, definition, pages.today)
    if pages.owner and await asides.waiting(pages, service):
        return pages.show("start", view | {"state": "twice", "at": asides.address(service), "signed_in": 1})
    if draft is None:
        return pages.show("start", view | {"signed_in": int(bool(pages.owner))}, keep="public")
    trip = await trips.of(pages, service)
    return pages.show("start", view | state_of(pages, trip), keep="never")


def start_view(house: House, service: Service, today: str) -> dict[str, Any]:
    """The part that is the same for everyone, and that a phone may keep."""
    view = views.start(service, {}, {}, today, confirmed=house.services.confirmed.get(service.id, []))
    return view | {"state": "new", "at": "", "signed_in": 0, "offered": 1}


def state_of(pages: Pages, trip: trips.Trip) -> dict[str, Any]:
    if trip.draft.sent:
        return {"state": "new", "first": f"{trip.address(trip.first)}?new=1", "signed_in": int(bool(pages.owner))}
    state = "draft" if pages.owner or pages.choice.own_phone == "yes" else "guest-draft"
    return {"state": state, "at": trip.address(trip.walk.at), "signed_in": int(bool(pages.owner))}


@post("/{lang:str}/services/{service:str}", name="start_over")
async def start_over(pages: NamedDependency[Pages], service: FromPath[str]) -> Response[None]:
    """Throw away what was written, begin again."""
    definition = pages.house.services.get(service)
    await drafts.delete(pages.house.db, pages.actor, service)
    first = journeys.walk(definition, {}, {}, pages.today).at.path
    return pages.go(f"services/{service}/{first}")
