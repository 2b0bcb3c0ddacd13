"""Who sends in the tests of browsers and of the test push service: our own seal and keys, and `webpush` as it comes."""

import http.client
import io
import secrets
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from webpush import WebPush, WebPushSubscription
from webpush.vapid import VAPID

from push.keys import Vapid
from push.seal import Sealer
from push.subscriptions import Subscription, SubscriptionKeys

MAILBOX = "reminders@town.example"
Sealed = tuple[bytes, dict[str, str]]
"""A body and its headers."""


class Reply(Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes


class Sender:
    """With a key pair of its own."""

    def __init__(self) -> None:
        self.vapid = Vapid({"1": secrets.token_bytes(32)}, f"mailto:{MAILBOX}")
        self.sealer = Sealer(self.vapid)
        self.public = self.vapid.public("1")

    def seal(self, subscription: dict[str, Any], text: bytes, ttl_s: int = 60, urgency: str = "normal", topic: str = "") -> Sealed:
        """`topic` "": one that no other message has."""
        made = self.sealer.seal("1", text, phone(subscription), ttl_s, urgency, topic or secrets.token_urlsafe(16))
        return made.body, made.headers

    def send(self, subscription: dict[str, Any], text: bytes, **more: Any) -> Reply:
        return post(subscription["endpoint"], *self.seal(subscription, text, **more))

    def send_unpadded(self, subscription: dict[str, Any], text: bytes) -> Reply:
        """Of any length: past our own limit, by the library beneath it."""
        made = self.sealer.by_key["1"].get(text, phone(subscription))  # type: ignore[arg-type]
        return post(subscription["endpoint"], made.encrypted, {**made.headers, "ttl": "60", "content-type": "application/octet-stream"})


class Stock:
    """`webpush` as it comes: it signs for the host without its port."""

    def __init__(self) -> None:
        private, public, self.public = VAPID.generate_keys()
        self.webpush = WebPush(io.BytesIO(private), io.BytesIO(public), subscriber=MAILBOX, ttl=60)

    def send(self, subscription: dict[str, Any], text: bytes) -> Reply:
        made = self.webpush.get(text, WebPushSubscription.model_validate(subscription))
        return post(subscription["endpoint"], made.encrypted, {**made.headers, "content-type": "application/octet-stream"})


def phone(subscription: dict[str, Any]) -> Subscription:
    keys = subscription["keys"]
    return Subscription(subscription["endpoint"], SubscriptionKeys(keys["p256dh"], keys["auth"]))


def post(endpoint: str, body: bytes, headers: dict[str, str], timeout_s: float = 10) -> Reply:
    parts = urlsplit(endpoint)
    link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        link.request("POST", parts.path, body, headers)
        answer = link.getresponse()
        return Reply(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        link.close()
