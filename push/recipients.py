"""Rows of the store -> what the ladder reads: opened with the person's key, and times as moments."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.domain.contacts import Contact, sms_number
from backend.domain.moments import from_milliseconds
from backend.domain.notices import Notice, Person, Tried
from backend.domain.residents import Resident
from backend.store import contacts, subscriptions
from backend.store.keyring import Keyring
from backend.store.notices import Row
from backend.store.recipients import Looked, Recipient
from backend.store.rungs import Tried as TriedRow
from msgspec import Struct

SUSPECT = timedelta(days=45)
"""So long after the app was last opened on a phone nothing waits for it any more; push services forget one after 60 days and more."""
STATES = {"due": "due", "handed_over": "handed_over", "seen": "seen", "failed": "failed"}
"""Whatever else a rung's state is (expired, stopped), it told nobody: "skipped"."""


class Opened(Struct, frozen=True):
    """Somebody to tell something. `language` is "" where neither the person nor the register says."""

    person: Person
    contact: Contact
    resident: Resident | None
    language: str


def opened(keys: Keyring, one: Recipient, zone: ZoneInfo, now: datetime) -> Opened:
    """Of a person who was erased nothing can be opened, and nothing is told."""
    if one.known.wrapped_key is None:
        return Opened(Person(), Contact(), None, "")
    person = one.known.person
    contact = contacts.opened(keys, person, one.contact)
    resident = one.known.resident(keys)
    return Opened(reached(one, contact, resident, zone, now), contact, resident, contact.lang or one.known.language)


def reached(one: Recipient, contact: Contact, resident: Resident | None, zone: ZoneInfo, now: datetime) -> Person:
    phone = sms_number(contact, resident.phone if resident else "")
    return Person(
        push=state_of(one.phones, now), sms=bool(phone), email=bool(contact.email), letter=bool(resident and resident.street and not one.known.status),
        first=contact.first, is_exempt=contact.is_paper, is_dead=one.known.status == "dead", quiet_from=contact.quiet_from, quiet_to=contact.quiet_to,
        told_on=day(one.told_at, zone), city_on=day(one.city_at, zone),
    )  # fmt: skip


def state_of(phones: list[subscriptions.Row], now: datetime) -> str:
    if not phones:
        return "none"
    return "live" if any(now - from_milliseconds(phone.seen_at) < SUSPECT for phone in phones) else "suspect"


def notice(row: Row, ended: str) -> Notice:
    return Notice(
        row.id, row.matter, row.rule, row.kind, row.weight, from_milliseconds(row.created_at), row.shape, row.opens, row.last_day, row.starts_at,
        tuple(row.remind.split(",")) if row.remind else (), from_milliseconds(row.opened_at) if row.opened_at else None, ended=ended,
        again_at=from_milliseconds(row.again_at) if row.again_at else None,
    )  # fmt: skip


def tried(row: TriedRow) -> Tried:
    return Tried(row.step, row.kind, from_milliseconds(row.at), STATES.get(row.state, "skipped"))


def history(looked: Looked, rows: list[Row]) -> list[tuple[Notice, list[Tried]]]:
    """As `ladder.decide` takes it."""
    return [(notice(row, looked.ended[row.id]), [tried(one) for one in looked.tried[row.id]]) for row in rows]


def day(ms: int, zone: ZoneInfo) -> str:
    return from_milliseconds(ms).astimezone(zone).date().isoformat() if ms else ""
