"""The operator's commands at a running server: no page leads here, and each is opened by its own key alone."""

import asyncio
from ipaddress import ip_address
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.moments import milliseconds
from backend.identity import activation, mailing_acts, operator_requests, person_acts
from backend.identity.activation import Made
from backend.identity.mailing_acts import MailingAct, MailingDone
from backend.identity.operator_requests import CallList, Campaign, CodeFor
from backend.identity.person_acts import Done, PersonAct
from backend.store import calls
from backend.web.requests import NO_JSON
from backend.web.state import AppState

Asked = TypeVar("Asked")
USED = operator_requests.Used()
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
    wanted = await proven(request, app, operator_requests.DESK, CodeFor)
    made = await asyncio.to_thread(activation.make, app.db, wanted.person, app.now(), wanted.by_letter)
    return Response(made, headers={"cache-control": "no-store"})


@post("/api/errands/calls", name="call_list", include_in_schema=False, status_code=200)
async def call_list(request: Request[Any, Any, Any], app: NamedDependency[AppState]) -> Response[list[Any]]:
    """As `medborger ladder calls` does when it has the store to itself; noted first what came of a call, where that is said."""
    wanted = await proven(request, app, operator_requests.OPERATOR, CallList)
    if wanted.result:
        await app.db.write(calls.note, Actor("desk", why="call"), public_id=wanted.id, result=wanted.result, now=milliseconds(app.now()))
    return Response(await app.push.call_list(), headers={"cache-control": "no-store"})


@post("/api/errands/campaigns", name="campaigns", include_in_schema=False, status_code=200)
async def campaign(request: Request[Any, Any, Any], app: NamedDependency[AppState]) -> Response[Any]:
    """As `medborger notices` does when it has the store to itself."""
    wanted = await proven(request, app, operator_requests.OPERATOR, Campaign)
    return Response(await app.push.campaign(wanted.act, wanted.text, wanted.id), headers={"cache-control": "no-store"})


@post("/api/errands/person", name="act_for_person", include_in_schema=False, status_code=200)
async def act_for_person(request: Request[Any, Any, Any], app: NamedDependency[AppState]) -> Response[Done]:
    """As `medborger person` does when it has the store to itself."""
    wanted = await proven(request, app, operator_requests.OPERATOR, PersonAct)
    done = await person_acts.perform(app.db, app.sessions, wanted, app.now())
    return Response(done, headers={"cache-control": "no-store"})


async def proven(request: Request[Any, Any, Any], app: AppState, purpose: str, kind: type[Asked]) -> Asked:
    """What was asked for, by somebody on this machine who has the key for it, once."""
    if FORWARDED & set(request.headers) or not is_local(request):
        raise NotFound("errand")  # from the internet this address does not exist, whoever has the keys
    body, now, header = await request.body(), milliseconds(app.now()), request.headers.get(operator_requests.HEADER, "")
    operator_requests.check(app.db.keys, purpose, header, body, now)
    USED.take(header, now)
    try:
        return msgspec.json.decode(body, type=kind)
    except NO_JSON as error:
        raise NotFound("errand") from error


@post("/api/errands/mailings", name="mailings", include_in_schema=False, status_code=200, request_max_body_size=mailing_acts.MOST_BYTES)
async def mailing(request: Request[Any, Any, Any], app: NamedDependency[AppState]) -> Response[MailingDone]:
    """As `medborger letters` does when it has the store to itself."""
    wanted = await proven(request, app, operator_requests.OPERATOR, MailingAct)
    done = await mailing_acts.perform(app.mailings, wanted, app.now())
    return Response(done, headers={"cache-control": "no-store"})


ROUTES = [make_code, call_list, campaign, act_for_person, mailing]
