"""A word to everybody: one row, from which notices are made bit by bit, so that stopping it is one change.

Times in epoch ms. `person` is the last row of the register that was come to: a spread cut off goes on from there, and a
second one at the same time writes nothing.
"""

from typing import Literal

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.store import audit, notices, rungs
from backend.store.statements import Tx, load

SQL = load("campaigns")
RULE = "campaign"
State = Literal["running", "paused", "cancelled", "done"]


class New(Struct, frozen=True):
    public_id: str
    texts: str
    postcodes: str
    last_day: str
    per_hour: int
    now: int


class Row(Struct, frozen=True):
    """`texts` is JSON, language -> [title, body]; `postcodes` with commas, "" = everybody; `made`: notices so far."""

    id: int
    public_id: str
    texts: str
    postcodes: str
    last_day: str
    per_hour: int
    state: State
    person: int
    made: int
    made_at: int
    spread_at: int
    mailing: int | None = None
    """That a letter to many has come is told so too: then there are no texts, and `person` is a place in that walk."""


def matter(public_id: str) -> str:
    return f"campaign/{public_id}"


# Bodies


def add(tx: Tx, actor: Actor, new: New) -> None:
    tx.run(SQL.add_campaign, new)
    audit.add(tx, actor, "send", matter(new.public_id), new.now)


def running(tx: Tx, actor: Actor) -> list[Row]:
    return tx.all(SQL.campaigns_running, Row)


def list_all(tx: Tx, actor: Actor) -> list[Row]:
    """Those that an operator wrote."""
    return tx.all(SQL.campaigns, Row)


def find(tx: Tx, actor: Actor, public_id: str) -> Row:
    row = tx.one(SQL.campaign, Row, public_id=public_id)
    if row is None:
        raise NotFound("campaign")
    return row


def spread(tx: Tx, actor: Actor, row: Row, new: list[notices.New], person: int, state: State, now: int) -> bool:
    """False: it was paused, cancelled or spread by another meanwhile, and nothing is written."""
    if tx.one(SQL.spread_campaign, int, id=row.id, before=row.person, person=person, made=len(new), state=state, now=now) is None:
        return False
    notices.add(tx, actor, *new)
    return True


def set_state(tx: Tx, actor: Actor, public_id: str, state: State, now: int) -> None:
    """Cancelled, it is told to nobody who has not been told. Raises `NotFound`, also for one that is over."""
    if tx.one(SQL.set_campaign_state, int, public_id=public_id, state=state, now=now) is None:
        raise NotFound("campaign")
    if state == "cancelled":
        ended = tx.all(SQL.end_campaign_notices, int, matter=matter(public_id), now=now)
        rungs.stop(tx, actor, ended, "cancelled")
    audit.add(tx, actor, state, matter(public_id), now)


def counts(tx: Tx, actor: Actor, public_id: str) -> dict[str, int]:
    """How many are told (by the reason their notice ended) and how many are still open."""
    return dict(tx.all(SQL.campaign_counts, lambda why, count: (why, count), matter=matter(public_id)))
