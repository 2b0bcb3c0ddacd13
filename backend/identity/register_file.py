"""The register file and other lists of people, line by line: encoding, header and columns found out, each line handed on or told why not.

Every physical line stands alone: a quote that is never closed spoils its own line and no other.
The form is documented in docs/residents-csv.md.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TypeVar

from msgspec import Struct

from backend.domain import texts
from backend.domain.lint.report import did_you_mean
from backend.identity.register_fields import FIELDS, BadLine, Checked, check as check_resident

MAX_LINE = 16_384
BEFORE_HEADER = 20
"""So many empty lines may stand before it."""
SEPARATOR = re.compile('[ \ufeff"]*sep=(.)"?[;,\t ]*\\s*', re.IGNORECASE)
"""Excel's own first line, "sep=;"."""

NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Control characters and those that turn the direction of what follows: none belongs in a register."""
CARRIED = re.compile("[\xad\u200b\u200e\u200f\u202a\u202c\u202d\u2060\u2066-\u2069\ufeff]")
"""Marks that come along unseen when a number is copied from a window."""
BLANKS = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
BROKEN = "\ufffd"
Row = TypeVar("Row")


class BadFile(Exception):
    """Nothing can be taken from the file; the text is for the operator."""


class Header(Struct):
    """`order`: where each column stands. `number` is the line it stands in, `comma` what stands between the fields."""

    number: int
    comma: str
    names: list[str]
    order: dict[str, int]


class Form(Struct, frozen=True):
    """What a kind of file holds. `needed`: columns that the header must name. `known`: all that it may name; None for any."""

    needed: Sequence[str]
    known: Sequence[str] | None = None


REGISTER = Form(("cpr", "name"), FIELDS)


def read(path: Path, encoding: str = "") -> Iterator[Checked | BadLine]:
    """`encoding` is said for files that are neither UTF-8 nor UTF-16. Raises `BadFile`."""
    return read_as(REGISTER, check_resident, path, encoding)


def read_as(form: Form, check: Callable[[int, list[str], dict[str, int]], Row], path: Path, encoding: str = "") -> Iterator[Row | BadLine]:
    """`check(number, values, where each column stands)` makes something of a line, or raises `BadLine`. Raises `BadFile`."""
    with opened(path, encoding) as stream:
        header = find_header(stream, form)
        for number, line in enumerate(physical_lines(stream), header.number + 1):
            if not line.strip(" \t\n,;\xa0\"" + header.comma):
                continue
            try:
                yield check(number, fields_of(line, header), header.order)
            except BadLine as bad:
                if is_header_again(line, header):
                    continue
                bad.number = number
                yield bad


def opened(path: Path, encoding: str) -> IO[str]:
    with path.open("rb") as raw:
        found = encoding or encoding_of(raw.read(4))
    try:
        return path.open(encoding=found, errors="surrogateescape" if found == "utf-8-sig" else "replace")
    except LookupError:
        raise BadFile(f"There is no encoding {encoding!r}. Usual ones: utf-8, utf-16, windows-1252, iso-8859-1, mac-roman.") from None


def encoding_of(start: bytes) -> str:
    """By its first bytes. What is not UTF-16 is read as UTF-8, and told line by line where it is not."""
    if start.startswith(b"PK\x03\x04"):
        raise BadFile("This is a workbook, not a text file with a header. In the spreadsheet choose “Save as”, “CSV UTF-8”.")
    if start in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        raise BadFile("This file is UTF-32. Save it as UTF-8.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(start) > 1 and start[1] == 0 != start[0]:
        return "utf-16-le"
    return "utf-16-be" if len(start) > 1 and start[0] == 0 != start[1] else "utf-8-sig"


# ---- the header ---------------------------------------------------------------------------------------------


def find_header(stream: IO[str], form: Form = REGISTER) -> Header:
    said = ""
    for number in range(1, BEFORE_HEADER + 1):
        line = stream.readline(MAX_LINE)
        if found := SEPARATOR.fullmatch(line):
            said = found[1]
        elif line.strip(" \t\r\n,;\"\ufeff"):
            return header_of(number, line, said or delimiter(line), form)
    raise BadFile(f"The file has no header: its first line must name {listed(form.needed)}.")


def delimiter(header: str) -> str:
    return max(";,\t", key=header.count)


def header_of(number: int, line: str, comma: str, form: Form) -> Header:
    """A column we do not know is refused: it may be a misspelt one that we need."""
    names = names_of(line, comma)
    while names and not names[-1]:
        names.pop()
    for at, name in enumerate(names, 1):
        if form.known is not None and name not in form.known:
            told = f"columns we do not know: {ascii(name)[1:41]}. {did_you_mean(name, form.known)}" if name else f"no name for column {at}."
            raise BadFile(f"The header names {told} Known: {', '.join(form.known)}.")
        if name and names.count(name) > 1:
            raise BadFile(f"The header names {name} {names.count(name)} times. Each column stands there once.")
    if missing := [name for name in form.needed if name not in names]:
        told = "" if form.known else f" It lacks {listed(missing)}. {did_you_mean(missing[0], names)}".rstrip()
        raise BadFile(f"The header must name {listed(form.needed)}.{told}")
    return Header(number, comma, names, {name: at for at, name in enumerate(names)})


def listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def names_of(line: str, comma: str) -> list[str]:
    return [re.sub("[ -]", "_", texts.line(name).strip('"').strip().lower()) for name in line.rstrip("\n").split(comma)]


def is_header_again(line: str, header: Header) -> bool:
    """Two files put one after the other."""
    names = names_of(line, header.comma)
    return names[: len(header.names)] == header.names and not any(names[len(header.names) :])


# ---- its lines ----------------------------------------------------------------------------------------------


def physical_lines(stream: IO[str]) -> Iterator[str]:
    """Lines of any length, each cut at the limit, so that a file without line ends does not fill the memory."""
    while line := stream.readline(MAX_LINE + 1):
        piece = line
        while len(piece) > MAX_LINE and not piece.endswith("\n"):
            piece = stream.readline(MAX_LINE + 1)
        yield line


def fields_of(line: str, header: Header) -> list[str]:
    """As many as the header names. Empty ones more, at the end, are a spreadsheet's habit."""
    values = split(line, header.comma)
    wanted = len(header.names)
    if len(values) < wanted or any(value.strip() for value in values[wanted:]):
        raise BadLine("", "columns")
    return values[:wanted]


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
    if BROKEN in line:
        raise BadLine("", "encoding")
    return unicodedata.normalize("NFC", BLANKS.sub(" ", CARRIED.sub("", line)))
