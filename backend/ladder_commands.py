"""`medborger ladder`: the call list, and what came of each call. Beside a running server it asks that one."""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from backend import settings as reading
from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.identity.ask_server import Server, ask
from backend.identity.operator_requests import OPERATOR, CallList
from backend.settings import Settings
from backend.store import calls as kept, keyring
from backend.store.database import Database
from backend.store.startup_checks import Unsafe
from push import calls
from push.calls import Line


def show_calls(said: argparse.Namespace) -> int:
    lines = asked(said, CallList())
    if said.csv:
        said.csv.write_text(calls.as_csv(lines), "utf-8-sig")  # so that a spreadsheet reads the letters
        print(f"{len(lines)} to call: {said.csv}")
    else:
        print(calls.as_text(lines))
    return 0


def note_call(said: argparse.Namespace) -> int:
    try:
        left = asked(said, CallList(id=said.call, result=said.result))
    except NotFound:
        print("No such call is on the list.", file=sys.stderr)
        return 1
    print(f"Noted. {len(left)} left to call.")
    return 0


def asked(said: argparse.Namespace, wanted: CallList) -> list[Line]:
    chosen = reading.read(os.environ, data=said.data, keys=said.keys, origin=said.origin, port=said.port, cert=said.cert)
    keys, now = keyring.load(chosen.key_folder), datetime.now(UTC)
    try:
        db = Database(chosen.data, keys)
    except Unsafe as held:
        server = Server(chosen.where, f"{'https' if chosen.cert else 'http'}://localhost:{chosen.port}", chosen.cert)
        return msgspec.json.decode(ask(keys.newest(OPERATOR), server, "/api/errands/calls", wanted, now, held), type=list[Line])
    try:
        return asyncio.run(of_store(chosen, db, wanted, now))
    finally:
        db.close()


async def of_store(chosen: Settings, db: Database, wanted: CallList, now: datetime) -> list[Line]:
    from backend.app import make_push  # the whole house: slow to import, and only needed here

    if wanted.result:
        await db.write(kept.note, Actor("desk", why="call"), public_id=wanted.id, result=wanted.result, now=int(now.timestamp() * 1000))
    return await make_push(chosen, db).call_list()


def add_to(verbs: argparse._SubParsersAction, group, verb, placed) -> None:  # noqa: ANN001 - helpers of `cli.py`
    ladder = group(verbs, "ladder", "whom no message has reached: who is to be called")
    shown = verb(ladder, "calls", show_calls, "whom to ring, about what, by when, most urgent first")
    shown.add_argument("--csv", type=Path, metavar="FILE", help="for a spreadsheet")
    for name, about in (
        ("done", "it is done"), ("reached", "they know now, and it is still to be done"), ("not-reached", "nobody answered: try again later"),
        ("refused", "they want no call"),
    ):  # fmt: skip
        one = verb(ladder, name, note_call, f"note of a call: {about}")
        one.add_argument("call", help="the id at the end of its row")
        one.set_defaults(result=name)
        where(one, placed)
    where(shown, placed)


def where(one: argparse.ArgumentParser, placed) -> None:  # noqa: ANN001
    one.add_argument("--origin", help="what people type, for example https://selv.example.dk")
    one.add_argument("--port", type=int, help="where a running server listens")
    one.add_argument("--cert", type=Path, metavar="FILE", help="the running server's own certificate")
    placed(one, keys=True)
