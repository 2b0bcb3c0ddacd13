"""The operator's commands at a running server: no page leads here, and only the keys open it."""

import asyncio
from ipaddress import ip_address
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency

from backend.domain.errors import NotFound
from backend.identity import activation, operator_requests
from backend.identity.activation import Made
from backend.identity.operator_requests import CodeFor
from backend.identity.register import milliseconds
from backend.web.requests import NO_JSON
from backend.web.state import AppState


FORWARDED = {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"}
"""Headers a proxy adds: what it passes on comes from elsewhere, though the connection is from this machine."""


def is_local(request: Request[Any, Any, Any]) -> bool:
    try:
        return ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False


@post("/api/errands/activation", name="make_code", include_in_schema=False, status_code=201)
async def make_code(request: Request[Any, Any, Any], app: NamedDependency[AppState]) -> Response[Made]:
    """As `medborger activate` does when it has the store to itself."""
    if FORWARDED & set(request.headers) or not is_local(request):
        raise NotFound("errand")  # from the internet this address does not exist, whoever has the keys
    body, now = await request.body(), app.now()
    operator_requests.check(app.db.keys, request.headers.get(operator_requests.HEADER, ""), body, milliseconds(now))
    try:
        wanted = msgspec.json.decode(body, type=CodeFor)
    except NO_JSON as error:
        raise NotFound("errand") from error
    made = await asyncio.to_thread(activation.make, app.db, wanted.person, now, wanted.by_letter)
    return Response(made, headers={"cache-control": "no-store"})


ROUTES = [make_code]
