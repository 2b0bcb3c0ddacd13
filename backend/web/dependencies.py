"""What handlers ask for by name: who is here (`actor`), the rooms (`app`), and how pages are answered (`pages`).

Each is made from the request alone: a page that had to wait for a chain of others cost a third of its time in the chain.
"""

from litestar import Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.params import FromPath

from backend.domain.actors import Actor
from backend.identity import actors
from backend.web import cookies
from backend.web.rendering.responder import Pages
from backend.web.state import AppState


def app(state: State) -> AppState:
    return state.app


async def actor(request: Request) -> Actor:
    rooms: AppState = request.app.state.app
    return await actors.actor_of(rooms.sessions, request.cookies.get(cookies.SESSION, ""), rooms.now())


async def pages(request: Request, lang: FromPath[str]) -> Pages:
    rooms: AppState = request.app.state.app
    now = rooms.now()
    who = await actors.actor_of(rooms.sessions, request.cookies.get(cookies.SESSION, ""), now)
    return Pages(request, rooms, lang, who, now, await rooms.names.of(who))


PROVIDED = {"app": Provide(app, sync_to_thread=False), "actor": Provide(actor), "pages": Provide(pages)}
