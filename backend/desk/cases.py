"""One case: read it, note, ask for a paper, give it to somebody, set its state. Each form says which state of the case it saw."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.desk import case_views
from backend.desk.page import Desk
from backend.domain import dates
from backend.domain.errors import CaseMoved, Invalid
from backend.domain.moments import from_milliseconds
from backend.store import casework, residents
from backend.store.casework import Place
from backend.web import forms

MOST_TEXT = 4000
TYPED = {"note": "", "paper": "", "text": "", "by": "", "do": ""}
DAYS_TO_SEND = 14
"""What stands in the field of the last day until another is written."""
HEADERS = {"content-security-policy": "sandbox", "x-content-type-options": "nosniff", "cache-control": "no-store", "referrer-policy": "no-referrer"}


@get("/cases/{case:str}", name="desk_case")
async def show_case(desk: NamedDependency[Desk], case: FromPath[str]) -> Response[bytes]:
    return await shown(desk, await casework.place(desk.app.db, desk.staff, case))


async def shown(desk: Desk, here: Place, status: int = 200, **more: Any) -> Response[bytes]:
    """`more`: `problem` {"field", "code"}, `typed`, `moved`."""
    db = desk.app.db
    whole = await casework.get(db, desk.actor, here, desk.now)
    person = None if here.is_guests else await residents.get(db, casework.on(desk.actor, here))
    by = (date.fromisoformat(desk.app.today()) + timedelta(days=DAYS_TO_SEND)).isoformat()
    said = {"problem": {"field": "", "code": ""}, "typed": TYPED | {"by": by}, "moved": {}}
    return desk.show("case", case_views.view(desk, whole, person.name if person else "") | said | more, status=status)


@post("/cases/{case:str}", name="desk_work_on_case")
async def work_on_case(request: Request[Any, Any, Any], desk: NamedDependency[Desk], case: FromPath[str]) -> Response[Any]:
    """`do`: "note", "ask", "assign" or "status". What was typed comes back where it did not work."""
    here = await casework.place(desk.app.db, desk.staff, case, "work-cases")
    said = await forms.read(request)
    typed = {name: forms.value(said, name)[:MOST_TEXT] for name in TYPED}
    try:
        await act(desk, here, typed["do"], said, typed)
    except Invalid as wrong:
        return await shown(desk, here, 422, problem={"field": wrong.errors[0]["field"], "code": wrong.errors[0]["code"]}, typed=typed)
    except CaseMoved as other:
        return await shown(desk, await casework.place(desk.app.db, desk.staff, case), 409, moved=moved(desk, here, other), typed=typed)
    return desk.go(f"/desk/cases/{case}")


async def act(desk: Desk, here: Place, do: str, said: forms.Pairs, typed: dict[str, str]) -> None:
    db, actor, now, seen = desk.app.db, desk.actor, desk.now, revision(said)
    if do == "note":
        await casework.note(db, actor, here, typed["note"], now)
    elif do == "ask":
        await casework.ask(db, actor, here, seen, asked(desk, here, typed), now)
    elif do == "assign":
        await casework.assign(db, actor, here, seen, forms.value(said, "to"), now)
    elif do == "status":
        await casework.set_status(db, actor, here, seen, forms.value(said, "status"), now)


def revision(said: forms.Pairs) -> int:
    text = forms.value(said, "revision")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def asked(desk: Desk, here: Place, typed: dict[str, str]) -> dict[str, str]:
    """A paper of the list, or words of her own; and a day to come. Raises `Invalid`."""
    service = desk.app.services.of_old(here.service, here.version)
    say = next((one["say"] for one in case_views.papers(service) if one["id"] == typed["paper"]), "")
    text = typed["text"].strip()
    if not say and not text:
        raise Invalid(errors=[{"field": "paper", "code": "paper-empty", "say": "", "n": 0}])
    on, _, _ = dates.read([typed["by"], "", ""], desk.app.date_words, desk.app.today(), lambda day: True)
    if on <= desk.app.today():
        raise Invalid(errors=[{"field": "by", "code": "by-wrong", "say": "", "n": 0}])
    return {"say": say, "text": text, "lang": desk.lang if text else "", "by": on}


def moved(desk: Desk, here: Place, other: CaseMoved) -> dict[str, Any]:
    """For whoever came second: who did what, when."""
    service = desk.app.services.of_old(here.service, here.version)
    return {
        "kind": other.kind, "by": other.by, "at": desk.app.local(from_milliseconds(other.at)) if other.at else "", "status": other.status,
        "say": case_views.outcome(service, other.status),
    }  # fmt: skip


@get("/cases/{case:str}/files/{file:str}", name="desk_file")
async def show_file(desk: NamedDependency[Desk], case: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    """Never opened in our own pages' name: an attachment, in a sandbox."""
    here = await casework.place(desk.app.db, desk.staff, case)
    paper = await casework.file(desk.app.db, desk.actor, here, file)
    named = f"attachment; filename*=UTF-8''{quote(paper.name, safe='')}"
    return Response(paper.data, media_type=paper.kind, headers=HEADERS | {"content-disposition": named})


ROUTES: list[Any] = [show_case, work_on_case, show_file]
