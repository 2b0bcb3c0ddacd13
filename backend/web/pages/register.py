"""What the register holds about me, line by line: where it comes from, and how to get it corrected."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from backend.domain import residents as domain
from backend.domain.errors import SignInNeeded
from backend.domain.facts import one
from backend.domain.residents import Member, Resident
from backend.store import residents
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

SERVICE_OF = {"address": "change-of-address", "passport": "passport"}
"""Lines that a service of ours corrects, where this town offers it."""


@get("/{lang:str}/mine/register", name="register")
async def show_register(pages: NamedDependency[Pages]) -> Response[bytes]:
    if not pages.owner:
        raise SignInNeeded("mine")
    resident, living = await residents.household(pages.app.db, pages.actor, pages.today)
    return pages.show("register", view(pages.app, resident, living) if resident else EMPTY, keep="phone")


EMPTY: dict[str, Any] = {"lines": [], "people": [], "protected": 0}


def view(app: AppState, resident: Resident, living: list[Member]) -> dict[str, Any]:
    """`people`: those she lives with, without anybody whose name and address are protected."""
    others = [each for each in living if each.kinship != "self" and domain.is_shown_to(resident, each)]
    return {
        "lines": [line(app, what, shown) for what, shown in lines(resident) if shown],
        "people": [{"name": each.resident.name, "age": domain.age(each.resident.born, app.today()), "kinship": each.kinship} for each in others],
        "protected": int(resident.protected),
    }


def lines(me: Resident) -> list[tuple[str, list[dict[str, Any]]]]:
    """What it is, and its value; nothing for what the register does not say. The words stand in the template, by `what`."""
    where = "\n".join(part for part in (me.street, f"{me.postcode} {me.town}".strip()) if part)
    return [
        ("name", said("text", me.name)), ("born", said("date", me.born)), ("address", said("lines", where)),
        ("citizen", citizen(me.citizen)), ("phone", said("phone", me.phone)), ("doctor", said("text", me.doctor)),
        ("nemkonto", said("text", me.nemkonto_ending)), ("passport", said("date", me.passport_until)),
        ("employer", said("text", me.employer) + said("date", me.employer_first_day)),
    ]  # fmt: skip


def citizen(country: str) -> list[dict[str, Any]]:
    """Yes, or no with the two letters the register has for the country: it holds no name of it."""
    return [one("yes")] if country == "dk" else [one("no"), one("text", country.upper())] if country else []


def said(kind: str, text: str) -> list[dict[str, Any]]:
    return [one(kind, text)] if text else []


def line(app: AppState, what: str, shown: list[dict[str, Any]]) -> dict[str, Any]:
    service = SERVICE_OF.get(what, "")
    return {"what": what, "shown": shown, "service": service if service in app.services.newest else ""}
