"""The call list as the service centre reads it: whom to ring, about what, by when, most urgent first."""

import csv
import io
from collections.abc import Callable

from msgspec import Struct, structs

from backend.domain.actors import SYSTEM, Actor
from backend.store import calls, contacts
from backend.store.database import Database
from push.rung import Describe

WHY = {
    "not-reached": "no message has reached them", "not-done": "reached, and it is still not done", "only-night-left": "only the night was left",
    "letter-too-late": "a letter would come too late", "no-way": "no phone, e-mail or address is known", "missed": "the last day went by untold",
}
"""For the clerk, as `domain/notices.CallReason` has them."""
COLUMNS = ("last day", "name", "phone", "language", "about", "why", "tries", "id")


class Line(Struct, frozen=True):
    """`about` is the service's title in the clerk's language; `phone` "" where none is known."""

    last_day: str
    name: str
    phone: str
    language: str
    about: str
    why: str
    tries: int
    id: str
    person: str = ""
    reason: str = ""
    """The code of `why`."""
    title: str = ""
    say: str = ""
    loses: str = ""
    """The service's own sentences, to be read out: what it is, what is to be done, and what is lost else."""


async def listed(db: Database, about: Describe, words: Callable[[str], str], by: Actor | None = None) -> list[Line]:
    """The last day first, what has none at the end; of one day the longest waiting first. `by`: the staff member who reads it."""
    found = await db.read(calls.listed, SYSTEM)
    for one in found:  # each person sees that her number was read out, and why
        db.access.note(structs.replace(by or Actor("desk"), subject=one.known.public_id, why="call"), ["contact", "register"])
    found = sorted(found, key=lambda one: (one.notice.last_day or "9999", one.made_at))
    return [line(db, one, about, words) for one in found if one.known.wrapped_key is not None]


def line(db: Database, one: calls.Call, about: Describe, words: Callable[[str], str]) -> Line:
    person = one.known.person
    contact = contacts.opened(db.keys, person, one.contact)
    resident = one.known.resident(db.keys)
    told = about(one.notice, "da")
    return Line(
        one.notice.last_day, resident.name if resident else "", contact.phone or (resident.phone if resident else ""),
        contact.lang or one.known.language, words(told.title) if told.title else one.notice.rule, WHY.get(one.why, one.why), one.tries, one.public_id,
        one.known.public_id, one.why, told.title, told.say, told.loses,
    )  # fmt: skip


def as_csv(lines: list[Line]) -> str:
    """For a spreadsheet: semicolons, and no cell that one would take for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(str(cell)) for cell in cells(one)] for one in lines)
    return out.getvalue()


def harmless(cell: str) -> str:
    """OWASP, CSV injection: a cell that begins so would be computed."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_text(lines: list[Line]) -> str:
    if not lines:
        return "Nobody is to be called."
    shown = [
        f"{one.last_day or 'no last day'}  {one.name}, {one.phone or 'no phone number'} ({one.language or '?'})\n"
        f"    {one.about}: {one.why}." + (f" Rung {one.tries} times." if one.tries else "") + f"\n    {one.id}"
        for one in lines
    ]  # fmt: skip
    return "\n".join(shown)


def cells(one: Line) -> tuple[object, ...]:
    return one.last_day, one.name, one.phone, one.language, one.about, one.why, one.tries, one.id
