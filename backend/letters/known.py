"""What a letter's text may name, for one case in one language: the case, the answers in words, last days and figures."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from backend.domain import deadlines, views
from backend.domain.fields import shown
from backend.domain.services import Service
from backend.letters.expressions import NAMES, kind_of_figure, snake
from backend.letters.template_files import Field, Template
from backend.letters.values import Lines, Said, absent, clipped
from i18n.catalogue import Catalogue

DECIDED = "decision.received"
AVAILABLE = "letter.available"
MOST_ROWS = 200


class Town(Struct, frozen=True):
    """`phone` as the settings have it: "+4533663366"."""

    name: str
    phone: str


class Given(Struct, frozen=True, kw_only=True):
    """Everything that a letter is filled with.

    `today`: the day it can be read, "2026-12-01", from which last days are counted. `fields` as the template names them: days
    "2026-12-01", amounts in minor units, choices by id, texts as written (or a text for each language). `answers`, `facts`:
    of the case, as it keeps them. `closed`: days that are no working days. `lang`: what a caseworker writes a whole letter in.
    `service` is needed for letters of no service only.
    """

    name: str
    today: str
    fields: Mapping[str, Any] = {}
    case: str = ""
    case_number: str = ""
    service: str = ""
    received_on: str = ""
    answers: Mapping[str, Any] = {}
    facts: Mapping[str, Any] = {}
    closed: list[str] = []
    lang: str = "da"


def names(template: Template, service: Service | None, given: Given, words: Catalogue, town: Town) -> dict[str, Any]:
    """Name → value. What may be there and is not is `Absent`."""
    known = dict(given.facts)
    booked = views.appointment(service, dict(given.answers), known) if service else {}
    account = known.get("person.nemkonto")
    title = words.plain_say(service.title) if service else ""
    values = {
        "name": clipped(given.name), "case_number": clipped(given.case_number), "service": title, "town": town.name,
        "town_phone": town.phone, "today": given.today, "received_on": given.received_on, "visit_at": booked.get("at", ""),
        "visit_desk": clipped(booked.get("desk", "")), "visit_address": clipped(booked.get("address", "").replace("\n", ", ")),
        "account_end": clipped(str(account.get("ending", ""))) if isinstance(account, dict) else "",
    }  # fmt: skip
    held = {name: values.get(name) or absent(name) for name in NAMES}
    held |= {field.id: filled_in(field, given.fields.get(field.id), words.code) for field in template.fields}
    return held | tables(service, given, words)


def filled_in(field: Field, value: Any, lang: str) -> Any:
    if isinstance(value, Mapping):
        value = value.get(lang)
    if value in (None, ""):
        return absent(field.id)
    return Lines(value) if field.kind == "long_text" else value


def tables(service: Service | None, given: Given, words: Catalogue) -> dict[str, Any]:
    if service is None:
        return {"told": [], "answers": {}, "last_days": {}, "figures": {}}
    events = {DECIDED: given.today, AVAILABLE: given.today, "submission.received": given.received_on}
    days = {each["id"]: each["on"] for each in deadlines.of(
        service, dict(given.answers), dict(given.facts), given.today, {name: day for name, day in events.items() if day}, given.closed,
    )}  # fmt: skip
    answers = {one.id: in_words(one, given, words) for one in service.questions if not one.group and one.kind != "declaration"}
    told = [{"ask": Said(words.plain_say(one.ask)), "said": answers[one.id]} for one in service.questions if answers.get(one.id)]
    return {
        "told": told[:MOST_ROWS],
        "answers": {snake(id): value or absent(f"answers.{id}") for id, value in answers.items()},
        "last_days": {snake(one.id): days.get(one.id) or absent(f"last_days.{one.id}") for one in service.deadlines},
        "figures": {snake(id): figure(one.value, one.unit) for id, one in service.figures.items()},
    }


def figure(value: int | str, unit: str) -> int | str:
    """Money in minor units, as `money(…)` takes it."""
    return value * 100 if kind_of_figure(value, unit) == "amount" and type(value) is int else value


def in_words(question: Any, given: Given, words: Catalogue) -> str:
    """An answer as the resident reads it back; "" for none."""
    value = given.answers.get(question.id)
    if value in (None, "", []):
        return ""
    said = [word_of(each, words) for each in shown(question, value, dict(given.facts))]
    return clipped(words.formats.list([one for one in said if one]))


def word_of(it: Mapping[str, Any], words: Catalogue) -> str:
    """The twin of `pwa/templates/macros/shown.html`, for plain text."""
    kind, text = it["kind"], it["text"]
    if kind == "say":
        return words.plain_say(text)
    if kind in ("date", "phone"):
        return getattr(words.formats, kind)(text)
    if kind in ("money", "number"):
        made = getattr(words.formats, kind)(it["n"])
        return f"{made} {words.plain_say(it['label'])}" if it["label"] else made
    if kind == "slot":
        when = words.plain("{date} at {time}", {"date": words.formats.date(text), "time": words.formats.time(text)})
        return f"{when}, {it['label']}" if it["label"] else when
    if kind in WORDS:
        return words.plain(WORDS[kind])
    return text.replace("\n", ", ") if kind == "lines" else text if kind != "wish" else words.plain(f"A time in the {text}")


WORDS = {"yes": "Yes", "no": "No", "none": "Not answered", "later": "You send it later"}
"""Sentences of the pages. Those of a wish: "A time in the morning", "A time in the afternoon"."""
