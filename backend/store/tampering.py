"""A row whose mark does not fit: changed, planted or copied behind our back. It is refused, logged, and put in the audit log."""

import logging

from backend.domain.actors import SYSTEM
from backend.store import audit
from backend.store.database import Database

MOST = 1000
"""Rows told of by one process: whoever can write the database could otherwise fill the log with it."""
log = logging.getLogger("medborger.store")
told: set[str] = set()


async def met(db: Database, object: str, at: int) -> None:
    """`object`: table and public id, "session/…". Once each: the row is met at every request."""
    if object in told or len(told) >= MOST:
        return
    told.add(object)
    log.critical("%s was changed outside Medborger and is refused", object)
    await db.write_later(audit.add, SYSTEM, verb="tampered", object=object, at=at)
