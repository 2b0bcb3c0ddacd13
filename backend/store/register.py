"""The register file taken in: in chunks, each all or nothing, repeatable."""

from msgspec import Struct

from backend.domain.actors import Actor
from backend.store import audit
from backend.store.keyring import Person
from backend.store.residents import Numbered
from backend.store.statements import Tx, load

SQL = load("register")


class Listed(Struct, frozen=True):
    """A person as the register file left them: enough to see whether a line says something new."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    line_mac: bytes
    listed_at: int
    mac: bytes

    @property
    def person(self) -> Person:
        return Person(self.id, self.public_id, self.kek_id, self.wrapped_key)


class Entry(Struct, frozen=True):
    """A line of the file made ready: sealed, its numbers turned into keyed hashes. `id` 0 = new."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    cpr_mac: bytes
    mac: bytes
    line_mac: bytes
    language: str
    status: str
    sealed: bytes
    kin: list[tuple[str, bytes, bytes]]
    """(kinship, keyed hash of the relative's number, mark)"""


class Listing(Struct, frozen=True):
    person: int
    line_mac: bytes
    status: str


class Kin(Struct, frozen=True):
    person: int
    kinship: str
    relative_mac: bytes
    mac: bytes


class KinOf(Struct, frozen=True):
    """A row of "family", with whose it is."""

    person: int
    public_id: str
    kinship: str
    relative_mac: bytes
    mac: bytes


class Moved(Struct, frozen=True):
    """One number's hash under the newest key, and the rows that had it under an older one, marked anew."""

    cpr_mac: bytes
    old: bytes
    people: list[tuple[int, bytes]]
    """(row, mark)"""
    kin: list[Kin]


def listed(tx: Tx, actor: Actor, cpr_macs: list[bytes]) -> dict[bytes, Listed]:
    found = {mac: tx.one(SQL.listed_by_mac, Listed, cpr_mac=mac) for mac in cpr_macs}
    return {mac: row for mac, row in found.items() if row is not None}


def under_older_keys(tx: Tx, actor: Actor, cpr_macs: list[bytes]) -> dict[bytes, tuple[list[Numbered], list[KinOf]]]:
    """By hash, whose number it is and who names it as a relative's."""
    found = {mac: (tx.all(SQL.person_of_number, Numbered, cpr_mac=mac), tx.all(SQL.kin_of_number, KinOf, cpr_mac=mac)) for mac in cpr_macs}
    return {mac: rows for mac, rows in found.items() if any(rows)}


def move(tx: Tx, actor: Actor, moved: list[Moved], cpr_key: str) -> None:
    """To the newest key: a number's person and all who name it in one transaction, so that they find each other at each moment."""
    for one in moved:
        for id, mac in one.people:
            tx.run(SQL.move_person, one, id=id, mac=mac, cpr_key=cpr_key)
        for kin in one.kin:
            tx.run(SQL.drop_one_kin, kin, old=one.old)
        tx.batch(SQL.add_kin, one.kin, cpr_key=cpr_key)


def take_in(tx: Tx, actor: Actor, new: list[Entry], changed: list[Entry], same: list[Entry], now: int, cpr_key: str) -> None:
    """A chunk of the file, all or nothing. The operator's act as a whole is one line of the audit log.

    People go in with VALUES alone and their ids are read after: for INSERT ... SELECT or RETURNING SQLite keeps
    a journal of each statement until the savepoint ends, ten times the cost in a chunk of 5,000.
    """
    tx.batch(SQL.add_person, new, now=now, cpr_key=cpr_key)
    ids = [tx.one(SQL.id_of, int, entry) for entry in new]
    tx.batch(SQL.list_person, [Listing(id, entry.line_mac, entry.status) for id, entry in zip(ids, new, strict=True)], now=now)
    tx.batch(SQL.change_person, changed)
    tx.batch(SQL.drop_kin, changed)
    tx.batch(SQL.relist_person, changed + same, now=now)
    tx.batch(SQL.add_kin, [kin for id, entry in zip(ids, new, strict=True) for kin in kin_of(id, entry)], cpr_key=cpr_key)
    tx.batch(SQL.add_kin, [kin for entry in changed for kin in kin_of(entry.id, entry)], cpr_key=cpr_key)


def kin_of(person: int, entry: Entry) -> list[Kin]:
    return [Kin(person, *kin) for kin in entry.kin]


def finished(tx: Tx, actor: Actor, now: int) -> int:
    """How many residents an earlier file named and this one does not. They stay: the operator decides."""
    audit.add(tx, actor, "import", "register", now)
    return tx.one(SQL.count_unlisted, int, now=now) or 0
