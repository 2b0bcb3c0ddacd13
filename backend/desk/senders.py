"""The operator's page of senders: who sends letters here by program; a key, shown once; the end of one."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.desk.page import Desk
from backend.domain.errors import NotFound
from backend.domain.senders import KINDS, MOST_NAME, MOST_PER_MINUTE, PER_MINUTE
from backend.identity import senders
from backend.store.senders import Row
from backend.web import forms


@get("/senders", name="desk_senders")
async def show_senders(desk: NamedDependency[Desk]) -> Response[bytes]:
    desk.need("senders")
    return desk.show("senders", view(desk))


def view(desk: Desk, **more: Any) -> dict[str, Any]:
    known = [
        {"id": row.id, "name": row.name, "kind": row.kind, "test": row.is_test, "per_minute": row.per_minute}
        for row in senders.everybody(desk.app.db)
    ]  # fmt: skip
    typed = {"name": "", "kind": "", "test": 0, "per_minute": str(PER_MINUTE)}
    return {"senders": known, "kinds": list(KINDS), "made": {}, "problem": "", "most": MOST_PER_MINUTE, "typed": typed} | more


@post("/senders", name="desk_add_sender")
async def add_sender(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    desk.need("senders")
    desk.app.sessions.need_strong(desk.actor, desk.now)
    said = await forms.read(request)
    name, per_minute = forms.value(said, "name").strip()[:MOST_NAME], forms.value(said, "per_minute").strip()
    kind = next((one for one in KINDS if one == forms.value(said, "kind")), None)
    is_number = per_minute.isascii() and per_minute.isdigit() and 1 <= int(per_minute[:9]) <= MOST_PER_MINUTE
    if not name or kind is None or not is_number:
        problem = "name" if not name else "kind" if kind is None else "per_minute"
        typed = {"name": name, "kind": kind or "", "test": int(bool(forms.value(said, "test"))), "per_minute": per_minute[:9]}
        return desk.show("senders", view(desk, problem=problem, typed=typed), status=422)
    row, key = await asyncio.to_thread(
        senders.add, desk.app.db, name, kind, desk.now, is_test=bool(forms.value(said, "test")), per_minute=int(per_minute), by=desk.actor
    )
    return desk.show("senders", view(desk, made={"name": row.name, "key": key}))


@post("/senders/{id:str}/key", name="desk_key_for_sender")
async def key_for_sender(desk: NamedDependency[Desk], id: FromPath[str]) -> Response[bytes]:
    """The one of before opens nothing from now on."""
    desk.need("senders")
    desk.app.sessions.need_strong(desk.actor, desk.now)
    row = known(desk, id)
    key = await asyncio.to_thread(senders.new_key, desk.app.db, row, desk.now, desk.actor)
    return desk.show("senders", view(desk, made={"name": row.name, "key": key}))


@post("/senders/{id:str}/end", name="desk_end_sender")
async def end_sender(desk: NamedDependency[Desk], id: FromPath[str]) -> Response[None]:
    desk.need("senders")
    desk.app.sessions.need_strong(desk.actor, desk.now)
    await asyncio.to_thread(senders.end, desk.app.db, known(desk, id), desk.now, desk.actor)
    return desk.go("/desk/senders")


def known(desk: Desk, id: str) -> Row:
    row = next((row for row in senders.everybody(desk.app.db) if row.id == id), None)
    if row is None:
        raise NotFound("sender")
    return row


ROUTES: list[Any] = [show_senders, add_sender, key_for_sender, end_sender]
