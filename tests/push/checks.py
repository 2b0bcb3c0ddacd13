"""What a push service asks of a POST before it takes it (RFC 8030, 8188, 8291, 8292). Pure but for the clock handed in.

The signature is read with joserfc, which sends nothing here: what we send is judged by other code than made it."""

import base64
import re
from collections.abc import Mapping
from functools import lru_cache

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from msgspec import Struct

MOST_BYTES = 4096
LONGEST_TOKEN_S = 24 * 3600
URGENCIES = ("very-low", "low", "normal", "high")
OVERHEAD = 16 + 4 + 1 + 65 + 1 + 16
"""Salt, record size, length of the key id, the key id, the delimiter, the tag: the shortest body there can be."""


class Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{status}: {why}")
        self.status, self.why = status, why


class Asked(Struct, frozen=True):
    ttl_s: int
    topic: str
    urgency: str


def check(headers: Mapping[str, str], body: bytes, origin: str, key: str, now_s: float) -> Asked:
    """What the sender wants of us. `key` is the public key that the subscription was made with. Raises Refused."""
    check_body(headers, body)
    asked = Asked(read_ttl(headers.get("TTL")), read_topic(headers.get("Topic")), headers.get("Urgency", "normal"))
    if asked.urgency not in URGENCIES:
        raise Refused(400, f"no such urgency: {asked.urgency}")
    if key or "Authorization" in headers:
        check_sender(headers.get("Authorization", ""), origin, key, now_s)
    return asked


def check_body(headers: Mapping[str, str], body: bytes) -> None:
    if len(body) > MOST_BYTES:
        raise Refused(413, f"{len(body)} bytes, at most {MOST_BYTES}")
    if headers.get("Content-Encoding") != "aes128gcm":
        raise Refused(400, "the content encoding must be aes128gcm")
    if headers.get("Content-Type") != "application/octet-stream":
        raise Refused(400, "the content type must be application/octet-stream")
    if len(body) < OVERHEAD or body[20:22] != b"\x41\x04":
        raise Refused(400, "no header with a public key of 65 bytes")


def read_ttl(said: str | None) -> int:
    if said is None or not re.fullmatch(r"\d{1,10}", said):
        raise Refused(400, f"TTL must be whole seconds, not {said}")
    return int(said)


def read_topic(said: str | None) -> str:
    if said is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", said):
        raise Refused(400, "a topic has 1 to 32 letters of base64url")
    return said or ""


def check_sender(authorization: str, origin: str, key: str, now_s: float) -> None:
    found = re.fullmatch(r"vapid t=([\w.-]+), ?k=([\w-]+)", authorization)
    if not found:
        raise Refused(401, "no vapid authorization")
    token, given = found.groups()
    claims = read_token(token, given)
    if claims.get("aud") != origin:
        raise Refused(401, f"aud is {claims.get('aud')}, not {origin}")
    exp = claims.get("exp")
    if not isinstance(exp, int) or not now_s < exp <= now_s + LONGEST_TOKEN_S:
        raise Refused(401, "exp is past, or more than a day ahead")
    if key and given != key:
        raise Refused(403, "this subscription was made with another key")
    if not re.fullmatch(r"mailto:[^@\s]+@[^@\s]+\.[^@\s]+|https://[^\s/]+\.[^\s]+", str(claims.get("sub", ""))):
        raise Refused(403, f"sub is no mailbox or page where the sender is met: {claims.get('sub')}")


@lru_cache(1000)
def read_token(token: str, key: str) -> dict[str, object]:
    """The claims, if the token is signed with `key`, a point in base64url."""
    try:
        point = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
        if len(point) != 65 or point[0] != 4:
            raise Refused(401, "k is no public key")
        x, y = (base64.urlsafe_b64encode(half).rstrip(b"=").decode() for half in (point[1:33], point[33:]))
        return jwt.decode(token, ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y}), algorithms=["ES256"]).claims
    except (JoseError, ValueError) as error:
        raise Refused(401, f"the token is not signed with k: {error}") from error
