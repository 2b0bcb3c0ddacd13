"""Letters in mailboxes. To write one inside another transaction: `new = await sealed_for(db, person, letter, now)` before it,
then `add(tx, actor, new)` in it; letter, mailbox row, notices, and a print job for who gets paper are committed together.

A letter to one person is sealed with her key. One to many is sealed once (`sealed_for_many`), with a key of its own that lies
wrapped in its row; what differs for a recipient is in her mailbox row, sealed with hers (`sealed_merged`).
Nothing is shown before `available_at`: that moment is when it counts as received, and until then it can be withdrawn.
"""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain import letters as domain
from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import Invalid, NotFound
from backend.domain.letters import DO, UNREAD, Letter, lacking
from backend.domain.moments import milliseconds
from backend.store import audit, contacts, notices, persons
from backend.store.database import Database
from backend.store.keyring import Keyring, Person, Tampered
from backend.store.statements import Tx, load

SQL = load("letters")
TABLE, MERGED = "letter", "merged"
PAGE = 50
INBOX, ARCHIVE = -1, 0
"""Folders every mailbox has; the others are rows of `folder`."""
NEWEST = 2**62
FOLDED = b'"folded":"'
"""Where the words to search by begin in what is sealed: they hold nothing that JSON would write otherwise."""
log = logging.getLogger("medborger.store")


class New(Struct, frozen=True):
    """A letter to one person, sealed. `subject`: her public id. Moments in epoch ms. `to_do`: one bit for each action.
    `print_id` "": no paper. Change `case_row` or `thread` with `msgspec.structs.replace`, nothing else: the rest is sealed."""

    person: int
    subject: str
    public_id: str
    thread: str
    sender: str
    case_row: int | None
    sealed: bytes
    sent_at: int
    available_at: int
    to_do: int
    notices: list[notices.New]
    print_id: str = ""
    merged: bytes | None = None


class Shared(Struct, frozen=True):
    """A letter to many, sealed with a key of its own."""

    public_id: str
    kek_id: str
    wrapped_key: bytes
    sender: str
    sealed: bytes
    sent_at: int


class Row(Struct, frozen=True):
    """`kek_id` and `wrapped_key`: of a letter to many. `opened_at` 0: never. `folder`: INBOX, ARCHIVE or a row of `folder`."""

    row: int
    public_id: str
    thread: str
    kek_id: str | None
    wrapped_key: bytes | None
    sealed: bytes
    available_at: int
    opened_at: int
    folder: int
    merged: bytes | None
    to_do: int


class Held(Struct, frozen=True):
    """A letter in her mailbox. `letter` None: its bytes were damaged. `values`: hers in a letter to many (`domain.letters.filled`).
    `to_do`: places of the actions not done yet."""

    id: str
    thread: str
    received_at: int
    opened_at: int
    folder: int
    to_do: list[int]
    letter: Letter | None
    values: dict[str, str] = {}


class ToDo(Struct, frozen=True):
    """One thing a letter asks of her: `action` of `letter`, by its `place` among the actions."""

    id: str
    place: int
    letter: Letter
    action: domain.Action
    values: dict[str, str] = {}


# Writing


async def sealed_for(
    db: Database, person: str, letter: Letter, now: datetime, *, case_row: int | None = None, thread: str = "",
    available_at: datetime | None = None,
) -> New:  # fmt: skip
    """What `add` takes. `person`: public id of the recipient. `available_at`: not shown and not told of before; None for now.
    `thread`: of the letter or message this one belongs to; "" begins one.

    Raises `Invalid`, with what lacks as `field` "da.must", for a letter without its five answers; `NotFound` for nobody.
    """
    refuse_incomplete(letter)
    recipient, contact = await db.read(find_recipient, SYSTEM, person=person)
    is_paper = contacts.opened(db.keys, recipient, contact).is_paper
    public_id, at = secrets.token_hex(16), milliseconds(available_at or now)
    return New(
        recipient.id, recipient.public_id, public_id, thread or public_id, letter.sender, case_row,
        db.keys.seal(recipient, TABLE, public_id, encoded(letter)), milliseconds(now), at, domain.to_do(letter.actions),
        told(recipient.id, public_id, letter, at, is_paper), secrets.token_hex(16) if is_paper else "",
    )  # fmt: skip


def sealed_for_many(keys: Keyring, letter: Letter, now: datetime) -> Shared:
    """Written once by `add_shared`; then a mailbox row for each recipient, with `to_do=domain.letters.to_do(letter.actions)` and
    the notices that `told` gives. Raises `Invalid` as `sealed_for`."""
    refuse_incomplete(letter)
    public_id = secrets.token_hex(16)
    kek_id, wrapped_key = keys.wrap(public_id)
    sealed = keys.seal(of_many(public_id, kek_id, wrapped_key), TABLE, public_id, encoded(letter))
    return Shared(public_id, kek_id, wrapped_key, letter.sender, sealed, milliseconds(now))


def sealed_merged(keys: Keyring, person: Person, letter: str, values: dict[str, str]) -> bytes:
    """What of a letter to many is this person's own. `letter`: its public id."""
    return keys.seal(person, MERGED, letter, msgspec.json.encode(values))


def told(person: int, letter: str, one: Letter, available_at: int, is_paper: bool) -> list[notices.New]:
    """That it came, and each thing to do with its last day. `person`: the row; `letter`: the public id."""
    return [notices.new(person, f"letter/{letter}", each, available_at) for each in domain.reminders(one, is_paper)]


def refuse_incomplete(letter: Letter) -> None:
    if found := lacking(letter):
        raise Invalid("letter", [{"field": f"{lang}.{name}", "code": "letter-lacks", "say": "", "n": 0} for lang, name in found])


def of_many(public_id: str, kek_id: str | None, wrapped_key: bytes | None) -> Person:
    """The key of a letter to many is wrapped as a person's is, under the letter's own id."""
    return Person(0, public_id, kek_id, wrapped_key)


def encoded(letter: Letter) -> bytes:
    """The letter, and last the words it is found by."""
    return msgspec.json.encode(letter)[:-1] + b"," + FOLDED + domain.words(letter).encode() + b'"}'


# Reading


async def page(db: Database, actor: Actor, now: datetime, folder: int = INBOX, before: str = "") -> list[Held]:
    """Newest first, at most `PAGE`; `before` is the id of the last one shown."""
    person, rows = await db.read(find_page, actor, now=milliseconds(now), folder=folder, before=before)
    return every(db.keys, person, rows)


async def get(db: Database, actor: Actor, public_id: str, now: datetime) -> tuple[Held, list[Held]]:
    """The letter, and all letters of its thread, oldest first. Raises `NotFound`, also for a stranger's and one to come."""
    person, row, thread = await db.read(find, actor, public_id=public_id, now=milliseconds(now))
    return held(db.keys, db.keys.opener(person), row), every(db.keys, person, thread)


async def of_thread(db: Database, actor: Actor, thread: str, now: datetime) -> list[Held]:
    """Oldest first."""
    person, rows = await db.read(find_thread, actor, thread=thread, now=milliseconds(now))
    return every(db.keys, person, rows)


async def of_case(db: Database, actor: Actor, case: str, now: datetime) -> list[Held]:
    """Those about one case of hers, by its public id; oldest first."""
    person, rows = await db.read(find_of_case, actor, case=case, now=milliseconds(now))
    return every(db.keys, person, rows)


async def unread(db: Database, actor: Actor, now: datetime, most: int = 3) -> list[Held]:
    """The newest not opened yet, wherever they lie."""
    person, rows = await db.read(find_unread, actor, now=milliseconds(now), most=most)
    return every(db.keys, person, rows)


async def to_do(db: Database, actor: Actor, now: datetime) -> list[ToDo]:
    """All that letters ask of her and she has not done, the nearest last day first, those without one last."""
    person, rows = await db.read(find_to_do, actor, now=milliseconds(now))
    found = [
        ToDo(one.id, place, one.letter, one.letter.actions[place], one.values)
        for one in every(db.keys, person, rows) if one.letter for place in one.to_do
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.action.by or one.action.starts_at or "9999")


def every(keys: Keyring, person: Person, rows: list[Row]) -> list[Held]:
    open = keys.opener(person) if rows else None
    return [held(keys, open, row) for row in rows if open]


def held(keys: Keyring, open: Callable[[str, str, bytes], bytes], row: Row) -> Held:
    """One damaged letter does not take the mailbox with it."""
    letter, values = None, {}
    try:
        letter, values = DECODE(unsealed(keys, open, row)), merged(open, row)
    except (Tampered, msgspec.DecodeError):
        log.error("letter %s does not open", row.public_id)
    asked = len(letter.actions) if letter else 0
    return Held(
        row.public_id, row.thread, row.available_at, row.opened_at, row.folder, [at for at in range(asked) if row.to_do >> at & 1], letter, values
    )  # fmt: skip


DECODE = msgspec.json.Decoder(Letter).decode
VALUES = msgspec.json.Decoder(dict[str, str]).decode


def unsealed(keys: Keyring, open: Callable[[str, str, bytes], bytes], row: Row) -> bytes:
    if row.wrapped_key is None:
        return open(TABLE, row.public_id, row.sealed)
    return keys.open(of_many(row.public_id, row.kek_id, row.wrapped_key), TABLE, row.public_id, row.sealed)


def merged(open: Callable[[str, str, bytes], bytes], row: Row) -> dict[str, Any]:
    return VALUES(open(MERGED, row.public_id, row.merged)) if row.merged else {}


# Acts of the reader


async def opened(db: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """She has it before her: the first time is the opened receipt, and nobody need tell her of it any more."""
    await db.write(open_letter, actor, public_id=public_id, now=milliseconds(now))


async def done(db: Database, actor: Actor, public_id: str, place: int, is_done: bool, now: datetime) -> None:
    """"I have done it", or not after all: then it is reminded of again. Raises `NotFound`, also for no action of that letter."""
    held, _ = await get(db, actor, public_id, now)
    actions = held.letter.actions if held.letter else []
    if not 0 <= place < len(actions) or not domain.is_to_do(actions[place]):
        raise NotFound("action")
    await db.write(set_done, actor, public_id=public_id, place=place, is_done=is_done, now=milliseconds(now))


# Bodies


def add(tx: Tx, actor: Actor, new: New) -> int:
    """The letter's row. In the transaction of the change it tells of."""
    letter = tx.one(SQL.add_letter, int, new)
    tx.run(SQL.add_to_mailbox, new, letter=letter)
    if new.print_id:
        tx.run(SQL.add_print_job, new, letter=letter)
    notices.add(tx, actor, *new.notices)
    audit.add(tx, actor, "write", f"letter/{new.public_id}", new.sent_at, subject=new.subject)
    return letter


def add_shared(tx: Tx, actor: Actor, new: Shared) -> int:
    """The content alone, without a recipient yet; its row."""
    letter = tx.one(SQL.add_shared_letter, int, new)
    audit.add(tx, actor, "write", f"letter/{new.public_id}", new.sent_at)
    return letter


def withdraw(tx: Tx, actor: Actor, public_id: str, now: int) -> bool:
    """Before it is available it is taken back, with whatever was to be told and printed of it. False: it is hers already, or
    is gone. `now` in epoch ms."""
    found = tx.one(SQL.withdraw_letter, lambda letter, person: (letter, person), public_id=public_id, now=now)
    if found is None:
        return False
    letter, person = found
    tx.run(SQL.take_out_of_mailbox, letter=letter, person=person)
    tx.run(SQL.drop_print_job, letter=letter, person=person)
    notices.end(tx, actor, person, f"letter/{public_id}", "withdrawn", now)
    audit.add(tx, actor, "withdraw", f"letter/{public_id}", now)
    return True


def find_recipient(tx: Tx, actor: Actor, person: str) -> tuple[Person, bytes | None]:
    found = persons.find(tx, actor, person)
    return found, contacts.of_person(tx, actor, found.id)


def find_page(tx: Tx, actor: Actor, now: int, folder: int, before: str) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    place = tx.one(SQL.place_in_mailbox, lambda at, letter: (at, letter), person=person.id, public_id=before) if before else None
    before_at, last = place or (NEWEST, NEWEST)
    return person, tx.all(SQL.letters_in_folder, Row, person=person.id, now=now, folder=folder, before_at=before_at, before=last, most=PAGE)


def find(tx: Tx, actor: Actor, public_id: str, now: int) -> tuple[Person, Row, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    row = of_person(tx, actor, person.id, public_id, now)
    return person, row, tx.all(SQL.letters_of_thread, Row, person=person.id, thread=row.thread, now=now)


def of_person(tx: Tx, actor: Actor, person: int, public_id: str, now: int) -> Row:
    row = tx.one(SQL.letter_of_person, Row, person=person, public_id=public_id, now=now)
    if row is None:
        raise NotFound("letter")
    return row


def find_thread(tx: Tx, actor: Actor, thread: str, now: int) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.letters_of_thread, Row, person=person.id, thread=thread, now=now)


def find_of_case(tx: Tx, actor: Actor, case: str, now: int) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.letters_of_case, Row, person=person.id, case=case, now=now)


def find_unread(tx: Tx, actor: Actor, now: int, most: int) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.letters_unread, Row, person=person.id, now=now, most=most)


def find_to_do(tx: Tx, actor: Actor, now: int) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.letters_to_do, Row, person=person.id, now=now)


def count_unread(tx: Tx, actor: Actor, now: int) -> int:
    person = persons.find(tx, actor, actor.subject)
    return tx.one(SQL.count_unread, int, person=person.id, now=now) or 0


def open_letter(tx: Tx, actor: Actor, public_id: str, now: int) -> None:
    person = persons.find(tx, actor, actor.subject)
    row = of_person(tx, actor, person.id, public_id, now)
    if row.opened_at == 0:
        tx.run(SQL.open_letter, person=person.id, letter=row.row, now=now)
        notices.end(tx, actor, person.id, f"letter/{public_id}", "opened", now, UNREAD)
        audit.add(tx, actor, "open", f"letter/{public_id}", now)


def set_done(tx: Tx, actor: Actor, public_id: str, place: int, is_done: bool, now: int) -> None:
    person = persons.find(tx, actor, actor.subject)
    row = of_person(tx, actor, person.id, public_id, now)
    to_do = row.to_do & ~(1 << place) if is_done else row.to_do | 1 << place
    if to_do == row.to_do:
        return
    tx.run(SQL.set_to_do, person=person.id, letter=row.row, to_do=to_do)
    matter, rule = f"letter/{public_id}", f"{DO}{place}"
    if is_done:
        notices.end(tx, actor, person.id, matter, "done", now, rule)
    else:
        notices.reopen(tx, actor, person.id, matter, rule, now)
    audit.add(tx, actor, "done" if is_done else "not-done", f"letter/{public_id}", now)
