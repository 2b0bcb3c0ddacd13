"""Our own store under the bench's two rows, and our own application with one part left out."""

import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from backend import app, settings as reading
from backend.domain.actors import SYSTEM, Actor
from backend.identity import demo
from backend.store import keyring, submissions
from backend.store.database import Database
from backend.store.keyring import PURPOSES, Keyring
from backend.store.statements import Statement, Tx
from backend.web.api.content import add_assets
from backend.web.middleware.static_files import Files
from backend.web.rendering.words import Words
from pwa import served


def spare_keys() -> Keyring:
    return Keyring({purpose: {"1": os.urandom(32)} for purpose in PURPOSES})


def bench_writer(file: Path, schema: str, first: str, second: str) -> tuple[Callable[[str, bytes], Awaitable[None]], Callable[[], None]]:
    """(store, close): `store` writes the two rows through the store's writer and answers after the commit."""
    db = Database(file.parent / "writer", spare_keys())
    make = [Statement("make", text) for text in schema.split(";") if text.strip()]
    submission = Statement("submission", named(first, ":person", ":idem", ":body"))
    audit = Statement("audit", named(second, ":person", ":what"))

    def prepare(tx: Tx, actor: Actor) -> None:
        for statement in make:
            tx.run(statement)

    def add(tx: Tx, actor: Actor, idem: str, text: bytes) -> None:
        tx.run(submission, person=1, idem=idem, body=text)
        tx.run(audit, person=1, what=idem)

    db.write_now(prepare, SYSTEM)

    async def store(key: str, body: bytes) -> None:
        await db.write(add, SYSTEM, idem=key, text=body)

    return store, db.close


def named(statement: str, *names: str) -> str:
    for name in names:
        statement = statement.replace("?", name, 1)
    return statement


def renderer() -> Any:
    """Our renderer and the addresses it prints, without a server around it."""
    settings = reading.read({}, demo=True)
    words = Words(settings, served.templates()[1])
    return words, add_assets(Files(), served.page_scripts())


def files() -> Any:
    """The static handler alone, with the bench's one file."""
    handed = Files()
    handed.add("/a/file.css", (Path(os.environ["BENCH_DATA"]) / "static" / "file.css").read_bytes())

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["path"] == "/healthz":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})
        else:
            await handed.answer(scope, send)

    return application


def application() -> Any:
    """The whole of Medborger as the demo runs it. `BENCH_WITHOUT` leaves out the commit, or the store altogether."""
    data, left_out = Path(os.environ["BENCH_DATA"]) / "town", os.environ.get("BENCH_WITHOUT", "")
    settings = reading.read(demo=True, data=data, reads_per_minute=10**9, writes_per_minute=10**9, secrets_per_minute=10**9)
    if not settings.key_folder.exists():
        keyring.make(settings.key_folder)
    door = app.create(settings)
    db = door.inner.state.app.db
    demo.seed(db)
    if left_out == "commit":
        db.writer.transact = partial(without_commit, db.writer)
    if left_out == "store":
        db.write = without_store
    return door


def without_commit(writer: Any, batch: list[Any]) -> None:
    """The batch as it is, but it is rolled back: no log is written and nothing is flushed."""
    lines: list[Any] = []
    writer.con.execute("BEGIN IMMEDIATE")
    for job in batch:
        writer.con.execute("SAVEPOINT job")
        tx = Tx(writer.con)
        try:
            job.answer, job.error = job.body(tx, job.actor, **job.params), None
            lines += tx.lines
        except Exception as error:  # noqa: BLE001 - the job's own, as in the writer
            job.error = error
            writer.con.execute("ROLLBACK TO job")
        writer.con.execute("RELEASE job")
    writer.chain.seal(Tx(writer.con), lines)
    writer.con.execute("ROLLBACK")
    writer.chain.lost()


async def without_store(body: Any, actor: Actor, **params: Any) -> Any:
    """What the transaction would have handed back, put together from what went in."""
    new = params.get("whole")
    if not isinstance(new, submissions.New):
        return None
    row = submissions.Row(new.public_id, new.service, new.version, new.body_mac, new.sealed, 1, new.case_id, new.number)
    return submissions.Found(params["person"], row, [], None, True)
