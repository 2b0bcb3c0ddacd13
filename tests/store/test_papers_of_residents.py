"""A resident's own archive: kept once, sealed, found by its owner alone, brought back, and gone when she says so."""

import asyncio

import pytest

from backend.domain.actors import SYSTEM
from backend.domain.errors import BadFile, NotFound
from backend.store import backup, cases, content_files, erasures, files, housekeeping, papers
from backend.store.conversion import limits
from backend.store.database import Database
from backend.store.keyring import Tampered
from tests.people import INGER, VISITOR, YUSUF
from tests.store.conftest import NOW, count, rats, run_for, send, wait, with_newer
from tests.store.test_clock_jumps import DAY, HOUR
from tests.store.test_files import REFUSED, picture
from tests.uploaded import Uploaded

ROOM = papers.Room(least_free=0)


def add(db, actor, data=None, name="IMG_0042.jpg", room=ROOM):
    return wait(papers.add(db, actor, Uploaded(picture() if data is None else data), name, NOW, room))


def names(db, actor):
    return [one.name for one in wait(papers.list_all(db, actor)) if not one.removed_at]


def bytes_of(db, actor, id):
    return b"".join(wait(papers.stream(db, actor, id))[1])


def on_disk(data):
    return len(list(content_files.names(data / files.FOLDER)))


def test_a_paper_comes_back_to_its_owner_and_to_nobody_else(db):
    id, is_new = add(db, INGER, name="Lejekontrakt Havnegade.jpg")
    paper = wait(papers.get(db, INGER, id))
    assert is_new and (paper.name, paper.kind, paper.removed_at) == ("Lejekontrakt Havnegade", "image/jpeg", 0)
    assert bytes_of(db, INGER, id)[:3] == b"\xff\xd8\xff" and len(bytes_of(db, INGER, id)) == paper.bytes
    assert wait(papers.list_all(db, YUSUF)) == [] and wait(papers.stream_all(db, YUSUF)) == []


@pytest.mark.parametrize("other", [YUSUF, VISITOR], ids=["another resident", "a guest"])
def test_nobody_else_reads_changes_or_uses_it(db, other):
    id, _ = add(db, INGER, name="Lease.jpg")
    tried = [
        lambda: papers.get(db, other, id), lambda: papers.stream(db, other, id), lambda: papers.remove(db, other, id, NOW),
        lambda: papers.restore(db, other, id, NOW), lambda: papers.rename(db, other, id, "mine", "", NOW),
        lambda: papers.use(db, other, id, "mine.jpg", NOW, files.Room(least_free=0)),
    ]  # fmt: skip
    for attempt in tried:
        with pytest.raises(NotFound):
            wait(attempt())
    assert names(db, INGER) == ["Lease"]


def test_a_guest_keeps_nothing(db):
    for attempt in (lambda: add(db, VISITOR), lambda: wait(papers.list_all(db, VISITOR)), lambda: wait(papers.count(db, VISITOR))):
        with pytest.raises(NotFound):
            attempt()


def test_the_same_photo_sent_again_is_one_paper(db, data):
    """A try again after a lost answer, or a second tap: also where both come at once."""
    first, _ = add(db, INGER)
    assert add(db, INGER) == (first, False)

    async def both():
        coming = [papers.add(db, INGER, Uploaded(picture((50, 50))), "a.jpg", NOW, ROOM) for _ in range(2)]
        return await asyncio.gather(*coming)

    said = asyncio.run(both())
    assert sorted(is_new for _, is_new in said) == [False, True] and len({id for id, _ in said}) == 1
    assert count(db, "paper") == 2 == on_disk(data)
    assert add(db, YUSUF)[0] != first


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_as_an_upload_is_refused_as_a_paper_and_leaves_nothing(db, data, case):
    bytes, why = REFUSED[case]
    with pytest.raises(BadFile) as refused:
        add(db, INGER, bytes)
    assert refused.value.why == why and count(db, "paper") == 0 == on_disk(data)


def test_names_and_bytes_are_sealed(db, data):
    id, _ = add(db, INGER, name="Lejekontrakt Havnegade.jpg")
    wait(papers.rename(db, INGER, id, "Fortrolig aftale", "lease", NOW))
    assert names(db, INGER) == ["Fortrolig aftale"]
    plain = bytes_of(db, INGER, id)
    for file in data.rglob("*"):
        if file.is_file() and "demo-keys" not in str(file):
            there = file.read_bytes()
            assert b"Fortrolig" not in there and b"Lejekontrakt" not in there and plain not in there, file


def test_deleting_can_be_undone_for_a_week_of_uptime_and_then_it_is_really_gone(db, data):
    id, _ = add(db, INGER)
    other, _ = add(db, INGER, picture((50, 50)))
    wait(papers.remove(db, INGER, id, NOW))
    wait(papers.remove(db, INGER, id, NOW))
    with pytest.raises(NotFound):
        wait(papers.stream(db, INGER, id))
    assert len(wait(papers.stream_all(db, INGER))) == 1 == wait(papers.count(db, INGER))
    housekeeping.sweep(db, run_for(db, 6 * DAY))
    wait(papers.restore(db, INGER, id, NOW))
    assert bytes_of(db, INGER, id)
    wait(papers.remove(db, INGER, id, NOW))
    looked_at = housekeeping.sweep(db, run_for(db, 8 * DAY))[1]
    housekeeping.sweep(db, run_for(db, HOUR), looked_at)
    assert count(db, "paper") == 1 == on_disk(data) and bytes_of(db, INGER, other)
    with pytest.raises(NotFound):
        wait(papers.restore(db, INGER, id, NOW))


def test_a_deleted_paper_photographed_again_comes_back(db):
    id, _ = add(db, INGER)
    wait(papers.remove(db, INGER, id, NOW))
    assert add(db, INGER) == (id, False) and wait(papers.get(db, INGER, id)).removed_at == 0


def test_one_person_has_her_own_measure_and_what_she_deleted_makes_way(db, data):
    first, _ = add(db, INGER)
    size = wait(papers.get(db, INGER, first)).bytes
    room = papers.Room(of_person=size * 2 + 100, least_free=0)
    add(db, INGER, picture((41, 20)), room=room)
    with pytest.raises(BadFile) as refused:
        add(db, INGER, picture((42, 20)), room=room)
    assert refused.value.why == "papers-full" and on_disk(data) == 2
    wait(papers.remove(db, INGER, first, NOW))
    add(db, INGER, picture((42, 20)), room=room)
    with pytest.raises(NotFound):
        wait(papers.restore(db, INGER, first, NOW))
    assert add(db, YUSUF, room=room)


def test_bringing_back_never_goes_over_the_measure(db):
    """Else deleting, adding and bringing back in turn would be a way around it."""
    first, _ = add(db, INGER)
    size = wait(papers.get(db, INGER, first)).bytes
    room = papers.Room(of_person=size * 2 + 100, least_free=0)
    for width in range(41, 49):
        wait(papers.remove(db, INGER, wait(papers.list_all(db, INGER))[0].id, NOW))
        add(db, INGER, picture((width, 20)), room=room)
        for one in wait(papers.list_all(db, INGER)):
            if one.removed_at:
                wait(papers.restore(db, INGER, one.id, NOW))
        assert sum(one.bytes for one in wait(papers.list_all(db, INGER))) <= room.of_person
        for one in wait(papers.list_all(db, INGER))[1:]:
            wait(papers.remove(db, INGER, one.id, NOW))


def test_a_paper_used_in_a_service_is_a_copy_of_its_own(db, data, sign):
    id, _ = add(db, INGER)
    answer = wait(papers.use(db, INGER, id, "Lease.jpg", NOW, files.Room(least_free=0)))
    paper = wait(papers.get(db, INGER, id))
    assert answer == {"id": answer["id"], "name": "Lease.jpg", "bytes": paper.bytes, "sha256": paper.sha256}
    case = send(db, INGER, sign, new=rats(files=[answer["id"]])).case
    wait(papers.remove(db, INGER, id, NOW))
    looked_at = housekeeping.sweep(db, run_for(db, 8 * DAY))[1]
    housekeeping.sweep(db, run_for(db, HOUR), looked_at)
    (sent,) = wait(cases.get(db, INGER, case)).files
    assert wait(files.get(db, INGER, sent["id"])).data and count(db, "paper") == 0


def test_what_was_sent_is_kept_too_and_once(db):
    sent = wait(files.add(db, INGER, Uploaded(picture()), "Lease.jpg", NOW, files.Room(least_free=0)))
    first, is_new = wait(papers.add_file(db, INGER, sent["id"], NOW, ROOM))
    assert is_new and names(db, INGER) == ["Lease"]
    assert wait(papers.add_file(db, INGER, sent["id"], NOW, ROOM)) == (first, False)
    again = wait(papers.use(db, INGER, first, "Lease.jpg", NOW, files.Room(least_free=0)))
    assert wait(papers.add_file(db, INGER, again["id"], NOW, ROOM)) == (first, False)
    with pytest.raises(NotFound):
        wait(papers.add_file(db, YUSUF, sent["id"], NOW, ROOM))


def test_a_damaged_paper_shows_before_anything_is_sent(db, data):
    id, _ = add(db, INGER)
    (file,) = content_files.names(data / files.FOLDER)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(Tampered):
        wait(papers.stream(db, INGER, id))


def test_a_long_paper_is_streamed_in_pieces(tmp_path):
    data = bytes(range(256)) * 4096 * 3 + b"end"
    name, key = content_files.write(tmp_path / "content", data)
    pieces = list(content_files.stream(tmp_path / "content", name, key))
    assert b"".join(pieces) == data and max(map(len, pieces)) <= content_files.FRAME and len(pieces) == 4


def test_papers_are_in_the_backup_and_come_back_with_it(db, data, keys, tmp_path):
    id, _ = add(db, INGER)
    source = backup.backup(data, tmp_path / "backups", NOW)
    backup.restore(source, tmp_path / "new", [])
    assert backup.check(tmp_path / "new", keys) == []
    again = Database(tmp_path / "new", keys)
    assert bytes_of(again, INGER, id)
    again.close()
    next(content_files.names(source / files.FOLDER)).unlink()
    with pytest.raises(backup.BackupWrong):
        backup.verify(source)


def test_a_missing_paper_is_told_by_the_check(db, data, keys):
    add(db, INGER)
    next(content_files.names(data / files.FOLDER)).unlink()
    assert any("is missing" in one for one in backup.check(data, keys))


def test_who_is_erased_leaves_no_paper_and_no_file(db, data):
    add(db, INGER)
    kept, _ = add(db, YUSUF)
    wait(erasures.erase(db, SYSTEM, INGER.person, 1))
    looked_at = housekeeping.sweep(db, run_for(db, HOUR))[1]
    housekeeping.sweep(db, run_for(db, HOUR), looked_at)
    assert count(db, "paper") == 1 == on_disk(data) and bytes_of(db, YUSUF, kept)


def test_the_room_is_read_in_pieces(db):
    """A paper as large as may be is hashed without being held whole."""
    source = Uploaded(b"x" * (limits.MAX_BYTES + 5))
    sizes = []
    read = source.read

    async def watched(size=-1):
        sizes.append(size)
        return await read(size)

    source.read = watched
    wait(papers.digest(source))
    assert set(sizes) == {papers.PIECE}


def test_under_a_newer_key_the_same_paper_is_still_kept_once(db, keys):
    id, _ = add(db, INGER)
    db.keys = with_newer(keys, "hmac-id")
    assert add(db, INGER) == (id, False) and count(db, "paper") == 1
