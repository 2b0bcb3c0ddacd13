"""My Page: what to do, what was sent, what is booked, what has a last day. And what of it stands on the front page."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from backend.domain import tasks as todos
from backend.domain.cases import WITHDRAWN, WORKING
from backend.domain.drafts import Draft
from backend.domain.errors import SignInNeeded
from backend.domain.letters import filled, text_in
from backend.domain.facts import shown as shown_fact
from backend.domain.reminders import AUTHORITY
from backend.domain.services import Service
from backend.store import cases, letters
from backend.store.cases import Case, Mine
from backend.web import bookings, facts, journey_context
from backend.web.pages import notices, post
from backend.web.pages.cases import outcome, state_of, task_row
from backend.web.pages.services import row
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

NEWS = 2
"""Cases named on the front page."""
DUE = ("say", "name", "text", "lang", "title", "on", "why", "path")
"""What the front page shows of the one thing most due."""
LIFE = {"housing": ["person.address"], "economy": ["person.nemkonto"], "children": ["household.children"], "retirement": []}
"""The parts of a life, and the facts that belong there."""


@get("/{lang:str}/mine", name="mine")
async def show_mine(pages: NamedDependency[Pages]) -> Response[bytes]:
    if not pages.owner:
        raise SignInNeeded("mine")
    app, db, actor = pages.app, pages.app.db, pages.actor
    held = await cases.mine(db, actor)
    asked = await letters.to_do(db, actor, pages.now)
    shown = view(app, held, asked, pages.lang)
    view_of = {name: shown[name] for name in ("todo", "waits", "may", "cases", "open", "over", "appointments")}
    more = {
        "drafts": await begun_drafts(pages, held.drafts), "waiting": [], "links": await notices.links(pages),
        "themes": themes(app, await facts.of(app, actor)),
    }  # fmt: skip
    return pages.show("mine", view_of | more, keep="phone", ask_phone=2)


def view(app: AppState, held: Mine, asked: Sequence[letters.ToDo] = (), lang: str = "") -> dict[str, Any]:
    """`todo`: all that is hers to do, in one list by its last day. `waits`: what others do. `may`: what nobody needs."""
    by_id = {case.id: case for case in held.cases + held.older}
    tasks = [task_row(task) | {"title": title_of(app, by_id.get(task["case"]))} for task in todos.duties_first(held.tasks)]
    days = [d for case in held.cases for d in deadline_rows(app, case, app.today())]
    hers = [task for task in tasks if task["who"] == "me" and task["why"] not in ("may", "ending", "changed")]
    rows = [case_row(app, case) for case in held.cases]
    return {
        "tasks": tasks,
        "todo": by_last_day([todo_row(one) for one in hers] + [letter_row(one, lang) for one in asked] + [d for d in days if d["why"] == "day"]),
        "waits": [task for task in tasks if task not in hers and task["why"] != "may"] + [d for d in days if d["why"] == "us"],
        "may": [task for task in tasks if task["why"] == "may"],
        "cases": rows, "open": sum(not row["is_over"] for row in rows), "over": sum(row["is_over"] for row in rows),
        "appointments": [booked_row(app, by_id.get(b["case"]), b) for b in held.appointments],
    }  # fmt: skip


def by_last_day(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The nearest first; what has no last day after it, as it came."""
    return sorted(rows, key=lambda row: row["on"] or "9999")


def todo_row(task: dict[str, Any]) -> dict[str, Any]:
    names = ("why", "say", "name", "text", "lang", "title", "path", "act")
    return {name: task[name] for name in names} | {"on": task["by"], "loses": ""}


def letter_row(one: letters.ToDo, lang: str) -> dict[str, Any]:
    """In the letter's own words: its answer to "what must I do"."""
    on = one.action.by or one.action.starts_at[:10]
    written, version = text_in(one.letter, lang)
    said = {"why": "letter", "name": one.letter.sender_name, "path": f"post/{one.id}", "on": on, "text": filled(version, one.values).summary.must, "lang": written}
    return {"say": "", "title": "", "act": "", "loses": ""} | said


def title_of(app: AppState, case: Case | None) -> str:
    return app.services.of_old(case.service, case.version).title if case else ""


def case_row(app: AppState, case: Case) -> dict[str, Any]:
    service = app.services.of_old(case.service, case.version)
    state = state_of(app, case)
    return {
        "id": case.id,
        "number": case.receipt.number,
        "title": service.title,
        "about": case.about,
        "icon": service.icon,
        "received_at": app.local_text(case.receipt.received_at),
        "state": state,
        "status": outcome(service, case.status) if state == "decided" else "",
        "account_end": case.account_end,
        "is_over": int(state in ("decided", WITHDRAWN)),
    }


def booked_row(app: AppState, case: Case | None, booked: dict[str, str]) -> dict[str, str]:
    place = {"title": title_of(app, case), "path": f"mine/cases/{booked['case']}"}
    if case is None:
        return bookings.told(app, booked["desk"], booked["at"]) | {"ics": "", "change": ""} | place
    return bookings.shown(app, booked, case.service, case.version, case.receipt.key) | place


def deadline_rows(app: AppState, case: Case, today: str) -> list[dict[str, Any]]:
    """Days that are still to come, of a case that is not over: hers ("day"), and the authority's own ("us")."""
    if state_of(app, case) not in WORKING:
        return []
    row = {"name": "", "text": "", "lang": "", "act": "", "title": title_of(app, case), "path": f"mine/cases/{case.id}"}
    return [
        row | {"on": d["on"], "say": d.get("say", ""), "loses": d.get("loses", ""), "why": "us" if d.get("shape") == AUTHORITY else "day", "who": "us"}
        for d in case.deadlines if d.get("on", "") >= today
    ]  # fmt: skip


def themes(app: AppState, known: dict[str, Any]) -> list[dict[str, Any]]:
    """The four parts of a life: what we know there, and what can be done. One with neither is left out."""
    services = dict(app.services.by_theme())
    made = [
        {"id": id, "known": [each for name in names for each in shown_fact(known, name)], "services": [row(s) for s in services.get(id, [])]}
        for id, names in LIFE.items()
    ]
    return [theme for theme in made if theme["known"] or theme["services"]]


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
    return {"service": journey.head, "path": journey.address(journey.walk.at), "at": pages.app.local_text(draft.updated_at), "list": int(bool(service.ticks))}


async def waiting(pages: Pages) -> dict[str, Any]:
    """For the front page: the one thing to do first, and what is new."""
    held = await cases.mine(pages.app.db, pages.actor, most=NEWS)
    shown = view(pages.app, held)
    mine = [task for task in shown["tasks"] if task["who"] == "me" and task["why"] != "may"]
    due = {"say": mine[0]["say"], "name": mine[0]["name"], "text": mine[0]["text"], "lang": mine[0]["lang"], "title": "", "on": mine[0]["by"], "why": mine[0]["why"], "path": mine[0]["path"]} if mine else await asked_first(pages)
    booked = [{"kind": "appointment", "title": b["title"], "about": "", "path": b["path"], "at": b["at"]} for b in shown["appointments"]]
    sent = [{"kind": "case", "title": c["title"], "about": c["about"], "path": f"mine/cases/{c['id']}", "at": c["received_at"]} for c in shown["cases"]]
    return {"due": due, "news": [*await post.news(pages), *booked, *sent], "draft": await begun_drafts(pages, held.drafts)}


async def asked_first(pages: Pages) -> dict[str, Any]:
    """The first thing a letter asks of her, where no case asks for anything; {} for nothing."""
    first = next(iter(await letters.to_do(pages.app.db, pages.actor, pages.now)), None)
    return {name: value for name, value in letter_row(first, pages.lang).items() if name in DUE} if first else {}
