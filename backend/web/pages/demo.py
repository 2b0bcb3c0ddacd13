"""The demo shows what a real town would have sent, and lets time go by for reminders: routes that exist in the demo only."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain.errors import NotFound
from backend.web import forms
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

STEPS = {"day": timedelta(days=1), "week": timedelta(days=7)}
TYPES = {"sms": "text/plain; charset=utf-8", "email": "text/plain; charset=utf-8", "paper": "application/pdf"}
NAME = re.compile(r"[0-9a-f]{32}\.(txt|eml|pdf)")
MOST = 50


@get("/{lang:str}/demo", name="demo")
async def show_demo(pages: NamedDependency[Pages]) -> Response[bytes]:
    return pages.show("demo", view(pages.app), keep="never")


@post("/{lang:str}/demo", name="demo_later")
async def let_time_go_by(request: Request, pages: NamedDependency[Pages]) -> Response[None]:
    said = dict(await forms.read(request))
    pages.app.push.move_on(STEPS.get(said.get("do", ""), timedelta()))
    return pages.go("demo")


@get("/demo/{kind:str}/{name:str}", name="demo_message", include_in_schema=False)
async def show_message(app: NamedDependency[AppState], kind: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """As it would have left, byte for byte."""
    file = outbox(app) / kind / name
    if kind not in TYPES or not NAME.fullmatch(name) or not file.is_file():
        raise NotFound("message")
    return Response(file.read_bytes(), media_type=TYPES[kind], headers={"cache-control": "no-store"})


def view(app: AppState) -> dict[str, Any]:
    """The newest first."""
    files = [(kind, file) for kind in TYPES for file in (outbox(app) / kind).glob("*.*") if NAME.fullmatch(file.name)]
    files = sorted(files, key=lambda one: one[1].stat().st_mtime, reverse=True)[:MOST]
    return {"at": app.local(app.push.clock()), "messages": [{"kind": kind, "path": f"demo/{kind}/{file.name}", "number": place} for place, (kind, file) in enumerate(files, 1)]}


def outbox(app: AppState) -> Path:
    return app.settings.data / "outbox"


def routes(is_demo: bool) -> list[Any]:
    return [show_demo, let_time_go_by, show_message] if is_demo else []
