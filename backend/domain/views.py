"""What the pages of a journey show, in no language: ids, ISO days, whole numbers, what people wrote.

The twin of `pwa/worker/domain/views.js`. The caller adds what surrounds every page (frame, draft, revision). A name is never
missing: "", 0, [] and {} stand for nothing.
"""

from collections.abc import Iterator
from typing import Any

from backend.domain import conditions, deadlines, facts as known, fields, journeys, rows, services, tasks
from backend.domain.fields import shown
from backend.domain.journeys import Step, Walk
from backend.domain.services import Outcome, Question, Service, Tick

View = dict[str, Any]
LABELS = ["born", "age", "nemkonto", "passport_until", "doctor", "doctor_km", "citizen", "size", "employer", "first_day",
          "name", "address"]  # fmt: skip
"""What a known value may be called; the templates hold the words."""


def question(
    service: Service, walk: Walk, step: Step, answers: dict, raw: dict, errors: list, facts: dict, today: str,
    slots: dict | None = None,
) -> View:  # fmt: skip
    asked = services.question(service, step.id)
    scope = journeys.scope_at(service, walk, step, answers, facts, today)
    value = journeys.value_at(service, step, answers, facts)
    return {
        **page(service, walk, step),
        "number": journeys.number(walk, step),
        "total": journeys.total(service, walk, step, facts, today),
        "group": group_of(service, asked),
        "ask": asked.ask,
        "whose": rows.whose(service, asked, step.row, facts),
        "hint": asked.hint,
        "known": known.shown(scope.facts, asked.known),
        "optional": 1 if asked.optional else 0,
        "fields": [fields.of(asked, step.row, value, raw, errors, scope, slots or {})],
        "errors": errors,
    }


def page(service: Service, walk: Walk, step: Step) -> View:
    """What the pages of a journey have in common."""
    before = journeys.back(service, walk, step)
    start = f"services/{service.id}"
    return {
        "service": {"id": service.id, "title": service.title, "icon": service.icon},
        "step": {"id": step.id, "row": step.row, "kind": step.kind, "path": step.path},
        "back": f"{start}/{before}" if before else start,
    }


def group_of(service: Service, asked: Question) -> View:
    if asked.group == "":
        return {"id": "", "title": ""}
    return {"id": asked.group, "title": services.group(service, asked.group).title}


def more(
    service: Service, walk: Walk, step: Step, answers: dict, raw: dict, errors: list, facts: dict, today: str
) -> View:
    group = services.group(service, step.id)
    there = rows.of(group, answers, facts)
    whole = [row for row in walk.kept.get(group.id, []) if row["id"] != walk.at.row]
    said = there[-1]["more"] if there else ""
    return {
        **page(service, walk, step),
        "group": {"id": group.id, "title": group.title},
        "rows": [row_of(service, walk, row, facts) for row in whole],
        "ask": group.more,
        "fields": [fields.yes_or_no(group.id, said, errors)],
        "errors": errors,
    }


def row_of(service: Service, walk: Walk, row: dict, facts: dict) -> View:
    """One row in a few words, the way to change it, the button's value to take it away."""
    first = next(step for step in walk.steps if step.row == row["id"] and step.id in row["answers"])
    asked = [services.question(service, id) for id in row["answers"]]
    text = [each for one in asked for each in shown(one, row["answers"][one.id], facts)]
    return {
        "row": row["id"], "text": text, "change": f"services/{service.id}/{first.path}", "remove": f"remove:{row['id']}",
    }  # fmt: skip


def deletion(service: Service, walk: Walk, group: str, row: str, facts: dict) -> View:
    """What would be thrown away: one row in its words, or the number of questions answered."""
    there = [each for each in walk.kept.get(group, []) if isinstance(each, dict) and each.get("id") == row] if row else []
    answered = [step for step in walk.steps if step.kind == "question" and step != walk.at]
    return {
        "service": {"id": service.id, "title": service.title, "icon": service.icon},
        "group": group if there else "",
        "row": row if there else "",
        "text": row_of(service, walk, there[0], facts)["text"] if there else [],
        "count": len(answered),
        "back": f"services/{service.id}/{group if there else walk.at.path}",
    }


def ending(service: Service, walk: Walk, step: Step) -> View:
    found = services.ending(service, step.id)
    return {**page(service, walk, step), "say": found.say, "next": found.next}


def check(
    service: Service, walk: Walk, answers: dict, raw: dict, errors: list, facts: dict, today: str, signed_in: int
) -> View:
    said = journeys.declarations(service, conditions.scope(service, walk.kept, facts, today))
    left = tasks.of(service, walk.kept, facts, today)
    todo = [why for why in ("file", "time", "may") if why in [each["why"] for each in left]]
    return {
        **page(service, walk, journeys.CHECK),
        "rows": given(service, walk, facts),
        "declarations": [declared(each, answers, errors) for each in said],
        "errors": errors,
        "send": service.send,
        "sign_in": 0 if service.sign_in == "never" or signed_in else 1,
        "todo": todo,
        "wish": 1 if "time" in todo else 0,
    }


def checklist(service: Service, walk: Walk, answers: dict, errors: list, facts: dict, today: str) -> View:
    """A list that she ticks herself, in the order of the file."""
    last = {each["id"]: each for each in deadlines.of(service, walk.kept, facts, today)}
    held = journeys.ticks(service, conditions.scope(service, walk.kept, facts, today))
    lines = [line(each, last.get(each.deadline, {}), answers, today) for each in held]
    unsure = [each for each in held if is_unchecked(service, each)]
    return {
        **page(service, walk, journeys.CHECK),
        "rows": given(service, walk, facts),
        "items": lines,
        "done": len([each for each in lines if each["on"]]),
        "unchecked": 1 if unsure else 0,
        "errors": errors,
        "send": service.send,
    }


def line(tick: Tick, last: dict, answers: dict, today: str) -> View:
    on, by = 1 if answers.get(tick.id) == "yes" else 0, last.get("on", "")
    site = tick.link.removeprefix("https://").split("/")[0].removeprefix("www.")
    return {
        "id": tick.id, "say": tick.say, "hint": tick.hint, "service": tick.service, "link": tick.link, "site": site, "phone": tick.phone,
        "by": by, "late": 1 if by and by < today and not on else 0, "loses": last.get("loses", ""), "on": on,
    }  # fmt: skip


def is_unchecked(service: Service, tick: Tick) -> bool:
    rule = next((each for each in service.deadlines if each.id == tick.deadline), None)
    named = rule.add.get("figure", "") if rule and isinstance(rule.add, dict) else ""
    return "unchecked" in (tick.source, service.figures[named].source if named else "")


def given(service: Service, walk: Walk, facts: dict) -> list[View]:
    """What was answered, wherever the journey stops."""
    return [answered(service, walk, step, facts) for step in walk.steps if step.kind == "question"]


def answered(service: Service, walk: Walk, step: Step, facts: dict) -> View:
    asked = services.question(service, step.id)
    value = journeys.value_at(service, step, walk.kept, facts)
    return {
        "id": step.id, "row": step.row, "ask": asked.ask, "whose": rows.whose(service, asked, step.row, facts), "group": group_of(service, asked),
        "shown": shown(asked, value, facts),
        "change": f"services/{service.id}/{step.path}",
    }  # fmt: skip


def declared(asked: Question, answers: dict, errors: list) -> View:
    wrong = next((error for error in errors if error["field"] == asked.id), {})
    return {"id": asked.id, "name": asked.id, "say": asked.ask, "on": 1 if answers.get(asked.id) == "yes" else 0, "error": wrong}


def start(service: Service, answers: dict, facts: dict, today: str, confirmed: list[str]) -> View:
    """`confirmed` are the figures the municipality has said are right."""
    return {
        "service": head(service),
        "bring": service.bring,
        "cost": cost(service, confirmed),
        "figures": [figure(service, id) for id in service.figures],
        "windows": [each for each in windows(service, answers, facts, today)],
        "first": f"services/{service.id}/{journeys.walk(service, {}, facts, today).at.path}",
    }


def head(service: Service) -> View:
    return {
        "id": service.id, "title": service.title, "wish": service.wish, "icon": service.icon,
        "for_whom": service.for_whom, "minutes": service.minutes, "law": service.law, "sign_in": service.sign_in,
    }  # fmt: skip


def cost(service: Service, confirmed: list[str]) -> View:
    if service.cost == "":
        return {}
    found = service.figures[service.cost]
    return {"minor": found.value * 100, "as_of": found.as_of, "confirmed": 1 if service.cost in confirmed else 0}


def figure(service: Service, id: str) -> View:
    found = service.figures[id]
    return {"id": id, "value": found.value, "unit": found.unit, "source": found.source, "as_of": found.as_of}


def windows(service: Service, answers: dict, facts: dict, today: str) -> list[View]:
    """When it can be done. Without the event the days are not known, but the rule is."""
    rules = [rule for rule in service.deadlines if rule.shape in ("window", "season")]
    known_days = {each["id"]: each for each in deadlines.of(service, answers, facts, today)}
    found = [(rule, known_days.get(rule.id, {"opens": "", "closes": ""})) for rule in rules]
    return [{"opens": each["opens"], "closes": each["closes"], "say": rule.say} for rule, each in found]


def done(service: Service, kept: dict, facts: dict, today: str, events: dict | None = None) -> View:
    """The words of a receipt. Its number, time and signature are the caller's."""
    scope = conditions.scope(service, kept, facts, today)
    held = list(received(service, scope))
    brings = [each.say for each in service.brings if conditions.holds(each.when, scope)]
    account = facts.get("person.nemkonto")
    return {
        "service": {"id": service.id, "title": service.title, "icon": service.icon},
        "say": held[0].say if held else "",
        "next": [each.next for each in held if each.next],
        "bring": service.bring + brings if is_visit(service, kept) else brings,
        "tasks": tasks.of(service, kept, facts, today),
        "deadlines": deadlines.of(service, kept, facts, today, events),
        "appointment": appointment(service, kept, facts),
        "cost": cost(service, []),
        "account_end": account["ending"] if isinstance(account, dict) and isinstance(account.get("ending"), str) else "",
    }


def received(service: Service, scope: conditions.Scope) -> Iterator[Outcome]:
    """What is said of a case that has come in; its variants hang on the answers."""
    for each in service.outcomes:
        if (each.id == "received" or each.id.startswith("received-")) and conditions.holds(each.when, scope):
            yield each


def is_visit(service: Service, kept: dict) -> bool:
    """A time chosen or wished for: then the whole list of what to bring is read again."""
    return any(asked.kind == "appointment" and asked.id in kept for asked in service.questions)


def appointment(service: Service, kept: dict, facts: dict) -> View:
    """The time that was chosen; {} for a wish, or none."""
    for asked in service.questions:
        value = kept.get(asked.id)
        if asked.kind == "appointment" and isinstance(value, dict) and "at" in value:
            desk = next((each for each in known.desks(facts, asked.desk) if each["id"] == value["desk"]), {})
            return {"desk": desk.get("name", ""), "address": desk.get("address", ""), "at": value["at"], "ics": ""}
    return {}
