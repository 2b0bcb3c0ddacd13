"""The designs ours is held against, each as good as its own kind allows: same server, same library, same rows.

`BENCH_DESIGN` chooses: `writer` (ours), `threads` (one connection per thread, FULL), `utils` (sqlite-utils in threads),
`nobody` (the handler alone, which stores nothing).
"""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import sqlite_utils
from litestar import Litestar, Request, get, put

FILE = Path(os.environ["BENCH_DATA"]) / f"{os.environ.get('BENCH_DESIGN', 'writer')}.db"
POOL = ThreadPoolExecutor(16)
local = threading.local()
SCHEMA = """
CREATE TABLE IF NOT EXISTS bench_submission (id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL, idem TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (person, idem)) STRICT;
CREATE TABLE IF NOT EXISTS bench_audit (id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL, what TEXT NOT NULL) STRICT;
"""
SUBMISSION = "INSERT INTO bench_submission (person, idem, body) VALUES (?, ?, ?)"
AUDIT = "INSERT INTO bench_audit (person, what) VALUES (?, ?)"


def connection() -> Any:
    if not hasattr(local, "con"):
        local.con = sqlite.connect(str(FILE), isolation_level=None, timeout=30)
        local.con.execute("PRAGMA journal_mode=WAL")
        local.con.execute("PRAGMA synchronous=FULL")
    return local.con


def store_by_thread(key: str, body: bytes) -> None:
    con = connection()
    con.execute("BEGIN IMMEDIATE")
    try:
        con.execute(SUBMISSION, (1, key, body))
        con.execute(AUDIT, (1, key))
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise


def store_by_utils(key: str, body: bytes) -> None:
    if not hasattr(local, "utils"):
        local.utils = sqlite_utils.Database(connection())
    connection().execute("BEGIN IMMEDIATE")
    try:
        local.utils["bench_submission"].insert({"person": 1, "idem": key, "body": body})
        local.utils["bench_audit"].insert({"person": 1, "what": key})
        connection().execute("COMMIT")
    except BaseException:
        connection().execute("ROLLBACK")
        raise


def in_threads(store: Any) -> Any:
    @put("/rows/{key:str}", status_code=201)
    async def receive(key: str, request: Request) -> dict[str, str]:
        await asyncio.get_running_loop().run_in_executor(POOL, store, key, await request.body())
        return {"key": key}

    return receive


@get("/healthz")
async def health() -> dict[str, str]:
    return {"state": "ready"}


def by_writer() -> Litestar:
    """Our writer under the same handler and the same two rows."""
    from tests.bench.ours import bench_writer

    store, close = bench_writer(FILE, SCHEMA, SUBMISSION, AUDIT)

    @put("/rows/{key:str}", status_code=201)
    async def receive(key: str, request: Request) -> dict[str, str]:
        await store(key, await request.body())
        return {"key": key}

    return Litestar([receive, health], openapi_config=None, on_shutdown=[close])


def by_nobody() -> Litestar:
    """The handler alone: no more than this can be stored by one process, whatever the store."""

    @put("/rows/{key:str}", status_code=201)
    async def receive(key: str, request: Request) -> dict[str, str]:
        await request.body()
        return {"key": key}

    return Litestar([receive, health], openapi_config=None)


def by_threads(store: Any) -> Litestar:
    connection().executescript(SCHEMA)
    return Litestar([in_threads(store), health], openapi_config=None)


DESIGNS = {"writer": by_writer, "nobody": by_nobody, "threads": lambda: by_threads(store_by_thread), "utils": lambda: by_threads(store_by_utils)}
app = DESIGNS[os.environ.get("BENCH_DESIGN", "writer")]()
