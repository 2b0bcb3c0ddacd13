"""Signing out: ask, end the session, empty the phone; the reading settings ride on in the address."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from backend.store import drafts
from backend.web import cookies as jar, preferences
from backend.web.rendering.responder import Pages

EMPTY = '"cache", "cookies", "storage"'
"""Our own wipe in the worker is the first wall, this the second: older Safari does not know the header. So the cookies are told by themselves too."""


@get("/{lang:str}/sign-out", name="ask_sign_out")
async def ask_sign_out(pages: NamedDependency[Pages]) -> Response[Any]:
    if not pages.owner:
        return pages.go("")
    services = pages.app.services.newest
    begun = [d for d in await drafts.list_all(pages.app.db, pages.actor) if not d.sent and d.service in services]
    heads = [{"service": head(services[draft.service])} for draft in begun]
    return pages.show("sign-out", {"unsent": 0, "drafts": heads})


def head(service: Any) -> dict[str, str]:
    return {"id": service.id, "title": service.title, "icon": service.icon}


@post("/{lang:str}/sign-out", name="sign_out")
async def sign_out(pages: NamedDependency[Pages]) -> Response[None]:
    """Works also while nothing can be written: the session is refused from memory at once."""
    if pages.actor.session:
        await pages.app.sessions.end(pages.actor, pages.actor.session, pages.now)
    chosen = urlencode({"text": pages.choice.text, "contrast": pages.choice.contrast})
    nobodys = preferences.cookie(preferences.change(pages.choice, {"own_phone": "unasked"}), pages.lang)
    return pages.go(f"signed-out?{chosen}", cookies=[jar.gone(), nobodys], headers={"clear-site-data": EMPTY})


@get("/{lang:str}/signed-out", name="signed_out")
async def signed_out(request: Request, pages: NamedDependency[Pages]) -> Response[bytes]:
    """Sets the settings again from its address: everything else on the phone is gone."""
    said = {name: request.query_params.get(name, "") for name in ("text", "contrast")}
    pages.choice = preferences.change(pages.choice, said)
    view = {"unsent": 0, "text": pages.choice.text, "contrast": pages.choice.contrast}
    return pages.show("signed-out", view, cookies=[preferences.cookie(pages.choice, pages.lang)])


ROUTES: list[Any] = [ask_sign_out, sign_out, signed_out]
