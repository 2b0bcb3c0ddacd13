"""What a person typed, made sense of: from a posted form to the value of a question.

The twin of `pwa/worker/domain/reading.js`. Whether the value will do, `kinds.py` says.
"""

import re
from typing import Any

from backend.domain import dates, days, texts
from backend.domain.conditions import Scope
from backend.domain.kinds import NONE, PHONE, Invalid, invalid, problem
from backend.domain.services import Question

NUMBER = re.compile(r"[0-9]{1,12}|[1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3}){0,2}")
AMOUNT = re.compile(r"([0-9]{1,9}|[1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\2[0-9]{3})?)(?:([.,])([0-9]{1,2}))?")
CURRENCY = re.compile(r"^(?:kr\.?|dkk) ?| ?(?:kr\.?|kroner|dkk|,-|,--|كرونة|كرونه|كرون)$", re.ASCII)

Posted = dict[str, list[str]]


def read(
    question: Question, name: str, posted: Posted, held: Any, scope: Scope, words: dates.DateWords, upload: dict,
) -> tuple[Any, Invalid]:  # fmt: skip
    """The value ("" when left empty), and what stops it from being one."""
    kind = question.kind
    if any(texts.is_strange(value) for values in posted.values() for value in values):
        return "", problem("strange")
    if kind == "date":
        return read_date(question, name, posted, scope, words)
    if kind == "address":
        return read_address(name, posted)
    if kind == "choices":
        return [option.is_ for option in question.options if option.is_ in posted.get(name, [])] or "", NONE
    if kind == "file":
        return read_file(name, posted, held, upload)
    if kind == "appointment":
        return read_appointment(first(posted, name))
    return read_one(kind, first(posted, name))


def first(posted: Posted, name: str) -> str:
    return posted[name][0] if posted.get(name) else ""


def read_one(kind: str, typed: str) -> tuple[Any, Invalid]:
    if kind == "long_text":
        return texts.lines(typed), NONE
    if kind == "phone":
        return read_phone(texts.digits(typed))
    if kind == "number":
        return read_number(texts.digits(typed))
    if kind == "amount":
        return read_amount(texts.digits(typed))
    return texts.line(typed), NONE


def read_phone(typed: str) -> tuple[Any, Invalid]:
    number = re.sub(r"[ ()./-]", "", typed.replace("(0)", ""))
    number = "+" + number[2:] if number.startswith("00") else number
    number = "+45" + number if re.fullmatch("[0-9]{8}", number) else number
    if typed != "" and not PHONE.fullmatch(number):
        return "", problem("phone-wrong")
    return number, NONE


def read_number(typed: str) -> tuple[Any, Invalid]:
    if typed == "":
        return "", NONE
    if not NUMBER.fullmatch(typed):
        return "", problem("number-wrong")
    return int(re.sub("[^0-9]", "", typed)), NONE


def read_amount(typed: str) -> tuple[Any, Invalid]:
    """"1.234,50", "1 234" and "1234.5" are øre. The same sign twice with other meanings is nobody's amount."""
    bare = CURRENCY.sub("", CURRENCY.sub("", ascii_lower(typed)))
    found = AMOUNT.fullmatch(bare)
    if typed == "":
        return "", NONE
    if not found or (found[2] and found[2] == found[3]):
        return "", problem("amount-wrong")
    return int(re.sub("[^0-9]", "", found[1])) * 100 + int(((found[4] or "") + "00")[:2]), NONE


def ascii_lower(text: str) -> str:
    return re.sub("[A-Z]", lambda found: chr(ord(found[0]) + 32), text)


def read_date(question: Question, name: str, posted: Posted, scope: Scope, words: dates.DateWords) -> tuple[Any, Invalid]:
    near = texts.digits(first(posted, name))
    if near != "" and near != "other":
        return (near, NONE) if days.number(near) else ("", problem("date-empty"))
    typed = [first(posted, name + part) for part in ("_day", "_month", "_year")]
    found, code, part = dates.read(typed, words, scope.today, lambda day: not invalid(question, day, scope))
    if code == "date-empty" and near != "other":
        return "", NONE
    return found, problem(code, f"_{part}") if code else NONE


def read_address(name: str, posted: Posted) -> tuple[Any, Invalid]:
    street, town = texts.with_our_digits(first(posted, name + "_street")), texts.line(first(posted, name + "_town"))
    postcode = read_postcode(texts.digits(first(posted, name + "_postcode")))
    if street + postcode + town == "":
        return "", NONE
    return {"street": street, "postcode": postcode, "town": town}, NONE


def read_postcode(typed: str) -> str:
    """"DK-2730", "27 30" are 2730; one of another country stands as it is."""
    bare = re.sub("^[dD][kK][ -]*", "", typed)
    return bare.replace(" ", "") if re.fullmatch("[0-9 ]+", bare) else bare


def read_file(name: str, posted: Posted, held: Any, upload: dict) -> tuple[Any, Invalid]:
    """A new file goes before "later", and "later" before the file that was there, or one that cannot be used."""
    if upload.get("code") and first(posted, name + "_later") != "yes":
        return "", problem(upload["code"], n=upload.get("n", 0))
    if upload and not upload.get("code"):
        return upload, NONE
    if first(posted, name + "_later") == "yes":
        return {"later": "yes"}, NONE
    return (held, NONE) if isinstance(held, dict) and "sha256" in held else ("", NONE)


def read_appointment(typed: str) -> tuple[Any, Invalid]:
    """"DESK@2026-11-26T10:15" is a time; "DESK@morning" a wish, made without a network."""
    desk, at, when = typed.partition("@")
    if typed == "":
        return "", NONE
    if when in ("morning", "afternoon"):
        return {"wish": "yes", "desk": texts.line(desk), "part": when}, NONE
    return {"desk": texts.line(desk), "at": texts.line(when)}, NONE
