"""Which sender's program asks: a key in a header, shown once when it was made, and nothing else."""

import hmac
import re
from datetime import datetime

from backend.domain.actors import SYSTEM, Actor
from backend.domain.moments import milliseconds
from backend.domain.senders import PER_MINUTE, Sender, SenderKind
from backend.identity.recipient_file import is_checked
from backend.identity.register_fields import BadLine, person_number
from backend.store import senders as rows, tampering
from backend.store.database import Database
from backend.store.senders import Row

KEY = re.compile(r"Bearer (mb[st]_([0-9a-f]{12})_[0-9a-f]{64})", re.IGNORECASE)


async def of(db: Database, authorization: str, now: datetime) -> Sender | None:
    """Read at each request, never cached. None for a wrong key, an ended sender's, and a row somebody else has written."""
    said = KEY.fullmatch(authorization.strip())
    row = await db.read(rows.find, SYSTEM, id=said[2].lower()) if said else None
    if said is None or row is None or row.ended_at is not None or row.key_mac is None:
        return None
    if not hmac.compare_digest(rows.digest(said[1]), row.key_mac):
        return None
    if not row.is_authentic(db.keys):
        await tampering.met(db, f"sender/{row.id}", milliseconds(now))
        return None
    return row.sender()


def number_of(said: str) -> tuple[str, bool] | None:
    """(ten digits, whether the check digit fits); None for what is no person number."""
    try:
        number = person_number("to", said[:40].strip())
    except BadLine:
        return None
    return number, is_checked(number)


def everybody(db: Database) -> list[Row]:
    """Authentic ones that have not ended, by name."""
    return [row for row in db.read_now(rows.all_of, SYSTEM) if row.ended_at is None and row.is_authentic(db.keys)]


def add(db: Database, name: str, kind: SenderKind, now: datetime, *, is_test: bool = False, per_minute: int = PER_MINUTE, by: Actor = SYSTEM) -> tuple[Row, str]:
    """(its row, its key): the key is kept nowhere."""
    row, key = rows.made(db.keys, name, kind, is_test, per_minute, milliseconds(now))
    db.write_now(rows.add, by, row=row)
    return row, key


def new_key(db: Database, row: Row, now: datetime, by: Actor = SYSTEM) -> str:
    """The one of before opens nothing from now on."""
    changed, key = rows.with_new_key(db.keys, row)
    db.write_now(rows.change_key, by, row=changed, now=milliseconds(now))
    return key


def end(db: Database, row: Row, now: datetime, by: Actor = SYSTEM) -> None:
    db.write_now(rows.end, by, row=rows.ended(db.keys, row), now=milliseconds(now))
