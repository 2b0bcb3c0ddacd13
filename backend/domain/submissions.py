"""A submission: answers that were judged and are sent to the authority, and the receipt for them."""

from typing import Any

import msgspec
from msgspec import Struct

from backend.domain.reminders import Reminder

FORM = 2
"""The form of the receipt's payload. 1: its hash was taken without a salt."""


class Booking(Struct, frozen=True):
    """A desk time asked for. `seats`: how many people the desk serves at once.

    Without `at` it is a wish for a `part` of the day. `firm`: the person chose a free time while online, so
    when it was taken meanwhile she is asked again; else what was sent counts and choosing stays to be done.
    `since`: the time on the wall now; bookings before it are over and keep nobody from another.
    """

    desk: str
    at: str = ""
    seats: int = 1
    part: str = ""
    firm: bool = True
    since: str = ""


class Submission(Struct, frozen=True, kw_only=True):
    """`answers` are those of the journey only; `as_sent` all that came with them (None: the same). `facts` are the registers'; `claimed` what the phone said
    they were, where it differs; `on` the day it said it was. `tasks`: {"id", "say", "who", "name", "why"}; `files`: ids of uploads.

    `about`: the name by which its person tells a row that is filed by itself from the whole, and from another row.
    """

    service: str
    version: int
    answers: dict[str, Any]
    as_sent: dict[str, Any] | None = None
    lang: str
    facts: dict[str, Any] = {}
    claimed: dict[str, Any] = {}
    on: str = ""
    tasks: list[dict[str, Any]] = []
    deadlines: list[dict[str, Any]] = []
    files: list[str] = []
    booking: Booking | None = None
    about: str = ""
    reminders: list[tuple[Reminder, int]] = []
    """What is to be told later, and since when in epoch ms."""


class Receipt(Struct, frozen=True):
    """`received_at` is ISO 8601 with the offset, the same text that is signed in `jws`. `salt`: 32 hex digits that, with
    the answers, give the hash in `jws`; "" where it was signed without one."""

    key: str
    number: str
    received_at: str
    jws: str
    salt: str = ""


class Kept(Struct, frozen=True):
    """What is durable now. `appointment` is {} or what `store/appointments.shown` says; `tasks` those still open."""

    receipt: Receipt
    case: str
    service: str
    version: int
    content: dict[str, Any]
    tasks: list[dict[str, Any]]
    appointment: dict[str, str]


class Replay(Kept, frozen=True):
    """The same key with the same content came before: the first receipt, byte for byte."""


def canonical(service: str, version: int, answers: dict[str, Any], salt: str = "") -> bytes:
    """The bytes whose SHA-256 is in the receipt: canonical JSON (RFC 8785) of service, version, answers and salt.

    Few answers are possible, so that a hash of them alone could be guessed. Without a salt: a receipt of before
    there was one, and what tells a retry, which is hashed with a key instead.
    Ids are ASCII and numbers whole, so sorting keys is all the RFC asks for; a test compares with its library.
    """
    said = {"answers": answers, "service": service, "version": version} | ({"salt": salt} if salt else {})
    return msgspec.json.encode(said, order="sorted")


def payload(number: str, digest: str, person: str, subject: str, received_at: str) -> dict[str, Any]:
    """What the receipt signs: opaque ids and a hash, so that it may be shown to anyone."""
    return {"v": FORM, "case": number, "sha256": digest, "actor": person, "subject": subject, "at": received_at}
