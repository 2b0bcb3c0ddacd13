"""One letter to a whole city through the product's own path, against one plain INSERT ... SELECT of the same rows on the same file;
what people at their phones notice of it, and what a recipient costs on the disk."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from backend import settings as reading
from backend.domain.actors import SYSTEM, Actor
from backend.domain.contacts import Contact
from backend.identity import demo
from backend.identity.ask_server import Server, ask
from backend.identity.mailing_acts import MailingAct, MailingDone
from backend.identity.operator_requests import OPERATOR
from backend.store import keyring
from backend.store.access import nothing
from backend.store.connections import Connection
from backend.store.database import Database
from backend.store.keyring import Keyring, Person
from backend.store.mailing_runner import Mailings
from backend.store.statements import Tx
from tests.bench.load import ROUNDS, Served, Shot, line, median, ratio, serving, shoot
from tests.bench.submission import report
from tests.store.many import letter

PEOPLE = int(os.environ.get("MEDBORGER_BENCH_PEOPLE", "650000"))
PAPER = 12
"""Every twelfth is exempt from digital post."""
PEOPLE_SQL = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO person (public_id, kek_id, wrapped_key, cpr_mac, sealed, language, created_at)
SELECT 'made-' || i, '1', randomblob(61), randomblob(32), randomblob(250), 'da', 0 FROM n"""
REGISTER_SQL = "INSERT INTO register (person, line_mac, listed_at) SELECT id, randomblob(32), 0 FROM person WHERE public_id LIKE 'made-%'"
PLAIN = """INSERT INTO mailbox (person, letter, available_at, to_do) SELECT person, ?, 1795512600000, 0 FROM register WHERE status = ''"""
PLAIN_PRINT = """
INSERT INTO print_job (person, letter, public_id, state, not_before, made_at, changed_at)
SELECT c.person, ?, printf('%012x', 1795512600000) || lower(hex(randomblob(10))), 'waiting', 1795512600000, 1795512600000, 1795512600000 FROM contact AS c JOIN register AS r ON r.person = c.person WHERE c.is_paper = 1"""


def run(folder: Path) -> None:
    data = folder / "served" / "town"
    keyring.make(data / "demo-keys")
    db = Database(data, keyring.load(data / "demo-keys"))
    demo.seed(db)
    settle(db)
    many = Mailings(db, lambda: datetime.now(UTC))
    took: dict[str, list[Cost]] = {"plain": [], "ours": []}
    for round in range(ROUNDS):
        for kind in ("plain", "ours") if round % 2 else ("ours", "plain"):
            took[kind].append(plain(db, many, round) if kind == "plain" else ours(many, round))
    tell(took["ours"], took["plain"])
    before = pages(db)
    ours(many, ROUNDS)
    line("  bytes a recipient", f"{(pages(db) - before) / PEOPLE:.1f}")
    db.close()
    beside(folder / "served", data)


class Cost(Struct, frozen=True):
    """Seconds: by the clock; of the processor, all threads; and the longest transaction, with its commit."""

    wall: float
    cpu: float
    lock: float


def tell(us: list[Cost], them: list[Cost]) -> None:
    line(f"one letter to {PEOPLE:,} mailboxes: ours / one plain INSERT ... SELECT", f"{ratio([one.wall for one in us], [one.wall for one in them]):.2f}", "<= 1.6")
    line("  the same, of the processor's time", f"{ratio([one.cpu for one in us], [one.cpu for one in them]):.2f}")
    for name, costs in (("ours", us), ("plain, with the lock held all the while", them)):
        line(f"  {name}", f"{median([one.wall for one in costs]):.1f} s, cpu {median([one.cpu for one in costs]):.1f}")
    line("  longest transaction of ours / of the plain", f"{ratio([one.lock for one in us], [one.lock for one in them]):.3f}", "<= 1/20 = 0.050")
    line("  longest transaction of ours, its commit included", f"{median([one.lock for one in us]) * 1000:.0f} ms")


@contextmanager
def measured(db: Database) -> Iterator[list[Cost]]:
    """One element once it is over. It ends with the next write of anybody: all is durable by then, and out of the log."""
    whole, held, found = db.writer.transact, [], []

    def transact(batch: list) -> None:
        began = time.perf_counter()
        whole(batch)
        held.append(time.perf_counter() - began)

    db.writer.transact = transact
    began, cpu = time.perf_counter(), time.process_time()
    try:
        yield found
        db.write_now(nothing, SYSTEM)
        found.append(Cost(time.perf_counter() - began, time.process_time() - cpu, max(held)))
    finally:
        db.writer.transact = whole


def settle(db: Database) -> None:
    """A city's rows; only who is exempt has a key that opens, and a contact sealed with it."""
    db.write_now(lambda tx, _: (tx.con.execute(PEOPLE_SQL, [PEOPLE]), tx.con.execute(REGISTER_SQL)), SYSTEM)
    first, last = db.scan_now(lambda tx, _: tx.con.execute("SELECT min(id), max(id) FROM person WHERE public_id LIKE 'made-%'").fetchone(), SYSTEM)
    for start in range(first, last + 1, 24_000):
        db.write_now(exempt, SYSTEM, people=range(start, min(start + 24_000, last + 1), PAPER), offset=first - 1, keys=db.keys)


def exempt(tx: Tx, actor: Actor, people: range, offset: int, keys: Keyring) -> None:
    for id in people:
        public_id = f"made-{id - offset}"
        kek_id, wrapped_key = keys.wrap(public_id)
        sealed = keys.seal(Person(id, public_id, kek_id, wrapped_key), "contact", public_id, msgspec.json.encode(Contact(is_paper=True)))
        tx.con.execute("UPDATE person SET kek_id = ?, wrapped_key = ? WHERE id = ?", [kek_id, wrapped_key, id])
        tx.con.execute("INSERT INTO contact (person, sealed, is_paper, changed_at) VALUES (?, ?, 1, 0)", [id, sealed])


def ours(many: Mailings, round: int) -> Cost:
    with measured(many.db) as found:
        row = asyncio.run(through(many, f"ours {round}"))
    assert row.state == "done" and row.to_mailbox + row.to_paper + row.refused == row.total >= PEOPLE
    return found[0]


async def through(many: Mailings, name: str):  # noqa: ANN201
    row = await many.start(SYSTEM, letter(), name=name, is_list=False, per_hour=1)
    await many.send_due()
    return await many.get(row.public_id)


def plain(db: Database, many: Mailings, round: int) -> Cost:
    """The same rows for a letter of its own, in one statement each and one transaction, on the writer's own connection."""
    row = asyncio.run(many.start(SYSTEM, letter(), name=f"plain {round}", is_list=True, per_hour=1))
    with measured(db) as found:
        db.write_now(insert, SYSTEM, letter=row.letter)
    return found[0]


def insert(tx: Tx, actor: Actor, letter: int) -> None:
    con: Connection = tx.con
    con.execute(PLAIN, [letter])
    con.execute(PLAIN_PRINT, [letter])


def pages(db: Database) -> int:
    count = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    return db.scan_now(lambda tx, _: tx.con.execute(count).fetchone()[0], SYSTEM)


# ---- what people notice -----------------------------------------------------------------------------------------


def beside(folder: Path, data: Path) -> None:
    keys = keyring.load(data / "demo-keys")
    with serving("tests.bench.ours:application()", folder) as served:
        shoot(served.origin, "/api/submissions/KEY", 16, method="PUT", body=report(), seconds=2)  # warm
        without, during = [], []
        for round in range(ROUNDS):
            without.append(sixteen(served))
            began_mb = served.memory_mb()
            with peak(served) as most:
                id = start(keys, served, f"beside {round}")
                during.append(sixteen(served))
                was_running = is_running(keys, served)
                if round:  # memory is looked at over one whole letter; the others end with the load
                    asked(keys, served, MailingAct(act="cancelled", id=id))
                wait(keys, served)
            if not round:
                line("  memory while a whole letter was sent, above what it was", f"{max(most) - began_mb:+.0f} MB", "flat: <= 32 MB")
            if not was_running:
                line("  the letter was done before the load was", f"round {round + 1}")
    base, busy = median([shot.p99_us for shot in without]) / 1000, median([shot.p99_us for shot in during]) / 1000
    line("p99 of submissions at 16 connections during it / without", f"{busy / base:.2f}", "<= 2, or 15 ms more")
    line("  during, without", f"{busy:.1f} ms, {base:.1f} ms")
    line("  submissions/s during / without", f"{ratio([one.per_second for one in during], [one.per_second for one in without]):.2f}", ">= 0.75")
    line("  answers that were no success", str(sum(shot.bad + shot.lost for shot in during)))


def sixteen(served: Served) -> Shot:
    return shoot(served.origin, "/api/submissions/KEY", 16, method="PUT", body=report(), seconds=2)


def asked(keys: Keyring, served: Served, wanted: MailingAct) -> MailingDone:
    said = ask(keys.newest(OPERATOR), Server(reading.read(demo=True).where, served.origin), "/api/errands/mailings", wanted, datetime.now(UTC))
    return msgspec.json.decode(said, type=MailingDone)


def start(keys: Keyring, served: Served, name: str) -> str:
    return asked(keys, served, MailingAct(act="start", letter=letter(), name=name, is_list=False, per_hour=1)).id


def is_running(keys: Keyring, served: Served) -> bool:
    return any(one.state == "running" for one in asked(keys, served, MailingAct()).all)


def wait(keys: Keyring, served: Served) -> None:
    while is_running(keys, served):
        time.sleep(0.2)


@contextmanager
def peak(served: Served) -> Iterator[list[float]]:
    seen, done = [served.memory_mb()], threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            seen.append(served.memory_mb())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()
