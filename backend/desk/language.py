"""The language of the desk on this computer."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.desk.page import Desk
from backend.web import forms, preferences
from i18n.catalogue import DESK_LANGUAGES


@post("/language", name="desk_language")
async def choose_language(request: Request[Any, Any, Any], anybody: NamedDependency[Desk], back: FromQuery[str] = "") -> Response[None]:
    wished = forms.value(await forms.read(request), "lang")
    lang = wished if wished in DESK_LANGUAGES else anybody.lang
    return anybody.go(back, cookies=[preferences.cookie(anybody.choice, lang)])
