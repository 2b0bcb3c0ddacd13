"""Letters on their way to paper: waiting, taken into a file to print, printed, or come back.

waiting -> taken -> printed -> returned, and back to waiting where a file was lost. `no-address`: there is none that fits a window.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import NotFound
from backend.domain.moments import milliseconds
from backend.domain.residents import Resident
from backend.store import audit, letters
from backend.store.database import Database
from backend.store.keyring import Person, Tampered
from backend.store.letters import Held
from backend.store.recipients import Known
from backend.store.statements import Tx, load

SQL = load("print_jobs")
State = Literal["waiting", "taken", "printed", "returned", "no-address"]
MOST = 500
"""Letters in one file."""
WHY = "letter"
"""Why the desk reads: to put her letter on paper."""


class Job(Struct, frozen=True):
    """What lies in clear."""

    id: str
    state: str
    batch: str
    not_before: int
    changed_at: int
    sender: str


class Batch(Struct, frozen=True):
    id: str
    state: str
    letters: int
    changed_at: int


class Sheet(Struct, frozen=True):
    """A letter to be set. `held.letter` None where it does not open; `resident` None for who was erased."""

    job: str
    person: str
    resident: Resident | None
    language: str
    held: Held


async def sheets(db: Database, actor: Actor, batch: str) -> list[Sheet]:
    """What is in a file; each recipient's access log says that it was put on paper."""
    found = await db.read(of_batch, SYSTEM, batch=batch)
    for known, _, _ in found:
        db.access.note(Actor("desk", actor.person, known.public_id, actor.session, actor.strong_at, WHY), ["letters", "register"])
    return [sheet(db, *one) for one in found if one[0].wrapped_key is not None]


def sheet(db: Database, known: Known, job: str, row: letters.Row) -> Sheet:
    try:
        resident = known.resident(db.keys)
    except Tampered:
        resident = None
    held = letters.held(db.keys, db.keys.opener(Person(known.id, known.public_id, known.kek_id, known.wrapped_key)), row)
    return Sheet(job, known.public_id, resident, known.language or (resident.language if resident else ""), held)


# Bodies


def counts(tx: Tx, actor: Actor, now: int) -> dict[str, int]:
    return dict(tx.all(SQL.print_counts, lambda state, n: (state, n), now=now))


def in_state(tx: Tx, actor: Actor, state: State, now: int, most: int) -> list[Job]:
    """Oldest first."""
    return tx.all(SQL.print_jobs_in, Job, state=state, now=now, most=most)


def batches(tx: Tx, actor: Actor, since: int) -> list[Batch]:
    return tx.all(SQL.print_batches, Batch, since=since)


def take(tx: Tx, actor: Actor, batch: str, now: int, job: str = "") -> int:
    """How many of the waiting are in the file now; with `job` that one alone. Two who take at once share none."""
    if job:
        taken = tx.all(SQL.take_print_job, int, batch=batch, now=now, public_id=job)
    else:
        taken = tx.all(SQL.take_print_jobs, int, batch=batch, now=now, most=MOST)
    if taken:
        audit.add(tx, actor, "print", f"print/{batch}", now)
    return len(taken)


def of_batch(tx: Tx, actor: Actor, batch: str) -> list[tuple[Known, str, letters.Row]]:
    return tx.all(SQL.print_batch, printed_row, batch=batch)


def printed_row(*row: object) -> tuple[Known, str, letters.Row]:
    known, job, (letter, public_id, thread, kek_id, wrapped, sealed, available_at, merged) = Known(*row[:6]), row[6], row[7:]  # type: ignore[arg-type]
    return known, job, letters.Row(letter, public_id, thread, kek_id, wrapped, sealed, available_at, 0, letters.INBOX, merged, 0)  # type: ignore[return-value, arg-type]


def end_batch(tx: Tx, actor: Actor, batch: str, state: Literal["printed", "waiting"], now: int) -> None:
    """Printed; or the file was lost, and all of it waits again. Raises `NotFound`."""
    kept = batch if state == "printed" else ""
    if not tx.all(SQL.end_print_batch, int, batch=batch, state=state, kept=kept, now=now):
        raise NotFound("batch")
    audit.add(tx, actor, "print", f"{state}/{batch}", now)


def set_state(tx: Tx, actor: Actor, job: str, state: Literal["returned", "no-address"], now: int) -> str:
    """Whose letter came back, or cannot leave: a public id. Raises `NotFound`."""
    person = tx.one(SQL.set_print_job, str, public_id=job, state=state, now=now)
    if person is None:
        raise NotFound("print job")
    audit.add(tx, actor, "print", f"{state}/{job}", now, subject=person)
    return person


def age(now: datetime, days: int) -> int:
    return milliseconds(now) - days * 24 * 3600 * 1000
