"""Taking back what she has sent, asked first; and taking that back again, from the case, for a day."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.store import withdrawals
from backend.store.cases import Whole
from backend.web import bookings, forms
from backend.web.pages.cases import head, held, is_untouched
from backend.web.rendering.responder import Pages

ADDRESS = "/{lang:str}/mine/cases/{case:str}/withdraw"


@get(ADDRESS, name="ask_withdrawal")
async def ask_withdrawal(pages: NamedDependency[Pages], case: FromPath[str]) -> Response[bytes]:
    return ask(pages, await held(pages, case))


def ask(pages: Pages, whole: Whole) -> Response[bytes]:
    if whole.case.status == withdrawals.WITHDRAWN:
        return show(pages, whole, "done")
    return show(pages, whole, "ask" if is_untouched(whole.case) else "opened")


def show(pages: Pages, whole: Whole, state: str, status: int = 200) -> Response[bytes]:
    """`state`: ask, done, opened (a caseworker was first), late, time-lost or restored."""
    return pages.show("withdrawal", head(pages.app, whole.case) | {"state": state, "has_time": int(bool(whole.appointment))}, status=status)


@post(ADDRESS, name="withdraw")
async def withdraw(request: Request, pages: NamedDependency[Pages], case: FromPath[str]) -> Response[Any]:
    """`do` is "withdraw" or "undo"."""
    pairs, whole = await forms.read(request), await held(pages, case)
    app = pages.app
    act = forms.value(pairs, "do")
    if act not in ("withdraw", "undo"):
        return ask(pages, whole)
    if act == "undo":
        seats = {desk.id: desk.places for desk in app.settings.desks}
        outcome = await withdrawals.undo(app.db, pages.actor, case, seats, bookings.wall(app), app.now())
        return show(pages, whole, "restored" if outcome == "done" else outcome, 409 if outcome == "late" else 200)
    outcome = await withdrawals.withdraw(app.db, pages.actor, case, app.now())
    return show(pages, whole, outcome, 200 if outcome == "done" else 409)
