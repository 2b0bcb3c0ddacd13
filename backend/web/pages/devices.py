"""Where one is signed in, and the keys on one's phones: seen, ended, removed. Plain forms, on the settings page."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain.errors import NotFound, SignInNeeded
from backend.identity.sessions import Session
from backend.store.passkeys import Passkey
from backend.web import forms
from backend.web.rendering.responder import Pages

KINDS = [("iPhone", "iphone"), ("iPad", "tablet"), ("Android", "android"), ("Mobi", "phone"), ("Windows", "windows"), ("Macintosh", "mac")]
"""What a browser says of itself, the first that fits."""
SETTINGS = "mine/settings"
TOLD = {"ended", "all-ended", "removed"}


def kind_of(request: Request[Any, Any, Any]) -> str:
    """Enough to tell one's own phones and computers apart, and no more: no model, no version."""
    said = request.headers.get("user-agent", "")
    kind = next((kind for mark, kind in KINDS if mark in said), "computer")
    return "tablet" if kind == "android" and "Mobi" not in said else kind


async def view(pages: Pages) -> dict[str, Any]:
    """For the settings page; nothing for a guest."""
    if not pages.owner:
        return {"sessions": [], "keys": []}
    sessions = await pages.app.sessions.own(pages.actor)
    keys = await pages.app.passkeys.own(pages.actor)
    return {"sessions": [session_row(pages, one) for one in sessions], "keys": [key_row(pages, one) for one in keys]}


def session_row(pages: Pages, session: Session) -> dict[str, Any]:
    since = local(pages, session.began_at)
    return {"id": session.public_id, "device": session.device, "since": since, "here": int(session.public_id == pages.actor.session)}


def key_row(pages: Pages, key: Passkey) -> dict[str, Any]:
    return {"id": key.public_id, "device": key.device, "made": local(pages, key.made_at), "used": local(pages, key.used_at)}


def local(pages: Pages, at: int) -> str:
    return pages.app.local(datetime.fromtimestamp(at / 1000, UTC))


@post("/{lang:str}/mine/settings/sessions", name="end_sessions")
async def end_sessions(request: Request, pages: NamedDependency[Pages]) -> Response[None]:
    """One of her own, or all but this one. To end this one is to sign out, which also empties the phone."""
    if not pages.owner:
        raise SignInNeeded("mine")
    act, _, which = forms.value(await forms.read(request), "do").partition(":")
    if act == "end-others":
        await pages.app.sessions.end_others(pages.actor, pages.now)
        return pages.go(f"{SETTINGS}?told=all-ended")
    if which == pages.actor.session:
        return pages.go("sign-out")
    await pages.app.sessions.end(pages.actor, which, pages.now)
    return pages.go(f"{SETTINGS}?told=ended")


@get("/{lang:str}/mine/settings/keys/{key:str}", name="key")
async def show_key(pages: NamedDependency[Pages], key: FromPath[str]) -> Response[bytes]:
    """Asked before it is removed; the last one with the other ways in."""
    keys = await known(pages)
    one = next((row for row in keys if row["id"] == key), None)
    if one is None:
        raise NotFound("passkey")
    return pages.show("key", {"key": one, "last": int(len(keys) == 1)})


@post("/{lang:str}/mine/settings/keys/{key:str}", name="remove_key")
async def remove_key(pages: NamedDependency[Pages], key: FromPath[str]) -> Response[None]:
    """Wherever it signed somebody in, that ends: all but this session, since a row does not say which key began it."""
    await known(pages)
    await pages.app.passkeys.drop(pages.actor, key, pages.now)
    await pages.app.sessions.end_others(pages.actor, pages.now)
    return pages.go(f"{SETTINGS}?told=removed")


async def known(pages: Pages) -> list[dict[str, Any]]:
    """Her keys, for somebody who proved less than five minutes ago that it is she. Raises `StepUpNeeded`."""
    if not pages.owner:
        raise SignInNeeded("mine")
    pages.app.sessions.need_strong(pages.actor, pages.now)
    return [key_row(pages, one) for one in await pages.app.passkeys.own(pages.actor)]


ROUTES: list[Any] = [end_sessions, show_key, remove_key]
