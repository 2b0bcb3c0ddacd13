"""Who has looked at my information: in words, by day, with the way to a person if something looks wrong."""

from datetime import UTC, datetime
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.domain import access
from backend.domain.errors import SignInNeeded
from backend.store import audit
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

MOST = 200
"""Lines of the log on one page."""


@get("/{lang:str}/mine/access", name="access")
async def show_access(pages: NamedDependency[Pages], before: FromQuery[str] = "") -> Response[bytes]:
    """`before`: the last line of the page before this one. What was read until now is in the log first."""
    if not pages.owner:
        raise SignInNeeded("mine")
    await pages.app.db.settle_access()
    newest = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else 2**62
    lines = await pages.app.db.read(audit.looks_at_subject, pages.actor, before=newest, most=MOST)
    return pages.show("access", view(pages.app, lines, is_first=newest == 2**62), keep="phone")


def view(app: AppState, lines: list[audit.Line], is_first: bool) -> dict[str, Any]:
    older = str(lines[-1].id) if len(lines) == MOST else ""
    return {"days": access.days(lines, lambda at: local(app, at)), "older": older, "newest": int(is_first)}


def local(app: AppState, at: int) -> str:
    return app.local(datetime.fromtimestamp(at / 1000, UTC))
