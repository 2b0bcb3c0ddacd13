"""R2: the power goes at any moment. kill -9 proves little of this, since the page cache survives it."""

import shutil

import pytest

from backend.store.database import Database
from tests.conftest import NIGHTLY
from tests.faults import power
from tests.people import INGER
from tests.store.conftest import add_person

pytestmark = pytest.mark.fault
CUTS = 20_000 if NIGHTLY else 500
SENT = 400


@pytest.fixture
def prepared(data, keys):
    """A flushed database with the real schema, in which Inger is known."""
    db = Database(data, keys)
    add_person(db, INGER.person)
    db.close()
    return data


def recorded(prepared, key_folder, synchronous):
    recording = power.record(prepared, key_folder, synchronous, SENT)
    assert len(recording.acknowledged) == SENT
    assert any(entry[:2] == ("sync", "medborger.db") for entry in recording.log), "no checkpoint was recorded"
    return recording


@pytest.mark.long
def test_a_power_cut_takes_back_nothing_that_was_acknowledged(prepared, key_folder, tmp_path):
    found = power.cuts(recorded(prepared, key_folder, "FULL"), tmp_path / "cut", CUTS, seed=20261124)
    assert [left.wrong for left in found if left.wrong] == []
    assert [left.lost for left in found if left.lost] == []


def test_the_same_cuts_do_lose_without_a_flush_at_each_commit(prepared, key_folder, tmp_path):
    """The control: were this test green with NORMAL, the one above would prove nothing."""
    found = power.cuts(recorded(prepared, key_folder, "NORMAL"), tmp_path / "cut", 100, seed=20261124)
    losing = sum(bool(left.lost) for left in found)
    print(f"synchronous=NORMAL lost acknowledged submissions in {losing} of 100 cuts")
    assert losing >= 20


def test_a_log_damaged_in_the_middle_is_told_from_one_cut_at_its_end(prepared, key_folder, tmp_path):
    """SQLite reads a log up to the first bad frame and forgets the rest in silence: the guard must not."""
    recording = recorded(prepared, key_folder, "FULL")
    syncs = [at for at, entry in enumerate(recording.log) if entry[:2] == ("sync", "medborger.db-wal")]
    images = (power.image(recording, at + 1, power.random.Random(1)) for at in reversed(syncs))
    files = next(image for image in images if commits_that_count(image["medborger.db-wal"]) > 3)
    assert power.look(files, folder(tmp_path), set()).wrong == ""
    damaged = bytearray(files["medborger.db-wal"])
    third = slice(32 + 4120 * 2 + 100, 32 + 4120 * 2 + 700)
    damaged[third] = bytes(byte ^ 0xFF for byte in damaged[third])
    left = power.look(files | {"medborger.db-wal": bytes(damaged)}, folder(tmp_path), set())
    assert "can be read" in left.wrong and "medborger restore" in left.wrong


def commits_that_count(log: bytes) -> int:
    """After a checkpoint the log begins again from its start: only frames with the header's salt are of now. A frame
    that ends a commit says so; the last commit may always be torn, so there must be some before it."""
    frames = [log[at : at + 24] for at in range(32, len(log) - 4119, 4120)]
    return sum(frame[8:16] == log[16:24] and frame[4:8] != bytes(4) for frame in frames)


def folder(tmp_path):
    shutil.rmtree(tmp_path / "image", ignore_errors=True)
    (tmp_path / "image").mkdir()
    return tmp_path / "image"
