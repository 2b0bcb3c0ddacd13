"""Opening one's own access with a code from the desk or from a letter: the code, then a passkey on this phone."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from msgspec import Meta, Struct

from backend.domain import dates, days
from backend.domain.actors import Actor
from backend.domain.errors import CodeRefused, TooMany
from backend.identity import activation
from backend.store import residents
from backend.web import forms
from backend.web.api import operator
from backend.web.pages import devices
from backend.web.pages.sign_in import Onward, Signed, welcome
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

PARTS = ("day", "month", "year")
OLDEST = "-130 years"
"""Nobody is older: with today it tells in which century somebody was born who writes two digits."""
AFTER = "activate?done=1"


MOST_TYPED = 60
"""A whole date may stand in one field, the month with its name."""
Typed = Annotated[str, Meta(max_length=MOST_TYPED)]


class Born(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    day: Typed = ""
    month: Typed = ""
    year: Typed = ""


class Code(Struct, forbid_unknown_fields=True, kw_only=True):
    """A code, and where it came by letter the birthday. Both empty: one more passkey for who has just signed in."""

    code: Annotated[str, Meta(max_length=64)] = ""
    born: Born = Born()


def routes() -> list[Any]:
    return [show_activate, check_code, ask_new_passkey, take_new_passkey, *operator.ROUTES]


@get("/{lang:str}/activate", name="activate")
async def show_activate(
    pages: NamedDependency[Pages], letter: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Response[bytes]:
    is_done = done == "1" and bool(pages.owner)
    return show(pages, "done" if is_done else "ask", ask_born=letter == "1", name=pages.name if is_done else "")


@post("/{lang:str}/activate", name="check_code")
async def check_code(request: Request, pages: NamedDependency[Pages]) -> Response[bytes]:
    """Whose code it is; the code is not used up yet. Whatever is wrong with it, the answer is the same.

    What cannot be read as a code or as a day is asked again, and is no guess.
    """
    said = await forms.read(request)
    code, born = forms.value(said, "code")[:64], {part: forms.value(said, f"born-{part}")[:MOST_TYPED] for part in PARTS}
    ask_born = any(name.startswith("born-") for name, _ in said)
    born_on, unread = birthday(born, pages.app)
    errors = [problem("code", wrong)] if (wrong := unreadable(code)) else []
    errors += [problem(f"born-{unread[1]}", unread[0])] if unread else []
    if errors:
        return show(pages, "ask", code=code, ask_born=ask_born, born=born, errors=errors)
    try:
        owner = await pages.app.codes.owner(code, born_on, pages.now)
    except CodeRefused as refused:
        pages.app.refusals.note(request.scope, refused.code)
        errors = [problem("code", "code-refused")]
        return show(pages, "ask", code=code, ask_born=True, born=born, errors=errors)
    except TooMany as refused:
        pages.app.refusals.note(request.scope, refused.code)
        errors, after = [problem("code", "too-many")], {"retry-after": str(refused.retry_after_s)}
        return show(pages, "ask", code=code, ask_born=ask_born, born=born, errors=errors, headers=after)
    return show(pages, "ready", code=code, born=born, name=owner.name)


def show(
    pages: Pages, state: str, *, code: str = "", ask_born: bool = False, born: dict[str, str] | None = None,
    errors: list[dict[str, Any]] | None = None, name: str = "", headers: dict[str, str] | None = None,
) -> Response[bytes]:  # fmt: skip
    view = {
        "state": state,
        "code": code,
        "ask_born": int(ask_born),
        "born": born or dict.fromkeys(PARTS, ""),
        "errors": errors or [],
        "name": name,
    }
    return pages.show("activate", view, status=422 if errors else 200, headers=headers)


def problem(field: str, code: str) -> dict[str, Any]:
    return {"field": field, "code": code, "say": "", "n": 0, "date": ""}


def unreadable(code: str) -> str:
    """Why this cannot be a code at all; "" if it may be one."""
    if not code.strip():
        return "code-empty"
    return "" if len(activation.plain(code)) == activation.LENGTH else "code-length"


def birthday(born: dict[str, str], app: AppState) -> tuple[str, tuple[str, str] | None]:
    """(the day, nothing), or ("", (code, part)) where something stands there that cannot be read as one."""
    today = app.today()
    earliest = days.add(today, OLDEST)
    found, code, part = dates.read([born[part] for part in PARTS], app.date_words, today, lambda day: earliest <= day <= today)
    return found, (code, part) if code and any(text.strip() for text in born.values()) else None


@post("/api/passkeys/register/options", name="ask_new_passkey", status_code=200)
async def ask_new_passkey(
    data: JSONBody[Code], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:
    now = app.now()
    if data.code:
        born_on, _ = birthday(msgspec.structs.asdict(data.born), app)
        owner = await app.codes.owner(data.code, born_on, now)
        options = await app.passkeys.to_make_first(owner, now)
    else:
        app.sessions.need_strong(actor, now)
        resident = await residents.get(app.db, actor)
        options = await app.passkeys.to_make_another(actor, resident.name if resident else "", now)
    return Response(options, headers={"cache-control": "no-store"})


@post("/api/passkeys/register", name="take_new_passkey", status_code=200)
async def take_new_passkey(
    request: Request, data: JSONBody[Signed], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[Onward]:
    """A first passkey signs its owner in; one more makes the sign-in new."""
    now = app.now()
    person = await app.passkeys.make(actor, data.credential, now, devices.kind_of(request))
    return await welcome(request, app, actor, person, data.lang, AFTER)
