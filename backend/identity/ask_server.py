"""The store takes one process: a command asks the server that holds it, at its own port on this machine."""

import ssl
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import msgspec
from msgspec import Struct

from backend.domain.errors import NotFound
from backend.domain.moments import milliseconds
from backend.identity import operator_requests
from backend.store.startup_checks import Unsafe

TIMEOUT_S = 10


class NoAnswer(Exception):
    """The store is in use and the server that should have it does not answer; the text is for the operator."""


class Server(Struct, frozen=True):
    """`where`: what people type. `url`: where it listens on this machine, past any proxy. `cert`: its own, where it is not
    signed by anybody: then it is the one we trust."""

    where: str
    url: str
    cert: Path | None = None


def ask(key: bytes, server: Server, path: str, wanted: Struct, now: datetime, held: Unsafe | None = None) -> bytes:
    """The answer. `key`: the one for this kind of question. `held` is what opening the store said, where it was tried. Raises `NotFound` and `NoAnswer`."""
    body = msgspec.json.encode(wanted)
    said = {operator_requests.HEADER: operator_requests.proof(key, body, milliseconds(now)), "origin": server.where, "content-type": "application/json"}
    trust = ssl.create_default_context(cafile=str(server.cert)) if server.cert else None
    if trust:
        trust.check_hostname = False  # its name is the town's, not this machine's
    try:
        with urlopen(Request(server.url + path, body, said), timeout=TIMEOUT_S, context=trust) as answer:
            return answer.read()
    except HTTPError as error:
        with error:
            if error.code == 404:
                raise NotFound("errand") from error
            raise NoAnswer(f"The server at {server.url} refused ({error.code}).") from error
    except (URLError, OSError) as error:
        raise NoAnswer(f"{held or 'No server answers there.'} Or, if it is a server, say where it is: --port N or --origin ADDRESS.") from error
