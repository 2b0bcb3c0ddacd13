"""Encryption and headers of a message for one phone, by the library `webpush`, which stands in this file only.

The library builds body and headers. What it does otherwise is kept away from: its `ttl` and `subscriber` are written back to
the object, its signature loses the port of the push service, and it knows no limit of size, no topic and no urgency. Its
step of encryption is done by `encryption`, to the same bytes (docs/decisions/012).
"""

from collections.abc import Mapping

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from msgspec import Struct
from webpush import WebPush

from push import encryption
from push.keys import Vapid
from push.subscriptions import Subscription

SIZES = (512, 1024, 2048)
"""Every message is as long as one of these, so that its length tells nothing; the longest fits on bridged phones."""
LONGEST_S = 28 * 24 * 3600
"""What bridged phones keep a message at most."""


class TooLong(Exception):
    """A text of more bytes than the largest of `SIZES`: a fault of ours."""


class Sealed(Struct, frozen=True):
    body: bytes
    headers: dict[str, str]


class Signature:
    """Takes the place of the library's own, which cannot keep a signature and forgets ports."""

    def __init__(self, vapid: Vapid, id: str) -> None:
        self.vapid, self.id = vapid, id

    def get_authorization_header(self, endpoint: str, subscriber: str, expiration: int) -> str:
        return self.vapid.authorization(self.id, endpoint)


class QuickWebPush(WebPush):  # type: ignore[misc]
    def _encrypt(self, message: bytes, subscription: Subscription) -> bytes:
        return encryption.encrypt(message, subscription.keys.p256dh, subscription.keys.auth)


class Sealer:
    """`seal` for every key of ours; made once. `library`: `WebPush` itself, for tests that compare."""

    def __init__(self, vapid: Vapid, library: type[WebPush] = QuickWebPush) -> None:
        self.vapid = vapid
        self.by_key: Mapping[str, WebPush] = {id: self.of(id, library) for id in vapid.private}

    def of(self, id: str, library: type[WebPush]) -> WebPush:
        key = self.vapid.private[id]
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        made = library(private, public, subscriber="set-by-our-own-signature")
        made.vapid = Signature(self.vapid, id)
        return made

    def seal(self, key_id: str, text: bytes, phone: Subscription, ttl_s: int, urgency: str, topic: str) -> Sealed:
        """`text` is JSON, which may end in spaces. `topic` "": none. Raises `TooLong`."""
        made = self.by_key[key_id].get(padded(text), phone)
        return Sealed(made.encrypted, {**made.headers, **own_headers(ttl_s, urgency, topic)})


def padded(text: bytes) -> bytes:
    size = next((size for size in SIZES if len(text) <= size), None)
    if size is None:
        raise TooLong(len(text))
    return text.ljust(size)


def own_headers(ttl_s: int, urgency: str, topic: str) -> dict[str, str]:
    """A TTL of 0 would mean: now or never."""
    own = {"ttl": str(min(max(1, ttl_s), LONGEST_S)), "urgency": urgency, "content-type": "application/octet-stream"}
    return own | {"topic": topic} if topic else own
