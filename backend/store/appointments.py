"""Desk times booked. UNIQUE (desk, starts_at, seat) is what makes a second booking impossible, not a look before."""

from collections import Counter

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.appointments import Slot
from backend.domain.errors import SlotTaken
from backend.domain.submissions import Booking
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("appointments")


class Row(Struct, frozen=True):
    public_id: str
    case_id: str
    desk: str
    starts_at: str


async def free(db: Database, actor: Actor, slots: list[Slot], places: dict[str, int]) -> list[Slot]:
    """Those of the slots that still have a seat. `places`: desk id -> people served at once."""
    if not slots:
        return []
    taken = await db.read(count_taken, actor, first=slots[0].at, last=slots[-1].at)
    return [slot for slot in slots if taken[slot.desk, slot.at] < places[slot.desk]]


def shown(row: Row | None) -> dict[str, str]:
    return {"id": row.public_id, "desk": row.desk, "at": row.starts_at} if row else {}


# Bodies


def count_taken(tx: Tx, actor: Actor, first: str, last: str) -> Counter[tuple[str, str]]:
    return Counter(tx.all(SQL.taken, lambda desk, at: (desk, at), first=first, last=last))


def book(tx: Tx, actor: Actor, person: int, case: int, booking: Booking, public_id: str, now: int) -> bool:
    """True when booked; False leaves choosing to be done. Raises `SlotTaken` for a firm choice that came too late."""
    if booking.at and any(
        tx.one(SQL.book, int, booking, person=person, case_row=case, public_id=public_id, seat=seat, now=now)
        for seat in range(1, booking.seats + 1)
    ):
        return True
    if booking.at and booking.firm:
        raise SlotTaken(booking.at)
    return False


def of_case(tx: Tx, actor: Actor, case: int) -> Row | None:
    return tx.one(SQL.appointment_of_case, Row, case_row=case)


def of_person(tx: Tx, actor: Actor, person: int) -> list[Row]:
    return tx.all(SQL.appointments_of_person, Row, person=person)
