"""My papers, as a resident uses them: kept once, named, found in any script, handed out whole, and used instead of a photo."""

import io
import re
import zipfile
from typing import Any
from urllib.parse import unquote

import pytest

from backend.domain import papers as kinds
from backend.store import files
from backend.web import archives
from backend.web.pages.papers import WORDS
from tests.store.test_files import REFUSED
from tests.web.conftest import JSON, OURS, RATS, WHERE, Client, first_choice, press, see, send, sign_in, to_check
from tests.web.test_uploads import picture

PAPERS = "/en/papers"


@pytest.fixture
def inger(alone: Client) -> Client:
    sign_in(alone, "Inger")
    return alone


def keep(client: Client, data: bytes | None = None, name: str = "IMG_0042.jpg", **fields: str) -> Any:
    sent = {"file": (name, picture() if data is None else data, "image/jpeg")}
    return client.post(PAPERS, files=sent, data=fields, headers=OURS, follow_redirects=False)


def kept(client: Client, data: bytes | None = None, name: str = "IMG_0042.jpg") -> str:
    """The address of its page."""
    answer = keep(client, data, name)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def test_a_paper_is_kept_named_and_handed_out_again(inger: Client) -> None:
    at = kept(inger)
    assert (see(inger, at)["paper"]["name"], see(inger, at)["paper"]["kind"]) == ("", "photo")
    inger.post(at, data={"do": "save", "about": "lease", "name": "Havnegade 12"}, headers=OURS)
    (paper,) = see(inger, PAPERS)["papers"]
    assert (paper["name"], paper["about"], at.endswith(paper["id"])) == ("Havnegade 12", "lease", True)
    got = inger.get(f"{at}/paper.bin")
    assert got.content[:3] == b"\xff\xd8\xff" and int(got.headers["content-length"]) == len(got.content)
    assert got.headers["content-type"] == "image/jpeg" and got.headers["cache-control"] == "no-store"
    assert got.headers["content-disposition"] == "attachment; filename=\"Havnegade 12.jpg\"; filename*=UTF-8''Havnegade%2012.jpg"


def test_a_file_with_a_name_of_its_own_keeps_it_and_a_cameras_is_forgotten() -> None:
    for machine in ("IMG_0042", "PXL_20261124_093000", "image", "Scan 3", "20261124_093012", "5f0c3a7b9d2e4c61a1b2c3d4e5f60718", "WhatsApp Image 2026-11-24 at 09.30.00"):
        assert kinds.suggested(f"{machine}.jpg") == "", machine
    for own in ("Lejekontrakt", "Fødselsattest Mette", "عقد الإيجار", "Imogen"):
        assert kinds.suggested(f"{own}.pdf") == own
    assert kinds.suggested("min_kontrakt_2026.pdf") == "min kontrakt 2026"


def test_the_same_photo_sent_twice_is_one_paper(inger: Client) -> None:
    first, second = keep(inger), keep(inger)
    assert first.headers["location"].endswith("told=kept") and second.headers["location"].endswith("told=already")
    assert len(see(inger, PAPERS)["papers"]) == 1


def test_papers_are_found_by_name_and_by_what_they_are_in_any_script(inger: Client) -> None:
    named = {"Løn for Ærø": "payslip", "عَقْدُ الإيجار": "lease", "Zażółć": "", "Ax": "", "Bx": "", "Cx": ""}
    for at, (name, about) in enumerate(named.items()):
        inger.post(kept(inger, picture(size=(60 + at, 40))), data={"do": "save", "about": about, "name": name}, headers=OURS)
    assert see(inger, PAPERS)["searched"] == 1
    for asked, found in {"LON FOR aero": ["Løn for Ærø"], "lønseddel": ["Løn for Ærø"], "عقد ايجار": ["عَقْدُ الإيجار"], "lejekontrakt": ["عَقْدُ الإيجار"], "zazolc": ["Zażółć"], "no such": []}.items():
        assert [one["name"] for one in see(inger, f"{PAPERS}?q={asked}")["papers"]] == found, asked
    shown = inger.get(f"{PAPERS}?q=<b>no", headers={"accept": "text/html"}).text
    assert "<b>no" not in shown and "No paper is called that" in shown


def test_deleting_is_undone_from_the_page_that_follows_and_from_the_list(inger: Client) -> None:
    at = kept(inger, name="Lease.jpg")
    gone = inger.post(at, data={"do": "delete"}, headers=OURS, follow_redirects=False).headers["location"]
    shown = see(inger, gone)
    assert shown["papers"] == [] and [one["name"] for one in shown["told"]] == ["Lease"] == [one["name"] for one in shown["removed"]]
    assert inger.get(f"{at}/paper.bin").status_code == 404
    assert inger.get(at, headers=JSON, follow_redirects=False).headers["location"] == gone
    assert inger.post(at, data={"do": "undo"}, headers=OURS, follow_redirects=False).headers["location"].endswith("told=back")
    assert len(see(inger, PAPERS)["papers"]) == 1 and see(inger, PAPERS)["removed"] == []


def test_all_of_them_come_in_one_archive_with_names_that_do_not_meet(inger: Client) -> None:
    for at, name in enumerate(["Lease", "lease", "Sag 7: a/b?", "", ""]):
        inger.post(kept(inger, picture(size=(60 + at, 40))), data={"do": "save", "name": name}, headers=OURS)
    got = inger.get(f"{PAPERS}/all.zip")
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["Lease.jpg", "lease (2).jpg", "Sag 7- a-b-.jpg", "Paper.jpg", "Paper (2).jpg"]
        assert {archive.read(one)[:3] for one in archive.namelist()} == {b"\xff\xd8\xff"}
    assert got.headers["content-disposition"].startswith('attachment; filename="papers.zip"')


def test_the_archive_is_made_piece_by_piece() -> None:
    asked: list[int] = []

    def pieces(number: int) -> Any:
        for _ in range(3):
            asked.append(number)
            yield b"x" * 1000

    from tests.web.conftest import NOW

    made = archives.zipped((f"{n}.jpg", NOW, pieces(n)) for n in range(3))
    next(made)
    assert asked == [0]
    with zipfile.ZipFile(io.BytesIO(b"".join([*archives.zipped((f"{n}.jpg", NOW, pieces(n)) for n in range(3))]))) as archive:
        assert archive.testzip() is None and len(archive.namelist()) == 3


def test_without_papers_there_is_no_archive(inger: Client) -> None:
    assert inger.get(f"{PAPERS}/all.zip").status_code == 404


@pytest.mark.parametrize("case", ["a program", "an iPhone's own kind", "a broken pdf", "nothing at all"])
def test_a_file_that_cannot_be_kept_is_refused_in_words_on_the_page(inger: Client, case: str) -> None:
    data, why = REFUSED[case]
    answer = keep(inger, data)
    assert answer.status_code == 422 and [one["code"] for one in answer.json()["errors"]] == [f"file-{why}"]
    assert see(inger, PAPERS)["papers"] == []


def test_nothing_chosen_is_said_in_words(inger: Client) -> None:
    answer = inger.post(PAPERS, data={"do": "keep"}, headers=OURS)
    assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "file-none"


def test_a_name_that_does_not_fit_costs_no_photo_and_stays_as_typed(inger: Client) -> None:
    at = kept(inger)
    for typed, code in (("x" * 81, "too-long"), ("a\x00b", "strange")):
        answer = inger.post(at, data={"do": "save", "name": typed, "about": "lease"}, headers=OURS)
        shown = answer.json()
        assert (answer.status_code, shown["errors"][0]["code"], shown["about"]) == (422, code, "lease")
        assert shown["typed"] == typed
    assert len(see(inger, PAPERS)["papers"]) == 1


def test_who_is_not_signed_in_is_asked_to_and_keeps_nothing(phone: Client) -> None:
    for path in (PAPERS, f"{PAPERS}/all.zip", f"{PAPERS}/{'0' * 32}", f"{PAPERS}/{'0' * 32}/paper.bin"):
        assert phone.get(path, headers={"accept": "text/html"}, follow_redirects=False).headers["location"].startswith("/en/sign-in?next="), path
    assert "reason=ended-file" in keep(phone, owner="somebody").headers["location"]


def test_a_page_of_another_who_was_signed_in_here_puts_no_photo_into_this_ones_papers(inger: Client) -> None:
    answer = keep(inger, owner="somebody-else")
    assert "sign-in" in answer.headers["location"] and see(inger, PAPERS)["papers"] == []


def test_a_stranger_finds_nothing_at_any_address(inger: Client, alone: Client) -> None:
    from litestar.testing import TestClient

    from tests.web.conftest import ORIGIN

    at = kept(inger, name="Lease.jpg")
    samir = TestClient(inger.app, base_url=ORIGIN)
    sign_in(samir, "Samir")
    assert [samir.get(path).status_code for path in (at, f"{at}/paper.bin", f"{PAPERS}/all.zip")] == [404, 404, 404]
    for do in ("delete", "undo", "save"):
        assert samir.post(at, data={"do": do, "name": "mine"}, headers=OURS).status_code == 404
    assert see(samir, PAPERS)["papers"] == []
    to_photo(samir)
    used = samir.post(use_at(samir), data={"paper": at.rpartition("/")[2]}, headers=OURS)
    assert used.status_code == 404 and see(inger, at)["paper"]["name"] == "Lease"


# ---- used in a service --------------------------------------------------------------------------------------------


def to_photo(client: Client) -> str:
    at = f"{RATS}/where"
    while not at.endswith("/photo"):
        shown = see(client, at)
        at = press(client, at, WHERE if at.endswith("/where") else first_choice(shown)).headers["location"]
    return at


def use_at(client: Client) -> str:
    return f"{RATS}/kept-paper?question=photo&row="


def test_a_question_for_a_photo_offers_what_is_kept_only_to_who_keeps_something(inger: Client) -> None:
    at = to_photo(inger)
    assert see(inger, at)["kept_papers"] == 0
    paper = kept(inger, name="Lease.jpg")
    assert see(inger, at)["kept_papers"] == 1
    assert 'kept-paper?question=photo' in inger.get(at, headers={"accept": "text/html"}).text
    assert see(inger, f"{RATS}/where")["kept_papers"] == 0
    assert [one["name"] for one in see(inger, use_at(inger))["papers"]] == ["Lease"]
    inger.post(paper, data={"do": "delete"}, headers=OURS)
    assert see(inger, at)["kept_papers"] == 0 and see(inger, use_at(inger))["papers"] == []
    assert inger.get("/api/facts").json()["papers"] == 0


def test_a_kept_paper_is_the_answer_an_upload_would_be_and_goes_with_the_case(inger: Client) -> None:
    paper = kept(inger, name="Lease.jpg").rpartition("/")[2]
    at = to_photo(inger)
    answer = inger.post(use_at(inger), data={"paper": paper}, headers=OURS, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] != at
    draft = inger.get("/api/drafts/rats").json()["answers"]["photo"]
    assert (draft["name"], set(draft)) == ("Lease.jpg", {"id", "name", "bytes", "sha256"}) and draft["id"] != paper
    inger.post(f"{PAPERS}/{paper}", data={"do": "delete"}, headers=OURS)
    check_and_send(inger)
    case = see(inger, "/en/mine")["cases"][0]["id"]
    assert "Lease.jpg" in str(see(inger, f"/en/mine/cases/{case}")) and "'why': 'file'" not in str(see(inger, "/en/mine"))
    assert inger.get(f"/api/files/{draft['id']}").content[:3] == b"\xff\xd8\xff"


def check_and_send(client: Client) -> None:
    fields = {"get-in": {"get-in": "By the gate"}, "phone": {"phone": "33 66 33 66"}}
    at = f"{RATS}/check"
    for _ in range(9):
        shown = client.get(at, headers=JSON, follow_redirects=True).json()
        if shown["page"] == "check":
            break
        at = press(client, f"{RATS}/{shown['step']['path']}", fields.get(shown["step"]["id"]) or first_choice(shown)).headers["location"]
    send(client)


def test_a_paper_is_used_only_where_one_is_asked_for(inger: Client) -> None:
    paper = kept(inger).rpartition("/")[2]
    press(inger, f"{RATS}/where", {})
    for question in ("photo", "where", "no-such", ""):
        at = f"{RATS}/kept-paper?question={question}"
        assert inger.post(at, data={"paper": paper}, headers=OURS, follow_redirects=False).headers["location"] == f"{RATS}/where"
        assert inger.get(at, headers=JSON, follow_redirects=False).headers["location"] == f"{RATS}/where"


def test_too_many_copies_are_refused_in_words(inger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = kept(inger).rpartition("/")[2]
    to_photo(inger)
    monkeypatch.setattr(files, "MOST_LOOSE", 0)
    answer = inger.post(use_at(inger), data={"paper": paper}, headers=OURS)
    assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "file-too-many"


def test_the_words_for_a_kind_are_the_same_in_a_file_name_and_on_the_page(inger: Client) -> None:
    at = kept(inger)
    assert set(WORDS) == set(kinds.KINDS)
    for about in kinds.KINDS:
        inger.post(at, data={"do": "save", "about": about, "name": ""}, headers=OURS)
        heading = re.search(r"<h1>(.*?)</h1>", inger.get(at, headers={"accept": "text/html"}).text)
        assert heading and heading[1] == WORDS[about]


STRANGE = {
    "Nr. #4, 100 % (ä ö ü ß)": "Nr. #4, 100 % (ä ö ü ß).jpg", "a/b\\c:d*e?": "a-b-c-d-e-.jpg", "..": "paper.jpg", ".hidden": "hidden.jpg", "con": "paper con.jpg",
    "LPT1.old": "paper LPT1.old.jpg", "عقد, الإيجار #2": "عقد, الإيجار #2.jpg", "<b>lease</b>": "-b-lease--b-.jpg", "👍" * 80: "👍" * 60 + ".jpg",
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_a_paper_of_any_name_is_handed_out_deleted_and_brought_back(inger: Client, name: str) -> None:
    at = kept(inger)
    inger.post(at, data={"do": "save", "about": "", "name": name}, headers=OURS)
    assert see(inger, at)["paper"]["name"] == name
    names = zipfile.ZipFile(io.BytesIO(inger.get(f"{PAPERS}/all.zip").content)).namelist()
    assert names == [STRANGE[name]] and unquote(inger.get(f"{at}/paper.bin").headers["content-disposition"]).endswith(names[0])
    inger.post(at, data={"do": "delete"}, headers=OURS)
    inger.post(at, data={"do": "undo"}, headers=OURS)
    assert see(inger, at)["paper"]["name"] == name and "<b>lease" not in inger.get(at, headers={"accept": "text/html"}).text


def test_a_photo_sent_again_after_deleting_it_is_back(inger: Client) -> None:
    at = kept(inger)
    inger.post(at, data={"do": "delete"}, headers=OURS)
    assert keep(inger).headers["location"] == f"{at}?told=already"
    shown = see(inger, PAPERS)
    assert (len(shown["papers"]), shown["removed"]) == (1, [])
