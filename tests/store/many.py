"""A register of a few people, so that a letter can go to all of them; who gets paper, who has died, who has moved."""

from datetime import UTC, datetime

from backend.domain.actors import SYSTEM, Actor
from backend.domain.contacts import Contact
from backend.domain.letters import Letter, Summary, Text
from backend.store import contacts
from backend.store.database import Database
from backend.store.statements import Statement, Tx

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ADD_PERSON = Statement(
    "add", "INSERT INTO person (public_id, kek_id, wrapped_key, cpr_mac, mac, sealed, created_at) VALUES (:public_id, :kek_id, :wrapped_key, :cpr_mac, :mac, x'00', 0)"
)
REGISTER = Statement("register", "INSERT INTO register (person, line_mac, listed_at, status) SELECT id, x'', 0, :status FROM person WHERE public_id = :public_id")


def cpr(number: int) -> str:
    return f"{1 + number // 10_000:02d}0190{number % 10_000:04d}"


def letter(title: str = "Your bin day changes") -> Letter:
    said = Text(title, Summary("The day changes.", "Nothing.", "No day.", "Nothing.", "Call 33 66 33 66."), ["From May the bins are emptied on Mondays."])
    return Letter("town", "Havneby", "da", {"da": said})


def settle(db: Database, count: int, paper: tuple[int, ...] = (), status: dict[int, str] | None = None) -> None:
    """People 1 to `count`, with numbers `cpr(n)` and public ids "p-n"."""
    people = []
    for number in range(1, count + 1):
        kek_id, wrapped_key = db.keys.wrap(f"p-{number}")
        people.append({"public_id": f"p-{number}", "kek_id": kek_id, "wrapped_key": wrapped_key, "cpr_mac": db.keys.look_up(cpr(number)),
                       "mac": db.keys.row_mac("person", f"p-{number}", db.keys.look_up(cpr(number))), "status": (status or {}).get(number, "")})  # fmt: skip
    db.write_now(add_all, SYSTEM, people=people)
    for number in paper:
        put_contact(db, f"p-{number}", Contact(is_paper=True))


def put_contact(db: Database, public_id: str, contact: Contact) -> None:
    from tests.store.conftest import wait

    wait(contacts.put(db, Actor("resident", public_id, public_id), contact, START))


def add_all(tx: Tx, actor: Actor, people: list[dict]) -> None:
    for one in people:
        tx.run(ADD_PERSON, **one)
        tx.run(REGISTER, **one)


def rows(db: Database, sql: str) -> list:
    return db.scan_now(lambda tx, actor: tx.con.execute(sql).fetchall(), SYSTEM)
