"""One case: its receipt, what was answered, what is still to do, what happened."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain import conditions, journeys, tasks, views
from backend.domain.errors import SignInNeeded
from backend.domain.services import Service
from backend.store import cases
from backend.store.cases import Whole
from backend.web import bookings, facts, reminder_offers
from backend.web.api.submissions import RECEIVED
from backend.web.rendering.responder import Pages
from backend.web.state import AppState


@get("/{lang:str}/mine/cases/{case:str}", name="case")
async def show_case(pages: NamedDependency[Pages], case: FromPath[str]) -> Response[bytes]:
    if not pages.owner:
        raise SignInNeeded("mine")
    whole = await cases.get(pages.app.db, pages.actor, case)
    view_of = view(pages.app, whole)
    has_time = bool(view_of["appointment"].get("ics") and view_of["appointment"]["change"])
    remind = await reminder_offers.offered(pages.app, pages.actor, pages.choice) if has_time else 0
    return pages.show("case", view_of | {"remind": remind}, keep="phone")


def view(app: AppState, whole: Whole) -> dict[str, Any]:
    case = whole.case
    service = app.services.of_old(case.service, case.version)
    said, known, at = whole.content["answers"], whole.content["facts"], whole.content["received_at"]
    known_then, on = facts.as_claimed(known, whole.content.get("claimed", {})), whole.content.get("on") or at[:10]
    walk = journeys.walk(service, said, known_then, on)
    done = views.done(service, said, known, at[:10], {RECEIVED: at[:10]})
    received_at = app.local_text(at)
    return {
        "id": case.id, "number": case.receipt.number, "title": service.title, "about": case.about, "icon": service.icon,
        "received_at": received_at, "status": status(service, whole), "say": done["say"], "next": done["next"],
        "answers": views.given(service, walk, known_then),
        "tasks": tasks.duties_first([task_row(task) for task in whole.tasks]), "deadlines": case.deadlines,
        "appointment": bookings.shown(app, whole.appointment, case.service, case.version, case.receipt.key),
        "history": [{"at": received_at, "say": status(service, whole)}],
        "receipt": msgspec.to_builtins(case.receipt) | {"received_at": received_at},
    }  # fmt: skip


def task_row(task: dict[str, Any]) -> dict[str, Any]:
    return task | {"path": f"mine/cases/{task['case']}"}


def status(service: Service, whole: Whole) -> str:
    """In the service's own sentence: the outcome named by the status; "received" has variants that hang on the answers."""
    if whole.case.status == "received":
        content = whole.content
        scope = conditions.scope(service, content["answers"], content["facts"], content["received_at"][:10])
        return next((each.say for each in views.received(service, scope)), "")
    return next((o.say for o in service.outcomes if o.id == whole.case.status), "")
