"""One question as a field to fill in, and one answer as it is read back. The twin of `pwa/worker/domain/fields.js`."""

from typing import Any

from backend.domain import answers, conditions, days, facts
from backend.domain.conditions import Scope
from backend.domain.facts import one
from backend.domain.services import Question

Field = dict[str, Any]
WIDGETS = {
    "yes_no": "radios", "choice": "radios", "choices": "checks", "date": "date", "text": "line", "long_text": "area",
    "name": "line", "phone": "phone", "email": "email", "address": "address", "number": "number", "amount": "amount",
    "person": "radios", "file": "file", "appointment": "slots",
}  # fmt: skip
AUTOCOMPLETE = {"name": "name", "phone": "tel", "email": "email"}
INPUTMODE = {"phone": "tel", "email": "email", "number": "numeric", "amount": "decimal"}
PARTS = {
    "date": [("day", "", "numeric"), ("month", "", ""), ("year", "", "numeric")],
    "address": [("street", "address-line1", ""), ("postcode", "postal-code", "numeric"), ("town", "address-level2", "")],
}
"""A month may be written with letters, so it must not open a keyboard of digits."""


def of(question: Question, row: str, value: Any, raw: dict, errors: list, scope: Scope, slots: dict) -> Field:
    name = answers.field_name(question.id, row)
    field = bare(name, widget_of(question, scope))
    mine = question.about == "me"
    field["autocomplete"] = AUTOCOMPLETE.get(question.kind, "") if mine else ""
    field["inputmode"] = INPUTMODE.get(question.kind, "")
    field["unit"] = question.unit
    field["error"] = error_of(name, errors)
    field["max"] = {"long_text": 4000, "text": 200, "name": 100}.get(question.kind, 0)
    filled = prefilled(question, value, scope)
    field["value"] = raw.get(name, typed(question, filled))
    field["parts"] = parts(question, name, filled, raw, errors, mine)
    field["options"] = options(question, name, value, raw, scope, slots)
    field["held"] = shown(question, value, scope.facts)[0] if question.kind == "file" and is_held(value) else {}
    if question.kind == "appointment":
        field["days"], field["desks"] = slot_days(name, value, raw, slots), slots.get("desks", [])
    return field


def bare(name: str, widget: str) -> Field:
    return {
        "id": name, "name": name, "widget": widget, "label": "", "value": "", "options": [], "autocomplete": "",
        "inputmode": "", "unit": "", "error": {}, "max": 0, "parts": [], "held": {}, "days": [], "desks": [],
    }  # fmt: skip


def widget_of(question: Question, scope: Scope) -> str:
    if question.kind == "person" and not facts.people(scope.facts, question.pick):
        return "line"
    return "near" if question.near else WIDGETS[question.kind]


def error_of(name: str, errors: list) -> Field:
    return next((error for error in errors if error["field"] == name or error["field"].startswith(name + "_")), {})


def is_held(value: Any) -> bool:
    return isinstance(value, dict) and "sha256" in value


def prefilled(question: Question, value: Any, scope: Scope) -> Any:
    """What was answered; before that, what a register knows, where it can be typed over."""
    if value is not None or question.kind not in ("date", "text", "name", "phone", "email", "address"):
        return value
    found = scope.facts.get(question.known)
    if question.kind == "address":
        return found if facts.is_address(found) else None
    if question.kind == "date":
        return found if days.number(found) else None
    return found if isinstance(found, str) else None


def typed(question: Question, value: Any) -> str:
    """The answer as the person would type it."""
    if question.kind == "amount" and type(value) is int and value >= 0:
        return f"{value // 100},{value % 100:02}" if value % 100 else str(value // 100)
    if type(value) is int:
        return str(value)
    return value if isinstance(value, str) and question.kind not in ("date", "yes_no", "choice") else ""


def parts(question: Question, name: str, value: Any, raw: dict, errors: list, mine: bool) -> list[Field]:
    """The three fields of a date, or of an address."""
    known = of_date(question, value) if question.kind == "date" else value if isinstance(value, dict) else {}
    wrong = [error["field"] for error in errors]
    return [
        {
            "id": f"{name}_{label}", "name": f"{name}_{label}", "label": label,
            "value": raw.get(f"{name}_{label}", str_of(known.get(label))),
            "autocomplete": autocomplete if mine else "", "inputmode": inputmode,
            "error": 1 if f"{name}_{label}" in wrong else 0,
        }
        for label, autocomplete, inputmode in PARTS.get(question.kind, [])
    ]  # fmt: skip


def str_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def of_date(question: Question, value: Any) -> dict[str, str]:
    if days.number(value) == 0:
        return {}
    return {"day": str(int(value[8:10])), "month": str(int(value[5:7])), "year": value[0:4]}


# ---- options ------------------------------------------------------------------------------------------------


def options(question: Question, name: str, value: Any, raw: dict, scope: Scope, slots: dict) -> list[Field]:
    listed = listed_options(question, scope, slots)
    chosen = raw[name].split(" ") if name in raw else chosen_of(question, value, [each["value"] for each in listed])
    if question.kind == "file":
        later = [raw.get(f"{name}_later", "yes" if isinstance(value, dict) and "later" in value else "")]
        return [option("yes", label="later") | {"id": f"{name}_later", "name": f"{name}_later", "on": 1 if later == ["yes"] else 0}]
    return [
        {**each, "id": f"{name}_{at + 1}", "name": name, "on": 1 if each["value"] in chosen else 0}
        for at, each in enumerate(listed)
    ]


def option(value: str, say: str = "", text: str = "", label: str = "", hint: str = "", alone: bool = False) -> Field:
    return {"id": "", "name": "", "value": value, "say": say, "text": text, "hint": hint, "label": label, "on": 0, "alone": int(alone)}


def listed_options(question: Question, scope: Scope, slots: dict) -> list[Field]:
    if question.kind == "yes_no":
        return [option("yes", label="yes"), option("no", label="no")]
    if question.kind in ("choice", "choices"):
        alone = [must.alone for must in question.must if conditions.holds(must.when, scope)]
        return [option(each.is_, say=each.say, hint=each.hint, alone=each.is_ in alone) for each in question.options]
    if question.kind == "person":
        return [option(each["id"], text=each["name"]) for each in facts.people(scope.facts, question.pick)]
    if question.kind == "appointment" and not slots.get("days"):
        desks = facts.desks(scope.facts, question.desk) or [{"id": "", "name": ""}]
        return [option(f"{desk['id']}@{when}", text=desk["name"], label=when) for desk in desks for when in ("morning", "afternoon")]
    return near_days(question, scope) if question.near else []


def near_days(question: Question, scope: Scope) -> list[Field]:
    """Today and its neighbours, as far as the question's limits let them through; then any other day."""
    today = days.number(scope.today)
    near = [("yesterday", days.text(today - 1)), ("today", days.text(today)), ("tomorrow", days.text(today + 1))]
    fitting = [option(day, label=label) for label, day in near if all(conditions.keeps(must, day, scope) for must in question.must)]
    return [*fitting, option("other", label="other")]


def chosen_of(question: Question, value: Any, values: list[str]) -> list[str]:
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    if question.kind == "appointment" and isinstance(value, dict):
        return [f"{value.get('desk')}@{value.get('at', value.get('part', ''))}"]
    if question.near and isinstance(value, str) and value != "" and value not in values:
        return ["other"]
    return [value] if isinstance(value, str) else []


def slot_days(name: str, value: Any, raw: dict, slots: dict) -> list[Field]:
    """The free times by day, counted through so that each has its own id. One desk need not be named at each."""
    chosen = raw.get(name, f"{value['desk']}@{value['at']}" if isinstance(value, dict) and "at" in value else "")
    desks = {desk["id"]: desk["name"] for desk in slots.get("desks", [])}
    found, at = [], 0
    for day in slots.get("days", []):
        times = []
        for slot in day["slots"]:
            at += 1
            value = f"{slot['desk']}@{slot['at']}"
            desk = desks.get(slot["desk"], "") if len(desks) > 1 else ""
            times.append({"id": f"{name}_{at}", "value": value, "at": slot["at"], "desk": desk, "on": 1 if value == chosen else 0})
        found.append({"date": day["date"], "slots": times})
    return found


# ---- read back ----------------------------------------------------------------------------------------------


def shown(question: Question, value: Any, known: dict) -> list[Field]:
    """An answer as it stands on the check page, in "one more?" and on the case."""
    if value is None or value == "":
        return [one("none")]
    if question.kind in ("choice", "choices"):
        said = {each.is_: each.say for each in question.options}
        return [one("say", said.get(each, "")) for each in (value if isinstance(value, list) else [value])]
    if isinstance(value, dict):
        return [shown_parts(question, value, known)]
    if isinstance(value, int):
        return [one("money", n=value)] if question.kind == "amount" else [one("number", n=value, label=question.unit)]
    if question.kind == "person":
        return [one("text", facts.named(known, question.pick, value).get("name", value))]
    kinds = {"yes_no": value, "declaration": "yes", "date": "date", "phone": "phone", "long_text": "lines"}
    kind = kinds.get(question.kind, "text")
    return [one(kind, "" if kind in ("yes", "no") else value)]


def shown_parts(question: Question, value: dict, known: dict) -> Field:
    if question.kind == "address":
        return one("lines", facts.lines_of(value))
    if question.kind == "file":
        return one("later") if "later" in value else one("file", value["name"], value["bytes"])
    desk = next((each["name"] for each in facts.desks(known, question.desk) if each["id"] == value["desk"]), "")
    return one("slot", value["at"], label=desk) if "at" in value else one("wish", value["part"], label=desk)


def yes_or_no(name: str, said: str, errors: list) -> Field:
    """The field of "one more?"."""
    two = [option("yes", label="yes"), option("no", label="no")]
    listed = [{**each, "id": f"{name}_{at + 1}", "name": name, "on": 1 if each["value"] == said else 0} for at, each in enumerate(two)]
    return {**bare(name, "radios"), "options": listed, "error": error_of(name, errors)}
