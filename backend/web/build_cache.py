"""What follows from the code alone is made once, and read again at the next start: after a crash the town is back sooner.

Nothing here is anybody's; the folder may be emptied at any time.
"""

import hashlib
import logging
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

KEPT_DAYS = 30
log = logging.getLogger("medborger.web")


class BuildCache:
    """`cache("worker", made_of, make)`: the bytes `make()` gives for these sources, from `folder` if they are there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, made_of: bytes, make: Callable[[], bytes]) -> bytes:
        file = self.folder / f"{name}.{hashlib.sha256(made_of).hexdigest()[:32]}"
        kept = read(file)
        if kept is None:
            kept = make()
            self.keep(file, kept)
        return kept

    def keep(self, file: Path, made: bytes) -> None:
        """A disk that takes nothing now costs the next start its time, and no more."""
        half = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(hashlib.sha256(made).digest() + made)
            half.rename(file)
        except OSError as error:
            log.warning("%s will be made anew at the next start: %s", file.name, error)

    def sweep(self) -> None:
        """Forget what no start has asked for in 30 days."""
        for file in self.folder.glob("*"):
            try:
                if time.time() - file.stat().st_mtime > KEPT_DAYS * 86400:
                    file.unlink()
            except OSError:
                continue


def read(file: Path) -> bytes | None:
    """None when it is not there, or is not what was written: the disk may have been full, or the power gone."""
    try:
        said = file.read_bytes()
    except OSError:
        return None
    with suppress(OSError):  # a disk that is read-only
        os.utime(file)
    return said[32:] if hashlib.sha256(said[32:]).digest() == said[:32] else None
