"""The mailbox: its page as JSON with 300 letters, alone and among 20 million deliveries, and against a bare handler that answers
the same bytes; and a search in one's own letters, against opening them all and looking for the word. One core, time of the processor."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from litestar import Litestar, Response, get
from litestar.testing import TestClient

from backend.domain.actors import SYSTEM, resident
from backend.store import connections, letter_search, letters, persons
from backend.store.keyring import Person, place
from tests.bench.load import line
from tests.web.conftest import NOW, ORIGIN, built, sign_in
from tests.written import letter

LETTERS, OTHERS, EACH = 300, 650_000, 31
ROUNDS = 15
AROUND = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {others}), m (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM m WHERE j < {each})
INSERT INTO mailbox (person, letter, available_at, to_do) SELECT 1000000 + i, j, 0, 0 FROM n CROSS JOIN m
"""


def run(folder: Path) -> None:
    logging.disable(logging.INFO)
    others = int(os.environ.get("MEDBORGER_BENCH_OTHERS", OTHERS))
    made = built(folder)
    db = made.inner.state.app.db
    with TestClient(made, base_url=ORIGIN) as client:
        sign_in(client, "Mette")
        owner = client.get("/en/mine", headers={"accept": "application/json"}).json()["frame"]["owner"]
        fill(db, owner)
        bare = bare_client(client.get("/en/post", headers={"accept": "application/json"}).content)
        alone = best(lambda: ask(client, "/en/post"))
        floor = best(lambda: ask(bare, "/"))
        searching(db, owner)
        around(db.path, others)
        among = best(lambda: ask(client, "/en/post"))
    line(f"the mailbox as JSON, {LETTERS} letters", f"{alone * 1e3:.2f} ms")
    line("  of a bare handler's speed with the same bytes", f"{floor / alone:.2f}", ">= 0.30")
    line(f"  among {others * EACH:,} deliveries", f"{among / alone:.2f}x", "<= 1.2x")


def fill(db: Any, owner: str) -> None:
    for number in range(LETTERS):
        new = asyncio.run(letters.sealed_for(db, owner, letter(), NOW - timedelta(hours=number + 1)))
        db.write_now(letters.add, SYSTEM, new=new)


def ask(client: Any, path: str) -> None:
    assert client.get(path, headers={"accept": "application/json"}).status_code == 200


def bare_client(body: bytes) -> TestClient[Any]:
    @get("/")
    async def answer() -> Response[bytes]:
        return Response(body, media_type="application/json")

    return TestClient(Litestar([answer], openapi_config=None))


def best(act: Callable[[], object], each: int = 20) -> float:
    """Seconds of this process for one, the best of some rounds."""
    act()
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(each):
            act()
        took.append((time.process_time() - began) / each)
    return min(took)


def searching(db: Any, owner: str) -> None:
    actor, now = resident(owner, "s"), datetime.now(UTC) + timedelta(days=3650)
    rows: list[letters.Row] = db.read_now(letter_search.every, actor, now=int(now.timestamp() * 1000))[1]
    person: Person = db.read_now(persons.find, actor, public_id=owner)

    def plain() -> int:
        """No more than it takes: each letter is opened and looked through."""
        cipher = AESGCM(db.keys.unwrap(person))
        return sum(b"lonseddel" in cipher.decrypt(row.sealed[1:13], row.sealed[13:], place(person, letters.TABLE, row.public_id)) for row in rows)

    assert plain() == LETTERS
    ours = best(lambda: letter_search.matching(db.keys, person, rows, [b"lonseddel", b"xyzzy"]), 5)
    line(f"search {LETTERS} own letters", f"{ours * 1e3:.2f} ms")
    line("  against opening each and looking for one word", f"{ours / best(plain, 5):.2f}x", "<= 2x")
    whole = best(lambda: asyncio.run(letter_search.find(db, actor, "lonseddel xyzzy", now)), 5)
    line("  with reading the rows, in its thread", f"{whole * 1e3:.2f} ms")


def around(path: Path, others: int) -> None:
    """Everybody else's deliveries, in one statement, behind the server's back: nobody of them is in the register."""
    con = connections.connect(path.resolve().as_uri())
    con.execute("PRAGMA foreign_keys=OFF").fetchall()
    con.execute(AROUND.format(others=others, each=EACH)).fetchall()
    con.close()
