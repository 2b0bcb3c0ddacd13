"""A phone without a browser: a subscription at the test push service whose messages we read with `http_ece`."""

import base64
import secrets

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Receiver:
    """`subscription` is what a browser's `toJSON()` gives."""

    def __init__(self, endpoint: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = secrets.token_bytes(16)
        self.endpoint = endpoint
        public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription = {"endpoint": endpoint, "keys": {"p256dh": encode(public), "auth": encode(self.auth)}}

    @property
    def token(self) -> str:
        """Its channel at the service."""
        return self.endpoint.rsplit("/", 1)[-1]

    def read(self, body: bytes) -> bytes:
        """The text of a sealed body. Raises http_ece.ECEException where it is not for this phone, or damaged."""
        return http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
