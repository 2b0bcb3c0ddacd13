"""What a phone, or somebody who is no phone, may send as a photo: a plain sentence, and nothing half-stored."""

import io
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from PIL import Image

from backend.domain.actors import SYSTEM
from backend.store import content_files, files
from backend.store.conversion import expenses, limits
from backend.store.statements import Statement
from backend.web import forms
from tests.conftest import ROOT
from tests.web.conftest import JSON, ORIGIN, OURS, RATS, WHERE, Client, built, first_choice, press, see, send, to_check

PHOTO = f"{RATS}/photo"
FILES = "/api/files?service=rats&question=photo"
EDGE = "xxEdgexx"
COUNT = Statement("count", "SELECT count(*) FROM file")


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, (120, 90, 60)).save(kept, form)
    return kept.getvalue()


def bomb() -> bytes:
    """A PNG of some kilobytes that says it is 60,000 by 60,000 dots: 10 GB once opened."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10**6))) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def at_photo(door: Any) -> Client:
    """A guest who stands at the question for a photo."""
    from litestar.testing import TestClient

    from tests.web.conftest import ORIGIN

    phone = TestClient(door, base_url=ORIGIN)
    at = f"{RATS}/where"
    while not at.endswith("/photo"):
        shown = see(phone, at)
        at = press(phone, at, WHERE if at.endswith("/where") else first_choice(shown)).headers["location"]
    return phone


def kept(door: Any) -> tuple[int, int]:
    """Rows and content files."""
    db = door.inner.state.app.db
    rows = db.scan_now(lambda tx, actor: tx.one(COUNT, int), SYSTEM)
    return rows, len(list(content_files.names(db.data / files.FOLDER)))


def form_of(*parts: tuple[str, str | None, bytes], end: bool = True) -> bytes:
    """A multipart body; (name, file name, bytes)."""
    body = b""
    for name, file, data in parts:
        named = f'; filename="{file}"' if file is not None else ""
        body += f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + data + b"\r\n"
    return body + (f"--{EDGE}--\r\n".encode() if end else b"")


def carried(phone: Client) -> list[tuple[str, str | None, bytes]]:
    shown = see(phone, PHOTO)
    said = {"draft": shown["draft"], "revision": str(shown["revision"]), "do": "continue"}
    return [(name, None, value.encode()) for name, value in said.items()]


def post(phone: Client, body: bytes, kind: str = f"multipart/form-data; boundary={EDGE}", accept: str = "text/html") -> Any:
    return phone.post(PHOTO, content=body, headers={**OURS, "accept": accept, "content-type": kind}, follow_redirects=False)


FIELD = "photo"
REFUSED = {
    "empty": (b"", "file-empty"),
    "a program": (b"MZ\x90\x00" + bytes(2000), "file-wrong-kind"),
    "a web page": (b"<html><script>alert(1)</script>", "file-wrong-kind"),
    "a drawing with a script": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "file-wrong-kind"),
    "a film": (b"\x00\x00\x00\x18ftypmp42" + bytes(100), "file-wrong-kind"),
    "a photo cut off": (picture(size=(900, 900))[:-4000], "file-broken"),
    "a paper cut off": (b"%PDF-1.7\n1 0 obj\n<<", "file-broken"),
    "a decompression bomb": (bomb(), "file-too-many-pixels"),
    "33 megabytes": (picture() + bytes(32 * 2**20), "file-too-large"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_photo_is_refused_in_a_sentence_and_leaves_nothing(door: Any, at_photo: Client, data: bytes, code: str) -> None:
    before = kept(door)
    body = form_of(*carried(at_photo), (FIELD, "photo.jpg", data))
    context = post(at_photo, body, accept="application/json")
    assert (context.status_code, [error["code"] for error in context.json()["errors"]]) == (422, [code])
    page = post(at_photo, body).text
    assert code not in page and "33 66 33 66" in page and 'class="error"' in page
    assert kept(door) == before


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_the_phones_own_door_refuses_the_same_by_code(door: Any, at_photo: Client, data: bytes, code: str) -> None:
    before = kept(door)
    answer = at_photo.post(FILES, files={"file": ("photo.jpg", data)}, headers=OURS)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-file")
    assert kept(door) == before


def test_more_than_a_form_may_weigh_is_refused_before_it_is_read(door: Any, at_photo: Client) -> None:
    before = kept(door)
    answer = post(at_photo, form_of(*carried(at_photo), (FIELD, "photo.jpg", bytes(33 * 2**20))))
    assert answer.status_code == 413 and "33 66 33 66" in answer.text and "Traceback" not in answer.text
    assert kept(door) == before
    assert see(at_photo, PHOTO)["page"] == "question"


WHOLE = form_of((FIELD, "photo.jpg", picture()))
BROKEN = {
    "cut off in the head": (WHOLE[:40], f"multipart/form-data; boundary={EDGE}"),
    "cut off in the photo": (WHOLE[:-120], f"multipart/form-data; boundary={EDGE}"),
    "no boundary said": (WHOLE, "multipart/form-data"),
    "an empty boundary": (WHOLE, "multipart/form-data; boundary="),
    "another boundary": (WHOLE, "multipart/form-data; boundary=other"),
    "a boundary without end": (WHOLE, "multipart/form-data; boundary=" + "x" * 5000),
    "nothing at all": (b"", f"multipart/form-data; boundary={EDGE}"),
    "only noise": (bytes(range(256)) * 40, f"multipart/form-data; boundary={EDGE}"),
    "a thousand and one parts": (form_of(*[(f"f{n}", None, b"x") for n in range(1001)]), f"multipart/form-data; boundary={EDGE}"),
    "a photo without a file name": (form_of((FIELD, None, picture())), f"multipart/form-data; boundary={EDGE}"),
    "said to be a form": (WHOLE, "application/x-www-form-urlencoded"),
    "of no kind": (WHOLE, "text/plain"),
}


@pytest.mark.parametrize(("body", "kind"), BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("address", [PHOTO, FILES])
def test_a_broken_form_is_answered_calmly_and_leaves_nothing(door: Any, at_photo: Client, body: bytes, kind: str, address: str) -> None:
    before, draft = kept(door), see(at_photo, "/api/drafts/rats")
    answer = at_photo.post(address, content=body, headers={**OURS, "accept": "text/html", "content-type": kind}, follow_redirects=False)
    assert answer.status_code in (200, 303, 400, 413, 422), answer.text
    assert "Traceback" not in answer.text
    assert kept(door) == before and see(at_photo, "/api/drafts/rats")["answers"] == draft["answers"]


def test_of_several_photos_one_is_taken(door: Any, at_photo: Client) -> None:
    """The question asks for one, and its field takes one: the rest is not kept."""
    rows, contents = kept(door)
    parts = [(FIELD, f"{n}.jpg", picture(size=(60 + n, 40))) for n in range(3)]
    assert post(at_photo, form_of(*carried(at_photo), *parts)).status_code == 303
    assert kept(door) == (rows + 1, contents + 1)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x", "a\x00b.jpg", "\u202egpj.exe", "x" * 5000, "", '"><script>'])
def test_a_hostile_file_name_is_only_a_name(door: Any, at_photo: Client, name: str) -> None:
    answer = at_photo.post(FILES, files={"file": (name, picture())}, headers=OURS)
    if name in ("", "a\x00b.jpg", "x" * 5000):
        assert answer.status_code in (201, 422)
        return
    assert answer.status_code == 201, answer.text
    said = answer.json()["name"]
    assert len(said) <= 100 and not {"/", "\\", "\x00", "\u202e"} & set(said)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_an_honest_photo_is_taken_in_every_usual_kind(at_photo: Client, form: str) -> None:
    answer = at_photo.post(FILES, files={"file": ("p", picture(form))}, headers=OURS)
    assert answer.status_code == 201, answer.text
    back = at_photo.get(f"/api/files/{answer.json()['id']}", headers=JSON)
    assert back.headers["content-type"].startswith("image/jpeg") and back.headers["content-disposition"] == "attachment"


def test_a_file_is_taken_only_for_a_question_that_stands_on_her_way(door: Any, at_photo: Client, phone: Client) -> None:
    """Not by who has no draft, not for a question of words, not before its turn, not for another service."""
    before = kept(door)
    for client, asked in (
        (phone, "service=rats&question=photo"), (at_photo, "service=rats&question=where"), (at_photo, "service=rats&question=phone"),
        (at_photo, "service=passport&question=photo"), (at_photo, "service=none&question=photo"), (at_photo, "service=rats&question=photo&row=r1"), (at_photo, ""),
    ):  # fmt: skip
        answer = client.post(f"/api/files?{asked}", files={"file": ("photo.jpg", picture())}, headers=OURS)
        assert (answer.status_code, answer.json()["why"]) == (422, "not-asked"), asked
    form = form_of(*carried(at_photo), ("where", "photo.jpg", picture()))
    at_photo.post(f"{RATS}/where", content=form, headers={**OURS, "content-type": f"multipart/form-data; boundary={EDGE}"}, follow_redirects=False)
    assert kept(door) == before


def test_each_reason_is_said_in_words_with_its_number(at_photo: Client) -> None:
    large = post(at_photo, form_of(*carried(at_photo), (FIELD, "photo.jpg", b"\xff\xd8" + bytes(32 * 2**20)))).text
    assert re.search(r"up to\W+(<bdi[^>]*>)?32(</bdi>)?\W+megabytes", large) and "screenshot" in large


def test_when_too_many_send_files_she_is_asked_to_come_again_and_nothing_is_lost(door: Any, at_photo: Client) -> None:
    conversions = door.inner.state.app.db.conversions
    conversions.waiting[True] = conversions.most_waiting
    try:
        page = post(at_photo, form_of(*carried(at_photo), (FIELD, "photo.jpg", picture())))
        api = at_photo.post(FILES, files={"file": ("photo.jpg", picture())}, headers=OURS)
    finally:
        conversions.waiting[True] = 0
    assert page.status_code == 422 and "Wait a minute" in page.text
    assert (api.status_code, api.json()["why"]) == (503, "converting") and int(api.headers["retry-after"]) > 0


def test_the_papers_for_operators_say_the_limits_that_hold() -> None:
    said = (ROOT / "docs/running.md").read_text("utf-8")
    for figure in (
        f"{limits.MAX_BYTES >> 20} MiB and {limits.MAX_PIXELS // 10**6} million pixels ({limits.MAX_PIXELS_WHOLE // 10**6} million",
        f"{limits.MAX_PDF_BYTES >> 20} MiB and {limits.MAX_PAGES} pages",
        f"{limits.MEMORY >> 20} MiB of memory, {limits.CPU_S} s of the processor, {limits.WALL_S} s",
        f"| {limits.AT_ONCE}, of guests {limits.AT_ONCE - 1}; {limits.WAITING} of guests and {limits.WAITING} of those signed in, {limits.LONGEST_WAIT_S} s",
        f"{expenses.SECONDS:.0f} s of work in {expenses.EVERY_S / 60:.0f} minutes (two bombs, or a hundred photos); {expenses.MOST_WAITING_OF_ONE} waiting",
        f"| {files.MOST_LOOSE_OF_GUEST} not yet sent in one browser",
        f"client_max_body_size {-(-forms.FILE_BYTES // 2**20)}m;",
    ):  # fmt: skip
        assert figure in said, figure


def test_where_the_disk_is_nearly_full_no_file_is_taken_and_the_report_is_still_sent(tmp_path: Path) -> None:
    with TestClient(built(tmp_path / "full", least_free_mb=10**9), base_url=ORIGIN) as phone:
        at = f"{RATS}/where"
        while not at.endswith("/photo"):
            at = press(phone, at, WHERE if at.endswith("/where") else first_choice(see(phone, at))).headers["location"]
        page = post(phone, form_of(*carried(phone), (FIELD, "photo.jpg", picture())))
        assert page.status_code == 422 and "no room for files" in page.text
        to_check(phone)
        at = send(phone)
        assert see(phone, at)["state"] == "sent"


@pytest.mark.parametrize("act", ["lang:ar", "own:no"])
def test_a_photo_chosen_is_kept_when_the_page_is_left_without_continue(at_photo: Client, act: str) -> None:
    """Another language, or saying whose phone it is: what was chosen on the page stays chosen."""
    carried = see(at_photo, PHOTO)
    fields = {"draft": carried["draft"], "revision": str(carried["revision"]), "do": act}
    answer = at_photo.post(PHOTO, data=fields, files={"photo": ("photo.jpg", picture())}, headers=OURS, follow_redirects=False)
    assert answer.status_code == 303
    assert see(at_photo, answer.headers["location"])["fields"][0]["held"]


def test_a_photo_that_cannot_be_kept_is_told_before_the_language_changes(at_photo: Client) -> None:
    carried = see(at_photo, PHOTO)
    fields = {"draft": carried["draft"], "revision": str(carried["revision"]), "do": "lang:ar"}
    answer = at_photo.post(PHOTO, data=fields, files={"photo": ("photo.jpg", b"no photo")}, headers=OURS | JSON, follow_redirects=False)
    assert answer.status_code == 422 and answer.json()["errors"]
