"""From a posted form to the answers of a draft. The twin of `pwa/worker/domain/answers.js`.

What fits goes into the answers; what does not stays in `raw`, as typed, and is shown back with the error.
"""

from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct

from backend.domain import conditions, dates, journeys, kinds, reading, rows, services
from backend.domain.journeys import Step
from backend.domain.reading import Posted
from backend.domain.services import Question, Service

CODES = {
    "choice-empty": "Choose one answer.",
    "choices-empty": "Choose at least one answer.",
    "person-empty": "Choose a person.",
    "text-empty": "Write an answer.",
    "name-empty": "Write a name.",
    "email-empty": "Write an e-mail address.",
    "email-wrong": "Write an e-mail address with an @ in it, like name@example.dk.",
    "phone-empty": "Write a phone number.",
    "phone-wrong": "Write a phone number with 8 digits. Is it from another country? Then begin with + and the country's code.",
    "street-empty": "Write the street and the number.",
    "house-number-empty": "Write the number of the house too, as in Havnegade 4.",
    "postcode-empty": "Write the postcode.",
    "town-empty": "Write the town.",
    "postcode-wrong": "Write a postcode with 4 digits.",
    "number-empty": "Write a number.",
    "number-wrong": "Write a whole number, with digits only.",
    "amount-empty": "Write an amount.",
    "amount-wrong": "Write an amount in kroner, like 1.234,50.",
    "date-empty": "Write a date.",
    "day-empty": "Write the day too.",
    "month-empty": "Write the month too.",
    "year-empty": "Write the year too.",
    "month-wrong": "Write the month as a number from 1 to 12, or with its name.",
    "year-wrong": "Write the year with 4 digits, from 1900 to 2199.",
    "date-wrong": "There is no such day in that month. Look at the day again.",
    "file-missing": "Choose a photo or a file. Or say that you send it later.",
    "file-empty": "There is nothing in that file. Choose another.",
    "file-too-large": "We can take files of up to {n} megabytes. Take a screenshot of the photo, and send that.",
    "file-pdf-too-large": "We can take a PDF of up to {n} megabytes. Send fewer pages, or a photo of the page we ask for.",
    "file-too-many-pixels": "That picture is too large for us to open. Take a screenshot of it, and send that.",
    "file-too-many-pages": "We can take up to {n} pages. Send only the pages we ask for.",
    "file-too-heavy": "That file takes too long to open. Take a photo or a screenshot of it, and send that.",
    "file-wrong-kind": "We cannot read that kind of file. Send a photo or a PDF.",
    "file-heic": "We cannot open that photo. Take a screenshot of it, and send that.",
    "file-broken": "That file is broken, or only a part of it came. Choose it again, or take a new photo.",
    "file-locked": "That PDF is locked with a password. Save it without the password, or take a photo of it, and send that.",
    "file-several": "There are several pictures in that file, or it moves. Send one photo that stands still.",
    "file-inside": "There are other files inside that PDF. Send a photo of the page we ask for, or one of those files.",
    "file-notes": "There are notes in that PDF that we cannot keep. Print it to a new PDF with the notes, or take a photo of it.",
    "file-form-program": "That PDF can only be opened with one program. Print it to a new PDF there, or take a photo of it.",
    "file-differs": "We cannot keep that file just as it is. Print it to a new PDF, or take a photo of it, and send that.",
    "file-busy": "Many people are sending files right now. Wait a minute, choose the file again, and go on.",
    "file-no-room": "We have no room for files right now. Go on without it, and send it later.",
    "file-too-many": "You have sent several files already. Go on without this one, and send it later.",
    "file-papers-full": "There is no more room for papers. Delete one you do not need any more, and choose this one again.",
    "file-papers-no-room": "We have no room for papers right now. Try again tomorrow.",
    "file-none": "Take a photo or choose a file first.",
    "file-offline": "A photo needs a connection. Say that you send it later.",
    "time-empty": "Choose a time.",
    "time-taken": "Somebody else has just taken that time. Choose another.",
    "declaration-empty": "Tick the box to go on.",
    "too-long": "Write at most {n} characters.",
    "strange": "There is a sign in it that we cannot read. Write it again.",
    "say": "The service's own sentence stands in `say`.",
}
"""Every code of an error, and what it tells the person. The templates hold the sentences themselves."""

WIDGETS_WITHOUT_FIELDS = ["yes_no", "choice", "choices", "person", "appointment", "file"]
"""Untouched, these post nothing: only the button tells that the person answered."""


class Accepted(Struct, frozen=True):
    """`touched` is false when the post had nothing of this step: show the question again, blame nobody."""

    answers: dict[str, Any]
    raw: dict[str, str]
    errors: list[dict[str, Any]]
    touched: bool


def parse(body: bytes) -> list[list[str]]:
    """A urlencoded form, as URLSearchParams reads it."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    return [list(pair) for pair in parse_qsl(text, keep_blank_values=True, errors="replace")]


def gather(fields: list[list[str]]) -> Posted:
    posted: Posted = {}
    for name, value in fields:
        posted.setdefault(name, []).append(value)
    return posted


def accept(
    service: Service, step: Step, fields: list[list[str]], answers: dict, facts: dict, today: str,
    raw: dict | None = None, words: dates.DateWords = dates.NO_WORDS, uploads: dict | None = None,
) -> Accepted:  # fmt: skip
    posted = gather(fields)
    before = Accepted(answers, raw or {}, [], False)
    if not is_touched(service, step, posted, uploads or {}):
        return before
    if step.kind == "more":
        return accept_more(service, step, posted, before, facts)
    if step.kind == "check":
        return accept_declarations(service, posted, before, facts, today)
    return accept_answer(service, step, posted, before, facts, today, words, uploads or {})


def is_touched(service: Service, step: Step, posted: Posted, uploads: dict) -> bool:
    if step.kind in ("more", "check"):
        return posted.get("do") in (["continue"], ["send"]) or step.id in posted
    if step.kind != "question":
        return False
    question = services.question(service, step.id)
    silent = question.kind in WIDGETS_WITHOUT_FIELDS or question.near
    pressed = silent and posted.get("do") == ["continue"]
    return pressed or step.id in uploads or any(name in posted for name in names(question, step.row))


def names(question: Question, row: str) -> list[str]:
    """The fields a question posts."""
    name = field_name(question.id, row)
    parts = {"date": ["_day", "_month", "_year"], "address": ["_street", "_postcode", "_town"], "file": ["_later"]}
    own = [] if question.kind == "address" or (question.kind == "date" and not question.near) else [name]
    return own + [name + part for part in parts.get(question.kind, [])]


def field_name(id: str, row: str) -> str:
    return f"{id}_{row}" if row else id


def accept_answer(
    service: Service, step: Step, posted: Posted, before: Accepted, facts: dict, today: str, words: dates.DateWords, uploads: dict
) -> Accepted:
    question, name = services.question(service, step.id), field_name(step.id, step.row)
    walked = journeys.walk(service, before.answers, facts, today)
    scope = journeys.scope_at(service, walked, step, before.answers, facts, today)
    held = journeys.value_at(service, step, before.answers, facts)
    value, wrong = reading.read(question, name, posted, held, scope, words, uploads.get(step.id, {}))
    wrong = wrong or kinds.invalid(question, value, scope)
    if wrong:
        raw = keep_typed(question, step.row, posted, before.raw)
        return Accepted(before.answers, raw, [error(first_control(question, name, wrong), wrong)], True)
    answers = put(service, step, value, before.answers, facts)
    return Accepted(answers, forget(question, step.row, before.raw), [], True)


def first_control(question: Question, name: str, wrong: dict) -> str:
    """The html id the error leads to."""
    if question.near and wrong["code"] in ("date-empty", "say") and wrong["part"] == "_day":
        return name + "_1"
    if wrong["part"] == "" and question.kind in ("yes_no", "choice", "choices", "person", "appointment"):
        return name + "_1"
    return name + (wrong["part"] or {"date": "_day", "address": "_street"}.get(question.kind, ""))


def error(field: str, wrong: dict) -> dict[str, Any]:
    return {"field": field, "code": wrong["code"], "say": wrong["say"], "n": wrong["n"], "date": wrong["date"]}


def put(service: Service, step: Step, value: Any, answers: dict, facts: dict) -> dict:
    if step.row == "":
        return {**answers, step.id: value}
    group = services.group(service, journeys.group_of(service, step))
    return {**answers, group.id: rows.put(rows.of(group, answers, facts), step.row, step.id, value)}


def accept_more(service: Service, step: Step, posted: Posted, before: Accepted, facts: dict) -> Accepted:
    group = services.group(service, step.id)
    said = reading.first(posted, step.id)
    if said not in ("yes", "no"):
        wrong = error(step.id + "_1", kinds.problem("choice-empty"))
        return Accepted(before.answers, before.raw, [wrong], True)
    there = rows.say_more(rows.of(group, before.answers, facts), said)
    return Accepted({**before.answers, group.id: there}, before.raw, [], True)


def accept_declarations(service: Service, posted: Posted, before: Accepted, facts: dict, today: str) -> Accepted:
    """Each declaration must be ticked; of a list, what is done."""
    scope = conditions.scope(service, journeys.walk(service, before.answers, facts, today).kept, facts, today)
    said = boxes(service, scope, posted)
    asked = [each.id for each in journeys.declarations(service, scope)]
    errors = [error(id, kinds.problem("declaration-empty")) for id in asked if said[id] == ""]
    return Accepted({**before.answers, **said}, before.raw, errors, True)


def boxes(service: Service, scope: conditions.Scope, posted: Posted) -> dict[str, str]:
    ids = [each.id for each in (*journeys.declarations(service, scope), *journeys.ticks(service, scope))]
    return {id: "yes" if reading.first(posted, id) == "yes" else "" for id in ids}


# ---- typed, not yet accepted --------------------------------------------------------------------------------


def typed(service: Service, step: Step, fields: list[list[str]], raw: dict) -> dict:
    """What stands in an unfinished form: kept when the language is changed, or after a pause in typing."""
    if step.kind != "question":
        return raw
    return keep_typed(services.question(service, step.id), step.row, gather(fields), raw)


def ticked(service: Service, step: Step, fields: list[list[str]], answers: dict, facts: dict, today: str) -> dict:
    """The answers with the boxes as they stand on a check page that is left without its button."""
    if step.kind != "check":
        return answers
    scope = conditions.scope(service, journeys.walk(service, answers, facts, today).kept, facts, today)
    return {**answers, **boxes(service, scope, gather(fields))}


def keep_typed(question: Question, row: str, posted: Posted, raw: dict) -> dict:
    """As typed but for NUL, at most 10,000 characters. Ticked boxes are joined by a space."""
    kept = {name: " ".join(posted[name])[:10000].replace("\x00", "") for name in names(question, row) if name in posted}
    return {**forget(question, row, raw), **kept}


def forget(question: Question, row: str, raw: dict) -> dict:
    gone = names(question, row)
    return {name: value for name, value in raw.items() if name not in gone}


def without_row(answers: dict, group: str, row: str) -> dict:
    """The draft with one row taken away."""
    there = [each for each in answers.get(group, []) if rows.is_row(each)]
    return {**answers, group: rows.without(there, row)}
