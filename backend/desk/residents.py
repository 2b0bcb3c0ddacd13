"""Finding a resident, and what the desk sees of one: always for a reason, which stands in the resident's own access log."""

import asyncio
import re
from typing import Any

import segno
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.desk.page import Desk
from backend.domain import residents as people, texts
from backend.domain.actors import NOBODY
from backend.domain.errors import NotFound
from backend.identity import activation
from backend.store import cases, contacts, residents
from backend.web import bookings, forms
from backend.web.pages import mine

REASONS = ("help", "case-work", "call", "question")
LED_HERE = (*REASONS, "message", "appointment")
"""Beside what one chooses when looking somebody up: why a page of the desk leads to one."""
NUMBER = re.compile(r"M?([2-9]{9})", re.I)
"""Of a case, as it is read out: "M 224 763 529"."""


@get("/find", name="desk_find")
async def show_find(desk: NamedDependency[Desk]) -> Response[bytes]:
    desk.need("find-resident")
    return desk.show("find", {"who": "", "why": "", "reasons": list(REASONS), "problem": ""})


@post("/find", name="desk_find_resident")
async def find_resident(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    desk.need("find-resident")
    said = await forms.read(request)
    who, why = forms.value(said, "who").strip()[:40], forms.value(said, "why")
    if why not in REASONS:
        return desk.show("find", {"who": who, "why": "", "reasons": list(REASONS), "problem": "why"}, status=422)
    try:
        person = await found(desk, who)
    except NotFound:
        return desk.show("find", {"who": who, "why": why, "reasons": list(REASONS), "problem": "who" if who else "empty"}, status=422)
    return desk.go(f"/desk/residents/{person}/{why}")


async def found(desk: Desk, who: str) -> str:
    """By person number or by the number of a case. Names are sealed: nobody leafs through the town."""
    db = desk.app.db
    if digits := activation.number_in(who):
        return activation.public_id_of(db, digits)
    plain = NUMBER.fullmatch(re.sub(r"[\s.-]", "", texts.digits(who)))
    if plain is None:
        raise NotFound("person")
    number = f"M {plain[1][:3]} {plain[1][3:6]} {plain[1][6:]}"
    person = await db.read(cases.person_of, desk.actor, number=number)
    if person == NOBODY:
        raise NotFound("person")
    return person


@get("/residents/{person:str}/{why:str}", name="desk_resident")
async def show_resident(desk: NamedDependency[Desk], person: FromPath[str], why: FromPath[str]) -> Response[bytes]:
    desk.need("see-resident")
    return desk.show("resident", await view(desk, person, why) | {"code": {}})


async def view(desk: Desk, person: str, why: str) -> dict[str, Any]:
    """Raises `NotFound`, also without one of the reasons."""
    if why not in LED_HERE or person == NOBODY:
        raise NotFound("why")
    actor, app = desk.about(person, why), desk.app
    known = await residents.get(app.db, actor)
    if known is None:
        raise NotFound("person")
    held, contact = await cases.mine(app.db, actor), await contacts.get(app.db, actor)
    today = app.today()
    return {
        "person": person, "why": why, "may_code": int(desk.staff.may("make-code")),
        "resident": {
            "name": known.name, "born": known.born, "age": people.age(known.born, today), "address": people.place(known), "protected": int(known.protected),
            "language": contact.lang or known.language, "phone": contact.phone or known.phone, "email": contact.email, "paper": int(contact.is_paper),
        },
        "cases": [case_row(desk, case) for case in held.cases],
        "appointments": [mine.booked_row(app, {c.id: c for c in held.cases + held.older}.get(b["case"]), b) for b in held.appointments],
    }  # fmt: skip


def case_row(desk: Desk, case: cases.Case) -> dict[str, Any]:
    """`path` is "" for a case of a service that is not hers."""
    service = desk.app.services.of_old(case.service, case.version)
    return {
        "number": case.receipt.number, "title": service.title, "about": case.about, "received_at": desk.app.local_text(case.receipt.received_at),
        "times": f"/desk/appointments/{case.id}" if desk.staff.may("book", case.service) and bookings.question_of(desk.app, case.service, case.version) else "",
        "path": f"/desk/cases/{case.id}" if desk.staff.may("see-cases", case.service) else "",
    }  # fmt: skip


@post("/residents/{person:str}/{why:str}/code", name="desk_make_code")
async def make_code(desk: NamedDependency[Desk], person: FromPath[str], why: FromPath[str]) -> Response[bytes]:
    """A code for a first passkey, or another one: shown once, to be printed and handed over. It is kept nowhere."""
    desk.need("make-code")
    shown = await view(desk, person, why)
    made = await asyncio.to_thread(activation.make, desk.app.db, person, desk.now, False, desk.actor)
    lang = shown["resident"]["language"] if desk.app.words.offers(shown["resident"]["language"]) else "da"
    address = f"{desk.app.settings.where}/{lang}/activate"
    code = {"code": made.code, "address": address, "until": desk.app.local(made.ends_at), "qr": qr(f"{address}#{made.code}"), "phone": desk.app.settings.phone}
    return desk.show("resident", shown | {"code": code})


def qr(text: str) -> dict[str, Any]:
    """{"size", "path"}: the square as one drawing; the code stands behind the "#", so that it reaches no log."""
    rows = [list(row) for row in segno.make(text, error="m").matrix_iter(border=4)]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"size": len(rows), "path": path}


ROUTES: list[Any] = [show_find, find_resident, show_resident, make_code]
