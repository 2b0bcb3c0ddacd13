"""Encryption of a message for one phone (RFC 8291), by the library `webpush`, which stands in this file only.

The library builds body and headers; what it does otherwise is kept away from: its `ttl` and `subscriber` are written back to the
object, its signature loses the port of the push service, and it knows no limit of size, no topic and no urgency.
"""

from collections.abc import Mapping

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from msgspec import Struct
from webpush import WebPush

from push.keys import Vapid
from push.subscriptions import Subscription

SIZES = (512, 1024, 2048)
"""Every message is as long as one of these, so that its length tells nothing; the longest fits on bridged phones."""


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


class Sealer:
    """`seal` for every key of ours; made once."""

    def __init__(self, vapid: Vapid) -> None:
        self.by_key: Mapping[str, WebPush] = {id: self.of(vapid, id) for id in vapid.private}

    def of(self, vapid: Vapid, id: str) -> WebPush:
        key = vapid.private[id]
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        made = WebPush(private, public, subscriber="set-by-our-own-signature")
        made.vapid = Signature(vapid, id)
        return made

    def seal(self, key_id: str, text: bytes, phone: Subscription, ttl_s: int, urgency: str, topic: str) -> Sealed:
        """`text` is JSON, which may end in spaces. Raises `TooLong`."""
        size = next((size for size in SIZES if len(text) <= size), None)
        if size is None:
            raise TooLong(len(text))
        made = self.by_key[key_id].get(text.ljust(size), phone)
        own = {"ttl": str(ttl_s), "urgency": urgency, "topic": topic, "content-type": "application/octet-stream"}
        return Sealed(made.encrypted, {**made.headers, **own})
