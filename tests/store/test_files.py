import asyncio
import io
import shutil
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from PIL import Image

from backend.domain.actors import NOBODY, SYSTEM, guest
from backend.domain.errors import BadFile, NotFound
from backend.store import cases, content_files, files, housekeeping, sessions
from backend.store.conversion import limits, process
from backend.store.keyring import Tampered
from tests.people import INGER, PASSER_BY, VISITOR, YUSUF
from tests.store.conftest import NOW, count, rats, run_for, send, wait
from tests.uploaded import Uploaded


def picture(size=(40, 20), form="JPEG", mode="RGB", **more) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, (200, 30, 30, 40)[: len(mode)]).save(stream, form, **more)
    return stream.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "taken at Torvet 1"
    exif[0x0112] = 6  # turned
    return picture(exif=exif)


def script_pdf() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    stream = io.BytesIO()
    pdf.save(stream, compress_streams=False)
    return stream.getvalue()


def add(db, actor, data=None, name="photo.jpg", room=None):
    return wait(files.add(db, actor, Uploaded(picture() if data is None else data), name, NOW, room or files.Room(least_free=0)))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_a_picture_of_any_common_kind_becomes_a_jpeg(form):
    kind, safe = process.convert(picture(form=form))
    assert kind == "image/jpeg" and Image.open(io.BytesIO(safe)).format == "JPEG"


def test_place_and_words_inside_a_photo_are_gone_and_it_stands_upright():
    safe = process.convert(with_place())[1]
    new = Image.open(io.BytesIO(safe))
    assert b"Torvet" in with_place() and b"Torvet" not in safe
    assert not new.getexif() and new.size == (20, 40)


def test_what_was_appended_to_a_photo_is_gone():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as inside:
        inside.writestr("evil.html", "<script>")
    assert b"evil.html" not in process.convert(picture() + archive.getvalue())[1]


def test_scripts_inside_a_pdf_are_gone():
    kind, safe = process.convert(script_pdf())
    new = pikepdf.open(io.BytesIO(safe))
    assert kind == "application/pdf" and "/OpenAction" not in new.Root
    assert b"alert" not in safe and len(new.pages) == 1


def bomb() -> bytes:
    """A PNG that claims 400 million pixels in a few hundred bytes."""
    small = bytearray(picture(form="PNG"))
    small[16:24] = (20_000).to_bytes(4, "big") * 2
    import zlib

    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
    return bytes(small)


REFUSED = {
    "nothing at all": (b"", "empty"),
    "one byte too many": (b"\xff\xd8" + b"x" * limits.MAX_BYTES, "too-large"),
    "a program": (b"MZ" + b"\0" * 500, "wrong-kind"),
    "a page": (b"<!doctype html><script>", "wrong-kind"),
    "a drawing with script": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "wrong-kind"),
    "an iPhone's own kind": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
    "a film": (b"\0\0\0\x18ftypisom\0\0\0\0isomiso2", "wrong-kind"),
    "a pixel bomb": (bomb(), "too-many-pixels"),
    "a broken pdf": (b"%PDF-1.7\nnothing", "broken"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_safe_picture_is_refused_with_its_reason(case):
    data, why = REFUSED[case]
    with pytest.raises(BadFile) as refused:
        process.convert(data)
    assert refused.value.why == why


@pytest.mark.parametrize("whole", [picture((300, 300)), picture((300, 300), "PNG"), script_pdf()], ids=["jpeg", "png", "pdf"])
def test_a_file_cut_at_every_tenth_is_refused_or_made_whole_and_never_an_unknown_error(whole):
    for tenth in range(1, 10):
        try:
            kind, safe = process.convert(whole[: len(whole) * tenth // 10])
        except BadFile as refused:
            assert refused.why in ("broken", "wrong-kind")
        else:
            assert kind == "application/pdf" and pikepdf.open(io.BytesIO(safe)).pages


def test_a_photo_comes_back_to_its_owner_and_to_nobody_else(db):
    kept = add(db, INGER, name="C:\\fake\\min rotte\u202e.jpg")
    paper = wait(files.get(db, INGER, kept["id"]))
    assert (paper.name, paper.kind, len(paper.data)) == ("min rotte.jpg", "image/jpeg", kept["bytes"])
    for other in (YUSUF, VISITOR):
        with pytest.raises(NotFound):
            wait(files.get(db, other, kept["id"]))


def test_a_refused_photo_leaves_nothing_on_the_disk(db, data):
    with pytest.raises(BadFile):
        add(db, INGER, b"MZ nothing")
    assert list(content_files.names(data / files.FOLDER)) == [] and count(db, "file") == 0


def test_a_photo_goes_with_the_submission_to_its_case_and_to_no_second_one(db, sign):
    kept = add(db, INGER)
    first = send(db, INGER, sign, new=rats(files=[kept["id"]]))
    assert wait(cases.get(db, INGER, first.case)).files[0]["id"] == kept["id"]
    second = send(db, INGER, sign, key="b" * 32, new=rats(files=[kept["id"]]))
    assert [task["id"] for task in second.tasks] == ["send-file"]


def test_a_strangers_photo_can_not_be_attached(db, sign):
    kept = add(db, INGER)
    his = send(db, YUSUF, sign, new=rats(files=[kept["id"]]))
    assert wait(cases.get(db, YUSUF, his.case)).files == []


def test_one_person_can_not_fill_the_disk_with_loose_uploads(db, monkeypatch):
    monkeypatch.setattr(files, "MOST_LOOSE", 2)
    add(db, INGER)
    add(db, INGER)
    with pytest.raises(BadFile) as refused:
        add(db, INGER)
    assert refused.value.why == "too-many"


def test_all_guests_together_have_one_measure_and_residents_are_not_in_it(db, data):
    """Sessions are free, so a measure for each is none; what is not taken leaves nothing on the disk."""
    kept = add(db, VISITOR)
    room = files.Room(of_guests=kept["bytes"] * 2, least_free=0)
    add(db, PASSER_BY, room=room)
    for guest in (VISITOR, PASSER_BY):
        with pytest.raises(BadFile) as refused:
            add(db, guest, room=room)
        assert refused.value.why == "no-room"
    assert add(db, INGER, room=room)
    assert len(list(content_files.names(data / files.FOLDER))) == 3


def test_what_guests_have_sent_counts_for_a_day(db, sign):
    kept = add(db, VISITOR)
    send(db, VISITOR, sign, new=rats(files=[kept["id"]]))
    room = files.Room(of_guests=kept["bytes"], least_free=0)
    with pytest.raises(BadFile):
        add(db, PASSER_BY, room=room)
    tomorrow = files.add(db, PASSER_BY, Uploaded(picture()), "photo.jpg", NOW + timedelta(days=1, minutes=1), room)
    assert wait(tomorrow)["id"]


def test_of_two_guests_who_come_at_once_the_measure_holds_for_both(db, data):
    """Between being asked and being stored another may have come: the transaction decides, and nothing is left over."""
    size = add(db, INGER)["bytes"]
    room = files.Room(of_guests=size, least_free=0)

    async def both():
        coming = [files.add(db, one, Uploaded(picture()), "photo.jpg", NOW, room) for one in (VISITOR, PASSER_BY)]
        return await asyncio.gather(*coming, return_exceptions=True)

    said = asyncio.run(both())
    assert sorted(type(one).__name__ for one in said) == ["BadFile", "dict"]
    assert len(list(content_files.names(data / files.FOLDER))) == 2


def test_room_on_the_disk_is_kept_for_submissions(db, sign):
    free = shutil.disk_usage(db.data).free
    with pytest.raises(BadFile) as refused:
        add(db, INGER, room=files.Room(least_free=free * 2))
    assert refused.value.why == "no-room"
    assert send(db, INGER, sign).receipt


def test_who_comes_without_a_session_owns_nothing(db):
    """Else all of them would be one owner, and each could send the other's photo."""
    with pytest.raises(BadFile) as refused:
        add(db, guest())
    assert refused.value.why == "not-asked"


def test_what_a_guest_left_goes_an_hour_after_the_session_is_gone_and_not_before(db):
    """A guest without a session can never come back to it; one who was here just now can."""
    add(db, VISITOR)
    add(db, PASSER_BY)
    db.write_now(sessions.end, PASSER_BY, public_ids=[PASSER_BY.session], at=1)
    housekeeping.sweep(db, run_for(db, 1_800_000))
    assert count(db, "file") == 2
    housekeeping.sweep(db, run_for(db, 1_900_000))
    assert count(db, "file") == 1 and wait(db.read(files.find_loose, VISITOR))[1]


@pytest.mark.parametrize("size", [0, 1, content_files.FRAME - 1, content_files.FRAME, content_files.FRAME + 1, 3 * content_files.FRAME])
def test_a_content_file_comes_back_whole(tmp_path, size):
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    name, key = content_files.write(tmp_path / "content", data)
    assert content_files.read(tmp_path / "content", name, key) == data


def test_a_content_file_cut_swapped_or_missing_is_noticed(tmp_path):
    name, key = content_files.write(tmp_path / "content", b"a" * content_files.FRAME + b"b" * content_files.FRAME)
    file = tmp_path / "content" / name[:2] / name
    whole, size = file.read_bytes(), content_files.FRAME + content_files.TAG
    for damaged in (whole[:size], whole[:-1], whole[size:] + whole[:size], whole[size:], b""):
        file.write_bytes(damaged)
        with pytest.raises(Tampered):
            content_files.read(tmp_path / "content", name, key)
    file.unlink()
    with pytest.raises(Tampered):
        content_files.read(tmp_path / "content", name, key)


def test_content_without_a_row_is_swept_when_it_had_none_the_last_time_either(db, data):
    kept = add(db, INGER)
    orphan, _ = content_files.write(data / files.FOLDER, b"never named")
    removed, looked_at = housekeeping.sweep(db, 0)
    assert (removed, looked_at) == ([], {orphan})
    assert housekeeping.sweep(db, 0, looked_at) == ([orphan], set())
    assert wait(files.get(db, INGER, kept["id"])).data


def test_nothing_is_swept_while_a_backup_copies(db, data):
    orphan, _ = content_files.write(data / files.FOLDER, b"never named")
    with content_files.held(data, alone=False):
        assert housekeeping.sweep(db, 2**52, {orphan}) == ([], {orphan})


def test_uploads_nobody_came_back_to_go_after_thirty_days(db, data):
    add(db, INGER)
    looked_at = housekeeping.sweep(db, run_for(db, 31 * 24 * 3_600_000))[1]
    housekeeping.sweep(db, run_for(db, 3_600_000), looked_at)
    assert count(db, "file") == 0 and list(content_files.names(data / files.FOLDER)) == []
