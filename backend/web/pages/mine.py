"""My Page: what to do, what was sent, what is booked, what has a last day. And what of it stands on the front page."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from backend.domain import tasks as todos
from backend.domain.drafts import Draft
from backend.domain.errors import SignInNeeded
from backend.domain.services import Service
from backend.store import cases
from backend.store.cases import Case, Mine
from backend.web import bookings, facts, journey_context
from backend.web.pages import notices
from backend.web.pages.cases import task_row
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

NEWS = 2
"""Cases named on the front page."""


@get("/{lang:str}/mine", name="mine")
async def show_mine(pages: NamedDependency[Pages]) -> Response[bytes]:
    if not pages.owner:
        raise SignInNeeded("mine")
    held = await cases.mine(pages.app.db, pages.actor)
    begun = await begun_drafts(pages, held.drafts)
    return pages.show("mine", view(pages.app, held) | {"drafts": begun, "waiting": [], "links": await notices.links(pages)}, keep="phone", ask_phone=2)


def view(app: AppState, held: Mine) -> dict[str, Any]:
    by_id = {case.id: case for case in held.cases + held.older}
    today = app.today()
    return {
        "tasks": todos.duties_first([task_row(task) for task in held.tasks]),
        "cases": [case_row(app, case) for case in held.cases],
        "appointments": [booked_row(app, by_id.get(b["case"]), b) for b in held.appointments],
        "deadlines": [d for case in held.cases for d in deadline_rows(app, case, today)],
    }


def case_row(app: AppState, case: Case) -> dict[str, Any]:
    service = app.services.of_old(case.service, case.version)
    return {
        "id": case.id,
        "number": case.receipt.number,
        "title": service.title,
        "about": case.about,
        "icon": service.icon,
        "received_at": app.local_text(case.receipt.received_at),
    }


def booked_row(app: AppState, case: Case | None, booked: dict[str, str]) -> dict[str, str]:
    title = app.services.of_old(case.service, case.version).title if case else ""
    if case is None:
        return bookings.told(app, booked["desk"], booked["at"]) | {"ics": "", "change": "", "title": title, "path": f"mine/cases/{booked['case']}"}
    return bookings.shown(app, booked, case.service, case.version, case.receipt.key) | {"title": title, "path": f"mine/cases/{booked['case']}"}


def deadline_rows(app: AppState, case: Case, today: str) -> list[dict[str, Any]]:
    """Days that are still to come; what has passed stands on the case."""
    title = app.services.of_old(case.service, case.version).title
    return [
        {"on": d["on"], "say": d.get("say", ""), "loses": d.get("loses", ""), "title": title, "path": f"mine/cases/{case.id}"}
        for d in case.deadlines if d.get("on", "") >= today
    ]  # fmt: skip


async def begun_drafts(pages: Pages, drafts: list[Draft]) -> list[dict[str, Any]]:
    """What she has begun, each with the page she stands at."""
    app = pages.app
    stored = [d for d in drafts if not d.sent and d.answers | d.raw]
    known = await facts.of(app, pages.actor) if stored else {}
    return [begun(pages, app.services.versions[d.service, d.version], d, known) for d in stored if served(app, d)]


def served(app: AppState, draft: Draft) -> bool:
    return (draft.service, draft.version) in app.services.versions


def begun(pages: Pages, service: Service, draft: Draft, known: dict[str, Any]) -> dict[str, Any]:
    journey = journey_context.made(pages, service, draft, known)
    return {"service": journey.head, "path": journey.address(journey.walk.at), "at": pages.app.local_text(draft.updated_at)}


async def waiting(pages: Pages) -> dict[str, Any]:
    """For the front page: the one thing to do first, and what is new."""
    held = await cases.mine(pages.app.db, pages.actor, most=NEWS)
    shown = view(pages.app, held)
    mine = [task for task in shown["tasks"] if task["who"] == "me" and task["why"] != "may"]
    due = {"say": mine[0]["say"], "name": mine[0]["name"], "title": "", "on": "", "why": mine[0]["why"], "path": mine[0]["path"]} if mine else {}
    booked = [{"kind": "appointment", "title": b["title"], "about": "", "path": b["path"], "at": b["at"]} for b in shown["appointments"]]
    sent = [{"kind": "case", "title": c["title"], "about": c["about"], "path": f"mine/cases/{c['id']}", "at": c["received_at"]} for c in shown["cases"]]
    return {"due": due, "news": [*booked, *sent], "draft": await begun_drafts(pages, held.drafts)}
