"""What a person typed, made sense of: from a posted form to the value of a question.

The twin of `pwa/worker/domain/reading.js`. Whether the value will do, `kinds.py` says.
"""

import re
from typing import Any

from backend.domain import days, texts
from backend.domain.conditions import Scope
from backend.domain.kinds import NONE, PHONE, Invalid, problem
from backend.domain.services import Question

NUMBER = re.compile(r"[0-9]{1,12}|[1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3}){0,2}")
AMOUNT = re.compile(r"([0-9]{1,9}|[1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\2[0-9]{3})?)(?:([.,])([0-9]{1,2}))?")
CURRENCY = re.compile(r"^(?:kr\.?|dkk) ?| ?(?:kr\.?|dkk|,-|,--)$", re.ASCII)
DAY = re.compile(r"([0-9]{1,2})\.?[ ./-]+([0-9]{1,2}|[^0-9 ./-]+)\.?[ ./-]+([0-9]{4}|[0-9]{2})|([0-9]{4})-([0-9]{2})-([0-9]{2})")

Posted = dict[str, list[str]]


def read(question: Question, name: str, posted: Posted, held: Any, scope: Scope, months: list, upload: dict) -> tuple[Any, Invalid]:
    """The value ("" when left empty), and what stops it from being one."""
    kind = question.kind
    if any(texts.is_strange(value) for values in posted.values() for value in values):
        return "", problem("strange")
    if kind == "date":
        return read_date(name, posted, scope.today, months)
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


def read_date(name: str, posted: Posted, today: str, months: list) -> tuple[Any, Invalid]:
    near = texts.digits(first(posted, name))
    if near != "" and near != "other":
        return (near, NONE) if days.number(near) else ("", problem("date-empty"))
    day, month, year = (texts.digits(first(posted, name + part)) for part in ("_day", "_month", "_year"))
    if day + month + year == "":
        return "", problem("date-empty", "_day") if near == "other" else NONE
    if month + year == "" and DAY.fullmatch(day):
        day, month, year = whole_date(day)
    return from_parts(day, month, year, today, months)


def whole_date(typed: str) -> list[str]:
    """Somebody wrote the whole date in the first field."""
    found = DAY.fullmatch(typed)
    return [found[6], found[5], found[4]] if found[4] else [found[1], found[2], found[3]]


def from_parts(day: str, month: str, year: str, today: str, months: list) -> tuple[Any, Invalid]:
    if day == "" or month == "" or year == "":
        part = "day" if day == "" else "month" if month == "" else "year"
        return "", problem(f"{part}-empty", f"_{part}")
    m, y = month_of(month, months), year_of(year, today)
    d = re.fullmatch(r"([0-9]{1,2})\.?", day)
    if m == 0:
        return "", problem("month-wrong", "_month")
    if y == 0:
        return "", problem("year-wrong", "_year")
    if d is None or not days.of(y, m, int(d[1])):
        return "", problem("date-wrong", "_day")
    return days.written(y, m, int(d[1])), NONE


def month_of(typed: str, months: list) -> int:
    """1 to 12, from a number or a name in any of our languages; 0 when it is neither."""
    if re.fullmatch(r"[0-9]{1,2}\.?", typed):
        number = int(typed.replace(".", ""))
        return number if 1 <= number <= 12 else 0
    name = re.sub(r"\.$", "", typed.lower())
    for index, names in enumerate(months):
        if name in names:
            return index + 1
    return 0


def year_of(typed: str, today: str) -> int:
    """1900 to 2199. Of two digits the year is in this century up to 20 years ahead, else in the last."""
    if re.fullmatch("[0-9]{2}", typed):
        year = 2000 + int(typed)
        return year if year <= int(today[:4]) + 20 else year - 100
    return int(typed) if re.fullmatch("(19|20|21)[0-9]{2}", typed) else 0


def read_address(name: str, posted: Posted) -> tuple[Any, Invalid]:
    street, town = texts.line(first(posted, name + "_street")), texts.line(first(posted, name + "_town"))
    postcode = re.sub("^[dD][kK][ -]?", "", texts.digits(first(posted, name + "_postcode")))
    if street + postcode + town == "":
        return "", NONE
    return {"street": street, "postcode": postcode, "town": town}, NONE


def read_file(name: str, posted: Posted, held: Any, upload: dict) -> tuple[Any, Invalid]:
    """A new file goes before "later", and "later" before the file that was there."""
    if upload.get("code"):
        return "", problem(upload["code"])
    if upload:
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
