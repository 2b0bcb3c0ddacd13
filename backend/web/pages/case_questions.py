"""A question about a case: it goes to those who work on it, and stands in the timeline with the time we got it."""

import secrets
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain.errors import KeyReused
from backend.domain.kinds import MAX_LENGTH
from backend.domain.letters import Written
from backend.domain.moments import from_milliseconds
from backend.store import messages
from backend.store.cases import Whole
from backend.web import forms
from backend.web.pages import unfinished, write
from backend.web.pages.cases import head, held
from backend.web.rendering.responder import Pages

ADDRESS = "/{lang:str}/mine/cases/{case:str}/question"
NAME = "text"
LONGEST = MAX_LENGTH["long_text"]


@get(ADDRESS, name="case_question")
async def show_question(pages: NamedDependency[Pages], case: FromPath[str]) -> Response[bytes]:
    return show(pages, await held(pages, case), secrets.token_hex(16))


def show(pages: Pages, whole: Whole, key: str, text: str = "", code: str = "", at: str = "") -> Response[bytes]:
    """`at`: when we got it; "" while it is being written."""
    error = {"field": NAME, "code": code, "say": "", "n": LONGEST, "date": ""} if code else {}
    view = head(pages.app, whole.case) | {"owner": pages.owner, "key": key, "text": text, "errors": [error] if error else [], "error": error, "at": at}
    return pages.show("case-question", view, status=422 if code else 200)


@post(ADDRESS, name="ask_question")
async def ask_question(request: Request, pages: NamedDependency[Pages], case: FromPath[str]) -> Response[Any]:
    pairs = await forms.read(request)
    key = forms.hex_id(forms.value(pairs, "key")) or secrets.token_hex(16)
    text = forms.value(pairs, NAME).replace("\r\n", "\n").strip()
    if unfinished.is_of_another(pages, pairs):  # it waits for her where one writes about a case
        return await write.keep_for_owner(pages, pairs, write.Form("", "", case[:64], key, text), has_file=False)
    whole = await held(pages, case)
    if not text or len(text) > LONGEST:
        return show(pages, whole, key, text, "too-long" if text else "text-empty")
    app, about = pages.app, whole.case
    title = app.services.of_old(about.service, about.version).title
    written = Written(text, pages.lang, app.now().isoformat(timespec="seconds"), title=title)
    try:
        got = await messages.send(app.db, pages.actor, key, messages.To(about.service, case=about.id), written, app.now())
    except KeyReused:  # Back, and another question in the same form: it is another message
        got = await messages.send(app.db, pages.actor, secrets.token_hex(16), messages.To(about.service, case=about.id), written, app.now())
    return show(pages, whole, key, at=app.local(from_milliseconds(got.received_at)))
