"""Drafts set aside: begun before signing in, by a person who had one of that service already.

Such a draft is sealed for the person and still bears the guest's session as its owner, so no device takes it for the
draft in use. It waits until the person has looked at both and chosen.
"""

from datetime import datetime

from backend.domain.actors import Actor
from backend.domain.drafts import Draft
from backend.store import audit, drafts, persons
from backend.store.database import Database
from backend.store.drafts import New, Row
from backend.store.keyring import Person
from backend.store.statements import Tx, load

SQL = load("duplicate_drafts")

Seen = list[tuple[str, int]]
"""(id, revision) of every draft of the service the person was shown, the one in use among them."""


async def list_all(db: Database, actor: Actor, service: str) -> list[Draft]:
    """The person's own, newest first; a guest has none."""
    if actor.is_guest:
        return []
    person, rows = await db.read(find_all, actor, service=service)
    return [drafts.unseal(db, person, row) for row in rows]


async def choose(db: Database, actor: Actor, service: str, keep: str, seen: Seen, now: datetime) -> bool:
    """Keeps the draft with the id `keep`, as the one in use, and erases the rest of what was seen.

    False, and nothing is changed, when there is meanwhile more or other than was seen.
    """
    at = int(now.timestamp() * 1000)
    known = {mac: id for id in {keep, *(id for id, _ in seen)} for mac in db.keys.id_macs(id)}
    return not actor.is_guest and await db.write(keep_one, actor, service=service, keep=keep, known=known, seen=sorted(seen), now=at)


# Bodies


def find_all(tx: Tx, actor: Actor, service: str) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(SQL.drafts_set_aside, Row, person=person.id, service=service)


def keep_one(tx: Tx, actor: Actor, service: str, keep: str, known: dict[str, str], seen: Seen, now: int) -> bool:
    """`known`: the ids, by what stands for them in the rows."""
    person = persons.find(tx, actor, actor.subject)
    stored = tx.all(SQL.every_draft, lambda mac, revision: (mac, known.get(mac, ""), revision), person=person.id, service=service)
    row = next((mac for mac, id, _ in stored if id == keep), "")
    if sorted((id, revision) for _, id, revision in stored) != seen or (keep and not row):
        return False
    tx.run(SQL.drop_others, person=person.id, service=service, keep=row)
    tx.run(SQL.make_own, person=person.id, service=service, keep=row, now=now)
    audit.add(tx, actor, "choose", f"draft/{row}", now)
    return True


def put(tx: Tx, actor: Actor, draft: New, guest: Actor, is_empty: bool) -> None:
    """At sign-in, one of the guest's drafts: hers now if she has none of that service (the mark of one she has sent
    is none), else set aside. With nothing written in it there is nothing to set aside."""
    if not is_empty:
        tx.run(drafts.SQL.clear_sent, draft)
    if drafts.move(tx, actor, new=draft, guest=guest):
        return
    if is_empty:
        drafts.remove(tx, guest, draft.service)
    else:
        drafts.move(tx, actor, new=drafts.owned_by(draft, guest.session), guest=guest)
