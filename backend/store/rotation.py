"""Changing keys: a newer key of a purpose, and all that an older one made brought under it, as far as that can be done here.

What is under way stands in a file beside the database before the key is made, and leaves it when the work is done: cut off
anywhere, the same command goes on where it stopped and makes no third key. Each chunk is one transaction, and what older and
newer key made is read side by side meanwhile.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

from backend.domain.actors import SYSTEM, Actor
from backend.store import audit, keyring, marks, rehashing, rewrapping
from backend.store.content_files import flush_folder
from backend.store.database import Database
from backend.store.keyring import PURPOSES
from backend.store.backup import flushed_write
from backend.store.statements import Tx

JOURNAL = "rotation.json"
BEGUN, DONE = "rotate", "rotated"


class BrokenChain(Exception):
    """Nothing is put under a newer key that the older one does not vouch for; the text is for the operator."""


def rotate(data: Path, folder: Path, purposes: list[str], at: int) -> list[str]:
    """What was rotated: those asked for, and those that were cut off before. Raises `Unsafe` while a server runs."""
    Database(data, keyring.load(folder)).close()
    planned = begin(data, folder, purposes)
    db = Database(data, keyring.load(folder))
    try:
        for purpose in planned:
            db.write_now(audit.add, SYSTEM, verb=BEGUN, object=name(db, purpose), at=at)
            WORK.get(purpose, nothing)(db, at)
            db.write_now(audit.add, SYSTEM, verb=DONE, object=name(db, purpose), at=at)
    finally:
        db.close()
    (data / JOURNAL).unlink(missing_ok=True)
    flush_folder(data)
    return planned


def begin(data: Path, folder: Path, purposes: list[str]) -> list[str]:
    """The plan is durable before the first key is there, so that going on makes none twice."""
    planned = under_way(data)
    planned |= {purpose: keyring.next_number(folder, purpose) for purpose in purposes if purpose not in planned}
    flushed_write(data / f"{JOURNAL}.partial", msgspec.json.encode(planned))
    (data / f"{JOURNAL}.partial").rename(data / JOURNAL)
    flush_folder(data)
    keyring.publish(folder)
    for purpose, number in planned.items():
        if not (file := folder / f"{purpose}-{number}.key").exists():
            keyring.write_key(file)
    keyring.publish(folder)
    return [purpose for purpose in PURPOSES if purpose in planned]


def under_way(data: Path) -> dict[str, int]:
    """By purpose, the number of the newer key."""
    file = data / JOURNAL
    return msgspec.json.decode(file.read_bytes(), type=dict[str, int]) if file.exists() else {}


def name(db: Database, purpose: str) -> str:
    return f"key/{purpose}-{db.keys.newest_id(purpose)}"


def nothing(db: Database, at: int) -> None:
    """What the older key made lives out its time, or comes again from outside."""


def remark(db: Database, at: int) -> None:
    """A mark that fits no key of ours is left: marking it anew would make what another hand wrote one of our own."""
    for table in marks.TABLES:
        for after in db.scan_now(steps, SYSTEM, table=table):
            read = db.scan_now(rows, SYSTEM, table=table, after=after)
            fresh = [new for row in read if row.is_authentic(db.keys, table) and (new := row.marked(db.keys, table)) != row]
            if fresh:
                db.write_now(write, SYSTEM, table=table, marked=fresh)


def rechain(db: Database, at: int) -> None:
    if broken := db.scan_now(audit.verify, SYSTEM, keys=db.keys):
        raise BrokenChain(f"The audit log is not whole ({broken}), so no newer key is put over it. Run: medborger check")
    db.write_now(audit.rekey, SYSTEM, at=at)


WORK: dict[str, Callable[[Database, int], None]] = {
    "kek": rewrapping.apply, "hmac-row": remark, "hmac-id": rehashing.ids, "hmac-body": rehashing.bodies, "hmac-push": rehashing.phones,
    "hmac-audit": rechain,
}  # fmt: skip


# Bodies


def steps(tx: Tx, actor: Actor, table: str) -> range:
    return marks.steps(tx, table)


def rows(tx: Tx, actor: Actor, table: str, after: int) -> list[marks.Row]:
    return marks.rows(tx, table, after)


def write(tx: Tx, actor: Actor, table: str, marked: list[marks.Row]) -> None:
    marks.write(tx, table, marked)
