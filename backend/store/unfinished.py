"""What was typed on a page of somebody whose session had ended: kept for that person, in the browser it was typed in.

It lies among the guests' drafts, so housekeeping finds it, but it is sealed with the person's own key and named after
both: no guest reads it, and whoever else signs in there neither gets it nor could open it.
"""

from datetime import datetime

import msgspec

from backend.domain.actors import NOBODY, Actor
from backend.domain.drafts import Draft
from backend.domain.errors import Busy, NotFound
from backend.store import drafts, guest_room, persons
from backend.store.database import Database
from backend.store.drafts import New, Row
from backend.store.keyring import Person
from backend.store.statements import Tx, load

SQL = load("unfinished")
TABLE = "unfinished"
"""Not a draft's seal: a row moved among her drafts does not open."""
TRIES = 3


async def keep(db: Database, here: Actor, person: str, draft: Draft, now: datetime) -> None:
    """`here`: whose session this browser has now, a guest's or another resident's. `draft` holds nothing but what was
    typed; what another page kept before of the same service stays beside it. Of an unknown person nothing is kept."""
    for _ in range(TRIES):
        try:
            nobody, hers, row = await db.read(find, here, person=person, service=draft.service)
        except NotFound:
            return
        before = drafts.unseal(db, hers, row, TABLE) if row else None
        whole = draft if before is None else msgspec.structs.replace(draft, raw=before.raw | draft.raw, revision=before.revision)
        new = sealed(db, nobody, hers, here, whole, now, replaces=before.id if before else draft.id)
        if (await db.write(drafts.save, here, new=new, most=guest_room.measure(db)))[0] is not None:
            return
    raise Busy("queue-full", retry_after_s=1)


def sealed(db: Database, nobody: Person, hers: Person, here: Actor, draft: Draft, now: datetime, replaces: str) -> New:
    new = drafts.sealed(db, hers, here, draft, now, replaces, TABLE)
    return msgspec.structs.replace(new, person=nobody.id, owner=place(here, hers.public_id))


def place(here: Actor, person: str) -> str:
    """The id of a session has 32 signs, `move_on` counts on it."""
    return f"{here.session}/{person}"


def joined(kept: Draft, own: Draft | None) -> Draft | None:
    """Her draft with what she typed after the session had ended, as typed. None: it was sent meanwhile."""
    if own is None:
        return msgspec.structs.replace(kept, revision=0)
    if own.sent:
        return None
    return msgspec.structs.replace(own, raw=own.raw | kept.raw)


# Bodies


def find(tx: Tx, here: Actor, person: str, service: str) -> tuple[Person, Person, Row | None]:
    nobody, hers = persons.find(tx, here, NOBODY), persons.find(tx, here, person)
    return nobody, hers, tx.one(drafts.SQL.draft, Row, person=nobody.id, owner=place(here, person), service=service)


def of_person(tx: Tx, here: Actor, person: str) -> list[Row]:
    """What waits in this browser for the person who signs in now."""
    nobody = persons.find(tx, here, NOBODY)
    return tx.all(drafts.SQL.drafts_of_person, Row, person=nobody.id, owner=place(here, person))


def hand_over(tx: Tx, actor: Actor, before: Actor) -> None:
    """Hers is in her own drafts now; what waits for others goes on waiting in this browser."""
    nobody = persons.find(tx, actor, NOBODY)
    tx.run(SQL.drop, person=nobody.id, owner=place(before, actor.person))
    # A range, for the index: "0" follows "/".
    tx.run(SQL.move_on, person=nobody.id, first=before.session + "/", after=before.session + "0", now=actor.session)
