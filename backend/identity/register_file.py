"""The lines of the register file: read one at a time, checked, and turned into residents.

Every physical line stands alone: a quote that is never closed spoils its own line and no other.
The form is documented in docs/residents-csv.md.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

from msgspec import Struct
from stdnum.dk import cpr as cpr_numbers
from stdnum.exceptions import ValidationError

from backend.domain.residents import Kinship, Resident, iso_day

MAX_LINE = 16_384
MAX_TEXT = 200
FIELDS = (
    "cpr", "name", "born", "street", "postcode", "town", "protected", "language", "citizen", "phone",
    "partner_cpr", "parent1_cpr", "parent2_cpr", "doctor", "doctor_km", "nemkonto_ending", "passport_until",
    "employer", "employer_first_day",
)  # fmt: skip
NEEDED = {"cpr", "name"}
KIN: dict[str, Kinship] = {"partner_cpr": "partner", "parent1_cpr": "parent", "parent2_cpr": "parent"}
YES = {"yes": True, "ja": True, "1": True, "true": True, "": False, "no": False, "nej": False, "0": False, "false": False}

NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Control characters and those that turn the direction of what follows: none belongs in a register."""
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*|")
CITIZEN = re.compile(r"[a-z]{2}|")
POSTCODE = re.compile(r"[0-9]{3,4}|")
ENDING = re.compile(r"[0-9]{4}|")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}|")

WHY = {
    "encoding": "is not UTF-8",
    "characters": "holds characters that no name or address has",
    "too-long": "is too long",
    "quotes": "has quotation marks that do not fit together",
    "columns": "does not have as many fields as the header",
    "number": "is not a person number (ten digits that begin with a day)",
    "missing": "is empty and must not be",
    "differs": "does not fit the person number",
    "day": "is not a day (write 2026-11-24)",
    "yes-no": "is neither yes nor no",
    "form": "does not have the form described in docs/residents-csv.md",
    "employer": "is needed where there is a first day, and the other way round",
    "twice": "stands in this file twice, with different content; the first one counts",
    "kin": "says that the person is their own relative",
}
"""For the operator: the end of "line 17: born …". The value itself is never printed: it is personal."""


class BadFile(Exception):
    """Nothing can be taken from the file; the text is for the operator."""


class BadLine(Exception):
    """`number` counts from 1, the header included. `field` is '' when the whole line is meant."""

    def __init__(self, field: str, why: str, number: int = 0) -> None:
        super().__init__(field, why)
        self.field, self.why, self.number = field, why, number

    def __str__(self) -> str:
        return f"line {self.number}: {self.field or 'the line'} {WHY[self.why]}"


class Checked(Struct, frozen=True):
    """One good line. `kin` names the relatives by their numbers."""

    number: int
    cpr: str
    resident: Resident
    kin: tuple[tuple[Kinship, str], ...]


def read(path: Path) -> Iterator[Checked | BadLine]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as stream:
        header = stream.readline(MAX_LINE)
        comma = delimiter(header)
        order = columns(header, comma)
        for number, line in enumerate(physical_lines(stream), 2):
            if not line.strip(" \t\n,;"):
                continue
            try:
                yield check(number, split(line, comma), order)
            except BadLine as bad:
                bad.number = number
                yield bad


def delimiter(header: str) -> str:
    return max(";,\t", key=header.count)


def columns(header: str, comma: str) -> dict[str, int]:
    """Where each field stands. A column we do not know is refused: it may be a misspelt one that we need."""
    names = [name.strip().strip('"').strip().lower() for name in header.rstrip("\n").split(comma)]
    unknown = [ascii(name)[1:41] for name in names if name not in FIELDS]
    if unknown:
        raise BadFile(f"The header names columns we do not know: {', '.join(unknown)}. Known: {', '.join(FIELDS)}.")
    if len(set(names)) < len(names) or not NEEDED <= set(names):
        raise BadFile("The header must name cpr and name, and each column once.")
    return {name: names.index(name) for name in names}


def physical_lines(stream: IO[str]) -> Iterator[str]:
    """Lines of any length, each cut at the limit, so that a file without line ends does not fill the memory."""
    while line := stream.readline(MAX_LINE + 1):
        piece = line
        while len(piece) > MAX_LINE and not piece.endswith("\n"):
            piece = stream.readline(MAX_LINE + 1)
        yield line


def split(line: str, comma: str) -> list[str]:
    if len(line) > MAX_LINE:
        raise BadLine("", "too-long")
    if not line.isascii():
        line = normal(line)
    if NEVER.search(line):
        raise BadLine("", "characters")
    if '"' not in line:
        return line.rstrip("\n").split(comma)
    try:
        return next(csv.reader([line], delimiter=comma, strict=True))
    except csv.Error:
        raise BadLine("", "quotes") from None


def normal(line: str) -> str:
    try:
        line.encode()
    except UnicodeEncodeError:
        raise BadLine("", "encoding") from None
    return unicodedata.normalize("NFC", line)


def check(number: int, values: list[str], order: dict[str, int]) -> Checked:
    if len(values) != len(order):
        raise BadLine("", "columns")
    said = {name: values[place].strip() for name, place in order.items()}
    get = said.get
    cpr = person_number("cpr", said["cpr"])
    kin = tuple([(kind, person_number(name, get(name, ""))) for name, kind in KIN.items() if get(name)])
    if cpr in [relative for _, relative in kin]:
        raise BadLine("partner_cpr", "kin")
    if bool(get("employer")) != bool(get("employer_first_day")):
        raise BadLine("employer", "employer")
    resident = Resident(
        name=text("name", said["name"], needed=True),
        born=birthday(cpr, get("born", "")),
        street=text("street", get("street", "")),
        postcode=form("postcode", get("postcode", ""), POSTCODE),
        town=text("town", get("town", "")),
        protected=yes("protected", get("protected", "")),
        language=form("language", get("language", ""), LANGUAGE),
        citizen=form("citizen", get("citizen", "").lower(), CITIZEN),
        phone=phone(get("phone", "")),
        doctor=text("doctor", get("doctor", "")),
        doctor_km=kilometres(get("doctor_km", "")),
        nemkonto_ending=form("nemkonto_ending", get("nemkonto_ending", ""), ENDING),
        passport_until=day("passport_until", get("passport_until", "")),
        employer=text("employer", get("employer", "")),
        employer_first_day=day("employer_first_day", get("employer_first_day", "")),
    )
    return Checked(number, cpr, resident, kin)


def person_number(field: str, written: str) -> str:
    """Ten digits. Modulus 11 is not asked for: numbers without it are given out since 2007."""
    digits = written.replace("-", "").replace(" ", "")
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()) or not birthday_in(digits):
        raise BadLine(field, "number")
    return digits


SAME_CENTURY = str.maketrans("1239678", "0004555")
"""Of the seventh digit only its group counts (0-3, 4 and 9, 5-8): a third of the days to remember."""


def birthday_in(cpr: str) -> str:
    return born_by(cpr[:6], cpr[6].translate(SAME_CENTURY))


@lru_cache(maxsize=16_384)
def born_by(six: str, century: str) -> str:
    """The birthday that a number says, '' if there is no such day or it has not come yet.

    The form depends on no other digit, so one answer of python-stdnum serves everyone born that day.
    """
    try:
        return cpr_numbers.get_birth_date(cpr_numbers.validate(six + century + "000")).isoformat()
    except ValidationError:
        return ""


def birthday(cpr: str, written: str) -> str:
    born = birthday_in(cpr)
    if written and written != born and day("born", written) != born:
        raise BadLine("born", "differs")
    return born


def text(field: str, value: str, *, needed: bool = False) -> str:
    if needed and not value:
        raise BadLine(field, "missing")
    if len(value) > MAX_TEXT:
        raise BadLine(field, "too-long")
    return value


def form(field: str, value: str, pattern: re.Pattern[str]) -> str:
    if value and not pattern.fullmatch(value):
        raise BadLine(field, "form")
    return value


def yes(field: str, value: str) -> bool:
    answer = YES.get(value.lower())
    if answer is None:
        raise BadLine(field, "yes-no")
    return answer


def phone(written: str) -> str:
    """E.164; eight digits alone are Danish."""
    number = written.translate(str.maketrans("", "", " -()."))
    number = "+" + number[2:] if number.startswith("00") else number
    return form("phone", "+45" + number if len(number) == 8 and number.isdigit() else number, PHONE)


def kilometres(written: str) -> int | None:
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= 4):
        raise BadLine("doctor_km", "form")
    return int(written)


def day(field: str, written: str) -> str:
    return calendar_day(field, written) if written else ""


@lru_cache(maxsize=4_096)
def calendar_day(field: str, written: str) -> str:
    try:
        return iso_day(written)
    except ValueError:
        raise BadLine(field, "day") from None
