"""How much all guests together may have written and not sent: sessions are free, so a limit for each of them is none.

Triggers on the table of drafts keep the sum (migration 0012), so that it is right whichever way a draft comes or goes,
and asking costs one row.
"""

import shutil

from msgspec import Struct

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import Busy
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("guest_room")
BEGUN_MORE = 1.25
"""So much above the measure may grow what was begun before it was full: who is in the middle of it shall finish."""
NEAR_FULL = 0.1
"""Of the measure, where the disk is nearly full: a guest's report must still be possible, a flood of drafts must not."""
RETRY_AFTER_S = 600


class GuestRoom(Struct, frozen=True):
    """Bytes. `of_drafts`: of all guests' drafts together; `least_free`: below this the disk counts as nearly full."""

    of_drafts: int = 200 * 2**20
    least_free: int = 1000 * 2**20


def measure(db: Database) -> int:
    """What guests may hold now."""
    room = db.guest_room or GuestRoom()
    return room.of_drafts if shutil.disk_usage(db.data).free >= room.least_free else int(room.of_drafts * NEAR_FULL)


async def refuse_new(db: Database) -> None:
    """Before a session begins for somebody who has none: a row for each refused draft would fill the disk as well."""
    most = measure(db)
    if await db.read(total, SYSTEM) >= most:
        raise Busy("guests-full", RETRY_AFTER_S)


def refuse_growth(tx: Tx, actor: Actor, before: int, most: int, is_new: bool) -> None:
    """After the change, in its transaction: raising undoes it. `before` is the sum as it was."""
    after = total(tx, actor)
    if after > before and after > (most if is_new else int(most * BEGUN_MORE)):
        raise Busy("guests-full", RETRY_AFTER_S)


def total(tx: Tx, actor: Actor) -> int:
    return tx.one(SQL.bytes_of_guest_drafts, int) or 0
