"""Pages about the town hall itself: accessibility, the languages, the page for "no connection", and the way to /was."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.web.rendering.responder import Pages, own_path
from backend.web.state import AppState

UPDATED_ON = "2026-11-24"
"""When the statement (its words stand in the template) was last read through."""


@get("/{lang:str}/accessibility", name="accessibility")
async def show_accessibility(pages: NamedDependency[Pages]) -> Response[bytes]:
    return pages.show("accessibility", accessibility_view(pages.app), keep="public")


def accessibility_view(app: AppState) -> dict[str, Any]:
    said = app.settings
    contact = {"town": said.town, "phone": said.phone, "email": said.email, "address": said.address}
    return contact | {"updated_on": UPDATED_ON}


@get("/was", name="was")
async def standard_address(app: NamedDependency[AppState]) -> Response[None]:
    """The address the law wants the statement to be found at."""
    return Response(b"", status_code=303, media_type="text/plain", headers={"location": "/da/accessibility", "cache-control": "no-store"})


@get("/{lang:str}/languages", name="languages")
async def show_languages(pages: NamedDependency[Pages], back: FromQuery[str] = "") -> Response[bytes]:
    """How complete each language is, and who has read it: 100 % filled is not 100 % right."""
    return pages.show("languages", languages_view(pages.app) | {"back": own_path(back)}, keep="public")


def languages_view(app: AppState) -> dict[str, Any]:
    return {"states": app.words.states, "back": ""}


@get("/{lang:str}/offline", name="offline")
async def show_offline(pages: NamedDependency[Pages]) -> Response[bytes]:
    """Kept by phones for when there is no network; the server shows it to whoever asks."""
    return pages.show("offline", {"back": "", "kept": []}, keep="public")
