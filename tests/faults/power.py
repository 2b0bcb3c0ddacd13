"""The power-cut simulation's second half: what is on the disk if the power goes after operation k.

What a file's last sync covers is there. Anything later is there or not, each with even chance, and two in five
of what is there are torn at a multiple of 512 bytes. (A log of a disk that keeps its promise of fsync, no more.)
"""

import pickle
import random
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

from backend.domain.actors import SYSTEM
from backend.store import audit, connections, startup_checks
from backend.store.database import FILE
from backend.store.statements import Tx

SECTOR = 512
Log = list[tuple]


class Recording(Struct):
    """`before`: the files as they lay, flushed, when the recording began."""

    log: Log
    acknowledged: list[tuple[int, str]]
    before: dict[str, bytes]


def record(data: Path, keys: Path, synchronous: str, count: int) -> Recording:
    before = {file.name: file.read_bytes() for file in data.glob(f"{FILE}*")}
    out = data.parent / "recording"
    subprocess.run(
        [sys.executable, "-m", "tests.faults.recorder", data, keys, out, synchronous, str(count)], check=True, timeout=120
    )
    log, acknowledged = pickle.loads(out.read_bytes())
    return Recording(log, acknowledged, before)


def image(recording: Recording, cut: int, chance: random.Random) -> dict[str, bytes]:
    log = recording.log[:cut]
    last_sync = {entry[1]: at for at, entry in enumerate(log) if entry[0] == "sync"}
    files = {name: bytearray(data) for name, data in recording.before.items()}
    for at, (act, name, *more) in enumerate(log):
        is_sure = at < last_sync.get(name, -1)
        if act == "sync" or not (is_sure or chance.random() < 0.5):
            continue
        content = files.setdefault(name, bytearray())
        if act == "delete":
            del files[name]
        elif act == "truncate":
            del content[more[0] :]
        else:
            put(content, more[0], more[1] if is_sure else torn(more[1], chance))
    return {name: bytes(content) for name, content in files.items() if name in (FILE, FILE + "-wal")}


def torn(data: bytes, chance: random.Random) -> bytes:
    if chance.random() >= 0.4:
        return data
    return data[: chance.randrange(0, len(data) // SECTOR + 1) * SECTOR]


def put(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class Left(Struct):
    """What a cut left: acknowledged and gone, and what is wrong with the file."""

    lost: set[str]
    wrong: str


def look(files: dict[str, bytes], folder: Path, acknowledged: set[str]) -> Left:
    for old in folder.glob(f"{FILE}*"):
        old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    path = folder / FILE
    promised = startup_checks.frames_promised(path.with_name(FILE + "-wal"))
    con = connections.connect(path.resolve().as_uri())
    try:
        startup_checks.check_log(con, promised, path)
        stored = [key for (key,) in con.execute("SELECT idem FROM submission").fetchall()]
        cases = con.execute("SELECT count(DISTINCT submission) FROM cases").fetchone()[0]
        wrong = con.execute("PRAGMA integrity_check(1)").fetchone()[0].removeprefix("ok")
        wrong = wrong or audit.verify(Tx(con), SYSTEM) or ("" if cases == len(stored) == len(set(stored)) else "cases")
        return Left(acknowledged - set(stored), wrong)
    except (connections.Error, startup_checks.Unsafe) as error:
        return Left(acknowledged, str(error))
    finally:
        con.close()


def cuts(recording: Recording, folder: Path, count: int, seed: int) -> list[Left]:
    chance = random.Random(seed)
    folder.mkdir(exist_ok=True)
    found = []
    for _ in range(count):
        cut = chance.randrange(1, len(recording.log) + 1)
        promised = {key for at, key in recording.acknowledged if at <= cut}
        found.append(look(image(recording, cut, chance), folder, promised))
    return found
