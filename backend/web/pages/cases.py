"""One case: what is still to do, where it stands, what happened and when, its papers, what was answered, its receipt."""

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain import conditions, journeys, tasks, views
from backend.domain.cases import DESK_ONLY, RECEIVED as WAS_RECEIVED, WITHDRAWN, WORKING, shown_status
from backend.domain.errors import SignInNeeded
from backend.domain.moments import from_milliseconds, milliseconds
from backend.domain.services import Service
from backend.store import cases, letters, withdrawals
from backend.store.case_events import Event
from backend.store.cases import Case, Whole
from backend.web import bookings, facts, reminder_offers
from backend.web.api.submissions import RECEIVED
from backend.web.pages import post as mailbox
from backend.web.rendering.responder import Pages
from backend.web.state import AppState


@get("/{lang:str}/mine/cases/{case:str}", name="case")
async def show_case(pages: NamedDependency[Pages], case: FromPath[str]) -> Response[bytes]:
    whole = await held(pages, case)
    view_of = view(pages.app, whole)
    has_time = bool(view_of["appointment"].get("ics") and view_of["appointment"]["change"])
    remind = await reminder_offers.offered(pages.app, pages.actor, pages.choice) if has_time else 0
    about = [mailbox.letter_row(pages, one) for one in await letters.of_case(pages.app.db, pages.actor, case, pages.now)]
    return pages.show("case", view_of | {"remind": remind, "letters": [one for one in about if not one["is_broken"]]}, keep="phone")


async def held(pages: Pages, case: str) -> Whole:
    """Raises `SignInNeeded`, and `NotFound` for a stranger's."""
    if not pages.owner:
        raise SignInNeeded("mine")
    return await cases.get(pages.app.db, pages.actor, case)


def view(app: AppState, whole: Whole) -> dict[str, Any]:
    case = whole.case
    service = app.services.of_old(case.service, case.version)
    said, known, at = whole.content["answers"], whole.content["facts"], whole.content["received_at"]
    known_then, on = facts.as_claimed(known, whole.content.get("claimed", {})), whole.content.get("on") or at[:10]
    walk = journeys.walk(service, said, known_then, on)
    done = views.done(service, said, known, at[:10], {RECEIVED: at[:10]})
    received_at, state = app.local_text(at), state_of(app, case)
    is_open = state in WORKING
    return head(app, case) | {
        "received_at": received_at, "state": state, "say": done["say"], "next": done["next"] if state == WAS_RECEIVED else [],
        "status": status(service, whole, state), "account_end": case.account_end,
        "answers": views.given(service, walk, known_then),
        "tasks": tasks.duties_first([task_row(task) for task in whole.tasks]),
        "deadlines": case.deadlines if is_open else [],
        "appointment": bookings.shown(app, whole.appointment, case.service, case.version, case.receipt.key) if state != WITHDRAWN else {},
        "history": [{"kind": "received", "at": received_at, "say": "", "text": "", "lang": "", "name": ""}, *timeline(app, service, whole)],
        "papers": [{"id": one["id"], "name": one["name"]} for one in whole.files],
        "receipt": msgspec.to_builtins(case.receipt) | {"received_at": received_at},
        "may_change": int(is_untouched(case)), "may_correct": int(is_untouched(case) and not has_rows_apart(service, whole)), "may_undo": int(withdrawals.can_undo(case.status, case.decided_at, milliseconds(app.now()))),
        "may_ask": int(state != WITHDRAWN),
    }  # fmt: skip


def head(app: AppState, case: Case) -> dict[str, Any]:
    """What every page about this case says above."""
    service = app.services.of_old(case.service, case.version)
    return {"id": case.id, "number": case.receipt.number, "title": service.title, "about": case.about, "icon": service.icon}


def state_of(app: AppState, case: Case) -> str:
    """received, in-progress, waiting, withdrawn or decided."""
    found = shown_status(case.status, case.decided_at, milliseconds(app.now()))
    return found if found in (*WORKING, WITHDRAWN) else "decided"


def is_untouched(case: Case) -> bool:
    return not case.looked_at and not case.decided_at


def has_rows_apart(service: Service, whole: Whole) -> bool:
    """Rows of it are cases of their own, or it is one: a correction of one alone would leave the others as they were."""
    return bool(whole.case.about) or any(group.own_submission and whole.content["answers"].get(group.id) for group in service.groups)


def task_row(task: dict[str, Any]) -> dict[str, Any]:
    """`act`: where she can do it; "" where there is nothing to press."""
    path = f"mine/cases/{task['case']}"
    can_send = task["who"] == "me" and task["why"] in tasks.PAPERS
    return task | {"path": path, "act": f"{path}/paper?task={quote(task['id'])}" if can_send else ""}


def timeline(app: AppState, service: Service, whole: Whole) -> list[dict[str, Any]]:
    """Oldest first; neither what is for the desk alone, nor a decision whose letter cannot be read yet."""
    now = milliseconds(app.now())
    return [event_row(app, service, one) for one in whole.events if one.kind not in DESK_ONLY and one.kind != "assigned" and one.at <= now]


def event_row(app: AppState, service: Service, event: Event) -> dict[str, Any]:
    """`kind` with the state in it where words differ by state: "status-waiting"."""
    code, said = str(event.said.get("status", "")), event.said
    kind = f"status-{code}" if event.kind == "status" and code in WORKING else event.kind
    say = outcome(service, code) if event.kind == "decided" else str(said.get("say", ""))
    return {
        "kind": kind, "at": app.local(from_milliseconds(event.at)), "say": say, "text": str(said.get("text", "")),
        "lang": str(said.get("lang", "")), "name": str(said.get("name", "")),
    }  # fmt: skip


def status(service: Service, whole: Whole, state: str) -> str:
    """In the service's own sentence: the outcome that was decided; "received" has variants that hang on the answers."""
    if state == WAS_RECEIVED:
        content = whole.content
        scope = conditions.scope(service, content["answers"], content["facts"], content["received_at"][:10])
        return next((each.say for each in views.received(service, scope)), "")
    return outcome(service, whole.case.status) if state == "decided" else ""


def outcome(service: Service, code: str) -> str:
    return next((o.say for o in service.outcomes if o.id == code), "")
