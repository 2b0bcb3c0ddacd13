"""Deciding a case: choose a letter, fill it in, see it as the resident will, send; and for a minute, take it back.

Without a letter's fields nothing more is asked: open the case, choose, send. What is typed comes back where something lacks.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from backend.desk import case_views, cases, letter_preview
from backend.desk.page import Desk
from backend.domain import answers, fields, kinds, reading
from backend.domain.cases import decisions as possible
from backend.domain.errors import CaseMoved, NotFound, TooLate
from backend.domain.letters import Letter
from backend.letters.known import Given
from backend.letters.template_files import Template
from backend.letters.templates import Incomplete
from backend.store import casework, decisions, residents
from backend.store.casework import Place, Whole
from backend.web import forms
from i18n import languages


@get("/cases/{case:str}/decide", name="desk_decide")
async def show_decide(desk: NamedDependency[Desk], case: FromPath[str], template: FromQuery[str] = "") -> Response[Any]:
    here = await casework.place(desk.app.db, desk.staff, case, "work-cases")
    if here.status == "withdrawn":
        return desk.go(f"/desk/cases/{case}")
    return await shown(desk, here, chosen(desk, here, template), [])


def chosen(desk: Desk, here: Place, id: str) -> Template | None:
    """The template of that name; None where there is still to choose, or nobody to write to. Raises `NotFound`."""
    if here.is_guests or not id:
        return None
    if id not in [one["id"] for one in case_views.templates(desk, desk.app.services.of_old(here.service, here.version))]:
        raise NotFound("template")
    found: Template = desk.app.letters.get(here.service, id)
    return found


async def shown(desk: Desk, here: Place, template: Template | None, pairs: forms.Pairs, status: int = 200, **more: Any) -> Response[bytes]:
    """`pairs`: what was typed. The preview stands there as soon as nothing lacks."""
    whole = await casework.get(desk.app.db, desk.actor, here, desk.now)
    name = await name_of(desk, here)
    read = answered(desk, template, pairs) if template else ({}, [], {})
    letter, lacks = composed(desk, whole, name, template, read[0]) if template and not read[1] else (None, {})
    view = case_views.view(desk, whole, name) | {
        "template": chosen_row(template), "fields": field_rows(desk, template, read) if template else [], "errors": read[1] if pairs else [],
        "status": forms.value(pairs, "status"), "preview": letter_preview.html(desk, letter, whole.content["lang"]) if letter else Markup(""),
        "lacks": lacks, "moved": {}, "no_status": 0,
    }  # fmt: skip
    return desk.show("decide", view | more, status=status)


async def name_of(desk: Desk, here: Place) -> str:
    person = None if here.is_guests else await residents.get(desk.app.db, casework.on(desk.actor, here))
    return person.name if person else ""


def chosen_row(template: Template | None) -> dict[str, Any]:
    return {"id": template.id, "title": template.title_source, "status": template.status} if template else {}


def answered(desk: Desk, template: Template, pairs: forms.Pairs) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, str]]:
    """(values, errors, what was typed) of the template's fields."""
    posted, scope = answers.gather([list(pair) for pair in pairs]), case_views.scope(desk)
    values: dict[str, Any] = {}
    wrong: list[dict[str, Any]] = []
    typed: dict[str, str] = {}
    for one in template.fields:
        question = one.question
        value, problem = reading.read(question, one.id, posted, None, scope, desk.app.date_words, {})
        problem = problem or kinds.invalid(question, value, scope)
        if problem:
            wrong.append(answers.error(answers.first_control(question, one.id, problem), problem))
        typed |= answers.keep_typed(question, "", posted, {})
        values[one.id] = value
    return values, wrong, typed


def field_rows(desk: Desk, template: Template, read: tuple[dict[str, Any], list[dict[str, Any]], dict[str, str]]) -> list[dict[str, Any]]:
    scope = case_views.scope(desk)
    errors = read[1] if read[2] else []
    return [
        {"field": fields.of(one.question, "", read[0].get(one.id), read[2], errors, scope, {}), "ask": one.label, "hint": one.hint, "optional": int(one.optional)}
        for one in template.fields
    ]  # fmt: skip


def composed(desk: Desk, whole: Whole, name: str, template: Template, values: Mapping[str, Any]) -> tuple[Letter | None, dict[str, Any]]:
    """The letter in every language on offer; or in which language what lacks: such a letter is not sent."""
    content, here, app = whole.content, whole.place, desk.app
    given = Given(
        name=name, today=app.today(), fields={id: value for id, value in values.items() if value != ""}, case=here.id, case_number=here.number,
        service=here.service, received_on=content["received_at"][:10], answers=content["answers"], facts=content["facts"],
        closed=list(app.settings.closed_on), lang=desk.lang,
    )  # fmt: skip
    try:
        return app.letters.compose(template, given, [code for code in app.words.codes if code not in languages.PSEUDO]), {}
    except Incomplete as lacking:
        return None, {"lang": lacking.lang, "names": ", ".join(lacking.names)}


@post("/cases/{case:str}/decide", name="desk_send_decision")
async def send_decision(request: Request[Any, Any, Any], desk: NamedDependency[Desk], case: FromPath[str]) -> Response[Any]:
    """`do`: "preview" or "send"."""
    here = await casework.place(desk.app.db, desk.staff, case, "work-cases")
    pairs = await forms.read(request)
    template = chosen(desk, here, forms.value(pairs, "template"))
    if template is None and not here.is_guests:
        return await shown(desk, here, None, pairs, 422)
    status = template.status if template and template.status else forms.value(pairs, "status")
    if status not in possible(desk.app.services.of_old(here.service, here.version)):
        return await shown(desk, here, template, pairs, 422, no_status=1)
    letter = None
    if template:
        whole = await casework.get(desk.app.db, desk.actor, here, desk.now)
        values, wrong, _ = answered(desk, template, pairs)
        letter, _ = (None, {}) if wrong else composed(desk, whole, await name_of(desk, here), template, values)
        if letter is None:
            return await shown(desk, here, template, pairs, 422)
    if forms.value(pairs, "do") != "send":
        return await shown(desk, here, template, pairs)
    return await sent(desk, here, template, pairs, status, letter)


async def sent(desk: Desk, here: Place, template: Template | None, pairs: forms.Pairs, status: str, letter: Letter | None) -> Response[Any]:
    try:
        await decisions.decide(desk.app.db, desk.actor, here, cases.revision(pairs), status, letter, desk.now)
    except CaseMoved as other:
        now = await casework.place(desk.app.db, desk.staff, here.id)
        return await shown(desk, now, template, pairs, 409, moved=cases.moved(desk, here, other))
    return desk.go(f"/desk/cases/{here.id}")


@post("/cases/{case:str}/undo", name="desk_undo")
async def undo(desk: NamedDependency[Desk], case: FromPath[str]) -> Response[Any]:
    here = await casework.place(desk.app.db, desk.staff, case, "work-cases")
    try:
        await decisions.take_back(desk.app.db, desk.actor, here, desk.now)
    except TooLate:
        return await cases.shown(desk, here, 409, problem={"field": "undo", "code": "too-late"})
    return desk.go(f"/desk/cases/{case}")


ROUTES: list[Any] = [show_decide, send_decision, undo]
