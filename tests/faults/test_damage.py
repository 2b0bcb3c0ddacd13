"""R6: pages overwritten on the disk. Found at start and by the hourly check; nothing more is written; the drill works."""

import asyncio
import subprocess
import sys

import pytest

from backend.domain.errors import Busy
from backend.store import backup, cases, connections, drafts, files, housekeeping, startup_checks, submissions
from backend.store.database import FILE, Database
from tests.people import INGER
from tests.store.conftest import NOW, add_person, rats, send, wait
from tests.store.test_drafts import ONE
from tests.store.test_files import picture
from tests.uploaded import Uploaded

pytestmark = pytest.mark.fault
PAGE = 4096


@pytest.fixture
def town(data, keys, sign):
    """A database with something in each of the store's tables, closed."""
    db = Database(data, keys)
    add_person(db, INGER.person)
    kept = wait(files.add(db, INGER, Uploaded(picture()), "photo.jpg", NOW))
    wait(drafts.put(db, INGER, ONE, NOW))
    for number in range(50):
        send(db, INGER, sign, key=f"{number:032x}", new=rats(files=[kept["id"]]))
    db.close()
    return data


def pages(data):
    """The first page of every table and index."""
    con = connections.to_copy((data / FILE).resolve())
    try:
        rows = con.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0").fetchall()
    finally:
        con.close()
    return [("sqlite_schema", 1), *rows]


def overwrite(data, page):
    """600 bytes, from another process: closing the file in this one would drop SQLite's locks."""
    script = "import sys; f = open(sys.argv[1], 'r+b'); f.seek(int(sys.argv[2])); f.write(b'\\xee' * 600); f.close()"
    subprocess.run([sys.executable, "-c", script, data / FILE, str((page - 1) * PAGE)], check=True)


def test_a_damaged_page_of_any_table_is_found_at_start_and_the_text_says_what_to_do(town, keys):
    whole = (town / FILE).read_bytes()
    unseen = []
    for name, page in pages(town):
        overwrite(town, page)
        try:
            Database(town, keys).close()
        except startup_checks.Unsafe as refused:
            assert "medborger restore" in str(refused)
        else:
            unseen.append(name)
        for left in town.glob(f"{FILE}*"):
            left.unlink()
        (town / FILE).write_bytes(whole)
    assert unseen == []


def test_a_page_damaged_while_serving_is_found_by_the_hourly_check_and_writing_stops(town, keys, sign):
    db = Database(town, keys)
    assert housekeeping.check(db) == ""
    overwrite(town, dict(pages(town))["cases"])
    assert housekeeping.check(db) != "" and db.refusing == "corrupt"
    with pytest.raises(Busy) as refused:
        send(db, INGER, sign, key="f" * 32)
    assert refused.value.why == "corrupt"
    with pytest.raises(startup_checks.Unsafe):
        db.close()
        Database(town, keys)


def test_the_restore_drill_brings_back_everything_up_to_the_backup(town, keys, tmp_path):
    source = backup.backup(town, tmp_path / "backups", NOW)
    overwrite(town, dict(pages(town))["submission"])
    with pytest.raises(startup_checks.Unsafe):
        Database(town, keys)
    town.rename(tmp_path / "damaged")
    backup.restore(source, town, [])
    db = Database(town, keys)
    assert len(wait(cases.list_all(db, INGER, most=99))) == 50 and backup.check(town, keys) == []
    db.close()


def test_a_backup_under_load_is_whole_and_holds_all_that_was_sent_before_it(data, keys, sign, tmp_path):
    """R7."""
    db = Database(data, keys)
    add_person(db, INGER.person)

    async def sending(until):
        acknowledged = 0
        while not until.is_set():
            await asyncio.gather(*(
                submissions.receive(db, INGER, f"{acknowledged + n:032x}", rats(), NOW, sign) for n in range(16)
            ))  # fmt: skip
            acknowledged += 16
            counts.append(acknowledged)

    async def run():
        until = asyncio.Event()
        load = asyncio.create_task(sending(until))
        while not counts:
            await asyncio.sleep(0.01)
        taken = []
        for number in range(3):
            before = counts[-1]
            source = await asyncio.to_thread(backup.backup, data, tmp_path / f"b{number}", NOW)
            taken.append((source, before, counts[-1]))
        until.set()
        await load
        return taken

    counts: list[int] = []
    for number, (source, before, after) in enumerate(asyncio.run(run())):
        manifest = backup.restore(source, tmp_path / f"new{number}", [])
        assert before <= manifest.tables["submission"].rows <= after + 16
        assert manifest.tables["cases"].rows == manifest.tables["submission"].rows == manifest.tables["notice"].rows
        assert backup.look_through(tmp_path / f"new{number}" / FILE)[0] == manifest.tables
        assert backup.check(tmp_path / f"new{number}", keys) == []
    db.close()
