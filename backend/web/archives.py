"""Files handed out as attachments: one by itself, or many as one archive made while it is sent."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote
from zipfile import ZIP_STORED, ZipFile, ZipInfo

Entry = tuple[str, datetime, Iterable[bytes]]
"""Its name, its wall time, its bytes in pieces."""

MOST_BYTES = 240
"""A name on disk has 255 at most, with its end and a number: 80 letters of some scripts, or pictograms, are more."""
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
"""Names Windows keeps for itself, with any end: an archive with one does not unpack there."""


class Sink:
    """What the archive writes to; it never looks back."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def zipped(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The archive in pieces, no more than one held. Not compressed: photos and PDFs are already."""
    sink = Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:  # type: ignore[arg-type]
        for name, at, pieces in entries:
            with archive.open(ZipInfo(name, at.timetuple()[:6]), "w") as entry:
                for piece in pieces:
                    entry.write(piece)
                    yield sink.taken()
    yield sink.taken()


def distinct(names: Iterable[str]) -> Iterator[str]:
    """A second "Lease.jpg" is "Lease (2).jpg": compared without case, as many a computer does."""
    seen: dict[str, int] = {}
    for name in names:
        stem, _, end = name.rpartition(".")
        tried = name
        while tried.casefold() in seen:
            seen[name.casefold()] += 1
            tried = f"{stem} ({seen[name.casefold()]}).{end}"
        seen[tried.casefold()] = 1
        yield tried


def file_name(name: str, kind: str) -> str:
    """As any computer takes it, with the end its kind has."""
    plain = "".join("-" if sign in '<>:"/\\|?*' or not sign.isprintable() else sign for sign in name).strip(" .")
    while len(plain.encode()) > MOST_BYTES:
        plain = plain[:-1].rstrip(" .")
    if plain.partition(".")[0].rstrip().upper() in DEVICES:
        plain = f"paper {plain}"
    return f"{plain or 'paper'}.{'pdf' if kind == 'application/pdf' else 'jpg'}"


def disposition(name: str) -> str:
    """RFC 6266: the name in full, and one of plain letters for whoever does not read it."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_. ()") else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
