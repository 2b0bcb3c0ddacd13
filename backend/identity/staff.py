"""Who at the town hall is signed in: an account made by the operator, a passkey opened by a code, nothing else."""

from datetime import datetime

from backend.domain.actors import SYSTEM, Actor
from backend.domain.moments import milliseconds
from backend.domain.staff import Staff
from backend.identity import activation
from backend.identity.activation import Made
from backend.store import staff as rows, tampering
from backend.store.database import Database
from backend.store.staff import Row

DEMO = [
    ("Anne Berg", ("caseworker",), ("sick-pay", "change-of-address")),
    ("Bo Krogh", ("caseworker",), ()),
    ("Dorte Friis", ("service-centre",), ()),
    ("Erik Dam", ("editor", "operator"), ()),
]
"""The made-up town hall of the demo: name, roles, services."""


async def of(db: Database, id: str, now: datetime) -> Staff | None:
    """Read at each request, never cached. None for a resident, for who has left, and for a row somebody else has written."""
    row = await db.read(rows.find, SYSTEM, id=id)
    if row is None or row.ended_at is not None:
        return None
    if not row.is_authentic(db.keys):
        await tampering.met(db, f"staff/{row.id}", milliseconds(now))
        return None
    return row.staff()


def everybody(db: Database) -> list[Row]:
    """Authentic accounts that have not ended, in the order they were made."""
    return [row for row in db.read_now(rows.all_of, SYSTEM) if row.ended_at is None and row.is_authentic(db.keys)]


def add(db: Database, name: str, roles: list[str], services: list[str], language: str, now: datetime, by: Actor = SYSTEM) -> Made:
    """The account, and the code that opens its first passkey. The code lives an hour; `code_for` makes another."""
    new = rows.made(db.keys, name, roles, services, language, milliseconds(now))
    db.write_now(rows.add, by, new=new)
    return activation.make_for_staff(db, new.id, name, now)


def code_for(db: Database, row: Row, now: datetime) -> Made:
    """One more code: a new computer, or a lost key."""
    return activation.make_for_staff(db, row.id, row.name, now)


def seed(db: Database, now: datetime) -> None:
    """Staff of the demo, whom anyone may sign in as. Once."""
    if any(row.is_demo for row in db.read_now(rows.all_of, SYSTEM)):
        return
    for name, roles, services in DEMO:
        db.write_now(rows.add, SYSTEM, new=rows.made(db.keys, name, roles, services, "", milliseconds(now), is_demo=True))
