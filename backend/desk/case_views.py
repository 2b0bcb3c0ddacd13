"""A case as a caseworker reads it: what was answered beside what the resident read, what we knew, files, and what happened."""

from typing import Any

from backend.desk.page import Desk
from backend.domain import conditions, facts as known, journeys, views
from backend.domain.cases import WORKING, decisions
from backend.domain.moments import from_milliseconds, milliseconds
from backend.domain.services import Service
from backend.identity import staff as accounts
from backend.letters.known import word_of
from backend.store import decisions as decided
from backend.store.case_events import Event
from backend.store.casework import Whole
from backend.web import facts
from i18n.catalogue import Catalogue

PICTURES = ("image/jpeg", "image/png", "image/webp")


def view(desk: Desk, whole: Whole, name: str) -> dict[str, Any]:
    app, place, content = desk.app, whole.place, whole.content
    service = app.services.of_old(place.service, place.version)
    hers = app.words.catalogues.get(content["lang"]) or app.words.catalogues["da"]
    on = content["received_at"][:10]
    then = facts.as_claimed(content["facts"], content.get("claimed", {}))
    walk = journeys.walk(service, content["answers"], then, content.get("on") or on)
    may_work = desk.staff.may("work-cases", place.service)
    return {
        "case": {
            "id": place.id, "number": place.number, "title": service.title, "about": content.get("about", ""), "status": place.status,
            "say": outcome(service, place.status), "decided": int(place.decided_at > 0), "revision": place.revision, "assigned": place.assigned,
            "mine": int(place.assigned_id == desk.staff.id), "due_on": place.due_on, "is_guests": int(place.is_guests),
            "late": int(bool(place.due_on) and place.due_on < app.today() and not place.decided_at),
            "received_at": app.local_text(content["received_at"]), "withdrawn": int(place.status == "withdrawn"),
        },
        "name": name, "person": "" if place.is_guests else place.person, "account_end": views.done(service, content["answers"], content["facts"], on)["account_end"],
        "hers": {"lang": hers.code, "dir": hers.dir, "name": hers.about["name"], "same": int(hers.code == desk.lang)},
        "answers": [answer | in_her_words(answer, hers) for answer in views.given(service, walk, then)],
        "facts": knew(service, content["facts"]), "unlike": unlike(content), "tasks": whole.tasks, "appointment": appointment(desk, whole),
        "files": [file | {"is_picture": int(file["kind"] in PICTURES), "kb": max(1, file["bytes"] // 1024)} for file in whole.files],
        "events": [event(desk, service, one) for one in reversed(whole.events)],
        "undo": undo(desk, whole), "may_work": int(may_work), "statuses": list(WORKING), "colleagues": colleagues(desk, place.service),
        "papers": papers(service), "templates": templates(desk, service), "outcomes": outcomes(service),
    }  # fmt: skip


def in_her_words(answer: dict[str, Any], hers: Catalogue) -> dict[str, Any]:
    """The question as it stood on her page, and her answer there."""
    said = [word_of(each, hers) for each in answer["shown"]]
    return {"hers_ask": hers.plain_say(answer["ask"], {"name": answer["whose"]}), "hers_said": [one for one in said if one]}


def knew(service: Service, held: dict[str, Any]) -> list[dict[str, Any]]:
    """What the register told at that moment of what this service asks about; whatever she may have answered else."""
    asked = dict.fromkeys(one.known for one in service.questions if one.known in held)
    return [each for name in asked for each in known.shown(held, name)]


def unlike(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Where the phone knew something else than the register."""
    return [each for name in content.get("claimed", {}) for each in known.shown(content["claimed"], name)]


def appointment(desk: Desk, whole: Whole) -> dict[str, str]:
    place = {one.id: one.name for one in desk.app.settings.desks}
    return {"at": whole.appointment["at"], "desk": place.get(whole.appointment["desk"], "")} if whole.appointment else {}


def event(desk: Desk, service: Service, one: Event) -> dict[str, Any]:
    said = one.said
    to = next((row.name for row in accounts.everybody(desk.app.db) if row.id == said.get("to")), "") if one.kind == "assigned" else ""
    return {
        "kind": one.kind, "staff": one.staff, "at": desk.app.local(from_milliseconds(one.at)), "text": said.get("text", ""), "say": said.get("say", ""),
        "by": said.get("by", ""), "status": said.get("status", ""), "outcome": outcome(service, said.get("status", "")), "to": to, "name": said.get("name", ""),
    }  # fmt: skip


def outcome(service: Service, status: str) -> str:
    return next((one.say for one in service.outcomes if one.id == status), "") if status in decisions(service) else ""


def outcomes(service: Service) -> list[dict[str, str]]:
    return [{"id": id, "say": outcome(service, id)} for id in decisions(service)]


def undo(desk: Desk, whole: Whole) -> dict[str, Any]:
    """Of a decision whose letter cannot be read yet: how many seconds are left."""
    said, now = decided.last_said(whole.events, milliseconds(desk.now)), milliseconds(desk.now)
    return {"seconds": (said["until"] - now + 999) // 1000, "by": said["by"]} if said else {}


def colleagues(desk: Desk, service: str) -> list[dict[str, str]]:
    return [{"id": row.id, "name": row.name} for row in accounts.everybody(desk.app.db) if row.staff().may("work-cases", service)]


def papers(service: Service) -> list[dict[str, str]]:
    """What can be asked for with a sentence that exists in every language."""
    said = dict.fromkeys([one.ask for one in service.questions if one.kind == "file"] + list(service.bring))
    return [{"id": str(at), "say": say} for at, say in enumerate(said)]


def templates(desk: Desk, service: Service) -> list[dict[str, str]]:
    """Letters that decide, and the one a caseworker writes all of herself."""
    found = desk.app.letters.of(service.id) if desk.app.letters else []
    return [{"id": one.id, "title": one.title_source} for one in found if one.status or one.head.one_language]


def scope(desk: Desk) -> conditions.Scope:
    return conditions.Scope({}, {}, desk.app.today(), {}, {})
