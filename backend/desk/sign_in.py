"""Signing in at the desk: with a passkey, always; in the demo also as one of its staff."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from msgspec import Meta, Struct, structs

from backend.desk.page import Desk
from backend.domain.errors import CodeRefused, NotFound, PasskeyRefused, TooMany
from backend.identity import activation, staff as accounts
from backend.web import cookies as jar, forms
from backend.web.pages import devices

MOST_TYPED = 64


class Signed(Struct, forbid_unknown_fields=True, kw_only=True):
    credential: dict[str, Any]
    lang: Annotated[str, Meta(max_length=20)]
    next: Annotated[str, Meta(max_length=500)] = ""


class Code(Struct, forbid_unknown_fields=True, kw_only=True):
    """`born` is what the residents' page would send along; nobody is asked for it here."""

    code: Annotated[str, Meta(max_length=MOST_TYPED)]
    born: dict[str, str] = {}


class Onward(Struct):
    next: str


def routes(is_demo: bool) -> list[Any]:
    """The demo's staff exist in the demo only."""
    known = [show_sign_in, show_activate, check_code, ask_passkey, take_passkey, ask_new_passkey, take_new_passkey, sign_out]
    return [*known, sign_in_as_demo] if is_demo else known


@get("/sign-in", name="desk_sign_in")
async def show_sign_in(anybody: NamedDependency[Desk], next: FromQuery[str] = "", reason: FromQuery[str] = "") -> Response[bytes]:
    app, shown = anybody.app, []
    if app.settings.demo:
        titles = {service.id: service.title for service in app.services.newest.values()}
        for row in accounts.everybody(app.db):
            one = row.staff()
            if one.is_demo:
                shown.append({"id": one.id, "name": one.name, "roles": list(one.roles), "services": [titles[s] for s in one.services if s in titles]})
    return anybody.show("sign-in", {"next": own(next), "reason": reason if reason in ("ended", "out") else "", "demo": shown})


def own(path: str) -> str:
    return path if path.startswith("/desk") and "//" not in path and "\\" not in path else ""


@post("/sign-in/demo", name="desk_sign_in_as_demo")
async def sign_in_as_demo(request: Request[Any, Any, Any], anybody: NamedDependency[Desk]) -> Response[None]:
    """One tap, no secret: which is why this address is not there in real life."""
    said = await forms.read(request)
    account = await accounts.of(anybody.app.db, forms.value(said, "staff"), anybody.now)
    if account is None or not account.is_demo:
        raise NotFound("staff")
    await begin(anybody, request, account.id)
    return anybody.go(own(forms.value(said, "next")) or first_page(anybody, account.roles))


def first_page(desk: Desk, roles: tuple[str, ...]) -> str:
    return "/desk"


async def begin(desk: Desk, request: Request[Any, Any, Any], staff: str) -> None:
    _, token = await desk.app.sessions.begin_staff(desk.session, staff, desk.now, devices.kind_of(request))
    desk.cookies.append(jar.session(token, jar.DESK))


@get("/activate", name="desk_activate")
async def show_activate(anybody: NamedDependency[Desk]) -> Response[bytes]:
    return anybody.show("activate", {"name": "", "code": "", "problem": ""})


@post("/activate", name="desk_check_code")
async def check_code(request: Request[Any, Any, Any], anybody: NamedDependency[Desk]) -> Response[bytes]:
    code = forms.value(await forms.read(request), "code")[:MOST_TYPED]
    problem, name = "", ""
    try:
        if len(activation.plain(code)) != activation.LENGTH:
            problem = "code-length"
        else:
            name = (await anybody.app.codes.owner(code, "", anybody.now, of_staff=True)).name
    except (CodeRefused, TooMany) as refused:
        anybody.app.refusals.note(request.scope, refused.code)
        problem = refused.code
    return anybody.show("activate", {"name": name, "code": code, "problem": problem}, status=422 if problem else 200)


@post("/api/passkeys/sign-in/options", name="desk_ask_passkey", status_code=200)
async def ask_passkey(anybody: NamedDependency[Desk]) -> Response[dict[str, Any]]:
    return Response(anybody.app.passkeys.to_sign_in(anybody.now), headers={"cache-control": "no-store"})


@post("/api/passkeys/sign-in", name="desk_take_passkey", status_code=200)
async def take_passkey(request: Request[Any, Any, Any], data: JSONBody[Signed], anybody: NamedDependency[Desk]) -> Response[Onward]:
    person = await anybody.app.passkeys.sign_in(data.credential, anybody.now)
    return await welcome(request, anybody, person, data.next)


@post("/api/passkeys/register/options", name="desk_ask_new_passkey", status_code=200)
async def ask_new_passkey(data: JSONBody[Code], anybody: NamedDependency[Desk]) -> Response[dict[str, Any]]:
    """The name the computer will show beside the key tells it from one's own as a resident."""
    owner = await anybody.app.codes.owner(data.code, "", anybody.now, of_staff=True)
    named = structs.replace(owner, name=f"{owner.name}, {anybody.app.settings.town}")
    return Response(await anybody.app.passkeys.to_make_first(named, anybody.now), headers={"cache-control": "no-store"})


@post("/api/passkeys/register", name="desk_take_new_passkey", status_code=200)
async def take_new_passkey(request: Request[Any, Any, Any], data: JSONBody[Signed], anybody: NamedDependency[Desk]) -> Response[Onward]:
    person = await anybody.app.passkeys.make_for_staff(data.credential, anybody.now, devices.kind_of(request))
    return await welcome(request, anybody, person, data.next)


async def welcome(request: Request[Any, Any, Any], desk: Desk, person: str, next: str) -> Response[Onward]:
    """Raises `PasskeyRefused` for a resident's key, and for who does not work here any more."""
    account = await accounts.of(desk.app.db, person, desk.now)
    if account is None:
        raise PasskeyRefused("no-staff")
    await begin(desk, request, account.id)
    return Response(Onward(own(next) or first_page(desk, account.roles)), cookies=desk.cookies, headers={"cache-control": "no-store"})


@post("/sign-out", name="desk_sign_out")
async def sign_out(anybody: NamedDependency[Desk]) -> Response[None]:
    """Works also while nothing can be written."""
    if anybody.session:
        mine = structs.replace(anybody.actor, subject=anybody.staff.id)
        await anybody.app.sessions.end_all(mine, [anybody.session], anybody.now)
    return anybody.go("/desk/sign-in?reason=out", cookies=[jar.gone(jar.DESK)])


@get("/sign-out", name="desk_ask_sign_out")
async def ask_sign_out(anybody: NamedDependency[Desk]) -> Response[None]:
    """Somebody typed or kept the address: only the button signs out."""
    return anybody.go("/desk")
