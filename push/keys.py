"""The keys by which push services know us (VAPID, RFC 8292). Each subscription is signed with the key it was made under,
so an older key stays until the last phone of it is gone.

A signature is made once for each push service and half its life, not once for each message: it says only who we are.
"""

import base64
import time
from collections.abc import Callable, Mapping

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from push.endpoints import origin_of

LIFE_S = 12 * 3600
"""A push service refuses more than 24 hours."""


class Vapid:
    """`keys`: id -> 32 bytes, the private number, newest last. `contact`: a mailbox that somebody reads, "mailto:…"."""

    def __init__(self, keys: Mapping[str, bytes], contact: str, now: Callable[[], float] = time.time) -> None:
        self.private = {id: ec.derive_private_key(int.from_bytes(key, "big"), ec.SECP256R1()) for id, key in keys.items()}
        self.contact, self.now = contact, now
        self.newest = list(keys)[-1]
        self.publics = {id: base64url(point_of(key)) for id, key in self.private.items()}
        self.held: dict[tuple[str, str], tuple[str, float]] = {}

    def public(self, id: str) -> str:
        """What a browser subscribes with: base64url of the 65 bytes of the point."""
        return self.publics[id]

    def authorization(self, id: str, endpoint: str) -> str:
        origin = origin_of(endpoint)
        header, renew_at = self.held.get((id, origin), ("", 0.0))
        now = self.now()
        if not renew_at - LIFE_S / 2 <= now < renew_at:
            header, renew_at = self.signed(id, origin, now), now + LIFE_S / 2
            self.held[id, origin] = header, renew_at
        return header

    def signed(self, id: str, origin: str, now: float) -> str:
        claims = {"aud": origin, "exp": int(now) + LIFE_S, "sub": self.contact}
        return f"vapid t={jwt.encode(claims, self.private[id], algorithm='ES256')}, k={self.publics[id]}"


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
