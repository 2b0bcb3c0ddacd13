"""What is over is not kept for ever: periods are data (`retention.toml`), carried out chunk by chunk behind everybody's writes."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from msgspec import Struct

from backend.domain.actors import SYSTEM
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("retention")
PERIODS = Path(__file__).parent / "retention.toml"
DAY_MS = 24 * 3600 * 1000
CHUNK = 500


class Id(Struct, frozen=True):
    id: int


@cache
def days(kind: str) -> int:
    return int(tomllib.loads(PERIODS.read_text("utf-8"))[kind]["days"])


def carry_out(db: Database, now: int) -> dict[str, int]:
    """How many rows of each went. `now` in epoch ms. Stopped in between, the next hour goes on."""
    before = now - days("reminders") * DAY_MS
    return {"rung": in_chunks(db, drop_rungs, before), "notice": in_chunks(db, drop_notices, before)}


def in_chunks(db: Database, body: Callable[..., int], before: int) -> int:
    gone = 0
    while found := db.write_now(body, SYSTEM, before=before):
        gone += found
    return gone


# Bodies


def drop_rungs(tx: Tx, actor: object, before: int) -> int:
    """What was sent, with its deliveries: once every reminder it told of has been over that long."""
    ids = tx.all(SQL.old_rungs, int, before=before, most=CHUNK)
    for statement in (SQL.drop_deliveries, SQL.drop_rung_notices, SQL.drop_rung):
        tx.batch(statement, [Id(id) for id in ids])
    return len(ids)


def drop_notices(tx: Tx, actor: object, before: int) -> int:
    ids = tx.all(SQL.old_notices, int, before=before, most=CHUNK)
    tx.batch(SQL.drop_notice, [Id(id) for id in ids])
    return len(ids)
