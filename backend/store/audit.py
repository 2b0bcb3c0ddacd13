"""Who did what with whose data, in the same transaction as the act, and a hash chain over all of it.

The writer seals each batch with one link: a keyed hash of the link before it and of the lines its own jobs added, as they
added them. A line changed or taken out later breaks the chain there, and so does one that another hand put between
ours, also while the server runs: nothing is sealed because it stands in the table. Without the key nobody can make the
chain whole again; a cut tail shows against a copy of the newest link kept elsewhere.
"""

import hmac
import logging
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from backend.domain.actors import SYSTEM, Actor
from backend.store.keyring import Keyring
from backend.store.statements import Tx, load

SQL = load("audit")
PURPOSE = "hmac-audit"
START = b"\0" * 32
REKEYED = "rekeyed"
log = logging.getLogger("medborger.store")


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
    key_id: str = ""
    """"" for links of before they were keyed: only at the beginning of the chain."""


def add(tx: Tx, actor: Actor, verb: str, object: str, at: int, subject: str = "") -> None:
    """`object` is "case/" and a public id: never words, never a number that names somebody outside."""
    line = Line(0, at, actor.person, actor.role, subject or actor.subject, verb, object)
    id = tx.one(SQL.add_line, int, line)
    tx.lines.append(msgspec.structs.replace(line, id=id))


def of_subject(tx: Tx, actor: Actor, before: int = 2**62, most: int = 100) -> list[Line]:
    """The person's own access log, newest first."""
    return tx.all(SQL.lines_of_subject, Line, subject=actor.subject, before=before, most=most)


def looks_at_subject(tx: Tx, actor: Actor, before: int, most: int) -> list[Line]:
    """Of the log, what others did and who read; newest first."""
    return tx.all(SQL.looks_at_subject, Line, subject=actor.subject, before=before, most=most)


def hash_of(previous: bytes, lines: list[Line], key: bytes | None) -> bytes:
    """`key`: None for a link of before."""
    data = previous + msgspec.json.encode(lines)
    return sha256(data).digest() if key is None else hmac.digest(key, data, sha256)


class Chain:
    """The writer's end of the chain. What is sealed counts only once committed."""

    def __init__(self, keys: Keyring) -> None:
        self.key_id, self.key = list(keys.keys[PURPOSE].items())[-1]
        self.last, self.hash = 0, START
        self.next: tuple[int, bytes] | None = None

    def load(self, tx: Tx) -> None:
        if link := tx.one(SQL.newest_link, Link):
            self.last, self.hash = link.last, link.hash

    def seal(self, tx: Tx, lines: list[Line]) -> None:
        """Inside the batch's transaction, after its last job. `lines`: what its jobs added, in order.

        Numbers follow each other, so a gap says that somebody else has added lines. They stay outside the hash, which
        breaks the chain here for ever, and the log says so now."""
        if not lines:
            return
        if [line.id for line in lines] != list(range(self.last + 1, self.last + 1 + len(lines))):
            log.critical("audit lines after %s were added outside Medborger; they are not sealed", self.last)
            add(tx, SYSTEM, "tampered", f"audit/{self.last}", lines[-1].at)
            lines = [*lines, *tx.lines]
        self.next = (lines[-1].id, hash_of(self.hash, lines, self.key))
        tx.run(SQL.add_link, last=self.next[0], hash=self.next[1], key_id=self.key_id)

    def committed(self) -> None:
        if self.next:
            (self.last, self.hash), self.next = self.next, None

    def lost(self) -> None:
        self.next = None


def verify(tx: Tx, actor: Actor, head: bytes = b"", keys: Keyring | None = None) -> str:
    """"" when the chain is whole, else where it breaks. `head`: a newest link kept off this machine. Without `keys`
    only that every line has its link is seen, not whether it is the one that was made. Links whose key was taken away are
    held by the line that a rotation added under the newer key."""
    previous, last, seen, newest = START, 0, not head, ""
    known, unknown, digest = keys.keys[PURPOSE] if keys else {}, "", sha256()
    if tx.all(SQL.lines_between, Line, after=-(2**63), last=0):
        return "lines before the first: they were written past us"
    for link in tx.all(SQL.all_links, Link):
        lines = tx.all(SQL.lines_between, Line, after=last, last=link.last)
        if not lines or lines[-1].id != link.last or (newest and not link.key_id):
            return f"link {link.id}"
        is_checked = link.key_id in known if link.key_id else True
        if keys and not is_checked:
            unknown = unknown or f"link {link.id}: {PURPOSE}-{link.key_id}.key is not in the key folder"
        if is_checked and not hmac.compare_digest(hash_of(previous, lines, known.get(link.key_id)), link.hash):
            return f"link {link.id}"
        for line in lines if is_checked and link.key_id else []:
            if line.verb == REKEYED and line.object != f"audit/{digest.hexdigest()}":
                return f"before link {link.id}"
            unknown = "" if line.verb == REKEYED else unknown
        take(digest, link, lines)
        previous, last, newest, seen = link.hash, link.last, link.key_id, seen or link.hash == head
    if tx.all(SQL.lines_after, Line, after=last, most=1):
        return "lines without a link"
    if keys and last and not newest:
        return "no link has a key"
    if unknown:
        return unknown
    return "" if seen else "the kept head is missing: the tail was cut, or the log was written anew"


def take(digest: Any, link: Link, lines: list[Line]) -> None:
    digest.update(msgspec.json.encode((link.id, link.last, link.hash.hex(), link.key_id, lines)))


def rekey(tx: Tx, actor: Actor, at: int) -> None:
    """A digest of all links until now, in a line that the newest key seals: the older key is needed no more to check them."""
    digest, last = sha256(), 0
    for link in tx.all(SQL.all_links, Link):
        take(digest, link, tx.all(SQL.lines_between, Line, after=last, last=link.last))
        last = link.last
    add(tx, SYSTEM, REKEYED, f"audit/{digest.hexdigest()}", at)


def start_keyed(tx: Tx, keys: Keyring, at: int) -> None:
    """The first link with a key, over all that was linked without one."""
    chain = Chain(keys)
    chain.load(tx)
    if chain.last:
        add(tx, SYSTEM, "keyed", "audit", at)
        chain.seal(tx, tx.lines)
