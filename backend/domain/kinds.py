"""Is it an answer to the question? The twin of `pwa/worker/domain/kinds.js`.

`invalid` judges a value wherever it came from: a form, a draft kept on a phone for a month, or a stranger's request.
"""

import re
from typing import Any

from backend.domain import conditions, days, facts, texts
from backend.domain.conditions import Scope
from backend.domain.services import Question

MAX_LENGTH = {"text": 200, "name": 100, "email": 254, "long_text": 4000, "street": 200, "town": 100}
"""The most characters a field takes."""
PHONE = re.compile(r"\+(45[2-9][0-9]{7}|(?!45)[1-9][0-9]{6,14})")
EMAIL = re.compile(r"[^@ ,;:<>()\[\]]+@[^@ ,;:<>()\[\].]+(\.[^@ ,;:<>()\[\].]+)+")
SLOT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]")
HOUSE_NUMBER = re.compile("[^0-9 .,/-][^0-9]*[0-9]")
"""A digit after a letter: "10. Februarvej" has none."""
POSTCODE = re.compile("0[5-9][0-9]{2}|[1-9][0-9]{3}")
"""Denmark's and Greenland's lie between 0555 and 9990 (PostNord)."""
HAS_LETTER = re.compile("[^0-9 .,:;!?*+=_'\"#&%()/-]")
MOST_AMOUNT = 99999999999
MOST_NUMBER = 999999999999

Invalid = dict[str, Any]
NONE: Invalid = {}


def problem(code: str, part: str = "", say: str = "", n: int = 0, date: str = "") -> Invalid:
    """`part` is the end of the html id that must be mended, e.g. "_month"."""
    return {"code": code, "part": part, "say": say, "n": n, "date": date}


def invalid(question: Question, value: Any, scope: Scope) -> Invalid:
    """{} when the value answers the question, here and today."""
    if value is None or value == "" or value == []:
        return NONE if question.optional and value == "" else problem(*EMPTY[question.kind])
    found = invalid_value(question, value, scope)
    if found or (isinstance(value, dict) and "later" in value):
        return found
    broken = [must for must in question.must if not conditions.keeps(must, value, scope)]
    return problem("say", FIRST.get(question.kind, ""), broken[0].say) if broken else NONE


EMPTY = {
    "yes_no": ("choice-empty",), "choice": ("choice-empty",), "choices": ("choices-empty",),
    "date": ("date-empty", "_day"), "text": ("text-empty",), "long_text": ("text-empty",), "name": ("name-empty",),
    "phone": ("phone-empty",), "email": ("email-empty",), "address": ("street-empty", "_street"),
    "number": ("number-empty",), "amount": ("amount-empty",), "person": ("person-empty",),
    "file": ("file-missing",), "declaration": ("declaration-empty",), "appointment": ("time-empty",),
}  # fmt: skip
"""What is missing, and where to write it."""
FIRST = {"date": "_day", "address": "_street"}


def invalid_value(question: Question, value: Any, scope: Scope) -> Invalid:
    kind = question.kind
    if kind in ("yes_no", "declaration"):
        return NONE if value == "yes" or (value == "no" and kind == "yes_no") else problem(*EMPTY[kind])
    if kind == "choice":
        return NONE if value in [option.is_ for option in question.options] else problem("choice-empty")
    if kind == "choices":
        return NONE if is_choices(question, value) else problem("choices-empty")
    if kind == "date":
        return NONE if days.number(value) else problem("date-wrong", "_day")
    if kind in ("number", "amount"):
        most = MOST_NUMBER if kind == "number" else MOST_AMOUNT
        return NONE if type(value) is int and 0 <= value <= most else problem(f"{kind}-wrong")
    if kind == "person":
        return unsound_person(question, value, scope)
    if kind in ("address", "file", "appointment"):
        return unsound_parts(question, value, scope)
    return unsound_text(kind, value)


def is_choices(question: Question, value: Any) -> bool:
    """Of the options, each once, in their order."""
    return isinstance(value, list) and value == [option.is_ for option in question.options if option.is_ in value]


def unsound_text(kind: str, value: Any) -> Invalid:
    clean = texts.lines if kind == "long_text" else texts.line
    if not isinstance(value, str):
        return problem("strange")
    if len(value) > MAX_LENGTH.get(kind, 200):  # before anything is done with it: long text costs time
        return problem("too-long", n=MAX_LENGTH.get(kind, 200))
    if texts.is_strange(value) or clean(value) != value:
        return problem("strange")
    if kind == "phone" and not PHONE.fullmatch(value):
        return problem("phone-wrong")
    if kind == "email" and not EMAIL.fullmatch(value):
        return problem("email-wrong")
    if kind == "name" and not HAS_LETTER.search(value):
        return problem("name-empty")
    return NONE


def unsound_person(question: Question, value: Any, scope: Scope) -> Invalid:
    people = facts.people(scope.facts, question.pick)
    if not people:
        return unsound_text("name", value)
    return NONE if value in [person["id"] for person in people] else problem("person-empty")


def unsound_parts(question: Question, value: Any, scope: Scope) -> Invalid:
    kind = question.kind
    if not isinstance(value, dict):
        return problem(*EMPTY[kind])
    if kind == "address":
        return unsound_address(question, value)
    if kind == "file":
        return NONE if value == {"later": "yes"} or is_file(value) else problem("file-missing")
    return NONE if is_wish(value) or is_slot(value, scope) else problem("time-empty")


def unsound_address(question: Question, value: dict) -> Invalid:
    if sorted(value) != ["postcode", "street", "town"] or value["street"] == "":
        return problem("street-empty", "_street")
    for part in ("street", "postcode", "town"):
        found = unsound_text("street" if part != "town" else "town", value[part])
        if found:
            return {**found, "part": f"_{part}"}
    return incomplete_address(value, question.address)


def incomplete_address(value: dict, needed: str) -> Invalid:
    """What is missing for a letter, or a person, to find there."""
    if needed == "danish" and not HOUSE_NUMBER.search(value["street"]):
        return problem("house-number-empty", "_street")
    if needed == "danish" and value["postcode"] == "":
        return problem("postcode-empty", "_postcode")
    if needed != "abroad" and value["postcode"] != "" and not POSTCODE.fullmatch(value["postcode"]):
        return problem("postcode-wrong", "_postcode")
    if needed != "place" and not HAS_LETTER.search(value["town"]):
        return problem("town-empty", "_town")
    return NONE


def is_file(value: dict) -> bool:
    words = all(isinstance(value.get(part), str) for part in ("id", "name", "sha256"))
    return sorted(value) == ["bytes", "id", "name", "sha256"] and words and type(value["bytes"]) is int


def is_wish(value: dict) -> bool:
    parts = sorted(value) == ["desk", "part", "wish"] and value["wish"] == "yes"
    return parts and isinstance(value["desk"], str) and value["part"] in ("morning", "afternoon")


def is_slot(value: dict, scope: Scope) -> bool:
    """A time from today on. Whether it is free, only the server's book knows."""
    if sorted(value) != ["at", "desk"] or not isinstance(value["desk"], str) or not isinstance(value["at"], str):
        return False
    day = days.number(value["at"][:10])
    return bool(SLOT.fullmatch(value["at"])) and day >= days.number(scope.today) > 0
