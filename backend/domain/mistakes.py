"""What can be wrong in the tables of a service file: keys, ids, sentences, kinds, groups, figures."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import Struct

from backend.domain import services
from backend.domain.lines import Lines
from backend.domain.services import Kind, Service
from backend.domain.sheet import TIMES, Mistake, Sheet, did_you_mean


SINGLE = {"service": Service, "check": None, "figure": services.Figure}
MANY: dict[str, type[Struct]] = {
    "question": services.Question, "group": services.Group, "ending": services.Ending, "deadline": services.Deadline,
    "outcome": services.Outcome, "task": services.Task, "bring": services.Bring,
}  # fmt: skip
FILLED_IN = {"questions", "groups", "endings", "figures", "deadlines", "outcomes", "tasks", "brings", "send", "items"}
"""Fields of `Service` that come from the other tables."""
THEMES = ["housing", "economy", "children", "retirement", "papers", "help"]
ICONS = ["bed", "house", "passport", "rat"]
ACTIONS = ["appointment", "confirm", "payment", "preparation", "information", "self_service", "sign_up", "sign"]
SENTENCES = ["title", "wish", "words", "for_whom", "bring", "ask", "hint", "say", "more", "loses", "next", "send", "unit"]
VALUES = ["received_at", "account_end"]
"""What an outcome's sentence may be filled with."""
ID = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
RESERVED = ["aside", "check", "done", "constructor"]
"""Addresses of other pages, and a name JavaScript gives every table."""
MOST_RADIOS = 7


def look(sheet: Sheet) -> None:
    for check in (tables, keys, ids, sentences, service, kinds, groups, figures):
        check(sheet)


# ---- tables and keys ----------------------------------------------------------------------------------------


def tables(sheet: Sheet) -> None:
    for name, value in sheet.raw.items():
        if name not in SINGLE and name not in MANY:
            sheet.wrong(name, 0, "", f"There is no table `{name}`.", did_you_mean(name, [*SINGLE, *MANY]))
        elif name in MANY and not isinstance(value, list):
            sheet.wrong(name, 0, "", f"`{name}` stands once here, but there can be several.", f"Write [[{name}]] with two brackets.")
        elif name in SINGLE and not isinstance(value, dict):
            sheet.wrong(name, 0, "", f"`{name}` can only stand once.", f"Write [{name}] with one bracket.")
    for name in ("service", "check", "question"):
        if not sheet.raw.get(name):
            sheet.wrong(name, 0, "", f"The file has no `{name}`.", "Copy it from a neighbour in backend/services.")


def keys(sheet: Sheet) -> None:
    one_table(sheet, "service", 0, sheet.table("service"), Service, FILLED_IN)
    for name, at, table in sheet.each(*MANY):
        one_table(sheet, name, at, table, MANY[name], set())
    for id, figure in sheet.figures.items():
        figure_keys(sheet, id, figure)
    for key in sheet.table("check"):
        if key != "send":
            sheet.wrong("check", 0, key, f"`check` has no key `{key}`.", "It has only `send`, the words on the button.")


def one_table(sheet: Sheet, name: str, at: int, table: dict[str, Any], shape: type[Struct], skip: set[str]) -> None:
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape) if field.encode_name not in skip}
    for key, value in table.items():
        if key not in fields:
            unknown_key(sheet, name, at, key, value, fields)
    for key, field in fields.items():
        if field.required and key not in table:
            sheet.wrong(name, at, "", f"{called(name, table)} has no `{key}`.", MISSING.get(key, f"Write {key} = …"))
        elif key in table and (said := wrong_type(table[key], field.type)):
            sheet.wrong(name, at, key, f"`{key}` does not fit: {said}.", allowed(field.type))


def unknown_key(sheet: Sheet, name: str, at: int, key: str, value: object, fields: Iterable[str]) -> None:
    is_sentence = isinstance(value, str) and " " in value.strip()
    hint = did_you_mean(key, fields)
    if is_sentence and not hint.startswith("Did"):
        hint = f"A sentence for people stands only under: {', '.join(SENTENCES)}. Elsewhere it is never translated."
    sheet.wrong(name, at, key, f"`{name}` has no key `{key}`.", hint)


def figure_keys(sheet: Sheet, id: str, figure: dict[str, Any]) -> None:
    fields = [field.encode_name for field in msgspec.structs.fields(services.Figure)]
    for key in figure:
        if key not in fields:
            sheet.wrong("figure", 0, id, f"The figure `{id}` has no key `{key}`.", did_you_mean(key, fields))
    for key in ("value", "unit", "source", "as_of"):
        if key not in figure or figure[key] == "":
            sheet.wrong("figure", 0, id, f"The figure `{id}` has no `{key}`.", MISSING[key])


MISSING = {
    "source": 'Say where the number comes from, or "unchecked".',
    "as_of": 'Write the year the source states, or "not stated".',
    "unit": 'Write "days", "weeks", "months", "kr", "km"…',
    "value": "Write the number.",
    "ask": "Write the question as one sentence.",
    "say": "Write the sentence people read.",
    "kind": "Write yes_no, choice, date, text… (services.md 2.2).",
    "wish": 'Write it in the resident\'s own words: "I am moving".',
}


def called(name: str, table: dict[str, Any]) -> str:
    return f"The {name} `{table['id']}`" if isinstance(table.get("id"), str) else f"A {name}"


def wrong_type(value: object, type: Any) -> str:
    try:
        msgspec.convert(value, type)
    except msgspec.ValidationError as error:
        return str(error).replace(" - at `$`", "").replace("`", "").lower()
    return ""


def allowed(type: Any) -> str:
    words = [word for word in get_args(type) if isinstance(word, str) and word]
    return f"It is one of: {', '.join(words)}." if words else ""


# ---- ids and sentences --------------------------------------------------------------------------------------


def ids(sheet: Sheet) -> None:
    check_id(sheet, "service", 0, sheet.table("service").get("id"))
    for kinds_ in (("question", "group", "ending"), ("deadline",), ("outcome",), ("task",)):
        seen: dict[str, int] = {}
        for name, at, table in sheet.each(*kinds_):
            id = table.get("id")
            check_id(sheet, name, at, id)
            if id in seen:
                sheet.wrong(name, at, "id", f"The id `{id}` is used before, in line {seen[id]}.", "Every id stands for one thing. Give this another.")
            elif isinstance(id, str):
                seen[id] = sheet.lines.of(name, at, "id")


def check_id(sheet: Sheet, name: str, at: int, id: object) -> None:
    if not isinstance(id, str):
        return
    if id in RESERVED:
        sheet.wrong(name, at, "id", f"The id `{id}` is taken by a page of its own.", "Choose another word.")
    elif not ID.fullmatch(id):
        better = re.sub("[^a-z0-9]+", "-", id.lower()).strip("-") or "my-question"
        sheet.wrong(name, at, "id", f"The id `{id}` is not small letters, digits and hyphens.", f"Write `{better}`.")


def sentences(sheet: Sheet) -> None:
    for name, at, table in [("service", 0, sheet.table("service")), ("check", 0, sheet.table("check")), *sheet.each(*MANY)]:
        for key, text in said_in(table):
            if isinstance(text, str) and text.strip() == "" and key != "hint":
                sheet.wrong(name, at, key, f"`{key}` is empty.", "Write the sentence people read.")
            elif isinstance(text, str):
                placeholders(sheet, name, at, key, text)
    if sheet.table("check") and not sheet.table("check").get("send"):
        sheet.wrong("check", 0, "send", "The button that sends has no words.", 'Write send = "Send the report": what it does.')


def said_in(table: dict[str, Any]) -> list[tuple[str, Any]]:
    """The sentences of a table, with those of its options and limits."""
    own = [(key, table[key]) for key in SENTENCES if isinstance(table.get(key), str)]
    lists = [(key, text) for key in ("words", "bring") if isinstance(table.get(key), list) for text in table[key]]
    inner = [each for key in ("options", "must", "latest") if isinstance(table.get(key), list) for each in table[key]]
    return own + lists + [pair for each in inner if isinstance(each, dict) for pair in said_in(each)]


def placeholders(sheet: Sheet, name: str, at: int, key: str, text: str) -> None:
    for found in re.findall(r"\{([^}]*)\}|([{}])", text):
        value = found[0] or found[1]
        if name != "outcome" or value not in VALUES:
            hint = f"An outcome may use: {', '.join('{' + each + '}' for each in VALUES)}. Other sentences stand as they are."
            sheet.wrong(name, at, key, f"`{{{value}}}` in `{key}` cannot be filled in.", hint)


# ---- the service, kinds, groups, figures --------------------------------------------------------------------


def service(sheet: Sheet) -> None:
    found = sheet.table("service")
    for theme in found.get("themes", []):
        if theme not in THEMES:
            sheet.wrong("service", 0, "themes", f"There is no theme `{theme}`.", did_you_mean(theme, THEMES))
    if found.get("icon", "") not in ["", *ICONS]:
        sheet.wrong("service", 0, "icon", f"There is no icon `{found['icon']}`.", did_you_mean(found["icon"], ICONS))
    if type(found.get("version")) is int and found["version"] < 1:
        sheet.wrong("service", 0, "version", "The first version is 1.", "Write version = 1, and one more at each change after it is published.")
    for key in ("themes", "words"):
        if found.get(key) == []:
            sheet.wrong("service", 0, key, f"`{key}` is empty: nobody finds the service.", "Write at least one.")
    if found.get("cost") and found["cost"] not in sheet.figures:
        sheet.wrong("service", 0, "cost", f"`cost` names `{found['cost']}`, which is no figure.", "It is the id of a figure in kroner.")
    outcomes = [each.get("id") for each in sheet.tables("outcome")]
    if "received" not in [str(id).split("-")[0] for id in outcomes]:
        sheet.wrong("outcome", 0, "", "No outcome is called `received`: the receipt has no words.", 'Add [[outcome]] id = "received".')
    for at, each in enumerate(sheet.tables("outcome")):
        if each.get("action", "") not in ["", *ACTIONS]:
            sheet.wrong("outcome", at, "action", f"There is no action `{each['action']}`.", did_you_mean(each["action"], ACTIONS))


ONLY: dict[str, list[str]] = {
    "options": ["choice", "choices"], "near": ["date"], "unit": ["number"], "desk": ["appointment"], "pick": ["person"],
}  # fmt: skip
"""Keys that mean something for some kinds only."""


def kinds(sheet: Sheet) -> None:
    for _, at, question in sheet.each("question"):
        kind = question.get("kind")
        if kind not in get_args(Kind):
            if isinstance(kind, str):
                sheet.found = [each for each in sheet.found if each.line != sheet.lines.of("question", at, "kind")]
                sheet.wrong("question", at, "kind", f"There is no kind `{kind}`.", did_you_mean(kind, get_args(Kind)))
            continue
        for key, fitting in ONLY.items():
            if key in question and kind not in fitting:
                sheet.wrong("question", at, key, f"`{key}` means nothing for the kind `{kind}`.", f"It is for: {', '.join(fitting)}.")
        options(sheet, at, question)
        if question.get("remember") and kind in ("date", "file", "declaration", "appointment"):
            sheet.wrong("question", at, "remember", f"A {kind} is never remembered for other services.", "Take `remember` away.")
        if kind == "appointment" and not question.get("desk"):
            sheet.wrong("question", at, "desk", "Which desks can do this?", 'Write desk = "passport": what a desk must be able to do.')
        if kind == "declaration" and question.get("optional"):
            sheet.wrong("question", at, "optional", "A declaration cannot be left out.", "Ask a yes_no instead.")


def options(sheet: Sheet, at: int, question: dict[str, Any]) -> None:
    if question["kind"] not in ("choice", "choices"):
        return
    listed = [each for each in question.get("options", []) if isinstance(each, dict)]
    found = [each.get("is") for each in listed]
    for each in listed:
        if not each.get("say"):
            sheet.wrong("question", at, "options", f"The option `{each.get('is')}` has no words.", 'Write say = "…" in it.')
    for id in found:
        if isinstance(id, str) and not ID.fullmatch(id):
            sheet.wrong("question", at, "options", f"The option `{id}` is not small letters, digits and hyphens.", "The words stand in `say`.")
        if found.count(id) > 1:
            sheet.wrong("question", at, "options", f"The option `{id}` stands twice.", "Take one away.")
            break
    if len(found) < 2:
        sheet.wrong("question", at, "options", "There is nothing to choose between.", "Write at least two options, or another kind.")
    if len(found) > MOST_RADIOS and question["kind"] == "choice":
        sheet.wrong("question", at, "options", f"{len(found)} options are too many to read on a phone.", f"At most {MOST_RADIOS}: ask in two steps, or let the person write.")


def groups(sheet: Sheet) -> None:
    for at, group in enumerate(sheet.tables("group")):
        inside = [each for each in sheet.tables("question") if each.get("group") == group.get("id")]
        if not inside:
            sheet.wrong("group", at, "id", f"No question is in the group `{group.get('id')}`.", f'Write group = "{group.get("id")}" in the questions of each row.')
        if not group.get("more") and not group.get("each"):
            sheet.wrong("group", at, "more", "Nothing asks whether there is one more row.", 'Write more = "Do you have one more?", or each = "household.children".')
    for at, question in enumerate(sheet.tables("question")):
        group = question.get("group", "")
        if group and group not in sheet.groups:
            sheet.wrong("question", at, "group", f"There is no group `{group}`.", did_you_mean(group, sheet.groups))
        if group and question.get("kind") in ("declaration", "appointment"):
            sheet.wrong("question", at, "group", f"A {question['kind']} is made once, not in every row.", "Take `group` away.")


def figures(sheet: Sheet) -> None:
    for id, figure in sheet.figures.items():
        if not ID.fullmatch(id):
            sheet.wrong("figure", 0, id, f"The id `{id}` is not small letters, digits and hyphens.")
        if figure.get("unit") in TIMES and type(figure.get("value")) is not int:
            sheet.wrong("figure", 0, id, f"`{figure.get('value')}` is no number of {figure['unit']}.", "Write a whole number.")
    cost = sheet.figures.get(sheet.table("service").get("cost", ""))
    if cost and (type(cost.get("value")) is not int or cost.get("unit") != "kr"):
        sheet.wrong("service", 0, "cost", "What it costs is not in whole kroner.", 'The figure has unit = "kr" and a whole number.')


# ---- beside others ------------------------------------------------------------------------------------------


def of_neighbours(service: Service, path: Path, seen: dict[str, Path], published: dict[str, Service]) -> list[Mistake]:
    found = []
    lines = Lines(path.read_text("utf-8"))
    if service.id in seen:
        found.append(Mistake(str(path), lines.of("service", 0, "id"), f"The id `{service.id}` is taken by {seen[service.id]}.", "Choose another id."))
    if service.id != path.stem:
        found.append(Mistake(str(path), lines.of("service", 0, "id"), f"The file is called {path.name}, the service `{service.id}`.", f"Call the file {service.id}.toml."))
    before = published.get(service.id)
    if before and service.version < before.version:
        found.append(Mistake(str(path), lines.of("service", 0, "version"), f"Version {before.version} is published already.", f"Write version = {before.version + 1}."))
    if before and service.version == before.version and service != before:
        said = f"Version {service.version} is published and may not change: somebody has begun to fill it in."
        found.append(Mistake(str(path), lines.of("service", 0, "version"), said, f"Write version = {service.version + 1}."))
    return found


def of_toml(error: str, text: str) -> tuple[int, str]:
    """The line and the words of what `tomllib` could not read."""
    found = re.search(r"\(at line (\d+), column \d+\)", error)
    line = int(found[1]) if found else len(text.split("\n"))
    return line, "This is not TOML: " + re.sub(r" ?\(at .*\)$", "", error).lower() + "."
