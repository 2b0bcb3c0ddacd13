"""The fact to tell a resident, written in the transaction of the change; `push/` decides when and how it is told.

What is planned is not stored: only when a notice is to be looked at again (`next_at`). Whoever looks holds a lease; `revision`
grows with every change, so that one who was too slow, or judged what has changed meanwhile, writes nothing.
"""

from hashlib import sha256

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.reminders import RECEIVED, Reminder
from backend.store.statements import Tx, load

SQL = load("notices")


class New(Struct, frozen=True):
    """`matter` is "case/ID", "appointment/ID", "draft/ID" or "register/passport". The same (person, matter, rule, occurrence)
    is written once. `next_at` in epoch ms; None where nobody is to be told, and then `ended_why` says why."""

    person: int
    public_id: str
    matter: str
    rule: str
    created_at: int
    next_at: int | None
    kind: str = "tell"
    weight: str = "light"
    shape: str = ""
    service: str = ""
    version: int = 0
    opens: str = ""
    last_day: str = ""
    starts_at: str = ""
    remind: str = ""
    """Spans before the last day, with a comma between: "-9 months,-6 months"."""
    occurrence: str = ""
    ended_why: str = ""

    @property
    def ended_at(self) -> int | None:
        return self.created_at if self.ended_why else None


def new(person: int, matter: str, one: Reminder, since: int, service: str = "", version: int = 0, *, occurrence: str = "") -> New:
    """`since`: epoch ms from which there is something to tell."""
    return New(
        person, named(person, matter, one.rule, occurrence), matter, one.rule, since, since, one.kind, one.weight, one.shape, service,
        version, one.opens, one.last_day, one.starts_at, one.remind, occurrence,
    )  # fmt: skip


def received(person: int, matter: str, service: str, version: int, now: int) -> New:
    """That a case came in. Its sender has the receipt on the screen: nobody need be told again."""
    return New(
        person, named(person, matter, RECEIVED, ""), matter, RECEIVED, now, None, service=service, version=version, ended_why="shown"
    )  # fmt: skip


def named(person: int, matter: str, rule: str, occurrence: str) -> str:
    """The public id, in the link of a message: the same each time it is made, and it opens nothing by itself."""
    return sha256(f"{person}/{matter}/{rule}/{occurrence}".encode()).hexdigest()[:32]


class Row(Struct, frozen=True):
    id: int
    person: int
    public_id: str
    matter: str
    rule: str
    occurrence: str
    kind: str
    weight: str
    shape: str
    service: str
    version: int
    opens: str
    last_day: str
    starts_at: str
    remind: str
    created_at: int
    opened_at: int | None
    revision: int
    again_at: int | None = None


class Settled(Struct, frozen=True):
    """What became of a notice that was looked at: look again at `next_at`, or it has ended."""

    id: int
    revision: int
    next_at: int | None
    ended_at: int | None = None
    ended_why: str = ""


# Bodies


def add(tx: Tx, actor: Actor, *new: New) -> None:
    """One that is there already stays as it is."""
    if new:
        tx.batch(SQL.add_notice, new)


def claim(tx: Tx, actor: Actor, owner: str, now: int, until: int, most: int) -> list[Row]:
    """Those to be looked at, oldest first, and with each everything else that is open for the same person: one reminder a day
    tells what is due today and what is planned for later today."""
    first = tx.all(SQL.claim_notices, Row, owner=owner, now=now, until=until, most=most)
    people = dict.fromkeys(row.person for row in first)
    rest = [row for person in people for row in tx.all(SQL.claim_rest_of_person, Row, person=person, owner=owner, now=now, until=until)]
    return first + rest


def free(tx: Tx, actor: Actor, owner: str) -> None:
    """At the start of a server: nobody else runs on this store, so leases of other owners are of the dead."""
    tx.run(SQL.free_leases, owner=owner)


def settle(tx: Tx, actor: Actor, owner: str, settled: Settled) -> bool:
    """False: somebody changed or claimed it meanwhile, and the judgement no longer counts."""
    return tx.one(SQL.settle_notice, int, settled, owner=owner) is not None


def look_again(tx: Tx, actor: Actor, rung: int, now: int) -> None:
    """Something is known of the rung that told them."""
    tx.run(SQL.look_again, rung=rung, now=now)


def look_again_at_all(tx: Tx, actor: Actor, person: int, now: int) -> None:
    """How the person can be reached has changed."""
    tx.run(SQL.look_again_at_all, person=person, now=now)


def end(tx: Tx, actor: Actor, person: int, matter: str, why: str, now: int, rule: str = "") -> list[int]:
    """The thing is done or gone: everything told of this matter ends, or that of one rule."""
    return tx.all(SQL.end_notices, int, person=person, matter=matter, rule=rule, why=why, now=now)


def reopen(tx: Tx, actor: Actor, person: int, matter: str, rule: str, now: int) -> None:
    """She had said that it was done, and it is not."""
    tx.run(SQL.reopen_notice, person=person, matter=matter, rule=rule, now=now)


def reopen_all(tx: Tx, actor: Actor, person: int, matter: str, why: str, ended_at: int, now: int) -> None:
    """What ended them was undone: those of that very moment and reason are told again."""
    tx.run(SQL.reopen_notices, person=person, matter=matter, why=why, ended_at=ended_at, now=now)


def done_with(tx: Tx, actor: Actor, person: int, service: str, now: int) -> list[int]:
    """She has sent it: what was to be told of her draft, and of what runs out, is not told any more."""
    return tx.all(SQL.end_done_with, int, person=person, draft=f"draft/{service}", register=f"register/{service}", now=now)


def plan(tx: Tx, actor: Actor, person: int, matter: str, wanted: list[New], now: int) -> None:
    """All that is to be told of this matter, and nothing else: what is open and no longer wanted ends."""
    keep = {one.public_id for one in wanted}
    for id, public_id in tx.all(SQL.open_of_matter, lambda id, public_id: (id, public_id), person=person, matter=matter):
        if public_id not in keep:
            tx.run(SQL.end_by_row, id=id, why="replaced", now=now)
    add(tx, actor, *wanted)


def end_one(tx: Tx, actor: Actor, person: int, public_id: str, why: str, now: int) -> int | None:
    """Told by the person: "I have done it"."""
    return tx.one(SQL.end_notice, int, person=person, public_id=public_id, why=why, now=now)


def settle_call(tx: Tx, actor: Actor, id: int, why: str, now: int) -> None:
    """Somebody has spoken to her: it ends, or (why "") is looked at again."""
    if why:
        tx.run(SQL.end_by_row, id=id, why=why, now=now)
    else:
        tx.run(SQL.look_again_at, id=id, now=now)


def put_off(tx: Tx, actor: Actor, person: int, public_id: str, until: int) -> bool:
    """Told by the person: "Remind me tomorrow"."""
    return tx.one(SQL.put_off_notice, int, person=person, public_id=public_id, until=until) is not None


def opened(tx: Tx, actor: Actor, person: int, public_id: str, now: int) -> None:
    """The page it leads to was shown. That ends what only tells; an act ends when it is done."""
    tx.run(SQL.open_notice, person=person, public_id=public_id, now=now)
    tx.run(SQL.look_at_opened, person=person, public_id=public_id, now=now)


def find(tx: Tx, actor: Actor, person: int, public_id: str) -> Row | None:
    return tx.one(SQL.notice_by_id, Row, person=person, public_id=public_id)


def of_person(tx: Tx, actor: Actor, person: int) -> list[Row]:
    """Those that have not ended."""
    return tx.all(SQL.notices_of_person, Row, person=person)


def oldest_waiting(tx: Tx, actor: Actor, now: int) -> int:
    """Since when the oldest is due that nobody has looked at; 0 when nothing waits."""
    return tx.one(SQL.oldest_notice_due, int, now=now) or 0


def nightly(tx: Tx, actor: Actor) -> tuple[str, int]:
    """The day of the last pass over all residents, and the row it has come to."""
    return tx.one(SQL.nightly, lambda day, person: (day, person)) or ("", 0)


def set_nightly(tx: Tx, actor: Actor, day: str, person: int) -> None:
    tx.run(SQL.set_nightly, day=day, person=person)


def unbalanced(tx: Tx, actor: Actor) -> list[int]:
    """Neither open nor ended with a reason, or both: there is none unless the code is wrong."""
    return tx.all(SQL.unbalanced, int)
