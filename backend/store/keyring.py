"""The keys: what seals a person's rows, and what finds a person without storing the number.

Each person has a random data key; it lies in the person's row, wrapped by a key-encryption key (KEK)
that is never in the database. Erasing the wrapped key erases everything it sealed.
"""

import hmac
import os
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from backend.domain.errors import NotFound

PURPOSES = ("kek", "hmac-cpr", "hmac-session", "hmac-body", "hmac-row", "hmac-id", "hmac-audit", "hmac-push", "hmac-desk", "hmac-operator", "receipt", "vapid")
"""`vapid` is the private number of a key pair on P-256 (RFC 8292): 32 random bytes are one, but for one chance in 2**32."""
FILE = re.compile(r"([a-z-]+)-([1-9]\d*)\.key")
FORM = b"\x01"
"""First byte of what we seal: the form of the rest, bound to it, so that it can change one day."""
NONCE = 12


class KeysWrong(Exception):
    """The key folder cannot be used; the text is for the operator."""


class Person(Struct, frozen=True):
    """A row of the person register as far as the store needs it. Wrapped key None: erased."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None


class Keyring:
    """`keys[purpose]` is {key id: 32 bytes}, newest last: the newest seals, all open."""

    def __init__(self, keys: dict[str, dict[str, bytes]], published: dict[str, bytes] | None = None) -> None:
        """`published`: public halves of receipt keys, kept where the private half was taken away."""
        if missing := [purpose for purpose in PURPOSES if not keys.get(purpose)]:
            raise KeysWrong(f"Keys are missing: {', '.join(missing)}. Make them with: medborger keys make DIR")
        self.keys, self.published = keys, published or {}
        self.begun: dict[bytes, hmac.HMAC] = {}
        self.kek_id = list(keys["kek"])[-1]

    def newest(self, purpose: str) -> bytes:
        return list(self.keys[purpose].values())[-1]

    def newest_id(self, purpose: str) -> str:
        return list(self.keys[purpose])[-1]

    def wrap(self, public_id: str, data_key: bytes | None = None) -> tuple[str, bytes]:
        """(KEK id, wrapped key) for a new person, or for the same data key under the newest KEK."""
        secret = data_key or AESGCM.generate_key(256)
        return self.kek_id, encrypt(self.newest("kek"), secret, wrapping(public_id, self.kek_id))

    def unwrap(self, person: Person) -> bytes:
        if person.wrapped_key is None or person.kek_id is None:
            raise NotFound("erased")
        kek = self.keys["kek"].get(person.kek_id)
        if kek is None:
            raise KeysWrong(f"The key kek-{person.kek_id}.key is not in the key folder.")
        return decrypt(kek, person.wrapped_key, wrapping(person.public_id, person.kek_id))

    def opener(self, person: Person) -> Callable[[str, str, bytes], bytes]:
        """`open` for many rows of one person: her key is unwrapped once, and forgotten with the request."""
        cipher = AESGCM(self.unwrap(person))
        return lambda table, public_id, sealed: unsealed(cipher, sealed, place(person, table, public_id))

    def seal(self, person: Person, table: str, public_id: str, data: bytes) -> bytes:
        return encrypt(self.unwrap(person), data, place(person, table, public_id))

    def open(self, person: Person, table: str, public_id: str, sealed: bytes) -> bytes:
        """Raises `Tampered` when the bytes were changed or stand in another row than they were sealed for."""
        return decrypt(self.unwrap(person), sealed, place(person, table, public_id))

    def look_up(self, cpr: str) -> bytes:
        """32 bytes that find a person by the ten digits; without the key all numbers could be tried."""
        return self.mac("hmac-cpr", cpr.encode())

    def look_ups(self, cpr: str) -> list[bytes]:
        """Under each key that is kept, the newest last."""
        return self.macs("hmac-cpr", cpr.encode())

    def mac(self, purpose: str, data: bytes) -> bytes:
        return self.digest(self.newest(purpose), data)

    def macs(self, purpose: str, data: bytes) -> list[bytes]:
        """One per key that is still kept, so that what an older key marked is still recognised."""
        return [self.digest(key, data) for key in self.keys[purpose].values()]

    def digest(self, key: bytes, data: bytes) -> bytes:
        """Begun once for each key and copied: half the time of `hmac.digest`, which an import asks for six times a line."""
        begun = self.begun.get(key)
        if begun is None:
            begun = self.begun[key] = hmac.new(key, digestmod=sha256)
        one = begun.copy()
        one.update(data)
        return one.digest()

    def id_macs(self, id: str) -> list[str]:
        """What stands in a row in place of an id that opens something by itself, one per key kept, the newest last: a copy
        of the database names no such id."""
        return [mac.hex() for mac in self.macs("hmac-id", id.encode())]

    def row_mac(self, table: str, *values: object) -> bytes:
        """Over what gives power in a row, so that one changed, planted or copied from another person is refused."""
        return self.mac("hmac-row", msgspec.msgpack.encode((table, *values)))

    def is_row(self, mac: bytes, table: str, *values: object) -> bool:
        data = msgspec.msgpack.encode((table, *values))
        return any(hmac.compare_digest(mac, one) for one in self.macs("hmac-row", data))


class Tampered(Exception):
    """Sealed bytes that do not open: changed, moved to another row, or another person's."""


def place(person: Person, table: str, public_id: str) -> bytes:
    """Bound to the sealed bytes; the row id is not, since it is not known before the insert."""
    return b"\0".join([FORM, table.encode(), public_id.encode(), person.public_id.encode()])


def wrapping(public_id: str, kek_id: str) -> bytes:
    return b"\0".join([FORM, b"key", public_id.encode(), kek_id.encode()])


def encrypt(key: bytes, data: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return FORM + nonce + AESGCM(key).encrypt(nonce, data, bound)


def decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return unsealed(AESGCM(key), sealed, bound)


def unsealed(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], bound)
    except (InvalidTag, ValueError) as error:
        raise Tampered(bound.decode("utf-8", "replace")) from error


def load(folder: Path) -> Keyring:
    """All keys of the folder. Files are named PURPOSE-NUMBER.key and hold 64 hex digits, mode 0600."""
    found: dict[str, dict[int, bytes]] = {}
    for file in sorted(folder.glob("*.key")) if folder.is_dir() else []:
        named = FILE.fullmatch(file.name)
        if not named:
            raise KeysWrong(f"{file} is not named like kek-1.key.")
        if file.stat().st_mode & 0o077:
            raise KeysWrong(f"{file} can be read by others. Run: chmod 600 {file}")
        found.setdefault(named[1], {})[int(named[2])] = key_in(file)
    if not found:
        raise KeysWrong(f"There are no keys in {folder}. Make them with: medborger keys make {folder}")
    published = {file.name.split("-")[1].split(".")[0]: key_in(file) for file in sorted(folder.glob("receipt-*.pub"))}
    return Keyring({purpose: {str(n): keys[n] for n in sorted(keys)} for purpose, keys in found.items()}, published)


def load_one(folder: Path, purpose: str) -> bytes:
    """The newest key of one purpose, for a command that needs no other and may be given no other."""
    files = {int(named[2]): file for file in folder.glob(f"{purpose}-*.key") if (named := FILE.fullmatch(file.name))}
    if not files:
        raise KeysWrong(f"{purpose}-1.key is not in {folder}.")
    newest = files[max(files)]
    if newest.stat().st_mode & 0o077:
        raise KeysWrong(f"{newest} can be read by others. Run: chmod 600 {newest}")
    return key_in(newest)


def has_only(folder: Path, purpose: str) -> bool:
    found = [FILE.fullmatch(file.name) for file in folder.glob("*.key")]
    return bool(found) and all(named and named[1] == purpose for named in found)


def key_in(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text("ascii"))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise KeysWrong(f"{file} does not hold 64 hex digits.")
    return key


def make(folder: Path) -> list[Path]:
    """One new key for each purpose that has none yet; the files made. Never overwrites."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = []
    for purpose in PURPOSES:
        if not list(folder.glob(f"{purpose}-*.key")):
            made.append(write_key(folder / f"{purpose}-1.key"))
    return made


def add(folder: Path, purpose: str) -> Path:
    """The next key of a purpose: from the next start on it seals, the older ones still open."""
    return write_key(folder / f"{purpose}-{next_number(folder, purpose)}.key")


def next_number(folder: Path, purpose: str) -> int:
    """A number is never used again for another key while its file, or a receipt key's public half, is there."""
    files = (*folder.glob(f"{purpose}-*.key"), *folder.glob(f"{purpose}-*.pub"))
    return max((int(named[2]) for file in files if (named := FILE.fullmatch(f"{file.stem}.key"))), default=0) + 1


def publish(folder: Path) -> None:
    """The public half of each receipt key beside it: it stays when the private half is taken away, and receipts stay valid."""
    for file in folder.glob("receipt-*.key"):
        if not (kept := file.with_suffix(".pub")).exists():
            public = Ed25519PrivateKey.from_private_bytes(key_in(file)).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            write_key(kept, public)


def write_key(file: Path, key: bytes = b"") -> Path:
    """It has its name only once it is whole and flushed."""
    if file.exists():
        raise FileExistsError(f"{file} is there already.")
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write((key or os.urandom(32)).hex() + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    partial.rename(file)
    flush_folder(file.parent)
    return file


def flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
