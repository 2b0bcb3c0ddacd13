"""What the operator does with the keys: make them, and change them for newer ones."""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend import settings as reading
from backend.settings import BadSettings
from backend.store import key_use, keyring, rotation
from backend.store.key_use import Use
from backend.store.keyring import PURPOSES, Keyring

BACKUPS = "Keep the older file with the backups of before, apart from here: they open with it alone."
WHEN = {
    "kek": f"The older file may be taken away now. {BACKUPS}",
    "hmac-cpr": "Import the register once more (medborger residents import FILE): the numbers stand in it alone. Until medborger "
    "check says that nobody is found by it, the older file must stay, or those people are not found by their number.",
    "hmac-session": "The older file may be taken away in 14 days: then the last session and code by letter have ended.",
    "hmac-body": "The older file may be taken away in 90 days: a phone may send again until then what it is unsure of.",
    "hmac-row": "The older file may be taken away now.",
    "hmac-id": "The older file may be taken away in 90 days: a phone may send a message or a paper again until then.",
    "hmac-audit": "The older file may be taken away now: a digest of the log until today is sealed with the newer key.",
    "hmac-push": "The older file may be taken away in 28 days: messages on their way come back under it.",
    "hmac-desk": "Bring the newer file to whoever makes codes; then the older may be taken away, there and here.",
    "hmac-operator": "Bring the newer file to whoever runs the commands; then the older may be taken away, there and here.",
    "receipt": "The older .key may be taken away now. Its .pub stays for ever, or receipts of before are not valid.",
    "vapid": "The older file must stay until medborger check counts no phones under it: each takes the newer key when the app is next opened there.",
}  # fmt: skip


def make(said: argparse.Namespace) -> int:
    made = keyring.make(said.folder)
    for file in made:
        print(file)
    print("Keep a copy elsewhere: without these keys what is stored can never be read." if made else "All keys were there.")
    return 0


def rotate(said: argparse.Namespace) -> int:
    unknown = [one for one in said.purposes if one not in (*PURPOSES, "all")]
    if unknown:
        raise BadSettings(f"There is no key for {unknown[0]}. Say one or more of: {', '.join(PURPOSES)}; or all.")
    chosen = reading.read(os.environ, data=said.data, keys=said.keys)
    wanted = list(PURPOSES) if "all" in said.purposes else said.purposes
    done = rotation.rotate(chosen.data, chosen.key_folder, wanted, int(time.time() * 1000))
    for purpose in done:
        print(f"{purpose}: {WHEN[purpose]}")
    print("Keep a copy of the new files elsewhere, and start the server again.")
    return 0


def tell_older(data: Path, keys: Keyring) -> None:
    """For `check`: what still needs an older key."""
    used = key_use.older(data, keys, int(time.time() * 1000))
    for use in used:
        print(f"Older key {said_of(use)}")
    for purpose, ids in keys.keys.items():
        if len(ids) > 1 and not any(use.key.startswith(purpose) for use in used):
            print(f"Older key {purpose}: nothing here needs it.")


def said_of(use: Use) -> str:
    return f"{use.key}: {use.rows} {use.why}" if use.rows else f"{use.key}: {use.why}"


def add_to(verbs: Any, group: Callable[..., Any], verb: Callable[..., Any], placed: Callable[..., None]) -> None:
    keys = group(verbs, "keys", "the secret keys")
    made = verb(keys, "make", make, "make the keys that are missing in a folder")
    made.add_argument("folder", type=Path)
    turn = verb(keys, "rotate", rotate, "make a newer key and bring under it what the older made; the server must be stopped")
    turn.add_argument("purposes", nargs="+", metavar="PURPOSE", help=f"{', '.join(PURPOSES)}; or all")
    placed(turn, keys=True)
