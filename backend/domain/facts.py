"""What the registers know, as a flat table of closed names. The twin of `pwa/worker/domain/facts.js`.

A fact that nobody knows has no key. Facts may come back from a phone, so nothing here trusts their shape.
"""

import re
from typing import Any

from backend.domain import days, texts

NAMES = {
    "person.name": "text", "person.born": "date", "person.age": "number", "person.address": "address",
    "person.protected": "yes", "person.nemkonto": "account", "person.passport_until": "date",
    "person.doctor": "text", "person.doctor_km": "number", "person.citizen": "text",
    "household.people": "people", "household.children": "people", "household.size": "number",
    "case.report": "report", "case.first_day": "date", "desks": "desks",
    "row.name": "text", "row.born": "date", "row.age": "number", "row.child": "yes", "row.self": "yes",
}  # fmt: skip
"""name → what it is. `row.*` is whom the row of an `each` group is about."""


def people(facts: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Those of a list that can be named and told apart."""
    found = facts.get(name)
    return [person for person in found if is_person(person)] if isinstance(found, list) else []


def is_person(person: Any) -> bool:
    return isinstance(person, dict) and all(isinstance(person.get(key), str) and person[key] for key in ("id", "name"))


def named(facts: dict[str, Any], list_name: str, id: str) -> dict[str, Any]:
    return next((person for person in people(facts, list_name) if person["id"] == id), {})


def desks(facts: dict[str, Any], ability: str) -> list[dict[str, Any]]:
    """Those that can do it."""
    found = facts.get("desks")
    able = [desk for desk in found if is_person(desk) and "@" not in desk["id"]] if isinstance(found, list) else []
    return [desk for desk in able if isinstance(desk.get("abilities"), list) and ability in desk["abilities"]]


def shown(facts: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A fact as it is laid beside a question. Empty when it is not known, or not of the right shape."""
    value = facts.get(name)
    kind = NAMES.get(name, "")
    label = name.split(".")[-1]
    if kind in ("people", "report", "address", "account"):
        return COMPOUND[kind](value)
    if kind == "number" and type(value) is int:
        return [one("number", n=value, label=label)]
    if kind == "date" and days.number(value):
        return [one("date", value, label=label)]
    return [one("text", value, label=label)] if kind == "text" and isinstance(value, str) else []


def one(kind: str, text: str = "", n: int = 0, label: str = "") -> dict[str, Any]:
    return {"kind": kind, "text": text, "n": n, "label": label}


def shown_people(value: Any) -> list[dict[str, Any]]:
    return [one("text", person["name"]) for person in people({"all": value}, "all")]


def shown_report(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, dict):
        return []
    employer, first_day = value.get("employer"), value.get("first_day")
    lines = [one("text", employer, label="employer")] if isinstance(employer, str) else []
    return lines + ([one("date", first_day, label="first_day")] if days.number(first_day) else [])


def shown_address(value: Any) -> list[dict[str, Any]]:
    return [one("lines", lines_of(value), label="address")] if is_address(value) else []


def is_address(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("street", "postcode", "town"))


def is_same_address(one: Any, other: Any) -> bool:
    """Whatever commas, spaces and capitals: "Havnegade 12 1. tv" and "havnegade 12, 1.tv"."""
    return is_address(one) and is_address(other) and bare_address(one) == bare_address(other)


def bare_address(address: dict[str, str]) -> list[str]:
    return [re.sub("[ .,]", "", texts.letters(texts.digits(address[part]))) for part in ("street", "postcode")]


def lines_of(address: dict[str, str]) -> str:
    place = f"{address['postcode']} {address['town']}".strip(" ")
    return "\n".join(line for line in (address["street"], place) if line)


def shown_account(value: Any) -> list[dict[str, Any]]:
    ending = value.get("ending") if isinstance(value, dict) else None
    return [one("text", ending, label="nemkonto")] if isinstance(ending, str) else []


COMPOUND = {"people": shown_people, "report": shown_report, "address": shown_address, "account": shown_account}
