"""Content files: what is too large for a row. Sealed in frames of 1 MiB under a key of their own, random name.

Each frame is bound to its number and to whether it is the last, so that frames cannot be cut off or swapped.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.store.keyring import Tampered

FRAME = 2**20
TAG = 16


def write(folder: Path, data: bytes) -> tuple[str, bytes]:
    """(name, key). The file and its folder are flushed when this returns: only then may a row name it."""
    name, key = secrets.token_hex(16), AESGCM.generate_key(256)
    place = folder / name[:2]
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            for frame in frames(key, data):
                stream.write(frame)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        (place / name).unlink(missing_ok=True)
        raise
    for changed in (place, folder, folder.parent):
        flush_folder(changed)
    return name, key


def read(folder: Path, name: str, key: bytes) -> bytes:
    """Raises `Tampered` when the file is cut, changed or missing."""
    return b"".join(stream(folder, name, key))


def stream(folder: Path, name: str, key: bytes) -> Iterator[bytes]:
    """The same frame by frame: no more than two are held. What is wrong with a frame shows when its turn comes."""
    try:
        file = (folder / name[:2] / name).open("rb")
    except FileNotFoundError as error:
        raise Tampered(f"content/{name} is missing") from error
    with file:
        number, piece = 0, file.read(FRAME + TAG)
        if not piece:
            raise Tampered(f"content/{name} is empty")
        while piece:
            after = file.read(FRAME + TAG)
            try:
                yield AESGCM(key).decrypt(nonce(number), piece, last_mark(not after))
            except InvalidTag as error:
                raise Tampered(f"content/{name}") from error
            number, piece = number + 1, after


def remove(folder: Path, name: str) -> None:
    (folder / name[:2] / name).unlink(missing_ok=True)


def frames(key: bytes, data: bytes) -> Iterator[bytes]:
    starts = range(0, max(len(data), 1), FRAME)
    for number, at in enumerate(starts):
        yield AESGCM(key).encrypt(nonce(number), data[at : at + FRAME], last_mark(number == len(starts) - 1))


def nonce(number: int) -> bytes:
    """The key serves this one file, so counting never repeats a nonce."""
    return number.to_bytes(12, "big")


def last_mark(is_last: bool) -> bytes:
    return b"last" if is_last else b"more"


def flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def names(folder: Path) -> Iterator[Path]:
    return (file for file in folder.glob("??/*") if file.is_file())


@contextmanager
def held(data: Path, alone: bool) -> Iterator[bool]:
    """A backup holds the content files against sweeping; the sweep asks to be `alone`. False: not now."""
    handle = os.open(data / "content.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
