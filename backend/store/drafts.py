"""Drafts on the server: one for each person and service, each save naming the revision it has seen.

Two devices never overwrite each other in silence: the second to save gets the first's draft with `DraftMoved`.
A guest's draft belongs to the session; it moves to the person when they sign in (`sessions.begin`, `duplicate_drafts.put`).
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.drafts import Draft
from backend.domain.errors import DraftMoved
from backend.store import audit, guest_room, persons
from backend.store.database import Database
from backend.store.keyring import Person
from backend.store.statements import Tx, load

SQL = load("drafts")
TABLE = "draft"


class Row(Struct, frozen=True):
    """`public_id`: a keyed hash of the draft's id."""

    service: str
    public_id: str
    version: int
    revision: int
    sealed: bytes


class New(Struct, frozen=True):
    """`public_id` and what it `replaces` are keyed hashes of the drafts' ids, one for each key kept, the newest last:
    the id itself will open the receipt, and stands in what is sealed."""

    person: int
    owner: str
    service: str
    public_id: str
    version: int
    revision: int
    sealed: bytes
    now: int
    replaces: list[str]
    older: list[str]
    """What `public_id` would be under older keys."""


async def get(db: Database, actor: Actor, service: str) -> Draft | None:
    person, row = await db.read(find, actor, service=service)
    return unseal(db, person, row) if row else None


async def list_all(db: Database, actor: Actor) -> list[Draft]:
    """Newest first."""
    person, rows = await db.read(find_all, actor)
    open = db.keys.opener(person) if rows else None
    return [opened(open, row) for row in rows if open]


async def put(db: Database, actor: Actor, draft: Draft, now: datetime, replaces: str = "") -> Draft:
    """The draft with its new revision. `replaces` is the id of a stored draft the person chose to give up.

    Raises `DraftMoved` with what is stored (None: deleted or sent) if that is not what the device has seen; of a guest
    `Busy` where all guests together have too much.
    A save repeated because its answer was lost is the same save.
    """
    draft = msgspec.structs.replace(draft, updated_at=now.isoformat(timespec="seconds"))
    person = await db.read(persons.holder, actor)
    most = guest_room.measure(db) if actor.is_guest else 0
    revision, row = await db.write(save, actor, new=sealed(db, person, actor, draft, now, replaces or draft.id), most=most)
    if revision is not None:
        return msgspec.structs.replace(draft, revision=revision)
    theirs = unseal(db, person, row) if row else None
    if theirs is not None and theirs.revision == draft.revision + 1 and theirs.says_the_same(draft):
        return theirs
    raise DraftMoved(theirs)


async def delete(db: Database, actor: Actor, service: str) -> None:
    await db.write(remove, actor, service=service)


def sealed(db: Database, person: Person, actor: Actor, draft: Draft, now: datetime, replaces: str, table: str = TABLE) -> New:
    *older, public_id = db.keys.id_macs(draft.id)
    data = db.keys.seal(person, table, public_id, msgspec.json.encode(draft))
    return New(
        person.id, persons.owner(actor), draft.service, public_id, draft.version, draft.revision, data,
        int(now.timestamp() * 1000), db.keys.id_macs(replaces), older,
    )  # fmt: skip


def owned_by(draft: New, owner: str) -> New:
    return msgspec.structs.replace(draft, owner=owner)


def unseal(db: Database, person: Person, row: Row, table: str = TABLE) -> Draft:
    return opened(db.keys.opener(person), row, table)


def opened(open: Callable[[str, str, bytes], bytes], row: Row, table: str = TABLE) -> Draft:
    return msgspec.structs.replace(decode(open(table, row.public_id, row.sealed)), revision=row.revision)


decode = msgspec.json.Decoder(Draft).decode


# Bodies


def find(tx: Tx, actor: Actor, service: str) -> tuple[Person, Row | None]:
    person = persons.holder(tx, actor)
    return person, tx.one(SQL.draft, Row, person=person.id, owner=persons.owner(actor), service=service)


def find_all(tx: Tx, actor: Actor) -> tuple[Person, list[Row]]:
    person = persons.holder(tx, actor)
    return person, of_person(tx, actor, person.id)


def of_person(tx: Tx, actor: Actor, person: int) -> list[Row]:
    return tx.all(SQL.drafts_of_person, Row, person=person, owner=persons.owner(actor))


def save(tx: Tx, actor: Actor, new: New, most: int | None = None) -> tuple[int | None, Row | None]:
    """(new revision, None), or (None, what is stored) when the device has not seen it. `most`: bytes
    of all guests, where it is kept for one."""
    before = guest_room.total(tx, actor) if new.owner else 0
    if revision := change(tx, new) if new.revision else tx.one(SQL.add_draft, int, new):
        if most is not None and new.owner:
            guest_room.refuse_growth(tx, actor, before, most, is_new=not new.revision)
        drop_set_aside(tx, new)
        return revision, None
    return None, tx.one(SQL.draft, Row, new)


def change(tx: Tx, new: New) -> int | None:
    changed = (tx.one(SQL.change_draft, int, new, replaces=replaces) for replaces in reversed(new.replaces))
    return next((revision for revision in changed if revision), None)


def remove(tx: Tx, actor: Actor, service: str) -> None:
    person = persons.find(tx, actor, actor.subject)
    tx.run(SQL.remove_draft, person=person.id, owner=persons.owner(actor), service=service)


def leave_mark(tx: Tx, actor: Actor, mark: New) -> None:
    """In place of the draft that was sent, and of an older mark; a draft begun anew on another device stays."""
    tx.run(SQL.clear_sent, mark)
    for older in mark.older:
        tx.run(SQL.clear_begun, mark, public_id=older)
    tx.one(SQL.add_draft, int, mark)
    drop_set_aside(tx, mark)


def drop_set_aside(tx: Tx, new: New) -> None:
    """A draft set aside at sign-in that her phone has since brought itself is in use now, or sent."""
    if not new.owner:
        for public_id in (new.public_id, *new.older):
            tx.run(SQL.drop_set_aside, new, public_id=public_id)


def move(tx: Tx, actor: Actor, new: New, guest: Actor) -> bool:
    if not tx.one(SQL.add_draft, int, new):
        return False
    remove(tx, guest, new.service)
    audit.add(tx, actor, "adopt", f"draft/{new.public_id}", new.now)
    return True
