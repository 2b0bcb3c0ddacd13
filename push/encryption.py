"""Message encryption for web push (RFC 8291) in one record of aes128gcm (RFC 8188), by `cryptography`.

The same bytes as the library `webpush` makes, which tests compare for every key and salt they try. The library derives the
same secrets twice and makes an object for each step; a letter to a whole town is sealed noticeably sooner without that.
"""

import base64
import hmac
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
KEY_INFO, NONCE_INFO = b"Content-Encoding: aes128gcm\0", b"Content-Encoding: nonce\0"
RECORD = (4096).to_bytes(4, "big") + b"\x41"
"""Size of the record, length of the key id: 65, a point."""
LAST = b"\x02"
"""The delimiter of the last record, which is the only one."""


def encrypt(text: bytes, p256dh: str, auth: str) -> bytes:
    """With a key pair and a salt of its own: shared, they would tie phones to each other (RFC 8291, section 2)."""
    theirs, secret = decode(p256dh), decode(auth)
    salt, pair = os.urandom(16), ec.generate_private_key(CURVE)
    ours = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = pair.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    both = derive(secret, shared, b"WebPush: info\0" + theirs + ours)
    extracted = hmac.digest(salt, both, "sha256")
    key, nonce = expand(extracted, KEY_INFO)[:16], expand(extracted, NONCE_INFO)[:12]
    return b"".join((salt, RECORD, ours, AESGCM(key).encrypt(nonce, text + LAST, None)))


def derive(salt: bytes, secret: bytes, info: bytes) -> bytes:
    """HKDF of 32 bytes (RFC 5869): with SHA-256 that is one block."""
    return expand(hmac.digest(salt, secret, "sha256"), info)


def expand(extracted: bytes, info: bytes) -> bytes:
    return hmac.digest(extracted, info + b"\x01", "sha256")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
