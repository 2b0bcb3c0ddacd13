"""A list of people who are to get one letter: a person number a line, and what fills the letter's gaps.

Read as the register file is: encodings, what stands between the fields, a spreadsheet's habits. Form: docs/letters.md.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from stdnum.dk import cpr as cpr_numbers

from backend.domain.mailings import Line, Unreadable
from backend.identity import register_file
from backend.identity.register_fields import BadLine, person_number, text

CPR = "cpr"


def read(path: Path, fields: Sequence[str], encoding: str = "") -> Iterator[Line | Unreadable]:
    """`fields`: of the letter; the header must name each. Other columns are for whoever keeps the list. Raises `BadFile`."""

    def check(number: int, values: list[str], order: dict[str, int]) -> Line:
        cpr = person_number(CPR, values[order[CPR]].strip())
        said = {name: text(name, values[order[name]].strip(), needed=True) for name in fields}
        return Line(number, cpr, said, is_checked(cpr))

    for one in register_file.read_as(register_file.Form((CPR, *fields)), check, path, encoding):
        yield Unreadable(one.number, one.field, one.why) if isinstance(one, BadLine) else one


def is_checked(cpr: str) -> bool:
    return cpr_numbers.checksum(cpr) == 0


def digest(path: Path) -> str:
    """Of the file's bytes."""
    found = sha256()
    with path.open("rb") as raw:
        while piece := raw.read(2**20):
            found.update(piece)
    return found.hexdigest()
