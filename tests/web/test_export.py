"""Everything about me in one file: to read, for a program, with every photo; for her alone, and not for whoever finds an open phone."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain.actors import resident
from backend.store import content_files, exports as store, files
from backend.web import exports
from tests.store.everything import SENTENCE, fill
from tests.store.staffed import MARIE
from tests.web.conftest import NOW, ORIGIN, Client, built, see, sign_in
from tests.written import DANISH

ALL = "/en/mine/export/all.zip"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Any]:
    made = built(tmp_path / "town")
    with TestClient(made, base_url=ORIGIN):
        yield made


@pytest.fixture
def inger(town: Any) -> Client:
    client = TestClient(town, base_url=ORIGIN)
    sign_in(client, "Inger")
    return client


def owner(client: Client) -> str:
    return see(client, "/en/mine")["frame"]["owner"]


def everything(town: Any, client: Client) -> Any:
    """She has something of every kind."""
    app = town.inner.state.app
    fill(app.db, resident(owner(client), session="s-seeded", strong_at=1), app.signer.sign)
    return app


def archive(client: Client, address: str = ALL) -> zipfile.ZipFile:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip", answer.text[:200]
    assert answer.headers["cache-control"] == "no-store" and "attachment" in answer.headers["content-disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.mark.parametrize("lang", ["en", "da", "ar"])
def test_each_page_of_the_archive_says_what_is_hers_in_her_language(town: Any, inger: Client, lang: str) -> None:
    everything(town, inger)
    found = archive(inger, f"/{lang}/mine/export/all.zip")
    assert found.testzip() is None
    pages = {name: found.read(f"{name}.html").decode() for name in ("index", *exports.KINDS)}
    for name in ("about", "cases", "letters", "messages"):
        assert SENTENCE in pages[name], name
    assert DANISH.title in pages["letters"] and DANISH.summary.must in pages["letters"] and f"{SENTENCE}, siger hun" in pages["cases"]
    assert all(f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in page for page in pages.values())
    if lang != "en":
        assert not any('lang="en"' in page.partition("<main>")[2] for page in pages.values()), "a word of ours that is not translated"


def test_every_address_in_the_archive_leads_to_something_in_it(town: Any, inger: Client) -> None:
    everything(town, inger)
    found = archive(inger)
    linked = {link for name in found.namelist() if name.endswith(".html") for link in re.findall(r'(?:href|src)="([^"]+)"', found.read(name).decode())}
    assert linked <= set(found.namelist()) and sum(link.startswith(("files/", "papers/")) for link in linked) == 3


def test_what_she_sent_comes_back_byte_by_byte(town: Any, inger: Client) -> None:
    app = everything(town, inger)
    found = archive(inger)
    photos = [found.read(name) for name in found.namelist() if name.startswith(("files/", "papers/"))]
    assert len(photos) == 3 and all(photo[:3] == b"\xff\xd8\xff" for photo in photos)
    assert len(list(content_files.names(app.settings.data / files.FOLDER))) == 3


def test_a_program_finds_every_kind_row_by_row(town: Any, inger: Client) -> None:
    everything(town, inger)
    found = archive(inger)
    rows = {name[5:-5]: json.loads(found.read(name)) for name in found.namelist() if name.startswith("json/")}
    assert store.TABLES.keys() | {"household", "letter", "access", "log"} == rows.keys()
    assert all(rows[name] for name in store.TABLES) and rows["letter"][0]["letter"]["texts"]


def test_nothing_of_others_is_in_it(town: Any, inger: Client) -> None:
    """Staff by role, and nobody whose address is protected."""
    everything(town, inger)
    found = archive(inger)
    said = b"".join(found.read(name) for name in found.namelist())
    assert MARIE.name.encode() not in said and MARIE.id.encode() not in said
    others = TestClient(town, base_url=ORIGIN)
    sign_in(others, "Samir")
    his = archive(others)
    assert SENTENCE.encode() not in b"".join(his.read(name) for name in his.namelist())


def test_it_stands_in_her_log_that_she_got_it(inger: Client) -> None:
    archive(inger)
    rows = [row for day in see(inger, "/en/mine/access")["days"] for row in day["rows"]]
    assert ("you", ["exported"]) in [(row["who"], row["what"]) for row in rows]
    assert "You got everything in one file" in inger.get("/en/mine/access").text


def test_more_than_three_an_hour_is_told_with_the_minutes_and_nothing_is_made(inger: Client) -> None:
    for _ in range(3):
        archive(inger)
    answer = inger.get(ALL)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
    assert "You can get it again in 60 minutes." in answer.text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("address", ["/en/mine/export", ALL])
def test_a_sign_in_of_more_than_five_minutes_ago_is_asked_for_again(town: Any, inger: Client, address: str) -> None:
    app = town.inner.state.app
    app.clock, clock = (lambda: NOW + timedelta(minutes=6)), app.clock
    answer = inger.get(address, follow_redirects=False)
    app.clock = clock
    assert answer.status_code == 303 and "/sign-in?next=mine/export" in answer.headers["location"] and "too-long" in answer.headers["location"]


@pytest.mark.parametrize("address", ["/en/mine/export", ALL])
def test_a_guest_is_led_to_sign_in(town: Any, address: str) -> None:
    answer = TestClient(town, base_url=ORIGIN).get(address, follow_redirects=False)
    assert answer.status_code == 303 and "/sign-in" in answer.headers["location"]


def test_a_photo_that_is_missing_costs_itself_alone_and_is_named(town: Any, inger: Client) -> None:
    app = everything(town, inger)
    next(content_files.names(app.settings.data / files.FOLDER)).unlink()
    found = archive(inger)
    assert found.testzip() is None and len([name for name in found.namelist() if name.startswith(("files/", "papers/"))]) == 2
    assert found.read("not-readable.txt").count(b".jpg") == 1
