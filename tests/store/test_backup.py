import asyncio
from types import SimpleNamespace

import pytest
from msgspec import structs

from backend.domain.actors import SYSTEM
from backend.domain.errors import NotFound
from backend.store import audit, backup, cases, connections, content_files, drafts, erasures, files, persons
from backend.store.backup import BackupWrong
from backend.store.database import FILE, Database
from tests.people import INGER, YUSUF
from tests.store.conftest import KEY, NOW, add_person, count, rats, send, wait
from tests.store.test_drafts import ONE
from tests.store.test_files import picture
from tests.uploaded import Uploaded


@pytest.fixture
def full(db, sign):
    kept = wait(files.add(db, INGER, Uploaded(picture()), "photo.jpg", NOW))
    send(db, INGER, sign, new=rats(files=[kept["id"]]))
    send(db, YUSUF, sign)
    return db


def test_what_was_backed_up_is_restored_row_for_row_and_opens_with_the_keys(full, data, keys, tmp_path):
    source = backup.backup(data, tmp_path / "backups", NOW)
    backup.restore(source, tmp_path / "new", [])
    assert backup.verify(source).tables == backup.look_through(tmp_path / "new" / FILE)[0]
    again = Database(tmp_path / "new", keys)
    (case,) = wait(cases.list_all(again, INGER))
    whole = wait(cases.get(again, INGER, case.id))
    papers = whole.files
    assert whole.content["answers"] == {"where": "in the yard"} and wait(files.get(again, INGER, papers[0]["id"])).data
    assert backup.check(tmp_path / "new", keys) == []
    again.close()


def test_a_backup_has_its_name_only_once_it_is_whole(full, data, tmp_path, monkeypatch):
    def cut(*args):
        raise OSError("cut")

    monkeypatch.setattr(backup, "copy_content", cut)
    with pytest.raises(OSError):
        backup.backup(data, tmp_path / "backups", NOW)
    assert [one.suffix for one in (tmp_path / "backups").iterdir()] == [".partial"]
    monkeypatch.undo()
    assert backup.backup(data, tmp_path / "backups", NOW).suffix == ""


@pytest.mark.parametrize("part", ["database", "content", "missing", "manifest"])
def test_a_backup_that_was_changed_is_refused_before_anything_is_restored(full, data, tmp_path, part):
    source = backup.backup(data, tmp_path / "backups", NOW)
    if part == "database":
        spoil(source / FILE)
    elif part == "manifest":
        (source / backup.MANIFEST).write_text("{}")
    else:
        (file,) = content_files.names(source / files.FOLDER)
        file.unlink() if part == "missing" else file.write_bytes(b"changed")
    with pytest.raises(BackupWrong):
        backup.restore(source, tmp_path / "new", [])
    assert not (tmp_path / "new" / FILE).exists()


def spoil(file):
    con = connections.connect(file.as_uri())
    con.execute("UPDATE cases SET status = 'decided'")
    con.close()


def test_restoring_never_overwrites_a_database(full, data, tmp_path):
    source = backup.backup(data, tmp_path / "backups", NOW)
    with pytest.raises(BackupWrong, match="holds a database already"):
        backup.restore(source, data, [])


def test_a_backup_without_room_is_not_begun(full, data, tmp_path, monkeypatch):
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda folder: SimpleNamespace(free=10))
    with pytest.raises(BackupWrong, match="has room for"):
        backup.backup(data, tmp_path / "backups", NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_the_check_finds_a_missing_photo_a_loose_row_and_a_broken_chain(full, data):
    assert backup.check(data) == []
    (file,) = content_files.names(data / files.FOLDER)
    file.unlink()
    full.write_now(lambda tx, actor: tx.con.execute("UPDATE audit SET verb = 'x' WHERE id = 1"), SYSTEM)
    found = " ".join(backup.check(data, full.keys))
    assert "content file" in found and "audit chain" in found


def test_who_was_erased_after_the_backup_is_erased_again_in_the_restore(full, data, keys, tmp_path):
    wait(drafts.put(full, INGER, structs.replace(ONE, service="passport"), NOW))
    source = backup.backup(data, tmp_path / "backups", NOW)
    asyncio.run(erasures.erase(full, SYSTEM, INGER.person, 1))
    with pytest.raises(NotFound):
        wait(cases.list_all(full, INGER))
    backup.restore(source, tmp_path / "new", erasures.listed(data / erasures.LIST))
    again = Database(tmp_path / "new", keys)
    with pytest.raises(NotFound):
        wait(cases.list_all(again, INGER))
    assert len(wait(cases.list_all(again, YUSUF))) == 1
    assert [(one.service, one.sent) for one in wait(drafts.list_all(again, YUSUF))] == [("rats", KEY)] and count(again, "draft") == 1
    again.close()


def test_an_erased_persons_key_is_nowhere_in_the_database_or_its_log(data, keys):
    db = Database(data, keys)
    add_person(db, INGER.person)
    person = db.read_now(persons.find, SYSTEM, public_id=INGER.person)
    asyncio.run(erasures.erase(db, SYSTEM, INGER.person, 1))
    db.close()
    assert person.wrapped_key not in b"".join(file.read_bytes() for file in data.glob("medborger.db*"))
    again = Database(data, keys)
    assert again.scan_now(audit.verify, SYSTEM) == ""
    again.close()
