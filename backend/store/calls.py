"""The call list: people whom a person rings, since nothing else has reached them. Only a person takes a row off it."""

from typing import Literal

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.store import audit, notices, recipients
from backend.store.notices import Row
from backend.store.recipients import Known
from backend.store.rungs import SQL
from backend.store.statements import Tx

Result = Literal["reached", "not-reached", "done", "refused"]
"""reached: she knows, and it is still to be done. done: it is done. refused: she wants no call."""


class Call(Struct, frozen=True):
    """`why` is one of `domain/notices.CallReason`; `tries`: how often nobody answered."""

    public_id: str
    made_at: int
    why: str
    tries: int
    known: Known
    contact: bytes | None
    notice: Row


class Open(Struct, frozen=True):
    id: int
    person: int
    notice: int


# Bodies


def listed(tx: Tx, actor: Actor) -> list[Call]:
    rows = tx.all(SQL.calls, lambda *row: row)
    return [of_row(tx, actor, row) for row in rows]


def of_row(tx: Tx, actor: Actor, row: tuple) -> Call:
    public_id, person, made_at, why, tries, *notice = row
    one = recipients.recipient(tx, actor, person)
    return Call(public_id, made_at, why, tries, one.known, one.contact, Row(*notice))


def note(tx: Tx, actor: Actor, public_id: str, result: Result, now: int) -> None:
    """What came of ringing. Raises `NotFound`, also for a row that is off the list already."""
    call = tx.one(SQL.call, Open, public_id=public_id)
    if call is None:
        raise NotFound("call")
    if result == "not-reached":
        tx.run(SQL.call_again, id=call.id)
    else:
        tx.run(SQL.close_call, id=call.id, state="failed" if result == "refused" else "handed_over", outcome=result)
        notices.settle_call(tx, actor, call.notice, "settled" if result != "reached" else "", now)
    audit.add(tx, actor, "call", f"call/{public_id}", now)
