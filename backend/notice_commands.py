"""`medborger notices`: a word to everybody, tried dry first. Beside a running server it asks that one."""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from backend import settings as reading
from backend.domain.errors import NotFound
from backend.identity.ask_server import Server, ask
from backend.identity.operator_requests import OPERATOR, Campaign
from backend.ladder_commands import where
from backend.store import keyring
from backend.store.database import Database
from backend.store.startup_checks import Unsafe


def send(said: argparse.Namespace) -> int:
    """Without --send it only counts."""
    found = asked(said, Campaign(act="send" if said.send else "count", text=said.file.read_text("utf-8-sig")))
    if "wrong" in found:
        print("\n".join(f"{said.file}: {line}" for line in found["wrong"].splitlines()), file=sys.stderr)
        return 1
    by_language = ", ".join(f"{count} in {lang}" for lang, count in sorted(found["count"].items()))
    print(f"{sum(found['count'].values())} people: {by_language or 'nobody'}.")
    print(f"It is being sent: {found['id']}" if said.send else "Nothing was sent. Add --send to send it.")
    return 0


def show(said: argparse.Namespace) -> int:
    for one in asked(said, Campaign())["all"]:
        counts = ", ".join(f"{count} {why}" for why, count in one["counts"].items()) or "nobody yet"
        print(f"{one['id']}  {one['state']}, until {one['until']}, {one['per_hour']} an hour\n    {one['title']}: {counts}")
    return 0


def change(said: argparse.Namespace) -> int:
    try:
        asked(said, Campaign(act=said.state, id=said.campaign))
    except NotFound:
        print("No such notice is being sent.", file=sys.stderr)
        return 1
    print(f"It is {said.state}.")
    return 0


def asked(said: argparse.Namespace, wanted: Campaign) -> dict[str, Any]:
    chosen = reading.read(os.environ, data=said.data, keys=said.keys, origin=said.origin, port=said.port, cert=said.cert)
    keys = keyring.load(chosen.key_folder)
    try:
        db = Database(chosen.data, keys)
    except Unsafe as held:
        server = Server(chosen.where, f"{'https' if chosen.cert else 'http'}://localhost:{chosen.port}", chosen.cert)
        return msgspec.json.decode(ask(keys.newest(OPERATOR), server, "/api/errands/campaigns", wanted, datetime.now(UTC), held))
    try:
        from backend.app import make_push  # the whole house: slow to import, and only needed here

        return asyncio.run(make_push(chosen, db).campaign(wanted.act, wanted.text, wanted.id))
    finally:
        db.close()


def add_to(verbs: argparse._SubParsersAction, group, verb, placed) -> None:  # noqa: ANN001 - helpers of `cli.py`
    notices = group(verbs, "notices", "a word to everybody, or to some postcodes")
    sending = verb(notices, "send", send, "count who would be told; with --send tell them, at the pace the file names")
    sending.add_argument("file", type=Path, help="TOML: until, per_hour, postcodes, and [da] title, body for each language")
    sending.add_argument("--send", action="store_true")
    where(sending, placed)
    where(verb(notices, "list", show, "what is being sent, and how many have been told"), placed)
    for name, state, about in (("pause", "paused", "stop for now"), ("resume", "running", "go on"), ("cancel", "cancelled", "tell nobody more")):
        one = verb(notices, name, change, about)
        one.add_argument("campaign", help="the id that `notices list` prints")
        one.set_defaults(state=state)
        where(one, placed)
