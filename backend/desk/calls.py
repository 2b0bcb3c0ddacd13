"""Whom to ring, since nothing else has reached them: what to say, and one tap for what came of it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.desk.page import Desk
from backend.domain.errors import NotFound
from backend.domain.moments import milliseconds
from backend.store import calls
from backend.web import forms

MOST = 100
RESULTS = {"reached", "not-reached", "done", "refused"}


@get("/calls", name="desk_calls")
async def show_calls(desk: NamedDependency[Desk]) -> Response[bytes]:
    desk.need("call")
    return desk.show("calls", await view(desk))


async def view(desk: Desk) -> dict[str, Any]:
    """Those with a number first, by their last day; apart from them whom no telephone reaches either."""
    lines = await desk.app.push.call_list(desk.actor)
    rows = [
        {
            "id": one.id, "person": one.person, "name": one.name, "phone": one.phone, "language": one.language, "by": one.last_day, "title": one.title,
            "say": one.say, "loses": one.loses, "reason": one.reason, "tries": one.tries, "late": int(bool(one.last_day) and one.last_day < desk.app.today()),
        } for one in lines
    ]  # fmt: skip
    callable_now = [row for row in rows if row["phone"]]
    return {"calls": callable_now[:MOST], "more": max(0, len(callable_now) - MOST), "unreached": [row for row in rows if not row["phone"]][:MOST]}


@post("/calls/{call:str}", name="desk_note_call")
async def note_call(request: Request[Any, Any, Any], desk: NamedDependency[Desk], call: FromPath[str]) -> Response[None]:
    """A second tap, or a colleague's at the same moment, finds the row gone: that is what was wanted."""
    desk.need("call")
    said = await forms.read(request)
    result, person = forms.value(said, "result"), forms.hex_id(forms.value(said, "person"))
    if result not in RESULTS or not person:
        raise NotFound("result")
    try:
        await desk.app.db.write(calls.note, desk.about(person, "call"), public_id=call, result=result, now=milliseconds(desk.now))
    except NotFound:
        pass
    return desk.go("/desk/calls")


ROUTES: list[Any] = [show_calls, note_call]
