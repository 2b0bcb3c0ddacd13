"""The newest copy tried before it is needed: restored into a scratch folder, opened with the keys, thrown away.

And old copies are let go, so that the disk of the copies does not fill and erased people's keys age out with them.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from backend.store import backup, connections
from backend.store.backup import BackupWrong, Manifest
from backend.store.database import FILE
from backend.store.keyring import Keyring

NAMED = re.compile(r"medborger-(\d{8}T\d{6}[+-]\d{4})")
ALWAYS_KEPT = 3
"""However old: a clock that jumped, or a timer that stopped, must not cost the last copies."""


def copies(folder: Path) -> list[tuple[datetime, Path]]:
    """Whole copies, oldest first; an unfinished one has another name."""
    found = [(NAMED.fullmatch(path.name), path) for path in folder.glob("medborger-*")]
    return sorted((datetime.strptime(name[1], "%Y%m%dT%H%M%S%z"), path) for name, path in found if name)


def let_go(folder: Path, keep_days: int, now: datetime) -> list[Path]:
    """Copies older than that, but never the newest three."""
    old = [path for made_at, path in copies(folder)[:-ALWAYS_KEPT] if now - made_at > timedelta(days=keep_days)]
    for path in old:
        shutil.rmtree(path)
    return old


def drill(folder: Path, keys: Keyring, erased: list[str]) -> tuple[Path, Manifest]:
    """The newest copy, once it has been restored, compared row by row and found whole and readable."""
    there = copies(folder)
    if not there:
        raise BackupWrong(f"{folder} holds no copy. Make one with: medborger backup {folder}")
    _, newest = there[-1]
    with scratch(newest) as data:
        manifest = backup.restore(newest, data, erased)
        if wrong := [*backup.check(data, keys), *differences(data, manifest, bool(erased))]:
            raise BackupWrong(f"{newest} cannot be relied on: {'; '.join(wrong[:5])}")
    return newest, manifest


def differences(data: Path, manifest: Manifest, has_erased: bool) -> Iterator[str]:
    """Tables whose restored rows are not those that were copied. Erasing changes rows on purpose."""
    con = connections.to_copy((data / FILE).resolve())
    try:
        restored = backup.row_hashes(con)
    finally:
        con.close()
    for name, table in manifest.tables.items():
        if restored.get(name) != table and not has_erased:
            yield f"the restored rows of {name} differ"


@contextmanager
def scratch(copy: Path) -> Iterator[Path]:
    """A folder for the drill alone, readable by nobody else and gone afterwards, on a disk with room for the copy."""
    needed = sum(file.stat().st_size for file in copy.rglob("*") if file.is_file()) * backup.ROOM
    where = Path(os.environ.get("TMPDIR", tempfile.gettempdir()))
    if (free := shutil.disk_usage(where).free) < needed:
        raise BackupWrong(f"{where} has room for {free // 2**20} MB and the drill needs {int(needed) // 2**20} MB. Say TMPDIR=…")
    with tempfile.TemporaryDirectory(prefix="medborger-drill-", dir=where) as folder:
        yield Path(folder) / "data"
