"""A phone with a passkey, in Python: for what a browser would never send, and for speed."""

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, HELD = 0x01, 0x04, 0x40


class SoftPhone:
    """Each keyword of `make` and `use` is one thing a forger could change."""

    def __init__(self, rp_id: str = "localhost", origin: str = "http://localhost:8017") -> None:
        self.rp_id, self.origin = rp_id, origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.owner = b""
        self.uses = 0

    def make(self, options: dict[str, Any], **forged: Any) -> dict[str, Any]:
        self.owner = base64url_to_bytes(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        data = self.authenticator_data(forged, HELD) + held
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self.client_data("webauthn.create", options, forged)
        return self.credential({"clientDataJSON": client, "attestationObject": attestation})

    def use(self, options: dict[str, Any], **forged: Any) -> dict[str, Any]:
        data = self.authenticator_data(forged)
        client = self.client_data("webauthn.get", options, forged)
        signed = data + hashlib.sha256(client).digest()
        signature = forged.get("key", self.key).sign(signed, ec.ECDSA(hashes.SHA256()))
        answer = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self.credential(answer | {"userHandle": forged.get("owner", self.owner)})

    def authenticator_data(self, forged: dict[str, Any], more: int = 0) -> bytes:
        site = hashlib.sha256(forged.get("rp_id", self.rp_id).encode()).digest()
        return site + bytes([forged.get("flags", PRESENT | VERIFIED) | more]) + self.uses.to_bytes(4, "big")

    def client_data(self, kind: str, options: dict[str, Any], forged: dict[str, Any]) -> bytes:
        said = {
            "type": forged.get("type", kind),
            "challenge": forged.get("challenge", options["challenge"]),
            "origin": forged.get("origin", self.origin),
        }
        return json.dumps(said).encode()

    def credential(self, response: dict[str, bytes]) -> dict[str, Any]:
        name = bytes_to_base64url(self.id)
        said = {key: bytes_to_base64url(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": said}
