"""A word from the town to everybody, or to some postcodes: read from a file, tried dry, and spread at the pace its telephone
can take, since everybody who is told may ring."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
import tomllib
from msgspec import Struct

from backend.domain.actors import SYSTEM
from backend.domain.moments import milliseconds
from backend.domain.reminders import Reminder
from backend.store import campaigns, letters, mailings, notices, recipients
from backend.store.campaigns import Row
from backend.store.database import Database
from backend.store.keyring import Tampered
from backend.store.mailing_runner import letter_of
from push.texts import BODY, TITLE

MOST_AT_ONCE = 2000
LOOKED_AT = 500
PER_HOUR = 600
log = logging.getLogger("medborger.push")


class BadCampaign(Exception):
    """A sentence for the operator for each mistake of the file."""


class Written(Struct, frozen=True):
    """What an operator wrote. `texts`: language -> (title, body)."""

    texts: dict[str, tuple[str, str]]
    last_day: str
    per_hour: int = PER_HOUR
    postcodes: list[str] = []


def read(text: str, languages: Mapping[str, str], today: str) -> Written:
    """`languages`: code -> its own name. Raises `BadCampaign`."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadCampaign(f"The file is no TOML: {error}") from None
    wrong = list(mistakes(found, languages, today))
    if wrong:
        raise BadCampaign("\n".join(wrong))
    texts = {code: (found[code]["title"].strip(), found[code]["body"].strip()) for code in languages if code in found}
    return Written(texts, str(found["until"]), found.get("per_hour", PER_HOUR), [str(one) for one in found.get("postcodes", [])])


def mistakes(found: dict[str, Any], languages: Mapping[str, str], today: str):  # noqa: ANN201 - an iterator of sentences
    known = {*languages, "until", "per_hour", "postcodes"}
    yield from (f"`{name}` is no language that is offered here, and no setting of a notice." for name in found if name not in known)
    if "da" not in found:
        yield "The Danish text is missing: [da] with a title and a body."
    for code in languages:
        if code in found:
            yield from text_mistakes(code, found[code])
    until = str(found.get("until", ""))
    try:
        if date.fromisoformat(until) < date.fromisoformat(today):
            yield f"`until` is {until}: that day is over."
    except ValueError:
        yield '`until` is the last day on which it is true: until = "2027-03-01".'
    per_hour = found.get("per_hour", PER_HOUR)
    if not isinstance(per_hour, int) or not 1 <= per_hour <= 1_000_000:
        yield "`per_hour` is how many people are told in an hour: a number from 1 to 1,000,000."
    if not all(str(one).isdigit() and len(str(one)) == 4 for one in found.get("postcodes", [])):
        yield '`postcodes` are four digits each: postcodes = ["9999"].'


def text_mistakes(code: str, said: Any):  # noqa: ANN201
    if not isinstance(said, dict) or not {"title", "body"} <= said.keys():
        yield f"[{code}] needs a `title` and a `body`."
        return
    for name, most in (("title", TITLE), ("body", BODY)):
        length = len(str(said[name]).strip())
        if not 0 < length <= most:
            yield f"[{code}] `{name}` has {length} signs. A locked phone shows {most}: write 1 to {most}."


async def count(db: Database, one: Written) -> dict[str, int]:
    """The dry run: how many would be told, by the language they would read it in."""
    found: dict[str, int] = {}
    row = 0
    while people := await db.read(recipients.after, SYSTEM, row=row, most=LOOKED_AT):
        for known, _, _ in people:
            if is_meant(db, known, one.postcodes):
                lang = known.language if known.language in one.texts else "da"
                found[lang] = found.get(lang, 0) + 1
        row = people[-1][0].id
        await asyncio.sleep(0)  # pages go on between
    return found


async def start(db: Database, one: Written, now: datetime) -> str:
    id = secrets.token_hex(16)
    new = campaigns.New(id, msgspec.json.encode(one.texts).decode(), ",".join(one.postcodes), one.last_day, one.per_hour, milliseconds(now))
    await db.write(campaigns.add, SYSTEM, new=new)
    return id


async def spread(db: Database, now: datetime) -> int:
    """As many of each running campaign as its pace allows since the last time. How many were made."""
    running = await db.read(campaigns.running, SYSTEM)
    return sum([await (spread_letter if row.mailing else spread_one)(db, row, now) for row in running])


async def spread_one(db: Database, row: Row, now: datetime) -> int:
    """A pause of the server is not made up for in one go: the telephone rings no more than in any other hour."""
    ms = milliseconds(now)
    most = allowed(row, ms)
    if row.last_day < now.date().isoformat():
        await db.write(campaigns.spread, SYSTEM, row=row, new=[], person=row.person, state="done", now=ms)
        return 0
    if most < 1:
        return 0
    postcodes, new, person = [one for one in row.postcodes.split(",") if one], [], row.person
    while len(new) < most and (people := await db.read(recipients.after, SYSTEM, row=person, most=min(LOOKED_AT, most - len(new)))):
        new += [of(known.id, row, ms) for known, _, _ in people if is_meant(db, known, postcodes)]
        person = people[-1][0].id
        await asyncio.sleep(0)
    state = "running" if len(new) >= most else "done"
    is_written = await db.write(campaigns.spread, SYSTEM, row=row, new=new, person=person, state=state, now=ms)
    return len(new) if is_written else 0


async def spread_letter(db: Database, row: Row, now: datetime) -> int:
    """That a letter to many has come, to those who have it by now; at the same pace, for they may ring as well."""
    ms = milliseconds(now)
    most = allowed(row, ms)
    if most < 1:
        return 0
    mailing, placed = await db.read(mailings.told_after, SYSTEM, mailing=row.mailing, after=row.person, most=most)
    is_last = len(placed) < most and mailing.state in ("done", "cancelled")
    if not placed and not is_last:
        return 0
    letter = letter_of(db, mailing.letter)
    new = [notice for one in placed for notice in letters.told(one.person, mailing.letter_id, letter, ms, one.is_paper)]
    at, state = placed[-1].at if placed else row.person, "done" if is_last else "running"
    is_written = await db.write(campaigns.spread, SYSTEM, row=row, new=new, person=at, state=state, now=ms)
    return len(new) if is_written else 0


def allowed(row: Row, ms: int) -> int:
    """How many may be told now."""
    return min(MOST_AT_ONCE, row.per_hour, int((ms - row.spread_at) * row.per_hour / 3_600_000))


def of(person: int, row: Row, ms: int) -> notices.New:
    told = Reminder(campaigns.RULE, "tell", "light", last_day=row.last_day)
    return notices.new(person, campaigns.matter(row.public_id), told, ms)


def is_meant(db: Database, known: recipients.Known, postcodes: list[str]) -> bool:
    if known.status:  # no word from a town she does not live in
        return False
    if not postcodes:
        return True
    try:
        resident = known.resident(db.keys)
    except Tampered as error:  # one damaged row does not stop a word to everybody else
        log.error("a resident cannot be read: %s", type(error).__name__)
        return False
    return resident is not None and resident.postcode in postcodes


class Told:
    """The words of campaigns for whoever writes a message: read once each, for they never change."""

    def __init__(self, find: Callable[[str], Row]) -> None:
        self.find = find
        self.held: dict[str, dict[str, tuple[str, str]]] = {}

    def text(self, matter: str, lang: str) -> tuple[str, str]:
        """(title, body), in Danish where the town did not write it in this language."""
        id = matter.partition("/")[2]
        if id not in self.held:
            self.held[id] = msgspec.json.decode(self.find(id).texts, type=dict[str, tuple[str, str]])
        return self.held[id].get(lang) or self.held[id]["da"]

