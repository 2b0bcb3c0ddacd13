"""How this phone likes to read: language, text size, contrast; whose phone it is, and where else one is signed in.

Works without script.
"""

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.store import subscriptions
from backend.web import forms, preferences
from backend.web.pages import devices
from backend.web.rendering.responder import Pages, own_path


@get("/{lang:str}/mine/settings", name="settings")
async def show_settings(
    pages: NamedDependency[Pages], saved: FromQuery[str] = "", told: FromQuery[str] = ""
) -> Response[bytes]:
    chosen = pages.choice
    values = {"text": chosen.text, "contrast": chosen.contrast, "own_phone": chosen.own_phone, "lang": pages.lang}
    said = {"saved": int(saved == "1"), "told": told if told in devices.TOLD else "", "back": ""}
    phones = await subscriptions.list_own(pages.app.db, pages.actor) if pages.owner else []
    return pages.show("settings", {"values": values, "reminded": len(phones)} | said | await devices.view(pages))


@post("/{lang:str}/mine/settings", name="save_settings")
async def save_settings(request: Request, pages: NamedDependency[Pages]) -> Response[None]:
    said = dict(await forms.read(request))
    chosen = preferences.change(pages.choice, said)
    return pages.go("mine/settings?saved=1", cookies=[preferences.cookie(chosen, pages.lang)])


@get("/{lang:str}/phone", name="phone")
async def ask_whose_phone(pages: NamedDependency[Pages], back: FromQuery[str] = "") -> Response[bytes]:
    """Two equal answers; until one is given the phone counts as shared and keeps nothing."""
    return pages.show("phone", {"back": own_path(back)})


@post("/{lang:str}/phone", name="say_whose_phone")
async def say_whose_phone(
    request: Request, pages: NamedDependency[Pages], back: FromQuery[str] = ""
) -> Response[None]:
    chosen = preferences.change(pages.choice, dict(await forms.read(request)))
    return pages.go(back, cookies=[preferences.cookie(chosen, pages.lang)])
