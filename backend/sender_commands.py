"""`medborger senders`: which authorities and organisations send letters here by program. The same stands on the desk's page /desk/senders."""

import argparse
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from backend import settings as reading
from backend.domain.senders import KINDS, MOST_NAME, MOST_PER_MINUTE, PER_MINUTE
from backend.identity import senders
from backend.settings import BadSettings
from backend.store import keyring
from backend.store.database import Database
from backend.store.senders import Row


def add_to(verbs: Any, group: Callable[..., Any], verb: Callable[..., Any], placed: Callable[..., None]) -> None:
    those = group(verbs, "senders", "who sends letters by program; with a running server use its page /desk/senders")
    add = verb(those, "add", add_sender, "a new sender, and its key, which is shown once")
    add.add_argument("name", help="as residents read it above the letter")
    add.add_argument("--kind", required=True, choices=KINDS, help="a resident can switch off a private one, never an authority")
    add.add_argument("--test", action="store_true", help="its key reaches nobody and answers as if")
    add.add_argument("--per-minute", type=per_minute, default=PER_MINUTE, metavar="N", help=f"requests; {PER_MINUTE} unless said")
    key = verb(those, "key", new_key, "a new key; the one of before opens nothing from then on")
    end = verb(those, "end", end_sender, "it sends no more; what it sent stays")
    for one in (key, end):
        one.add_argument("who", help="the name, or the id that `senders list` shows")
    shown = verb(those, "list", show, "who sends")
    for one in (add, key, end, shown):
        placed(one, keys=True)


def per_minute(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_PER_MINUTE:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to {MOST_PER_MINUTE}")
    return int(text)


def opened(said: argparse.Namespace) -> Database:
    chosen = reading.read(os.environ, data=said.data, keys=said.keys)
    return Database(chosen.data, keyring.load(chosen.key_folder))


def add_sender(said: argparse.Namespace) -> int:
    name = said.name.strip()
    if not name or len(name) > MOST_NAME:
        raise BadSettings(f"Write a name of at most {MOST_NAME} letters.")
    db = opened(said)
    try:
        row, key = senders.add(db, name, said.kind, datetime.now(UTC), is_test=said.test, per_minute=said.per_minute)
        tell(row, key)
    finally:
        db.close()
    return 0


def new_key(said: argparse.Namespace) -> int:
    db = opened(said)
    try:
        row = named(db, said.who)
        tell(row, senders.new_key(db, row, datetime.now(UTC)))
    finally:
        db.close()
    return 0


def end_sender(said: argparse.Namespace) -> int:
    db = opened(said)
    try:
        row = named(db, said.who)
        senders.end(db, row, datetime.now(UTC))
        print(f"{row.name} sends no more. What it sent stays.")
    finally:
        db.close()
    return 0


def show(said: argparse.Namespace) -> int:
    db = opened(said)
    try:
        for row in senders.everybody(db):
            print(f"{row.id}  {row.name}: {row.kind}{', test' if row.is_test else ''}, {row.per_minute} a minute")
    finally:
        db.close()
    return 0


def named(db: Database, who: str) -> Row:
    found = [row for row in senders.everybody(db) if who in (row.id, row.name)]
    if len(found) != 1:
        raise BadSettings(f"{'No sender' if not found else 'More than one sender'} is called {who}. `medborger senders list` shows each with its id.")
    return found[0]


def tell(row: Row, key: str) -> None:
    print(f"{row.name} ({row.id}): the key is shown this once and kept nowhere.\n\n    {key}")
