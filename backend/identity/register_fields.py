"""One line of the register, field by field: what it holds as a resident, or which field cannot be taken and why.

Numbers and days are read as people and spreadsheets write them; what a spreadsheet has spoilt is refused, never guessed.
"""

import re
from functools import lru_cache

from msgspec import Struct
from stdnum.dk import cpr as cpr_numbers
from stdnum.exceptions import ValidationError

from backend.domain import dates, texts
from backend.domain.residents import Kinship, Resident, Status

MAX_TEXT = 200
FIELDS = (
    "cpr", "name", "born", "street", "postcode", "town", "protected", "language", "citizen", "phone",
    "partner_cpr", "parent1_cpr", "parent2_cpr", "doctor", "doctor_km", "nemkonto_ending", "passport_until",
    "employer", "employer_first_day", "status",
)  # fmt: skip
KIN: dict[str, Kinship] = {"partner_cpr": "partner", "parent1_cpr": "parent", "parent2_cpr": "parent"}
YES = {"yes": True, "ja": True, "1": True, "true": True, "": False, "no": False, "nej": False, "0": False, "false": False}
STATUS: dict[str, Status] = {
    "": "", "dead": "dead", "død": "dead", "moved": "moved", "udrejst": "moved", "missing": "missing", "forsvundet": "missing",
}  # fmt: skip
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*|")
CITIZEN = re.compile(r"[a-z]{2}|")
POSTCODE = re.compile(r"[0-9]{3,4}|")
ENDING = re.compile(r"[0-9]{4}|")
PHONE = re.compile(r"\+[1-9][0-9]{6,14}|")
ROUNDED = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
"""1,40345E+09: what a spreadsheet makes of a long number."""
SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/[0-9]{4}")
AROUND_NUMBER = re.compile("[ ./='\"-]")
"""Written between the digits, or put around them so that a spreadsheet takes them for text."""

WHY = {
    "encoding": "is not in the encoding of the file (in Excel choose “CSV UTF-8”, or say which with --encoding)",
    "characters": "holds characters that no name or address has",
    "too-long": "is too long",
    "quotes": "has quotation marks that do not fit together",
    "columns": "does not have as many fields as the header",
    "number": "is not a person number (ten digits that begin with a day)",
    "zero": "has nine digits: a spreadsheet has taken the first 0 away (make the column text and save again, or give born)",
    "rounded": "was rounded by a spreadsheet (make the column text, and fill it again)",
    "missing": "is empty and must not be",
    "differs": "does not fit the person number",
    "day": "is not a day (write 2026-11-24)",
    "two-days": "can be read as two days (write 2026-11-24)",
    "status": "is none of dead, moved, missing (or død, udrejst, forsvundet); empty for who lives here",
    "yes-no": "is neither yes nor no",
    "form": "does not have the form described in docs/residents-csv.md",
    "employer": "is needed where there is a first day, and the other way round",
    "twice": "stands in this file twice, with different content; the first one counts",
    "tampered": "is that of a person whose row was changed outside Medborger (the log names it; nothing was taken from this line)",
    "kin": "says that the person is their own relative",
}
"""For the operator: the end of "line 17: born …". The value itself is never printed: it is personal."""


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


def check(number: int, values: list[str], order: dict[str, int]) -> Checked:
    said = {name: values[place].strip() for name, place in order.items()}
    get = said.get
    cpr = person_number("cpr", said["cpr"], get("born", ""))
    kin = tuple([(kind, person_number(name, get(name, ""))) for name, kind in KIN.items() if get(name)])
    if cpr in [relative for _, relative in kin]:
        raise BadLine("partner_cpr", "kin")
    if bool(get("employer")) != bool(get("employer_first_day")):
        raise BadLine("employer", "employer")
    resident = Resident(
        name=text("name", said["name"], needed=True),
        born=birthday(cpr, get("born", "")),
        street=text("street", get("street", "")),
        postcode=form("postcode", our_digits(get("postcode", "")), POSTCODE),
        town=text("town", get("town", "")),
        protected=yes("protected", get("protected", "")),
        language=form("language", get("language", ""), LANGUAGE),
        citizen=form("citizen", get("citizen", "").lower(), CITIZEN),
        phone=phone(get("phone", "")),
        doctor=text("doctor", get("doctor", "")),
        doctor_km=kilometres(get("doctor_km", "")),
        nemkonto_ending=form("nemkonto_ending", our_digits(get("nemkonto_ending", "")), ENDING),
        passport_until=day("passport_until", get("passport_until", "")),
        employer=text("employer", get("employer", "")),
        employer_first_day=day("employer_first_day", get("employer_first_day", "")),
        status=status(get("status", "")),
    )
    return Checked(number, cpr, resident, kin)


def person_number(field: str, written: str, born: str = "") -> str:
    """Ten digits. Modulus 11 is not asked for: numbers without it are given out since 2007.

    A first 0 that is gone is put back only where the birthday in the same line says so too.
    """
    if ROUNDED.fullmatch(written):
        raise BadLine(field, "rounded")
    digits = AROUND_NUMBER.sub("", re.sub("[.,]0+$", "", our_digits(written)))
    is_number = digits.isascii() and digits.isdigit()
    if len(digits) == 9 and is_number and (day := birthday_in("0" + digits)):
        if not born or read_day(born, day) != day:
            raise BadLine(field, "zero")
        return "0" + digits
    if len(digits) != 10 or not is_number or not birthday_in(digits):
        raise BadLine(field, "number")
    return digits


def our_digits(written: str) -> str:
    return written if written.isascii() else texts.digits(written)


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
    if written and written != born:
        read = read_day(written, born)
        if read != born:
            raise BadLine("born", "differs" if read else "day")
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


def status(written: str) -> Status:
    found = STATUS.get(written.lower())
    if found is None:
        raise BadLine("status", "status")
    return found


def phone(written: str) -> str:
    """E.164; eight digits alone are Danish."""
    number = our_digits(written).translate(str.maketrans("", "", " -()."))
    number = "+" + number[2:] if number.startswith("00") else number
    return form("phone", "+45" + number if len(number) == 8 and number.isdigit() else number, PHONE)


def kilometres(typed: str) -> int | None:
    written = our_digits(typed)
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= 4):
        raise BadLine("doctor_km", "form")
    return int(written)


def day(field: str, written: str) -> str:
    if not written:
        return ""
    slashes = SLASHES.fullmatch(our_digits(written))
    if slashes and slashes[1] != slashes[2] and int(slashes[1]) <= 12 and int(slashes[2]) <= 12:
        raise BadLine(field, "two-days")
    if not (found := read_day(written, "")):
        raise BadLine(field, "day")
    return found


@lru_cache(maxsize=16_384)
def read_day(written: str, meant: str) -> str:
    """The day, "" if it is none. Two digits are a year only where the day that is meant is known."""
    return dates.read_text(written, fits=lambda found: found == meant)
