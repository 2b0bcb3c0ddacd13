"""The receipt's signature: a compact JWS (Ed25519) anyone can verify offline with our public keys.

The payload is canonical JSON (RFC 8785); header, payload and signature stay under 500 characters and fit a QR code.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from joserfc.util import urlsafe_b64encode
from msgspec import Struct

from backend.domain.submissions import canonical

ALGORITHM = "Ed25519"
"""Plain "EdDSA" is deprecated (RFC 9864)."""
FORMS = {1, 2}
FIELDS = {"v", "case", "sha256", "actor", "subject", "at"}


class Proof(Struct, frozen=True):
    """What a resident keeps to show later what she sent, as `/api/submissions/{key}/proof` gives it."""

    receipt: str
    service: str
    version: int
    answers: dict[str, Any]
    salt: str = ""

    @property
    def sha256(self) -> str:
        return sha256(canonical(self.service, self.version, self.answers, self.salt)).hexdigest()


class NotValid(Exception):
    """The receipt is not ours, or was changed. Whatever went wrong while verifying ends here."""


class Signer:
    """Signs with the newest of the seeds; `Signer(keyring.keys["receipt"]).sign(payload)`. `published`: public halves of
    older ones, kept for the receipts they signed."""

    def __init__(self, seeds: dict[str, bytes], published: Iterable[bytes] = ()) -> None:
        self.keys = [Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds.values()]
        self.published = [Ed25519PublicKey.from_public_bytes(raw) for raw in published]
        newest = public_jwk(self.keys[-1].public_key())
        header = rfc8785.dumps({"alg": ALGORITHM, "kid": newest["kid"]})
        self.header = urlsafe_b64encode(header)
        self.key = self.keys[-1]

    def sign(self, payload: dict[str, Any]) -> str:
        """The compact JWS, put together by hand from its three parts: half the time of a general library."""
        signed = self.header + b"." + urlsafe_b64encode(rfc8785.dumps(payload))
        return (signed + b"." + urlsafe_b64encode(self.key.sign(signed))).decode("ascii")

    def jwks(self) -> dict[str, Any]:
        """For /.well-known/jwks.json. Old keys stay, so that old receipts stay valid."""
        known = {jwk["kid"]: jwk for jwk in map(public_jwk, [*self.published, *(key.public_key() for key in self.keys)])}
        return {"keys": [*known.values()]}


def public_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": urlsafe_b64encode(raw).decode("ascii")}
    thumbprint = sha256(rfc8785.dumps(jwk)).digest()[:9]  # RFC 7638, shortened: it only has to tell our keys apart
    return {**jwk, "alg": ALGORITHM, "use": "sig", "kid": urlsafe_b64encode(thumbprint).decode("ascii")}


def verify(receipt: str, jwks: dict[str, Any]) -> dict[str, Any]:
    """The payload, if one of our keys signed exactly these bytes. Raises `NotValid` for anything else."""
    try:
        keys = KeySet([OKPKey.import_key(key) for key in jwks["keys"]])
        checked = jws.deserialize_compact(receipt.strip(), keys, algorithms=[ALGORITHM])
        payload = msgspec.json.decode(checked.payload)
        whole = checked.headers().get("alg") == ALGORITHM and set(payload) == FIELDS and payload["v"] in FORMS
        whole = whole and rfc8785.dumps(payload) == checked.payload
    except (JoseError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise NotValid(type(error).__name__) from error
    if not whole:
        raise NotValid("not the form of a receipt")
    return payload


def prove(text: bytes, jwks: dict[str, Any]) -> dict[str, Any]:
    """The payload, if the receipt is ours and is for exactly the answers beside it. Raises `NotValid`."""
    try:
        proof = msgspec.json.decode(text, type=Proof)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotValid("not the form of a proof") from error
    payload = verify(proof.receipt, jwks)
    if payload["sha256"] != proof.sha256:
        raise NotValid("the answers are not those of the receipt")
    return payload
