"""Signing in with a passkey, or in the demo as one of its personas; and where it leads."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from msgspec import Meta, Struct

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import NotFound
from backend.identity import demo
from backend.store import drafts, personas
from backend.web import cookies as jar, forms, owners
from backend.web.pages import devices, sign_out
from backend.web.rendering.responder import Pages, own_path
from backend.web.state import AppState

REASONS = {"to-send", "to-start", "mine", "ended", "ended-file", "other", "too-long"}
PROBLEMS = {"not-known", "not-finished", "too-many", "too-slow"}
AFTER = "mine"
"""Where one goes who came from nowhere."""


class Signed(Struct, forbid_unknown_fields=True, kw_only=True):
    """What the page's script hands over: the browser's answer as it is, the language, and where to go on."""

    credential: dict[str, Any]
    lang: Annotated[str, Meta(max_length=20)]
    next: Annotated[str, Meta(max_length=500)] = ""


class Onward(Struct):
    """Where the page goes now. `owner` is the opaque id under which the phone keeps what is hers."""

    next: str
    owner: str


def routes(is_demo: bool) -> list[Any]:
    """The personas' address exists in the demo only."""
    known = [show_sign_in, ask_passkey, take_passkey, *sign_out.ROUTES]
    return [*known, sign_in_as_persona] if is_demo else known


@get("/{lang:str}/sign-in", name="sign_in")
async def show_sign_in(
    pages: NamedDependency[Pages], next: FromQuery[str] = "", reason: FromQuery[str] = "", problem: FromQuery[str] = ""
) -> Response[bytes]:
    app = pages.app
    shown = demo.people(app.db, pages.today) if app.settings.demo else []
    kept = await drafts.list_all(app.db, pages.actor) if pages.actor.is_guest and pages.actor.session else []
    return pages.show(
        "sign-in",
        {
            "next": own_path(next),
            "reason": reason if reason in REASONS else "",
            "problem": problem if problem in PROBLEMS else "",
            "demo": [{"id": one.id, "name": one.name, "age": one.age, "about": one.about} for one in shown],
            "signed_in": int(bool(pages.owner)),
            "kept": int(any(not draft.sent for draft in kept)),
        },
    )


@post("/{lang:str}/sign-in/demo", name="sign_in_as_persona")
async def sign_in_as_persona(request: Request, pages: NamedDependency[Pages]) -> Response[None]:
    """One tap, no secret: which is why this address is not there in real life."""
    said, app = await forms.read(request), pages.app
    person = forms.value(said, "person")
    if not await app.db.read(personas.is_one, SYSTEM, public_id=person, keys=app.db.keys):
        raise NotFound("persona")
    _, token = await app.sessions.begin(pages.actor, person, pages.now, devices.kind_of(request))
    return pages.go(own_path(forms.value(said, "next")) or AFTER, cookies=[jar.session(token)])


@post("/api/passkeys/sign-in/options", name="ask_passkey", status_code=200)
async def ask_passkey(app: NamedDependency[AppState]) -> Response[dict[str, Any]]:
    return Response(app.passkeys.to_sign_in(app.now()), headers={"cache-control": "no-store"})


@post("/api/passkeys/sign-in", name="take_passkey", status_code=200)
async def take_passkey(
    request: Request, data: JSONBody[Signed], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[Onward]:
    """Signed in, or signed in anew: a step-up is the same act."""
    person = await app.passkeys.sign_in(data.credential, app.now())
    return await welcome(request, app, actor, person, data.lang, own_path(data.next) or AFTER)


async def welcome(
    request: Request, app: AppState, actor: Actor, person: str, lang: str, next: str
) -> Response[Onward]:
    signed_in, token = await app.sessions.begin(actor, person, app.now(), devices.kind_of(request))
    if not app.words.offers(lang):
        raise NotFound(lang)
    said = Onward(f"/{lang}/{next}", owners.owner_of(signed_in))
    return Response(said, cookies=[jar.session(token)], headers={"cache-control": "no-store"})
