"""A code made at the desk's own machine: by the store itself, or by the server that holds it."""

from datetime import datetime
from pathlib import Path

import msgspec

from backend.identity import activation
from backend.identity.activation import Made
from backend.identity.ask_server import NoAnswer, Server, ask
from backend.identity.operator_requests import DESK, CodeFor
from backend.store import keyring
from backend.store.database import Database
from backend.store.startup_checks import Unsafe

__all__ = ["NoAnswer", "code_for"]


def code_for(
    data: Path, key_folder: Path, where: str, who: str, now: datetime, *, by_letter: bool, cert: Path | None = None,
    server: str = "",
) -> Made:
    """`server`: where it listens on this machine, past any proxy. A folder with the desk's key alone can ask it, and do
    nothing else. Raises `NotFound` for nobody, `NoAnswer`, and what opening a store raises."""
    at = Server(where, server or where, cert)
    wanted = CodeFor(person=who, by_letter=by_letter)
    if keyring.has_only(key_folder, DESK):
        return asked(key_folder, at, wanted, now)
    keys = keyring.load(key_folder)
    try:
        db = Database(data, keys)
    except Unsafe as held:
        return asked(key_folder, at, wanted, now, held)
    try:
        return activation.make(db, who, now, by_letter)
    finally:
        db.close()


def asked(key_folder: Path, server: Server, wanted: CodeFor, now: datetime, held: Unsafe | None = None) -> Made:
    found = ask(keyring.load_one(key_folder, DESK), server, "/api/errands/activation", wanted, now, held)
    return msgspec.json.decode(found, type=Made)
