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
from backend.web import cookies as jar
from backend.web import devices, forms, owners, sign_out
from backend.web.house import House
from backend.web.pages import Pages, own_path

REASONS = {"to-send", "to-start", "mine", "ended", "too-long"}
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
    house = pages.house
    shown = demo.people(house.db, pages.today) if house.settings.demo else []
    kept = await drafts.list_all(house.db, pages.actor) if pages.actor.is_guest and pages.actor.session else []
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
    said, house = await forms.read(request), pages.house
    person = forms.value(said, "person")
    if not await house.db.read(personas.is_one, SYSTEM, public_id=person):
        raise NotFound("persona")
    _, token = await house.sessions.begin(pages.actor, person, pages.now, devices.kind_of(request))
    return pages.go(own_path(forms.value(said, "next")) or AFTER, cookies=[jar.session(token)])


@post("/api/passkeys/sign-in/options", name="ask_passkey", status_code=200)
async def ask_passkey(house: NamedDependency[House]) -> Response[dict[str, Any]]:
    return Response(house.passkeys.to_sign_in(house.now()), headers={"cache-control": "no-store"})


@post("/api/passkeys/sign-in", name="take_passkey", status_code=200)
async def take_passkey(
    request: Request, data: JSONBody[Signed], actor: NamedDependency[Actor], house: NamedDependency[House]
) -> Response[Onward]:
    """Signed in, or signed in anew: a step-up is the same act."""
    person = await house.passkeys.sign_in(data.credential, house.now())
    return await welcome(request, house, actor, person, data.lang, own_path(data.next) or AFTER)


async def welcome(
    request: Request, house: House, actor: Actor, person: str, lang: str, next: str
) -> Response[Onward]:
    signed_in, token = await house.sessions.begin(actor, person, house.now(), devices.kind_of(request))
    if not house.words.offers(lang):
        raise NotFound(lang)
    said = Onward(f"/{lang}/{next}", owners.owner_of(signed_in))
    return Response(said, cookies=[jar.session(token)], headers={"cache-control": "no-store"})
