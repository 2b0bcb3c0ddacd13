"""Staff of the town hall for tests of the store: rows as the operator makes them."""

from backend.domain.actors import SYSTEM, Actor
from backend.domain.staff import Staff
from backend.store.database import Database
from backend.store.statements import Statement
from tests.store.conftest import add_person

ADD_STAFF = Statement(
    "add_staff",
    "INSERT INTO staff (person, name, roles, services, made_at, mac) "
    "VALUES ((SELECT id FROM person WHERE public_id = :id), :name, :roles, :services, 0, x'')",
)
MARIE = Staff("p-marie", "Marie Holst", ("caseworker",), ("rats", "sick-pay"))
OLE = Staff("p-ole", "Ole Friis", ("caseworker",), ("rats",))
PASSPORTS = Staff("p-passports", "Nina Berg", ("caseworker",), ("passport",))


def add_staff(db: Database, *staff: Staff) -> None:
    for one in staff:
        add_person(db, one.id)
        db.write_now(
            lambda tx, _, one: tx.run(ADD_STAFF, one, roles=",".join(one.roles), services=",".join(one.services)), SYSTEM, one=one
        )


def acting(staff: Staff) -> Actor:
    return Actor("desk", person=staff.id, session=f"s-{staff.id}", strong_at=1)
