"""The desk's list of cases: only what lies in clear. Whose case it is and what was said is opened one by one, and noted.

Paged by what was shown last, service by service and merged here: a caseworker's services are few, and each has an index.
"""

from collections import Counter
from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import Literal

from msgspec import Struct

from backend.domain.actors import SYSTEM, Actor
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("worklist")
State = Literal["open", "waiting", "decided"]
"""Somebody here must do something; it waits for the resident; it is over, also where she has withdrawn it."""
Who = Literal["all", "mine", "nobody"]
Order = Literal["due", "oldest", "newest"]
"""`due`: first the authority's own last day, those without one last; then the oldest."""
NO_DAY = "9999-12-31"


class Wanted(Struct, frozen=True):
    """`me`: the staff member's public id. `after`: where the page before ended, see `Item.place`. `until`: only those whose
    last day is before it, "" for all."""

    services: Sequence[str]
    me: str
    state: State = "open"
    who: Who = "all"
    order: Order = "due"
    until: str = ""
    after: tuple[str, int] | None = None
    most: int = 50


class Item(Struct, frozen=True):
    """`assigned` is a name, `assigned_id` the staff member's public id; "" for nobody. Times in epoch ms, days local."""

    row: int
    id: str
    number: str
    service: str
    status: str
    assigned: str
    assigned_id: str
    opened_at: int
    looked_at: int
    decided_at: int
    due_on: str

    def place(self, order: Order) -> tuple[str, int]:
        """Where it stands in the list; nothing else stands there."""
        if order == "due":
            return (self.due_on or NO_DAY, self.row)
        return ("", self.row if order == "oldest" else -self.row)


class Page(Struct, frozen=True):
    """`after` asks for the next page; None on the last."""

    items: list[Item]
    after: tuple[str, int] | None


class Counts(Struct, frozen=True):
    """Of what is not decided: by service; by state; mine and nobody's of what is open; `late`: the last day is over."""

    services: dict[str, int]
    states: dict[str, int]
    mine: int
    nobody: int
    late: int


async def page(db: Database, wanted: Wanted) -> Page:
    found = await db.scan(find, SYSTEM, wanted=wanted)
    return Page(found[: wanted.most], found[wanted.most - 1].place(wanted.order) if len(found) > wanted.most else None)


async def counts(db: Database, services: Sequence[str], me: str, today: str) -> Counts:
    return await db.scan(count, SYSTEM, services=services, me=me, today=today)


# Bodies


def find(tx: Tx, actor: Actor, wanted: Wanted) -> list[Item]:
    """One more than a page holds."""
    statement = {"due": SQL.by_due, "oldest": SQL.by_oldest, "newest": SQL.by_newest}[wanted.order]
    after = wanted.after or ("", -(2**62))
    lists = [
        tx.all(
            statement, Item, service=service, state=wanted.state, who=wanted.who, me=wanted.me, until=wanted.until,
            after_day=after[0], after_row=abs(after[1]) if wanted.order == "newest" else after[1], most=wanted.most + 1,
        )
        for service in wanted.services
    ]  # fmt: skip
    return list(islice(merge(*lists, key=lambda item: item.place(wanted.order)), wanted.most + 1))


def count(tx: Tx, actor: Actor, services: Sequence[str], me: str, today: str) -> Counts:
    by_service: Counter[str] = Counter()
    by_state: Counter[str] = Counter()
    mine = nobody = late = 0
    for service in services:
        for state, who, is_late, n in tx.all(SQL.count_open, lambda *row: row, service=service, me=me, today=today):
            by_service[service] += n
            by_state[state] += n
            mine += n if who == "mine" else 0
            nobody += n if who == "nobody" else 0
            late += n if is_late else 0
    return Counts(dict(by_service), dict(by_state), mine, nobody, late)
