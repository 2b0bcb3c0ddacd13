"""A sender for the tests of browsers and of the test push service: `webpush`, and the few headers that it leaves out."""

import http.client
import io
import time
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msgspec import Struct
from webpush import WebPush, WebPushSubscription
from webpush.vapid import VAPID

MAILBOX = "reminders@town.example"


class Reply(Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes


class WithPort:
    """Signs for the origin with its port (RFC 8292, 2), which `webpush` 1.0.6 leaves out."""

    def __init__(self, private: bytes, public: str) -> None:
        self.key, self.public = load_pem_private_key(private, None), public

    def get_authorization_header(self, endpoint: Any, subscriber: str, expiration: int) -> str:
        parts = urlsplit(str(endpoint))
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time.time()) + expiration, "sub": f"mailto:{subscriber}"}
        return f"vapid t={jwt.encode(claims, self.key, 'ES256')}, k={self.public}"


class Sender:
    """With a key pair of its own. `stock`: as `webpush` comes."""

    def __init__(self, stock: bool = False) -> None:
        private, public, self.public = VAPID.generate_keys()
        self.webpush = WebPush(io.BytesIO(private), io.BytesIO(public), subscriber=MAILBOX)
        if not stock:
            self.webpush.vapid = WithPort(private, self.public)  # type: ignore[assignment]

    def seal(self, subscription: dict[str, Any], text: bytes, ttl_s: int = 60, **more: str) -> tuple[bytes, dict[str, str]]:
        made = self.webpush.get(text, WebPushSubscription.model_validate(subscription))
        return made.encrypted, {**made.headers, "ttl": str(ttl_s), "content-type": "application/octet-stream", **more}

    def send(self, subscription: dict[str, Any], text: bytes, ttl_s: int = 60, **more: str) -> Reply:
        return post(subscription["endpoint"], *self.seal(subscription, text, ttl_s, **more))


def post(endpoint: str, body: bytes, headers: dict[str, str], timeout_s: float = 10) -> Reply:
    parts = urlsplit(endpoint)
    link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        link.request("POST", parts.path, body, headers)
        answer = link.getresponse()
        return Reply(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        link.close()
