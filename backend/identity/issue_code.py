"""A code made at the desk's own machine: by the store itself, or by the server that holds it."""

import ssl
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import msgspec

from backend.domain.errors import NotFound
from backend.identity import activation, operator_requests
from backend.identity.activation import Made
from backend.identity.operator_requests import CodeFor
from backend.identity.register import milliseconds
from backend.store import keyring
from backend.store.database import Database
from backend.store.keyring import Keyring
from backend.store.startup_checks import Unsafe

TIMEOUT_S = 10


class NoAnswer(Exception):
    """The store is in use and the server that should have it does not answer; the text is for the operator."""


def code_for(
    data: Path, key_folder: Path, where: str, who: str, now: datetime, *, by_letter: bool, cert: Path | None = None,
    server: str = "",
) -> Made:
    """`server`: where it listens on this machine, past any proxy. Raises `NotFound` for nobody, `NoAnswer`, and what opening a store raises."""
    keys = keyring.load(key_folder)
    try:
        db = Database(data, keys)
    except Unsafe as held:
        return asked(keys, where, server or where, CodeFor(person=who, by_letter=by_letter), now, cert, held)
    try:
        return activation.make(db, who, now, by_letter)
    finally:
        db.close()


def asked(keys: Keyring, where: str, server: str, wanted: CodeFor, now: datetime, cert: Path | None, held: Unsafe) -> Made:
    """The server's certificate may be its own: then it is the one we trust."""
    body = msgspec.json.encode(wanted)
    said = {operator_requests.HEADER: operator_requests.proof(keys, body, milliseconds(now)), "origin": where, "content-type": "application/json"}
    trust = ssl.create_default_context(cafile=str(cert)) if cert else None
    if trust:
        trust.check_hostname = False  # its name is the town's, not this machine's; the certificate itself is the one we trust
    try:
        with urlopen(Request(f"{server}/api/errands/activation", body, said), timeout=TIMEOUT_S, context=trust) as answer:
            return msgspec.json.decode(answer.read(), type=Made)
    except HTTPError as error:
        with error:
            if error.code == 404:
                raise NotFound("person") from error
            raise NoAnswer(f"The server at {server} refused ({error.code}).") from error
    except (URLError, OSError) as error:
        raise NoAnswer(f"{held} Or, if it is a server, say where it is: --port N or --origin ADDRESS.") from error
