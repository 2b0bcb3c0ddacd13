"""What the operator's commands ask of a running server, since the store takes one process: each proved by a key of its own.

The desk's key makes codes and nothing else; the operator's does the rest. Neither opens a row.

Whoever can read the key folder may do all this anyway, with the server stopped.
"""

import hmac
from hashlib import sha256
from typing import Annotated, Literal

from msgspec import Meta, Struct

from backend.domain.errors import Forbidden
from backend.store.keyring import Keyring

HEADER = "medborger-errand"
DESK, OPERATOR = "hmac-desk", "hmac-operator"
"""Purposes of keys."""
PREFIX = b"errand\0"
LIFE_MS = 60_000


class CodeFor(Struct, forbid_unknown_fields=True, kw_only=True):
    """An activation code for a person number or a public id."""

    person: Annotated[str, Meta(max_length=64)]
    by_letter: bool = False


class CallList(Struct, forbid_unknown_fields=True, kw_only=True):
    """Whom to ring; with `id` and `result` what came of ringing one of them."""

    id: Annotated[str, Meta(max_length=64)] = ""
    result: Literal["", "reached", "not-reached", "done", "refused"] = ""


class Campaign(Struct, forbid_unknown_fields=True, kw_only=True):
    """"" only lists. "count" and "send" have the operator's file in `text`; the others name one by its `id`."""

    act: Literal["", "count", "send", "paused", "running", "cancelled"] = ""
    text: Annotated[str, Meta(max_length=20_000)] = ""
    id: Annotated[str, Meta(max_length=64)] = ""


class Used:
    """Proofs of the last minutes: who overhears one gets no second answer with it."""

    def __init__(self) -> None:
        self.until: dict[str, int] = {}

    def take(self, header: str, now: int) -> None:
        """Raises `Forbidden` the second time."""
        self.until = {proof: until for proof, until in self.until.items() if until > now}
        if header in self.until:
            raise Forbidden("errand")
        self.until[header] = now + 3 * LIFE_MS


def proof(key: bytes, body: bytes, now: int) -> str:
    return f"{now}.{hmac.digest(key, said(body, now), sha256).hex()}"


def check(keys: Keyring, purpose: str, header: str, body: bytes, now: int) -> None:
    """Raises `Forbidden` unless the header was made with our key, for this body, within the last minute."""
    at, _, mac = header[:120].partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 16) or abs(now - int(at)) > LIFE_MS:
        raise Forbidden("errand")
    if not any(hmac.compare_digest(mac.encode(), one.hex().encode()) for one in keys.macs(purpose, said(body, int(at)))):
        raise Forbidden("errand")


def said(body: bytes, at: int) -> bytes:
    return PREFIX + str(at).encode() + b"\0" + body
