"""What can be wrong in the tables of a service file: keys, ids, sentences, kinds, groups, figures."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import Struct

from backend.domain import services
from backend.domain.lint.positions import Lines
from backend.domain.lint.report import TIMES, Mistake, Report, did_you_mean
from backend.domain.services import Kind, Service

SINGLE = {"service": Service, "check": None, "figure": services.Figure}
MANY: dict[str, type[Struct]] = {
    "question": services.Question, "group": services.Group, "ending": services.Ending, "deadline": services.Deadline,
    "outcome": services.Outcome, "task": services.Task, "tick": services.Tick, "bring": services.Bring,
}  # fmt: skip
FILLED_IN = {"questions", "groups", "endings", "figures", "deadlines", "outcomes", "tasks", "ticks", "brings", "send", "items"}
"""Fields of `Service` that come from the other tables."""
THEMES = ["housing", "economy", "children", "retirement", "papers", "help"]
ICONS = ["bed", "house", "passport", "rat"]
ACTIONS = ["appointment", "confirm", "payment", "preparation", "information", "self_service", "sign_up", "sign"]
SENTENCES = ["title", "wish", "words", "for_whom", "bring", "ask", "hint", "say", "more", "loses", "next", "send", "unit"]
VALUES = ["received_at", "account_end"]
"""What an outcome's sentence may be filled with."""
ID = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
RESERVED = ["duplicate-draft", "kept-paper", "delete", "appointment", "check", "done", "constructor"]
"""Addresses of other pages, and a name JavaScript gives every table."""
LINK = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}(/[^\s\"<>]*)?")
PHONE = re.compile(r"\+[0-9]{8,15}")
MOST_RADIOS = 7


def look(report: Report) -> None:
    for check in (tables, keys, ids, sentences, service, kinds, groups, figures, ticks):
        check(report)


# ---- tables and keys ----------------------------------------------------------------------------------------


def tables(report: Report) -> None:
    for name, value in report.raw.items():
        if name not in SINGLE and name not in MANY:
            report.wrong(name, 0, "", f"There is no table `{name}`.", did_you_mean(name, [*SINGLE, *MANY]))
        elif name in MANY and not isinstance(value, list):
            report.wrong(name, 0, "", f"`{name}` stands once here, but there can be several.", f"Write [[{name}]] with two brackets.")
        elif name in SINGLE and not isinstance(value, dict):
            report.wrong(name, 0, "", f"`{name}` can only stand once.", f"Write [{name}] with one bracket.")
    for name in ("service", "check", "question"):
        if not report.raw.get(name):
            report.wrong(name, 0, "", f"The file has no `{name}`.", "Copy it from a neighbour in backend/services.")


def keys(report: Report) -> None:
    one_table(report, "service", 0, report.table("service"), Service, FILLED_IN)
    for name, at, table in report.each(*MANY):
        one_table(report, name, at, table, MANY[name], set())
    for id, figure in report.figures.items():
        figure_keys(report, id, figure)
    for key in report.table("check"):
        if key != "send":
            report.wrong("check", 0, key, f"`check` has no key `{key}`.", "It has only `send`, the words on the button.")


def one_table(report: Report, name: str, at: int, table: dict[str, Any], shape: type[Struct], skip: set[str]) -> None:
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape) if field.encode_name not in skip}
    for key, value in table.items():
        if key not in fields:
            unknown_key(report, name, at, key, value, fields)
    for key, field in fields.items():
        if field.required and key not in table:
            report.wrong(name, at, "", f"{called(name, table)} has no `{key}`.", MISSING.get(key, f"Write {key} = …"))
        elif key in table and (said := wrong_type(table[key], field.type)):
            report.wrong(name, at, key, f"`{key}` does not fit: {said}.", allowed(field.type))


def unknown_key(report: Report, name: str, at: int, key: str, value: object, fields: Iterable[str]) -> None:
    is_sentence = isinstance(value, str) and " " in value.strip()
    hint = did_you_mean(key, fields)
    if is_sentence and not hint.startswith("Did"):
        hint = f"A sentence for people stands only under: {', '.join(SENTENCES)}. Elsewhere it is never translated."
    report.wrong(name, at, key, f"`{name}` has no key `{key}`.", hint)


def figure_keys(report: Report, id: str, figure: dict[str, Any]) -> None:
    fields = [field.encode_name for field in msgspec.structs.fields(services.Figure)]
    for key in figure:
        if key not in fields:
            report.wrong("figure", 0, id, f"The figure `{id}` has no key `{key}`.", did_you_mean(key, fields))
    for key in ("value", "unit", "source", "as_of"):
        if key not in figure or figure[key] == "":
            report.wrong("figure", 0, id, f"The figure `{id}` has no `{key}`.", MISSING[key])


MISSING = {
    "source": 'Say where the number comes from, or "unchecked".',
    "as_of": 'Write the year the source states, or "not stated".',
    "unit": 'Write "days", "weeks", "months", "kr", "km"…',
    "value": "Write the number.",
    "ask": "Write the question as one sentence.",
    "say": "Write the sentence people read.",
    "kind": "Write yes_no, choice, date, text….",
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


def ids(report: Report) -> None:
    check_id(report, "service", 0, report.table("service").get("id"))
    for kinds_ in (("question", "group", "ending", "tick"), ("deadline",), ("outcome",), ("task",)):
        seen: dict[str, int] = {}
        for name, at, table in report.each(*kinds_):
            id = table.get("id")
            check_id(report, name, at, id)
            if id in seen:
                report.wrong(name, at, "id", f"The id `{id}` is used before, in line {seen[id]}.", "Every id stands for one thing. Give this another.")
            elif isinstance(id, str):
                seen[id] = report.lines.of(name, at, "id")


def check_id(report: Report, name: str, at: int, id: object) -> None:
    if not isinstance(id, str):
        return
    if id in RESERVED:
        report.wrong(name, at, "id", f"The id `{id}` is taken by a page of its own.", "Choose another word.")
    elif not ID.fullmatch(id):
        better = re.sub("[^a-z0-9]+", "-", id.lower()).strip("-") or "my-question"
        report.wrong(name, at, "id", f"The id `{id}` is not small letters, digits and hyphens.", f"Write `{better}`.")


def sentences(report: Report) -> None:
    for name, at, table in [("service", 0, report.table("service")), ("check", 0, report.table("check")), *report.each(*MANY)]:
        for key, text in said_in(table):
            if isinstance(text, str) and text.strip() == "" and key != "hint":
                report.wrong(name, at, key, f"`{key}` is empty.", "Write the sentence people read.")
            elif isinstance(text, str):
                placeholders(report, name, at, key, text)
    if report.table("check") and not report.table("check").get("send"):
        report.wrong("check", 0, "send", "The button that sends has no words.", 'Write send = "Send the report": what it does.')


def said_in(table: dict[str, Any]) -> list[tuple[str, Any]]:
    """The sentences of a table, with those of its options and limits."""
    own = [(key, table[key]) for key in SENTENCES if isinstance(table.get(key), str)]
    lists = [(key, text) for key in ("words", "bring") if isinstance(table.get(key), list) for text in table[key]]
    inner = [each for key in ("options", "must", "latest") if isinstance(table.get(key), list) for each in table[key]]
    return own + lists + [pair for each in inner if isinstance(each, dict) for pair in said_in(each)]


def placeholders(report: Report, name: str, at: int, key: str, text: str) -> None:
    for found in re.findall(r"\{([^}]*)\}|([{}])", text):
        value = found[0] or found[1]
        fillable = VALUES if name == "outcome" else ("name",) if name == "question" and key in ("ask", "hint") else ()
        if value not in fillable:
            hint = f"An outcome may use {', '.join('{' + each + '}' for each in VALUES)}; a question about each person, {{name}}."
            report.wrong(name, at, key, f"`{{{value}}}` in `{key}` cannot be filled in.", hint)


# ---- the service, kinds, groups, figures --------------------------------------------------------------------


def service(report: Report) -> None:
    found = report.table("service")
    for theme in found.get("themes", []):
        if theme not in THEMES:
            report.wrong("service", 0, "themes", f"There is no theme `{theme}`.", did_you_mean(theme, THEMES))
    if found.get("icon", "") not in ["", *ICONS]:
        report.wrong("service", 0, "icon", f"There is no icon `{found['icon']}`.", did_you_mean(found["icon"], ICONS))
    if type(found.get("version")) is int and found["version"] < 1:
        report.wrong("service", 0, "version", "The first version is 1.", "Write version = 1, and one more at each change after it is published.")
    for key in ("themes", "words"):
        if found.get(key) == []:
            report.wrong("service", 0, key, f"`{key}` is empty: nobody finds the service.", "Write at least one.")
    if found.get("cost") and found["cost"] not in report.figures:
        report.wrong("service", 0, "cost", f"`cost` names `{found['cost']}`, which is no figure.", "It is the id of a figure in kroner.")
    outcomes = [each.get("id") for each in report.tables("outcome")]
    if not report.raw.get("tick") and "received" not in [str(id).split("-")[0] for id in outcomes]:
        report.wrong("outcome", 0, "", "No outcome is called `received`: the receipt has no words.", 'Add [[outcome]] id = "received".')
    for at, each in enumerate(report.tables("outcome")):
        if each.get("action", "") not in ["", *ACTIONS]:
            report.wrong("outcome", at, "action", f"There is no action `{each['action']}`.", did_you_mean(each["action"], ACTIONS))


ONLY: dict[str, list[str]] = {
    "options": ["choice", "choices"], "near": ["date"], "unit": ["number"], "desk": ["appointment"], "pick": ["person"], "address": ["address"],
}  # fmt: skip
"""Keys that mean something for some kinds only."""


def kinds(report: Report) -> None:
    for _, at, question in report.each("question"):
        kind = question.get("kind")
        if kind not in get_args(Kind):
            if isinstance(kind, str):
                report.found = [each for each in report.found if each.line != report.lines.of("question", at, "kind")]
                report.wrong("question", at, "kind", f"There is no kind `{kind}`.", did_you_mean(kind, get_args(Kind)))
            continue
        for key, fitting in ONLY.items():
            if key in question and kind not in fitting:
                report.wrong("question", at, key, f"`{key}` means nothing for the kind `{kind}`.", f"It is for: {', '.join(fitting)}.")
        options(report, at, question)
        if question.get("remember") and kind in ("date", "file", "declaration", "appointment"):
            report.wrong("question", at, "remember", f"A {kind} is never remembered for other services.", "Take `remember` away.")
        if kind == "appointment" and not question.get("desk"):
            report.wrong("question", at, "desk", "Which desks can do this?", 'Write desk = "passport": what a desk must be able to do.')
        if kind == "declaration" and question.get("optional"):
            report.wrong("question", at, "optional", "A declaration cannot be left out.", "Ask a yes_no instead.")


def options(report: Report, at: int, question: dict[str, Any]) -> None:
    if question["kind"] not in ("choice", "choices"):
        return
    listed = [each for each in question.get("options", []) if isinstance(each, dict)]
    found = [each.get("is") for each in listed]
    for each in listed:
        if not each.get("say"):
            report.wrong("question", at, "options", f"The option `{each.get('is')}` has no words.", 'Write say = "…" in it.')
    for id in found:
        if isinstance(id, str) and not ID.fullmatch(id):
            report.wrong("question", at, "options", f"The option `{id}` is not small letters, digits and hyphens.", "The words stand in `say`.")
        if found.count(id) > 1:
            report.wrong("question", at, "options", f"The option `{id}` stands twice.", "Take one away.")
            break
    if len(found) < 2:
        report.wrong("question", at, "options", "There is nothing to choose between.", "Write at least two options, or another kind.")
    if len(found) > MOST_RADIOS and question["kind"] == "choice":
        report.wrong("question", at, "options", f"{len(found)} options are too many to read on a phone.", f"At most {MOST_RADIOS}: ask in two steps, or let the person write.")


def groups(report: Report) -> None:
    for at, group in enumerate(report.tables("group")):
        inside = [each for each in report.tables("question") if each.get("group") == group.get("id")]
        if not inside:
            report.wrong("group", at, "id", f"No question is in the group `{group.get('id')}`.", f'Write group = "{group.get("id")}" in the questions of each row.')
        if not group.get("more") and not group.get("each"):
            report.wrong("group", at, "more", "Nothing asks whether there is one more row.", 'Write more = "Do you have one more?", or each = "household.children".')
    for at, question in enumerate(report.tables("question")):
        group = question.get("group", "")
        if group and group not in report.groups:
            report.wrong("question", at, "group", f"There is no group `{group}`.", did_you_mean(group, report.groups))
        if group and question.get("kind") in ("declaration", "appointment"):
            report.wrong("question", at, "group", f"A {question['kind']} is made once, not in every row.", "Take `group` away.")


def figures(report: Report) -> None:
    for id, figure in report.figures.items():
        if not ID.fullmatch(id):
            report.wrong("figure", 0, id, f"The id `{id}` is not small letters, digits and hyphens.")
        if figure.get("unit") in TIMES and type(figure.get("value")) is not int:
            report.wrong("figure", 0, id, f"`{figure.get('value')}` is no number of {figure['unit']}.", "Write a whole number.")
    cost = report.figures.get(report.table("service").get("cost", ""))
    if cost and (type(cost.get("value")) is not int or cost.get("unit") != "kr"):
        report.wrong("service", 0, "cost", "What it costs is not in whole kroner.", 'The figure has unit = "kr" and a whole number.')


def ticks(report: Report) -> None:
    found = report.tables("tick")
    for at, tick in enumerate(found):
        if tick.get("link") and not LINK.fullmatch(tick["link"]):
            report.wrong("tick", at, "link", f"`{tick['link']}` is no address of another site.", 'Write link = "https://…".')
        if tick.get("phone") and not PHONE.fullmatch(tick["phone"]):
            report.wrong("tick", at, "phone", f"`{tick['phone']}` is no phone number.", 'Write phone = "+4533663366": a plus, the code of the country, digits.')
        if not tick.get("source"):
            report.wrong("tick", at, "source", f"The tick `{tick.get('id')}` names no source.", MISSING["source"])
    if found and report.table("service").get("sign_in") != "never":
        report.wrong("service", 0, "sign_in", "Nothing is sent from a list: nobody signs in for it.", 'Write sign_in = "never".')
    for name, at, each in report.each("question", "outcome", "task") if found else []:
        if name != "question" or each.get("kind") in ("declaration", "file", "appointment"):
            report.wrong(name, at, "id", f"`{each.get('id')}` belongs to something that is sent.", "A service with [[tick]] is a list, and sends nothing. Take it away.")


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


def of_other_services(service: Service, path: Path, offered: list[Service]) -> list[Mistake]:
    """A tick leads only to a service that is offered."""
    ids, lines = [each.id for each in offered], Lines(path.read_text("utf-8"))
    lost = [(at, each.service) for at, each in enumerate(service.ticks) if each.service and each.service not in ids]
    return [Mistake(str(path), lines.of("tick", at, "service"), f"There is no service `{id}`.", did_you_mean(id, ids)) for at, id in lost]


def of_toml(error: str, text: str) -> tuple[int, str]:
    """The line and the words of what `tomllib` could not read."""
    found = re.search(r"\(at line (\d+), column \d+\)", error)
    line = int(found[1]) if found else len(text.split("\n"))
    return line, "This is not TOML: " + re.sub(r" ?\(at .*\)$", "", error).lower() + "."
