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
from backend.store import register, residents, tampering
from backend.store.database import Database
from backend.store.keyring import Keyring, Person, encrypt, place
from backend.store.register import Entry, Kin, KinOf, Listed, Moved
from backend.store.residents import Numbered

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
    refused = move_to_newest_key(db, [number for line, _, _ in by_mac.values() for number in (line.cpr, *(cpr for _, cpr in line.kin))])
    known = db.read_now(register.listed, OPERATOR, cpr_macs=list(by_mac))
    new, changed, same = [], [], []
    for cpr_mac, (line, data, line_mac) in by_mac.items():
        row = known.get(cpr_mac)
        changed_row = refused.get(cpr_mac, "") or (row.public_id if row and not is_authentic(db.keys, row, cpr_mac) else "")
        if changed_row:
            tampering.met_now(db, f"{residents.TABLE}/{changed_row}", now)
            done.refuse(BadLine("cpr", "tampered", line.number))
        elif row is None:
            new.append(new_entry(db.keys, line, cpr_mac, line_mac, data))
        elif row.line_mac in (line_mac, *older_macs_of(db.keys, data, line)):
            same.append(entry(row, line, cpr_mac, line_mac, b"", []))
        elif row.listed_at == now:
            twice(line, line_mac, row.line_mac, done)
        else:
            changed.append(changed_entry(db.keys, row, line, cpr_mac, line_mac, data))
    db.write_now(register.take_in, OPERATOR, new=new, changed=changed, same=same, now=now, cpr_key=db.keys.newest_id("hmac-cpr"))
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
    return keys.mac("hmac-cpr", said_in(data, line))


def older_macs_of(keys: Keyring, data: bytes, line: Checked) -> list[bytes]:
    """A line that says nothing new is known by an older key too."""
    return keys.macs("hmac-cpr", said_in(data, line))[:-1] if len(keys.keys["hmac-cpr"]) > 1 else []


def said_in(data: bytes, line: Checked) -> bytes:
    return b"line\0" + data + repr(line.kin).encode()


def is_authentic(keys: Keyring, row: Listed, cpr_mac: bytes) -> bool:
    return keys.is_row(row.mac, residents.TABLE, row.public_id, cpr_mac)


def move_to_newest_key(db: Database, numbers: list[str]) -> dict[bytes, str]:
    """The number itself is stored nowhere, so rows hashed with an older key can move when the file names it again: its own
    row, and those of who name it as a relative's. What was changed outside Medborger stays as it is: by the number's newest
    hash, whose row that is."""
    if len(db.keys.keys["hmac-cpr"]) == 1:
        return {}
    newest = {old: macs[-1] for number in numbers for macs in [db.keys.look_ups(number)] for old in macs[:-1]}
    found = db.read_now(register.under_older_keys, OPERATOR, cpr_macs=list(newest))
    moved = [moved_to(db.keys, newest[old], old, people, kin) for old, (people, kin) in found.items()]
    db.write_now(register.move, OPERATOR, moved=moved, cpr_key=db.keys.newest_id("hmac-cpr"))
    return {newest[old]: one.public_id for old, (people, _) in found.items() for one in people if not one.is_authentic(db.keys)}


def moved_to(keys: Keyring, cpr_mac: bytes, old: bytes, people: list[Numbered], kin: list[KinOf]) -> Moved:
    return Moved(
        cpr_mac, old,
        [(one.id, keys.row_mac(residents.TABLE, one.public_id, cpr_mac)) for one in people if one.is_authentic(keys)],
        [
            Kin(one.person, one.kinship, cpr_mac, kin_mark(keys, one.public_id, one.kinship, cpr_mac)) for one in kin
            if keys.is_row(one.mac, residents.FAMILY, one.public_id, one.kinship, old)
        ],
    )  # fmt: skip


def kin_mark(keys: Keyring, public_id: str, kinship: str, relative_mac: bytes) -> bytes:
    return keys.row_mac(residents.FAMILY, public_id, kinship, relative_mac)


def new_entry(keys: Keyring, line: Checked, cpr_mac: bytes, line_mac: bytes, data: bytes) -> Entry:
    public_id, secret = os.urandom(16).hex(), AESGCM.generate_key(256)
    kek_id, wrapped_key = keys.wrap(public_id, secret)
    person = Person(0, public_id, kek_id, wrapped_key)
    sealed = encrypt(secret, data, place(person, residents.TABLE, public_id))
    return entry(person, line, cpr_mac, line_mac, sealed, kin_of(keys, line, public_id), keys.row_mac(residents.TABLE, public_id, cpr_mac))


def changed_entry(keys: Keyring, row: Listed, line: Checked, cpr_mac: bytes, line_mac: bytes, data: bytes) -> Entry:
    sealed = keys.seal(row.person, residents.TABLE, row.public_id, data)
    return entry(row.person, line, cpr_mac, line_mac, sealed, kin_of(keys, line, row.public_id))


def entry(
    row: Person | Listed, line: Checked, cpr_mac: bytes, line_mac: bytes, sealed: bytes, kin: list[tuple[str, bytes, bytes]], mac: bytes = b""
) -> Entry:
    """`mac` is a new person's; that of a known one stays."""
    return Entry(
        row.id, row.public_id, row.kek_id, row.wrapped_key, cpr_mac, mac, line_mac, line.resident.language, line.resident.status, sealed, kin
    )


def kin_of(keys: Keyring, line: Checked, public_id: str) -> list[tuple[str, bytes, bytes]]:
    hashed = [(kinship, keys.look_up(cpr)) for kinship, cpr in line.kin]
    return [(kinship, mac, kin_mark(keys, public_id, kinship, mac)) for kinship, mac in hashed]
