"""Who did what with whose data, in the same transaction as the act, and a hash chain over all of it.

The writer seals each batch with one link: a hash of the link before it and of the new lines. A line changed
or taken out later breaks the chain there; a cut tail shows against a copy of the newest link kept elsewhere.
"""

from hashlib import sha256

import msgspec
from msgspec import Struct

from backend.domain.actors import Actor
from backend.store.statements import Tx, load

SQL = load("audit")
START = b"\0" * 32


class Line(Struct, frozen=True, array_like=True):
    id: int
    at: int
    person: str
    role: str
    subject: str
    verb: str
    object: str


class Link(Struct, frozen=True):
    id: int
    last: int
    hash: bytes


def add(tx: Tx, actor: Actor, verb: str, object: str, at: int, subject: str = "") -> None:
    """`object` is "case/" and a public id: never words, never a number that names somebody outside."""
    tx.run(
        SQL.add_line, at=at, person=actor.person, role=actor.role, subject=subject or actor.subject,
        verb=verb, object=object,
    )  # fmt: skip


def of_subject(tx: Tx, actor: Actor, before: int = 2**62, most: int = 100) -> list[Line]:
    """The person's own access log, newest first."""
    return tx.all(SQL.lines_of_subject, Line, subject=actor.subject, before=before, most=most)


def hash_of(previous: bytes, lines: list[Line]) -> bytes:
    return sha256(previous + msgspec.json.encode(lines)).digest()


class Chain:
    """The writer's end of the chain. What is sealed counts only once committed."""

    def __init__(self) -> None:
        self.last, self.hash = 0, START
        self.next: tuple[int, bytes] | None = None

    def load(self, tx: Tx) -> None:
        if link := tx.one(SQL.newest_link, Link):
            self.last, self.hash = link.last, link.hash

    def seal(self, tx: Tx) -> None:
        """Inside the batch's transaction, after its last job."""
        lines = tx.all(SQL.lines_after, Line, after=self.last, most=2**31)
        if not lines:
            return
        self.next = (lines[-1].id, hash_of(self.hash, lines))
        tx.run(SQL.add_link, last=self.next[0], hash=self.next[1])

    def committed(self) -> None:
        if self.next:
            (self.last, self.hash), self.next = self.next, None

    def lost(self) -> None:
        self.next = None


def verify(tx: Tx, actor: Actor, head: bytes = b"") -> str:
    """"" when the chain is whole, else where it breaks. `head`: a newest link kept off this machine."""
    previous, last, seen = START, 0, not head
    for link in tx.all(SQL.all_links, Link):
        lines = tx.all(SQL.lines_between, Line, after=last, last=link.last)
        if not lines or lines[-1].id != link.last or hash_of(previous, lines) != link.hash:
            return f"link {link.id}"
        previous, last, seen = link.hash, link.last, seen or link.hash == head
    if tx.all(SQL.lines_after, Line, after=last, most=1):
        return "lines without a link"
    return "" if seen else "the kept head is missing: the tail was cut"
