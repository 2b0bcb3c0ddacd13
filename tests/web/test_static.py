"""Files whose names hold their hash."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from backend.web.middleware.compression import encodings
from backend.web.middleware.static_files import Files
from tests.web.conftest import Client, see


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("br, gzip", ("br", "gzip")), ("gzip", ("gzip",)), ("br;q=0, gzip", ("gzip",)), ("*;q=0", ()), ("*", ("br", "gzip")),
        ("", ()), ("identity", ()), ("gzip;q=0.5, br;q=0.1", ("br", "gzip")), ("br;q=nonsense", ()),
    ],
)  # fmt: skip
def test_a_no_to_an_encoding_is_heard(accept: str, found: tuple[str, ...]) -> None:
    assert encodings(accept) == found


def stylesheet(phone: Client) -> str:
    page = phone.get("/en", headers={"accept": "text/html"}).text
    return next(part for part in page.split('"') if part.startswith("/a/look."))


def test_a_file_is_kept_for_ever_and_compressed(phone: Client) -> None:
    answer = phone.get(stylesheet(phone), headers={"accept-encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"


def test_each_encoding_has_its_own_mark_and_a_known_one_is_not_sent_again(phone: Client) -> None:
    address = stylesheet(phone)
    marks = {phone.get(address, headers={"accept-encoding": e}).headers["etag"] for e in ("br", "gzip", "identity")}
    assert len(marks) == 3
    for mark in marks:
        known = [phone.get(address, headers={"accept-encoding": e, "if-none-match": mark}).status_code for e in ("br", "gzip", "identity")]
        assert sorted(known) == [200, 200, 304]


def test_the_worker_is_one_line_that_leads_to_its_modules(phone: Client) -> None:
    answer = phone.get("/sw.js")
    assert answer.headers["cache-control"] == "no-cache"
    address = answer.text.strip().removeprefix('import "').removesuffix('"')
    assert phone.get(address).status_code == 200


def test_a_bundle_fits_the_worker_it_is_made_for(phone: Client) -> None:
    worker = phone.get("/sw.js").text
    bundle = phone.get("/api/content/ar").json()
    assert bundle["code"] in worker and bundle["lang"] == "ar" and bundle["dir"] == "rtl"
    assert bundle["content"] == see(phone, "/ar")["frame"]["content"]
    assert {"home", "help", "offline"} <= {page["page"] for page in bundle["public"]}


def test_an_unchanged_bundle_is_not_sent_again(phone: Client) -> None:
    mark = phone.get("/api/content/da").headers["etag"]
    assert phone.get("/api/content/da", headers={"if-none-match": mark}).status_code == 304


def test_an_old_file_is_answered_for_thirty_days(tmp_path: Path) -> None:
    before = Files()
    address = before.add_hashed("boot.js", b"old")
    before.keep_old(tmp_path)
    after = Files()
    after.add_hashed("boot.js", b"new")
    after.keep_old(tmp_path)
    assert address in after.made
    long_ago = time.time() - 31 * 86400
    for kept in tmp_path.iterdir():
        os.utime(kept, (long_ago, long_ago))
    later = Files()
    later.keep_old(tmp_path)
    assert later.made == {}


def test_a_file_that_is_not_there_is_a_page_that_is_not_there(phone: Client) -> None:
    for address in ("/a/x.js", "/w/0123456789abcdef/worker.js", "/w/mine/cases/0"):
        answer = phone.get(address)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html") and 'href="tel:' in answer.text


def test_a_file_of_ours_can_only_be_fetched() -> None:
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    files = Files()
    address = files.add_hashed("x.js", b"1")
    asyncio.run(files.answer({"path": address, "method": "POST", "headers": []}, send))
    assert sent[0]["status"] == 405
    assert (b"allow", b"GET, HEAD") in sent[0]["headers"]
