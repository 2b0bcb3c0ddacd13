"""A row whose mark does not fit: changed, planted or copied behind our back. It is refused, logged, and put in the audit log."""

import logging
from contextlib import suppress

from backend.domain.actors import SYSTEM
from backend.domain.errors import Busy
from backend.store import audit
from backend.store.database import Database

MOST = 1000
"""Rows told of by one process: whoever can write the database could otherwise fill the log with it."""
log = logging.getLogger("medborger.store")
told: set[str] = set()


async def met(db: Database, object: str, at: int) -> None:
    """`object`: table and public id, "session/…". Once each: the row is met at every request."""
    if is_news(object):
        await db.write_later(audit.add, SYSTEM, verb="tampered", object=object, at=at)


def met_now(db: Database, object: str, at: int) -> None:
    """As `met`, for a command that has the store to itself."""
    if is_news(object):
        with suppress(Busy):
            db.write_now(audit.add, SYSTEM, verb="tampered", object=object, at=at)


def is_news(object: str) -> bool:
    if object in told or len(told) >= MOST:
        return False
    told.add(object)
    log.critical("%s was changed outside Medborger and is refused", object)
    return True
