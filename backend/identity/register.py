"""Takes the register file into the store: streamed, sealed row by row, repeatable.

The number itself is stored nowhere: a keyed hash finds the person, another tells whether the line has changed.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct, field

from backend.domain.actors import Actor
from backend.domain.moments import milliseconds
from backend.identity import register_file
from backend.identity.register_fields import BadLine, Checked
from backend.store import register, residents
from backend.store.database import Database
from backend.store.keyring import Keyring, Person, encrypt, place
from backend.store.register import Entry, Listed

OPERATOR = Actor("operator")
CHUNK = 500
"""Rows a transaction. What is written anew in it grows with the register, as every index is touched all over: more rows
in one would hold more memory the larger the city is."""
MOST_REPORTED = 1_000


class Imported(Struct):
    """What became of the file. `bad` holds the first thousand; `bad_lines` counts them all."""

    lines: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    bad_lines: int = 0
    bad: list[BadLine] = field(default_factory=list)
    unlisted: int = 0
    """Known from an earlier file and missing in this one; they are kept."""

    def refuse(self, line: BadLine) -> None:
        self.bad_lines += 1
        if len(self.bad) < MOST_REPORTED:
            self.bad.append(line)


def residents_import(db: Database, path: Path, now: datetime | None = None, encoding: str = "") -> Imported:
    """Raises `register_file.BadFile` when the header cannot be used. Needs the store to itself."""
    return take(db, register_file.read(path, encoding), milliseconds(now or datetime.now(UTC)))


def take(db: Database, checked: Iterable[Checked | BadLine], now: int) -> Imported:
    done = Imported()
    stream = iter(checked)
    while chunk := list(islice(stream, CHUNK)):
        done.lines += len(chunk)
        take_chunk(db, list(good(chunk, done)), now, done)
    done.unlisted = db.write_now(register.finished, OPERATOR, now=now)
    return done


def good(chunk: list[Checked | BadLine], done: Imported) -> Iterator[Checked]:
    for line in chunk:
        if isinstance(line, BadLine):
            done.refuse(line)
        else:
            yield line


def take_chunk(db: Database, chunk: list[Checked], now: int, done: Imported) -> None:
    by_mac: dict[bytes, tuple[Checked, bytes, bytes]] = {}
    for line in chunk:
        cpr_mac, data = db.keys.look_up(line.cpr), encode(line.resident)
        line_mac = mac_of(db.keys, data, line)
        first = by_mac.setdefault(cpr_mac, (line, data, line_mac))
        if first[0] is not line:
            twice(line, line_mac, first[2], done)
    known = db.read_now(register.listed, OPERATOR, cpr_macs=list(by_mac))
    new, changed, same = [], [], []
    for cpr_mac, (line, data, line_mac) in by_mac.items():
        row = known.get(cpr_mac)
        if row is None:
            new.append(new_entry(db.keys, line, cpr_mac, line_mac, data))
        elif row.line_mac == line_mac:
            same.append(entry(row, line, cpr_mac, line_mac, b"", []))
        elif row.listed_at == now:
            twice(line, line_mac, row.line_mac, done)
        else:
            changed.append(changed_entry(db.keys, row, line, cpr_mac, line_mac, data))
    db.write_now(register.take_in, OPERATOR, new=new, changed=changed, same=same, now=now)
    done.added += len(new)
    done.changed += len(changed)
    done.same += len(same)


def twice(line: Checked, line_mac: bytes, first_mac: bytes, done: Imported) -> None:
    """The same line again is harmless; a second one with other content is not: which of them is right?"""
    if line_mac == first_mac:
        done.same += 1
    else:
        done.refuse(BadLine("cpr", "twice", line.number))


encode = msgspec.json.Encoder().encode


def mac_of(keys: Keyring, data: bytes, line: Checked) -> bytes:
    return keys.mac("hmac-cpr", b"line\0" + data + repr(line.kin).encode())


def new_entry(keys: Keyring, line: Checked, cpr_mac: bytes, line_mac: bytes, data: bytes) -> Entry:
    public_id, secret = os.urandom(16).hex(), AESGCM.generate_key(256)
    kek_id, wrapped_key = keys.wrap(public_id, secret)
    person = Person(0, public_id, kek_id, wrapped_key)
    sealed = encrypt(secret, data, place(person, residents.TABLE, public_id))
    return entry(person, line, cpr_mac, line_mac, sealed, kin_of(keys, line))


def changed_entry(keys: Keyring, row: Listed, line: Checked, cpr_mac: bytes, line_mac: bytes, data: bytes) -> Entry:
    sealed = keys.seal(row.person, residents.TABLE, row.public_id, data)
    return entry(row.person, line, cpr_mac, line_mac, sealed, kin_of(keys, line))


def entry(
    row: Person | Listed, line: Checked, cpr_mac: bytes, line_mac: bytes, sealed: bytes, kin: list[tuple[str, bytes]]
) -> Entry:
    return Entry(
        row.id, row.public_id, row.kek_id, row.wrapped_key, cpr_mac, line_mac, line.resident.language, sealed, kin
    )


def kin_of(keys: Keyring, line: Checked) -> list[tuple[str, bytes]]:
    return [(kinship, keys.look_up(cpr)) for kinship, cpr in line.kin]

