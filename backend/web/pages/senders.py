"""Who may write to her: private senders are switched off and on, authorities have no switch."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.domain.moments import milliseconds
from backend.store import senders
from backend.web import forms
from backend.web.pages.post import need_person
from backend.web.rendering.responder import Pages


@get("/{lang:str}/post/senders", name="senders")
async def show_senders(pages: NamedDependency[Pages], told: FromQuery[str] = "") -> Response[bytes]:
    """`told`: "off-ID" or "on-ID", just done."""
    need_person(pages)
    known = await senders.switches(pages.app.db, pages.actor)
    done, _, id = told.partition("-")
    named = next((one.name for one in known if one.id == id), "")
    view = {
        "senders": [{"id": one.id, "name": one.name, "off": int(one.is_off)} for one in known],
        "told": done if named and done in ("off", "on") else "", "named": named,
    }  # fmt: skip
    return pages.show("senders", view, keep="never" if told else "phone")


@post("/{lang:str}/post/senders", name="switch_sender")
async def switch_sender(request: Request[Any, Any, Any], pages: NamedDependency[Pages]) -> Response[Any]:
    need_person(pages)
    fields = await forms.read(request)
    off, on = forms.value(fields, "off"), forms.value(fields, "on")
    await senders.switch(pages.app.db, pages.actor, off or on, bool(off), milliseconds(pages.now))
    return pages.go(f"post/senders?told={'off' if off else 'on'}-{off or on}")


ROUTES: list[Any] = [show_senders, switch_sender]
