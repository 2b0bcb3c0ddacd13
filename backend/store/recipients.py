"""What must be known of somebody just before something is told: how they are reached, what was tried, and whether it is
still to be told. Asked again at each look, in one read for a whole chunk of people."""

from collections.abc import Iterable

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.letters import DO
from backend.domain.reminders import APPOINTMENT, TASK
from backend.domain.residents import Resident
from backend.store import contacts, drafts, notices, residents, rungs, subscriptions
from backend.store.keyring import Keyring, Person
from backend.store.notices import Row
from backend.store.rungs import Tried
from backend.store.statements import Tx, load

SQL = load("recipients")


class Known(Struct, frozen=True):
    """A person's row; `sealed` is what the register says, None for who is not in it; `status` is that of the register:
    "dead", "moved" out of the country, "missing", else nothing."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    sealed: bytes | None
    language: str
    status: str = ""

    @property
    def person(self) -> Person:
        return Person(self.id, self.public_id, self.kek_id, self.wrapped_key)

    def resident(self, keys: Keyring) -> Resident | None:
        """None: not in the register, or erased. Raises `Tampered`."""
        if self.sealed is None or self.wrapped_key is None:
            return None
        return residents.opened(keys, residents.Sealed(self.id, self.public_id, self.kek_id, self.wrapped_key, self.sealed))


class Recipient(Struct, frozen=True):
    """`told_at` and `city_at`: epoch ms of the last reminder that counted, and of the last from town; 0 never."""

    known: Known
    contact: bytes | None
    phones: list[subscriptions.Row]
    told_at: int
    city_at: int


class Looked(Struct, frozen=True):
    """`ended` is "" or why a notice is not to be told any more; `tried` what was tried for it, oldest first."""

    recipients: dict[int, Recipient]
    tried: dict[int, list[Tried]]
    ended: dict[int, str]


# Bodies


def look(tx: Tx, actor: Actor, rows: Iterable[Row]) -> Looked:
    rows = list(rows)
    people = {row.person: recipient(tx, actor, row.person) for row in rows}
    return Looked(
        people, {row.id: rungs.tried(tx, actor, row.id) for row in rows}, {row.id: ended(tx, actor, people[row.person].known, row) for row in rows}
    )  # fmt: skip


def recipient(tx: Tx, actor: Actor, person: int) -> Recipient:
    known = tx.one(SQL.person_by_row, Known, person=person)
    assert known is not None, "a notice names a person's row, and rows stay"
    return Recipient(
        known, contacts.of_person(tx, actor, person), subscriptions.of_person(tx, actor, person), rungs.told_last(tx, actor, person),
        rungs.city_last(tx, actor, person),
    )  # fmt: skip


def after(tx: Tx, actor: Actor, row: int, most: int) -> list[tuple[Known, list[drafts.Row], list[str]]]:
    """The next living residents in order of their rows, each with what they have begun and the services they have a case with."""
    found = tx.all(SQL.persons_after, Known, after=row, most=most)
    return [(one, tx.all(drafts.SQL.drafts_of_person, drafts.Row, person=one.id, owner=""), tx.all(SQL.services_of_cases, str, person=one.id)) for one in found]


def ended(tx: Tx, actor: Actor, known: Known, row: notices.Row) -> str:
    """The truth about the matter itself, where a table holds it; else the notice's own row is ended with the change."""
    if known.wrapped_key is None:
        return "erased"
    if known.status == "dead":
        return "dead"
    kind, _, id = row.matter.partition("/")
    if kind == "case" and row.rule.startswith(TASK):
        task = row.rule.removeprefix(TASK)
        return "" if tx.one(SQL.task_is_open, int, person=row.person, case_id=id, task=task) else "done"
    if kind == "letter":
        to_do = tx.one(SQL.letter_stands, int, person=row.person, public_id=id)
        if to_do is None:
            return "withdrawn"
        return "done" if row.rule.startswith(DO) and not to_do >> int(row.rule.removeprefix(DO)) & 1 else ""
    if kind == "draft":
        return "" if tx.one(SQL.draft_is_there, int, person=row.person, service=id) else "withdrawn"
    if row.rule == APPOINTMENT:
        stands = tx.one(SQL.appointment_stands, int, person=row.person, public_id=id, starts_at=row.starts_at)
        return "" if stands else "withdrawn"
    return ""
