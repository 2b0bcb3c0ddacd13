"""The fact to tell a resident, written in the transaction of the change; `push/` claims and delivers it."""

from msgspec import Struct

from backend.domain.actors import Actor
from backend.store.statements import Tx, load

SQL = load("notices")


class Notice(Struct, frozen=True):
    """`ref` is "case/" and a public id: where the notice leads."""

    person: int
    public_id: str
    topic: str
    ref: str
    due_at: int
    created_at: int


class Due(Struct, frozen=True):
    id: int
    person: int
    public_id: str
    topic: str
    ref: str
    attempts: int


def add(tx: Tx, actor: Actor, notice: Notice) -> None:
    tx.run(SQL.add_notice, notice)


def waiting(tx: Tx, actor: Actor, now: int, most: int = 100) -> list[Due]:
    """What is due and not delivered, oldest first."""
    return tx.all(SQL.notices_due, Due, now=now, most=most)


def oldest_waiting(tx: Tx, actor: Actor, now: int) -> int:
    """Since when the oldest is due that nobody has delivered; 0 when nothing waits."""
    return tx.one(SQL.oldest_notice_due, int, now=now) or 0
