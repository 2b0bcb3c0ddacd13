"""What a passkey signs: a fresh number that carries its own proof, so that the server remembers nothing until
it is used, a restart loses nobody's sign-in, and a flood of questions fills no memory.

kind (1) | ends (8) | chance (16) | about (16) | keyed hash (32)
"""

import hmac
import os
from typing import Literal

from backend.domain.errors import PasskeyRefused
from backend.store.keyring import Keyring

Kind = Literal["sign-in", "first", "another"]
"""`about` is nobody's, an activation's id, or the person's id."""
KINDS: dict[Kind, bytes] = {"sign-in": b"s", "first": b"f", "another": b"a"}
NOBODY = bytes(16)
LIFE_MS = 5 * 60_000
LENGTH = 1 + 8 + 16 + 16
PURPOSE = b"challenge\0"


def make(keys: Keyring, kind: Kind, about: bytes, now: int) -> bytes:
    body = KINDS[kind] + (now + LIFE_MS).to_bytes(8, "big") + os.urandom(16) + about
    return body + keys.mac("hmac-session", PURPOSE + body)


class Spent:
    """Challenges that have done their work; kept until they would have ended anyway."""

    def __init__(self) -> None:
        self.ends: dict[bytes, int] = {}

    def check(self, keys: Keyring, challenge: bytes, kinds: set[Kind], now: int) -> tuple[Kind, str]:
        """Its kind, and the id it is about. Raises `PasskeyRefused` for one that is not ours, too old, or used."""
        body, mac = challenge[:LENGTH], challenge[LENGTH:]
        is_ours = any(hmac.compare_digest(mac, one) for one in keys.macs("hmac-session", PURPOSE + body))
        kind = next((kind for kind in kinds if KINDS[kind] == body[:1]), None)
        if not is_ours or kind is None or challenge in self.ends:
            raise PasskeyRefused("challenge")
        if not now < int.from_bytes(body[1:9], "big") <= now + LIFE_MS:
            raise PasskeyRefused("too-slow")
        return kind, body[-16:].hex()

    def spend(self, challenge: bytes, now: int) -> None:
        """Before the act it pays for, never after it: of two answers that come at once, one finds it spent."""
        if challenge in self.ends:
            raise PasskeyRefused("challenge")
        self.ends = {one: ends for one, ends in self.ends.items() if ends > now}
        self.ends[challenge] = now + LIFE_MS
