"""The operator's page of accounts: who works here, as what; a code for a new key; the end of an account."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.desk.page import Desk
from backend.desk.residents import qr
from backend.domain.errors import NotFound
from backend.domain.moments import milliseconds
from backend.domain.staff import ROLES
from backend.identity import staff as accounts
from backend.identity.activation import Made
from backend.store import staff as rows
from backend.store.staff import Row
from backend.web import forms

MOST_NAME = 80


@get("/staff", name="desk_staff")
async def show_staff(desk: NamedDependency[Desk]) -> Response[bytes]:
    desk.need("staff")
    return desk.show("staff", view(desk))


def view(desk: Desk, **more: Any) -> dict[str, Any]:
    services = {one.id: one.title for one in desk.app.services.newest.values()}
    people = [
        {"id": row.id, "name": row.name, "roles": list(row.staff().roles), "services": [services.get(s, s) for s in row.staff().services], "me": int(row.id == desk.staff.id)}
        for row in accounts.everybody(desk.app.db)
    ]  # fmt: skip
    offered = [{"id": id, "title": title} for id, title in services.items()]
    return {"people": people, "roles": list(ROLES), "services": offered, "code": {}, "problem": "", "typed": {"name": "", "roles": [], "services": []}} | more


@post("/staff", name="desk_add_staff")
async def add_staff(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[bytes]:
    desk.need("staff")
    desk.app.sessions.need_strong(desk.actor, desk.now)
    said = await forms.read(request)
    name = forms.value(said, "name").strip()[:MOST_NAME]
    roles = [value for field, value in said if field == "role" and value in ROLES]
    services = [value for field, value in said if field == "service" and value in desk.app.services.newest]
    if not name or not roles:
        typed = {"name": name, "roles": roles, "services": services}
        return desk.show("staff", view(desk, problem="name" if not name else "role", typed=typed), status=422)
    made = await asyncio.to_thread(accounts.add, desk.app.db, name, roles, services, "", desk.now, desk.actor)
    return desk.show("staff", view(desk, code=shown(desk, made)))


@post("/staff/{id:str}/code", name="desk_code_for_staff")
async def code_for_staff(desk: NamedDependency[Desk], id: FromPath[str]) -> Response[bytes]:
    """A new computer, or a lost key."""
    desk.need("staff")
    desk.app.sessions.need_strong(desk.actor, desk.now)
    made = await asyncio.to_thread(accounts.code_for, desk.app.db, known(desk, id), desk.now)
    return desk.show("staff", view(desk, code=shown(desk, made)))


@post("/staff/{id:str}/end", name="desk_end_staff")
async def end_staff(desk: NamedDependency[Desk], id: FromPath[str]) -> Response[None]:
    """Nobody ends the own account: somebody must be left who can let others in."""
    desk.need("staff")
    if id == desk.staff.id:
        raise NotFound("self")
    await desk.app.db.write(rows.end, desk.actor, id=known(desk, id).id, now=milliseconds(desk.now))
    return desk.go("/desk/staff")


def known(desk: Desk, id: str) -> Row:
    row = next((row for row in accounts.everybody(desk.app.db) if row.id == id), None)
    if row is None:
        raise NotFound("staff")
    return row


def shown(desk: Desk, made: Made) -> dict[str, Any]:
    address = f"{desk.app.settings.where}/desk/activate"
    return {"name": made.name, "code": made.code, "address": address, "until": desk.app.local(made.ends_at), "qr": qr(f"{address}#{made.code}")}


ROUTES: list[Any] = [show_staff, add_staff, code_for_staff, end_staff]
