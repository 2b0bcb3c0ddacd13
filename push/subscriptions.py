"""A subscription as a browser gives it, checked before it is kept: a key that is none would make every message unreadable,
and nobody would hear of it."""

import base64
import re
from collections.abc import Collection

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

from push import endpoints

BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
POINT, SECRET = 65, 16


class SubscriptionKeys(Struct, frozen=True):
    p256dh: str
    auth: str


class Subscription(Struct, frozen=True):
    """The browser's exact texts."""

    endpoint: str
    keys: SubscriptionKeys


class BadSubscription(Exception):
    """`reason` is one of `endpoints.BadEndpoint`'s, "p256dh" or "auth"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(endpoint: str, p256dh: str, auth: str, test_origins: Collection[str] = ()) -> tuple[Subscription, str]:
    """With the origin of its push service. Raises `BadSubscription` (RFC 8291, section 3: a point on P-256 and 16 bytes)."""
    try:
        origin = endpoints.check(endpoint, test_origins)
    except endpoints.BadEndpoint as error:
        raise BadSubscription(error.reason) from None
    if len(decoded(auth)) != SECRET:
        raise BadSubscription("auth")
    if not is_point(decoded(p256dh)):
        raise BadSubscription("p256dh")
    return Subscription(endpoint, SubscriptionKeys(p256dh, auth)), origin


def decoded(text: str) -> bytes:
    """b"" where it is no base64url."""
    if not BASE64URL.fullmatch(text) or len(text) > 200:
        return b""
    bare = text.rstrip("=")
    try:
        raw = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        return b""
    return raw if base64.urlsafe_b64encode(raw).decode().rstrip("=") == bare else b""


def is_point(raw: bytes) -> bool:
    if len(raw) != POINT or raw[0] != 4:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return True
