"""Every address of the desk, with what they share: who of the staff asks, and the desk's own page for a refusal."""

from typing import Any

from litestar import Request, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException

from backend.desk import appointments, calls, cases, decisions, language, messages, printing, residents, senders, sending, sign_in, staff, work
from backend.desk.errors import http_error, refused, unknown
from backend.desk.page import Desk
from backend.domain.errors import Refused, SignInNeeded
from backend.identity import actors, staff as accounts
from backend.web import cookies
from backend.web.state import AppState


async def anybody(request: Request[Any, Any, Any]) -> Desk:
    """Signed in or not: the pages before signing in, and the one for errors."""
    app: AppState = request.app.state.app
    now = app.now()
    session = await actors.staff_session(app.sessions, request.cookies.get(cookies.DESK, ""), now)
    account = await accounts.of(app.db, session.person, now) if session else None
    if session is None or account is None:
        return Desk(request, app, None, "", 0, now)
    return Desk(request, app, account, session.public_id, session.strong_at, now)


async def desk(request: Request[Any, Any, Any]) -> Desk:
    """Raises `SignInNeeded` for everybody who is not of the staff: no page and no act is open to others."""
    found = await anybody(request)
    if found.account is None:
        raise SignInNeeded("desk")
    return found


def router(is_demo: bool) -> Router:
    handlers = [*sign_in.routes(is_demo), language.choose_language, *work.ROUTES, *cases.ROUTES, *decisions.ROUTES, *messages.ROUTES, *appointments.ROUTES, *residents.ROUTES, *calls.ROUTES, *printing.ROUTES, *sending.ROUTES, *senders.ROUTES, *staff.ROUTES]
    return Router(
        "/desk", route_handlers=handlers, dependencies={"anybody": Provide(anybody), "desk": Provide(desk)},
        exception_handlers={Refused: refused, HTTPException: http_error, Exception: unknown}, include_in_schema=False,
    )  # fmt: skip
