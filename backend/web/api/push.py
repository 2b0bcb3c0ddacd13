"""The phones that take messages, as a phone's own script and worker speak of them; and what became of a message.

A subscription is a secret between browser, push service and us: it is never given out again, and never part of an address.
"""

from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import Forbidden, NotFound, SignInNeeded
from backend.domain.moments import milliseconds
from backend.store import rungs, subscriptions
from backend.store.subscriptions import REMOVED, Kept, Phone
from backend.web import owners, preferences
from backend.web.pages import devices
from backend.web.state import AppState

NO_STORE = {"cache-control": "no-store"}
MORNING = time(9)

Text = Annotated[str, Meta(max_length=200)]
Endpoint = Annotated[str, Meta(max_length=2000)]
Id = Annotated[str, Meta(pattern="^([0-9a-f]{32})?$")]


class Keys(Struct, forbid_unknown_fields=True):
    p256dh: Text
    auth: Text


class Given(Struct, forbid_unknown_fields=True, kw_only=True):
    """`key`: ours, under which the browser subscribed. `id`: what we called this phone before. `asked` 1: she pressed a button
    for it; 0: the phone compares by itself."""

    endpoint: Endpoint
    keys: Keys
    key: Text
    lang: Annotated[str, Meta(max_length=20)]
    id: Id = ""
    asked: int = 0


class Stopped(Struct, forbid_unknown_fields=True):
    endpoint: Endpoint


class Seen(Struct, forbid_unknown_fields=True):
    event: Literal["shown", "clicked", "done", "tomorrow"]
    token: Annotated[str, Meta(max_length=100)]


@get("/api/push/subscriptions", name="list_phones")
async def list_phones(actor: NamedDependency[Actor], app: NamedDependency[AppState]) -> Response[dict[str, Any]]:
    """The key to subscribe with, and what we call her phones."""
    need_person(actor)
    held = await subscriptions.list_own(app.db, actor)
    return Response({"key": app.push.key[1], "phones": [one.row.public_id for one in held]}, headers=NO_STORE)


@post("/api/push/subscriptions", name="subscribe", status_code=200)
async def subscribe(
    request: Request, data: JSONBody[Given], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:
    """`{id, key}`: what we call this phone, and the key to subscribe with. Another key than it came with: subscribe anew and
    say so again. 410: she took this phone off her list."""
    need_person(actor)
    owners.check(request, actor)
    if preferences.read(request.cookies.get(preferences.COOKIE, "")).own_phone != "yes":
        raise Forbidden("a phone that others use takes no messages")
    _, origin = app.push.check(data.endpoint, data.keys.p256dh, data.keys.auth)
    known = await subscriptions.by_endpoint(app.db, actor, data.endpoint)
    newest, vapid = app.push.key[1], app.push.id_of(data.key)
    if known is None and not data.asked and not await may_come_back(app, actor, data.id):
        return Response({"code": REMOVED}, status_code=410, headers=NO_STORE)
    if not vapid:
        return Response({"id": data.id, "key": newest}, headers=NO_STORE)
    phone = phone_of(app, request, data, known)
    if known and known.phone == phone and known.row.vapid == vapid:
        await app.db.write(subscriptions.see, actor, public_id=known.row.public_id, now=milliseconds(app.now()))
        return Response({"id": known.row.public_id, "key": newest}, headers=NO_STORE)
    id = await subscriptions.put(app.db, actor, phone, origin, vapid, app.now(), known.row.public_id if known else "")
    return Response({"id": id, "key": newest}, headers=NO_STORE)


async def may_come_back(app: AppState, actor: Actor, id: str) -> bool:
    """It was hers, and it was not she who ended it: the browser or its push service did. A live one under another address is
    the same phone, subscribed anew."""
    if not id:
        return False
    if await app.db.write(subscriptions.end, actor, public_id=id, why="replaced", now=milliseconds(app.now())):
        return True
    return await app.db.read(subscriptions.why_ended, actor, public_id=id) not in ("", REMOVED)


def phone_of(app: AppState, request: Request[Any, Any, Any], data: Given, known: Kept | None) -> Phone:
    """What she chose for it stays."""
    lang = data.lang if app.words.offers(data.lang) else "da"
    fresh = Phone(data.endpoint, data.keys.p256dh, data.keys.auth, lang, name=devices.kind_of(request))
    return msgspec.structs.replace(fresh, level=known.phone.level) if known else fresh


@delete("/api/push/subscriptions", name="unsubscribe", status_code=204)
async def unsubscribe(
    request: Request, data: JSONBody[Stopped], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> None:
    need_person(actor)
    owners.check(request, actor)
    if known := await subscriptions.by_endpoint(app.db, actor, data.endpoint):
        await app.db.write(subscriptions.end, actor, public_id=known.row.public_id, why=REMOVED, now=milliseconds(app.now()))


@post("/api/push/test", name="send_test", status_code=200)
async def send_test(data: JSONBody[Stopped], actor: NamedDependency[Actor], app: NamedDependency[AppState]) -> Response[dict[str, str]]:
    """`{id}`: the notice that the worker of this very phone will tell of."""
    need_person(actor)
    known = await subscriptions.by_endpoint(app.db, actor, data.endpoint)
    id = await app.push.send_test(actor, known.row.public_id) if known else ""
    if not id:
        raise NotFound("phone")
    return Response({"id": id}, headers=NO_STORE)


@post("/api/push/seen", name="seen", status_code=204)
async def take_receipt(data: JSONBody[Seen], app: NamedDependency[AppState]) -> None:
    """No session: the token came with the message and proves that one delivery. Nobody is told whether it is one of ours."""
    delivery, now = rungs.delivery_of(app.db.keys, data.token), app.now()
    if delivery is None:
        return
    if data.event in ("shown", "clicked"):
        await app.db.write(rungs.receipt, SYSTEM, delivery=delivery, event=data.event, now=milliseconds(now))
    else:
        await app.db.write(rungs.answered, SYSTEM, delivery=delivery, said=data.event, until=milliseconds(tomorrow(app)), now=milliseconds(now))


def tomorrow(app: AppState) -> datetime:
    """The morning of the next day on the town's wall; quiet hours are the ladder's to keep."""
    day = app.now().astimezone(app.zone).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, app.zone)


def need_person(actor: Actor) -> None:
    if actor.is_guest:
        raise SignInNeeded("mine")



ROUTES: list[Any] = [list_phones, subscribe, unsubscribe, send_test, take_receipt]
