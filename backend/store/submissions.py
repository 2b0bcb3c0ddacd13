"""The one transaction a resident relies on: submission, case, tasks, desk time, files, notice, audit line and what
is left of the draft are durable together, with every row that is filed by itself, and only then is there a receipt.
The same key gives the same receipt for ever, also to one who signed in after sending as a guest."""

import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain import submissions as domain
from backend.domain.actors import NOBODY, Actor
from backend.domain.cases import authority_day
from backend.domain.drafts import Draft
from backend.domain.errors import KeyReused, NotFound, SlotTaken
from backend.domain.reminders import of_task
from backend.domain.submissions import Booking, Kept, Receipt, Replay, Submission
from backend.store import appointments, audit, case_events, corrections, drafts, files, notices, persons, tasks
from backend.store.database import Database
from backend.store.keyring import Person
from backend.store.statements import Tx, load

SQL = load("submissions")
TABLE = "submission"
DIGITS = "23456789"
"""No 0 and 1: read aloud or written by hand they are taken for O and l."""

Sign = Callable[[dict[str, Any]], str]


class Content(Struct, frozen=True):
    """What is sealed in the submission's row."""

    answers: dict[str, Any]
    facts: dict[str, Any]
    lang: str
    deadlines: list[dict[str, Any]]
    received_at: str
    about: str
    key: str
    """What it was sent under, and what opens its receipt: the row has a keyed hash of it."""
    receipt: str
    """The signed text: it names a hash of the answers, so it is sealed with them."""
    salt: str
    claimed: dict[str, Any] = {}
    """Facts the phone said it knew, where the registers say otherwise: never believed, kept for who looks at the case."""
    on: str = ""
    """The day it was on the phone, if it can be believed."""


class New(Struct, frozen=True):
    """`idem` is the keyed hash of the key it is sent under, `older` what that is under older keys of ours."""

    person: int
    idem: str
    older: list[str]
    public_id: str
    case_id: str
    number: str
    service: str
    version: int
    body_macs: list[bytes]
    body_mac: bytes
    sent_mac: bytes
    """Of the answers as they came: a retry is known by it before anything is judged."""
    sealed: bytes
    owner: str
    tasks: list[tasks.New]
    files: list[tuple[str, bytes]]
    """(public id, sealed for this case)"""
    lacks_file: bool
    booking: Booking | None
    booking_id: str
    choose_time: tasks.New
    send_file: tasks.New
    notices: list[notices.New]
    """That it came in, and what is to be told of it later."""
    now: int
    due_on: str
    """The authority's own last day for the case, "" for none."""
    corrects: corrections.Place | None
    """The case whose content it becomes; None for a new matter. `event`: for its timeline."""
    event: case_events.New | None
    mark: drafts.New | None
    """What is left of the draft; None for a row, and for who came without a session and has no draft."""


class Row(Struct, frozen=True):
    """A kept submission with its case."""

    public_id: str
    idem: str
    service: str
    version: int
    body_mac: bytes
    sent_mac: bytes | None
    """None: received before it was kept."""
    sealed: bytes
    case_row: int
    case_id: str
    number: str


class Found(Struct, frozen=True):
    """What a body hands back; the caller opens what is sealed."""

    person: Person
    row: Row
    tasks: list[tasks.Row]
    appointment: appointments.Row | None
    is_new: bool


async def receive(
    db: Database, actor: Actor, key: str, new: Submission, now: datetime, sign: Sign,
    rows: Sequence[tuple[str, Submission]] = (),
) -> Kept:  # fmt: skip
    """`Kept` the first time, `Replay` with the same receipt when the phone, unsure, sends again.

    `rows` are those filed by themselves, each under its own key: with the whole or not at all. `sign` makes a receipt
    from its payload. Raises `KeyReused`, or `SlotTaken` if a firm booking came too late.
    """
    person = await db.read(persons.find, actor, public_id=actor.subject)
    while True:
        parts = [await prepare(db, actor, person, row_key, row, now, sign) for row_key, row in rows]
        whole = await prepare(db, actor, person, key, new, now, sign)
        marked = msgspec.structs.replace(whole, mark=await mark(db, actor, key, new, now))
        try:
            found = await db.write(add_all, actor, person=person, whole=marked, parts=parts)
        except NumberTaken:
            continue
        return opened(db, key, found)


async def mark(db: Database, actor: Actor, key: str, new: Submission, now: datetime) -> drafts.New | None:
    if actor.is_guest and not actor.session:
        return None
    left = Draft(id=key, service=new.service, version=new.version, sent=key, updated_at=now.isoformat(timespec="seconds"))
    try:
        return drafts.sealed(db, await db.read(persons.holder, actor), actor, left, now, "")
    except NotFound:
        return None  # a guest's session that ended just now: what is sent is received all the same


async def get(db: Database, actor: Actor, key: str) -> Kept:
    """Hers; or one sent without sign-in, which its 128-bit key opens to whoever holds it. Raises `NotFound`: another
    person's is none."""
    return opened(db, key, await db.read(find, actor, idems=db.keys.id_macs(key)))


async def earlier(
    db: Database, actor: Actor, key: str, service: str, version: int, answers: dict[str, Any]
) -> tuple[Kept, bool] | None:
    """What was received under this key, and whether these answers, as they came, are what it was received for.

    Asked before anything is judged: rules, versions, facts and days may have changed since, the receipt has not.
    """
    try:
        found = await db.read(find, actor, idems=db.keys.id_macs(key))
    except NotFound:
        return None
    macs = db.keys.macs("hmac-body", domain.canonical(service, version, answers))
    return opened(db, key, found), any(is_one_of(macs, mac) for mac in (found.row.sent_mac, found.row.body_mac))


async def prepare(db: Database, actor: Actor, person: Person, key: str, new: Submission, now: datetime, sign: Sign) -> New:
    """All that needs chance, a clock or keys, before the transaction."""
    body = domain.canonical(new.service, new.version, new.answers)
    *older, idem = db.keys.id_macs(key)
    of = None if actor.is_guest else await db.read(corrections.find, actor, person=person.id, idems=[*older, idem])
    number = of.number if of else new_number()
    at = now.isoformat(timespec="seconds")
    public_id, case_id, ms = secrets.token_hex(16), of.case if of else secrets.token_hex(16), int(now.timestamp() * 1000)
    salt = secrets.token_hex(16)
    digest = sha256(domain.canonical(new.service, new.version, new.answers, salt)).hexdigest()
    receipt = sign(domain.payload(number, digest, actor.person, actor.subject, at))
    content = Content(new.answers, new.facts, new.lang, new.deadlines, at, new.about, key, receipt, salt, new.claimed, new.on)
    there = set(new.files) & set(of.files) if of else set()
    papers = await files.for_case(db, actor, case_id, [one for one in new.files if one not in there]) if new.files else []
    macs = db.keys.macs("hmac-body", body)
    as_sent = body if new.as_sent is None else domain.canonical(new.service, new.version, new.as_sent)
    return New(
        person=person.id, idem=idem, older=older, public_id=public_id, case_id=case_id, number=number,
        service=new.service, version=new.version, body_macs=macs, body_mac=macs[-1],
        sent_mac=db.keys.macs("hmac-body", as_sent)[-1],
        sealed=db.keys.seal(person, TABLE, bound(public_id, idem), msgspec.json.encode(content)),
        owner=persons.owner(actor), tasks=[tasks.seal(db.keys, person, case_id, task) for task in new.tasks],
        files=papers, lacks_file=len(papers) + len(there) < len(new.files), booking=new.booking, booking_id=secrets.token_hex(16),
        choose_time=tasks.seal(db.keys, person, case_id, tasks.CHOOSE_TIME),
        send_file=tasks.seal(db.keys, person, case_id, tasks.SEND_FILE), notices=told(actor, person, case_id, new, ms, idem[:16] if of else ""), now=ms,
        due_on=authority_day(new.deadlines), corrects=of, event=case_events.seal(db.keys, person, case_id, "corrected") if of else None, mark=None,
    )  # fmt: skip


def told(actor: Actor, person: Person, case: str, new: Submission, now: int, occurrence: str) -> list[notices.New]:
    """A guest has nobody to be reminded: only that it came in is written down. `occurrence`: of a correction, so that what was
    told of the answers before does not stand for it."""
    came_in = notices.received(person.id, f"case/{case}", new.service, new.version, now)
    later = [] if actor.is_guest else new.reminders
    return [came_in, *(notices.new(person.id, f"case/{case}", one, since, new.service, new.version, occurrence=occurrence) for one, since in later)]


def new_number() -> str:
    """Said on the phone in three groups, "M 224 763 529"; random, so that it tells nothing of how many there are."""
    digits = "".join(secrets.choice(DIGITS) for _ in range(9))
    return f"M {digits[:3]} {digits[3:6]} {digits[6:]}"


def bound(public_id: str, idem: str) -> str:
    """All that is sent by guests has one key: what was sent opens under the key it was sent under, and under no other."""
    return f"{public_id}/{idem}"


def opened(db: Database, key: str, found: Found) -> Kept:
    row = found.row
    content = msgspec.json.decode(db.keys.open(found.person, TABLE, bound(row.public_id, row.idem), row.sealed))
    return (Kept if found.is_new else Replay)(
        receipt=Receipt(key, row.number, content["received_at"], content["receipt"], content.get("salt", "")),
        case=row.case_id, service=row.service, version=row.version, content=content,
        tasks=[tasks.unseal(db.keys, found.person, task) for task in found.tasks],
        appointment=appointments.shown(found.appointment),
    )  # fmt: skip


class NumberTaken(Exception):
    """One in some hundred million: another case bears this number."""


# Bodies


def add_all(tx: Tx, actor: Actor, person: Person, whole: New, parts: list[New]) -> Found:
    """The rows first; whatever stops one of them stops all."""
    for part in parts:
        add(tx, actor, person, part)
    return add(tx, actor, person, whole)


def add(tx: Tx, actor: Actor, person: Person, new: New) -> Found:
    """Insert first, read after: a second one with the same key finds the first, however close they come."""
    if not actor.is_guest and (sent_as_guest := of_guest(tx, actor, [*new.older, new.idem])):
        return unchanged(sent_as_guest, new)
    if new.older and (before := looked(tx, actor, person, new.older)):
        return unchanged(before, new)
    submission = tx.one(SQL.add_submission, int, new)
    if submission is None:
        return unchanged(look(tx, actor, person, [new.idem], is_new=False), new)
    case, done = placed(tx, actor, person, new, submission)
    open_tasks, left = [task for task in new.tasks if task.task not in done], []
    if new.booking and not booked(tx, actor, person, case, new):
        open_tasks.append(new.choose_time)
        left.append(tasks.CHOOSE_TIME)
    if not files.attach(tx, actor, person.id, new.owner, case, new.files) or new.lacks_file:
        open_tasks.append(new.send_file)
        left.append(tasks.SEND_FILE)
    tasks.add_all(tx, actor, person.id, case, open_tasks, new.now)
    notices.add(tx, actor, *new.notices, *(remind(person, new, task) for task in left if not actor.is_guest))
    audit.add(tx, actor, "receive", f"submission/{new.public_id}", new.now)
    if new.mark:
        drafts.leave_mark(tx, actor, new.mark)
    if not actor.is_guest:
        notices.done_with(tx, actor, person.id, new.service, new.now)
    return look(tx, actor, person, [new.idem], is_new=True)


def placed(tx: Tx, actor: Actor, person: Person, new: New, submission: int) -> tuple[int, set[str]]:
    """(row of the case, names of tasks done on it before): a case of its own, or the new content of one."""
    if new.corrects and new.event:
        done = corrections.put(tx, actor, person.id, new.corrects, submission, new.due_on, new.now)
        case_events.add(tx, actor, person.id, new.corrects.row, new.event, new.now)
        return new.corrects.row, done
    case = tx.one(SQL.add_case, int, new, submission=submission)
    if case is None:
        raise NumberTaken
    return case, set()


def booked(tx: Tx, actor: Actor, person: Person, case: int, new: New) -> bool:
    assert new.booking
    if not new.corrects:
        return appointments.book(tx, actor, person.id, case, new.service, new.booking, new.booking_id, new.now)
    if corrections.book(tx, actor, person.id, new.corrects, new.booking, new.booking_id, new.now):
        return True
    if new.booking.at and new.booking.firm:
        raise SlotTaken(new.booking.at)
    return False


def remind(person: Person, new: New, task: dict[str, str]) -> notices.New:
    """Of what the store itself left to be done."""
    return notices.new(person.id, f"case/{new.case_id}", of_task(task["id"]), new.now, new.service, new.version)


def unchanged(found: Found, new: New) -> Found:
    """What was received, unless the key was used for something else."""
    if not is_one_of(new.body_macs, found.row.body_mac):
        raise KeyReused
    return found


def is_one_of(macs: list[bytes], mac: bytes | None) -> bool:
    return mac is not None and any(hmac.compare_digest(mac, each) for each in macs)


def find(tx: Tx, actor: Actor, idems: list[str]) -> Found:
    try:
        return look(tx, actor, persons.find(tx, actor, actor.subject), idems, is_new=False)
    except NotFound:
        if not actor.is_guest and (sent_as_guest := of_guest(tx, actor, idems)):
            return sent_as_guest
        raise


def of_guest(tx: Tx, actor: Actor, idems: list[str]) -> Found | None:
    """Received before she signed in, from the same phone: it stays nobody's, and is not received again as hers."""
    return looked(tx, actor, persons.find(tx, actor, NOBODY), idems)


def looked(tx: Tx, actor: Actor, person: Person, idems: list[str]) -> Found | None:
    try:
        return look(tx, actor, person, idems, is_new=False)
    except NotFound:
        return None


def look(tx: Tx, actor: Actor, person: Person, idems: list[str], is_new: bool) -> Found:
    rows = (tx.one(SQL.submission_by_key, Row, person=person.id, idem=idem) for idem in reversed(idems))
    row = next((row for row in rows if row), None)
    if row is None:
        raise NotFound("submission")
    return Found(
        person, row, tasks.open_of_case(tx, actor, row.case_row), appointments.of_case(tx, actor, row.case_row), is_new
    )
