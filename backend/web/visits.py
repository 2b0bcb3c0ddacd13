"""What handlers ask for by name: who is here (`actor`), the time (`now`), the rooms, and how pages are answered."""

from datetime import datetime
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from backend.domain.actors import Actor
from backend.identity import actors
from backend.settings import Settings
from backend.store import residents
from backend.web import cookies
from backend.web.house import House
from backend.web.pages import Pages


def house(state: State) -> House:
    return state.house


def now(house: NamedDependency[House]) -> datetime:
    return house.now()


def settings(house: NamedDependency[House]) -> Settings:
    return house.settings


def db(house: NamedDependency[House]) -> Any:
    return house.db


def sessions(house: NamedDependency[House]) -> Any:
    return house.sessions


async def actor(request: Request, house: NamedDependency[House], now: NamedDependency[datetime]) -> Actor:
    return await actors.actor_of(house.sessions, request.cookies.get(cookies.SESSION, ""), now)


async def pages(
    request: Request, lang: FromPath[str], house: NamedDependency[House], actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Pages:  # fmt: skip
    found = None if actor.is_guest else await residents.get(house.db, actor)
    return Pages(request, house, lang, actor, now, found.name if found else "")


PROVIDED = {
    "house": Provide(house, sync_to_thread=False),
    "now": Provide(now, sync_to_thread=False),
    "settings": Provide(settings, sync_to_thread=False),
    "db": Provide(db, sync_to_thread=False),
    "sessions": Provide(sessions, sync_to_thread=False),
    "actor": Provide(actor),
    "pages": Provide(pages),
}
