"""What the operator does for one person: end a lost phone, erase, show the access log. Beside a running server it asks that one."""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime

import msgspec

from backend import settings as reading
from backend.domain.errors import NotFound
from backend.identity import person_acts
from backend.identity.ask_server import Server, ask
from backend.identity.operator_requests import OPERATOR
from backend.identity.person_acts import Done, PersonAct
from backend.identity.sessions import Sessions
from backend.settings import Settings
from backend.store import erasures, keyring
from backend.store.database import Database
from backend.store.startup_checks import Unsafe


def stop_phones(said: argparse.Namespace) -> int:
    return done_for(said, PersonAct(act="stop", person=said.person))


def erase(said: argparse.Namespace) -> int:
    return done_for(said, PersonAct(act="erase", person=said.person))


def show_log(said: argparse.Namespace) -> int:
    return done_for(said, PersonAct(act="log", person=said.person))


def done_for(said: argparse.Namespace, wanted: PersonAct) -> int:
    """For nobody it says so."""
    chosen = reading.read(os.environ, data=said.data, keys=said.keys, origin=said.origin, port=said.port, cert=said.cert)
    try:
        tell(wanted, perform(chosen, wanted), chosen)
    except NotFound:
        print("Nobody is known by that number or id, or they are erased.", file=sys.stderr)
        return 1
    return 0


def perform(chosen: Settings, wanted: PersonAct) -> Done:
    """By the store itself if it is free and all keys are here, else by the server that has it."""
    now = datetime.now(UTC)
    if keyring.has_only(chosen.key_folder, OPERATOR):
        return asked(chosen, wanted, now)
    try:
        db = Database(chosen.data, keyring.load(chosen.key_folder))
    except Unsafe as held:
        return asked(chosen, wanted, now, held)
    try:
        return asyncio.run(person_acts.perform(db, Sessions(db, now), wanted, now))
    finally:
        db.close()


def asked(chosen: Settings, wanted: PersonAct, now: datetime, held: Unsafe | None = None) -> Done:
    server = Server(chosen.where, f"{'https' if chosen.cert else 'http'}://localhost:{chosen.port}", chosen.cert)
    found = ask(keyring.load_one(chosen.key_folder, OPERATOR), server, "/api/errands/person", wanted, now, held)
    return msgspec.json.decode(found, type=Done)


def tell(wanted: PersonAct, done: Done, chosen: Settings) -> None:
    if wanted.act == "stop":
        print(f"{done.sessions} sessions ended, {done.keys} passkeys removed. A new passkey takes a code: medborger activate")
    elif wanted.act == "erase":
        print(f"Erased. Keep {chosen.data / erasures.LIST} with the backups' list: restore takes it as --erased.")
    for line in done.lines:
        print(datetime.fromtimestamp(line.at / 1000, UTC).isoformat(timespec="seconds"), line.role, line.verb, line.object)
