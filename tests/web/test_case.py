"""A case on her own pages: the missing paper, a question, taking it back, and who else may do any of it."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from PIL import Image

from backend.domain.actors import SYSTEM
from backend.store import letters
from backend.store.statements import Statement
from tests.store.conftest import wait
from tests.web.conftest import JSON, NOW, ORIGIN, OURS, RATS, WHERE, Client, built, first_choice, press, see, send, sign_in
from tests.web.test_post import owner
from tests.written import letter

HTML = {"accept": "text/html"}
LOOKED = Statement("looked", "UPDATE cases SET looked_at = 7, revision = revision + 1")
KEY = "a" * 32


def photo() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), (120, 90, 60)).save(kept, "JPEG")
    return kept.getvalue()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Any]:
    made = built(tmp_path / "town")
    with TestClient(made, base_url=ORIGIN):
        yield made


@pytest.fixture
def alone(door: Any) -> Client:
    return TestClient(door, base_url=ORIGIN)


@pytest.fixture
def case(alone: Client) -> str:
    """Inger's: a rat, and the photo comes later."""
    sign_in(alone, "Inger")
    fields = {"where": WHERE, "photo": {"photo_later": "yes"}, "get-in": {"get-in": "By the gate"}, "phone": {"phone": "33 66 33 66"}}
    at = f"{RATS}/where"
    while (shown := alone.get(at, headers=JSON, follow_redirects=True).json())["page"] != "check":
        at = press(alone, at, fields.get(shown["step"]["id"]) or first_choice(shown)).headers["location"]
    return see(alone, send(alone))["case"]


def page(case: str, end: str = "") -> str:
    return f"/en/mine/cases/{case}{end}"


def post(client: Client, path: str, data: dict[str, str], **more: Any) -> Any:
    return client.post(path, data=data, headers=OURS, follow_redirects=False, **more)


def task_of(client: Client, case: str) -> dict[str, Any]:
    return see(client, page(case))["tasks"][0]


def test_the_missing_paper_is_sent_from_my_page_and_its_time_of_receipt_is_shown(alone: Client, case: str) -> None:
    act = see(alone, "/en/mine")["may"][0]["act"]
    form = see(alone, f"/en/{act}")
    assert form["state"] == "ask" and "multipart/form-data" in alone.get(f"/en/{act}", headers=HTML).text
    sent = post(alone, f"/en/{act}", {"key": form["key"]}, files={"paper": ("lease.jpg", photo(), "image/jpeg")}).json()
    assert sent["state"] == "sent" and sent["at"].startswith("2026-11-24T10:30")
    now = see(alone, page(case))
    assert now["tasks"] == [] and [one["name"] for one in now["papers"]] == ["lease.jpg"]
    assert [row["kind"] for row in now["history"]] == ["received", "arrived"]
    assert alone.get(f"/api/files/{now['papers'][0]['id']}").status_code == 200


def test_the_same_paper_sent_twice_is_one_paper_by_page_and_by_program(alone: Client, case: str) -> None:
    path, files = f"/api/cases/{case}/papers/{KEY}", {"paper": ("lease.jpg", photo(), "image/jpeg")}
    data = {"task": task_of(alone, case)["id"]}
    first, second = (alone.put(path, data=data, files=files, headers=OURS) for _ in range(2))
    assert [first.status_code, second.status_code] == [201, 201] and first.json() == second.json()
    assert len(see(alone, page(case))["papers"]) == 1
    late = alone.put(f"/api/cases/{case}/papers/{'b' * 32}", data=data, files=files, headers=OURS)
    assert (late.status_code, late.json()["outcome"]) == (200, "closed")


def test_a_form_without_a_file_or_with_no_picture_says_what_is_wrong(alone: Client, case: str) -> None:
    act = f"/en/{task_of(alone, case)['act']}"
    for files in ({}, {"paper": ("x.jpg", b"no picture", "image/jpeg")}):
        answer = post(alone, act, {"key": KEY}, files=files) if files else post(alone, act, {"key": KEY})
        assert answer.status_code == 422 and answer.json()["errors"][0]["code"].startswith("file-")
    assert see(alone, page(case))["papers"] == []


def test_a_question_stands_in_the_timeline_once_however_often_it_is_sent(alone: Client, case: str) -> None:
    form = see(alone, page(case, "/question"))
    for _ in range(2):
        got = post(alone, page(case, "/question"), {"key": form["key"], "text": "When do you come?"}).json()
        assert got["at"].startswith("2026-11-24T10:30")
    assert [row["kind"] for row in see(alone, page(case))["history"]] == ["received", "question"]


def test_an_empty_question_and_one_too_long_are_said_and_what_was_typed_stays(alone: Client, case: str) -> None:
    for text, code in (("  ", "text-empty"), ("x" * 4001, "too-long")):
        answer = post(alone, page(case, "/question"), {"key": KEY, "text": text})
        assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == code and answer.json()["text"] == text.strip()


def test_what_nobody_has_opened_is_taken_back_and_that_is_undone(alone: Client, case: str) -> None:
    assert see(alone, page(case, "/withdraw"))["state"] == "ask" and see(alone, page(case))["state"] == "received"
    assert post(alone, page(case, "/withdraw"), {"do": "withdraw"}).json()["state"] == "done"
    gone = see(alone, page(case))
    assert (gone["state"], gone["tasks"], gone["may_undo"], gone["may_change"]) == ("withdrawn", [], 1, 0)
    assert see(alone, "/en/mine")["over"] == 1 and see(alone, "/en/mine")["todo"] == []
    assert post(alone, page(case, "/withdraw"), {"do": "undo"}).json()["state"] == "restored"
    assert (see(alone, page(case))["state"], len(see(alone, page(case))["tasks"])) == ("received", 1)


def test_whoever_is_slower_than_the_caseworker_is_told_and_nothing_changes(door: Any, alone: Client, case: str) -> None:
    assert see(alone, page(case, "/withdraw"))["state"] == "ask"
    door.inner.state.app.db.write_now(lambda tx, _: tx.run(LOOKED), SYSTEM)
    late = post(alone, page(case, "/withdraw"), {"do": "withdraw"})
    assert late.status_code == 409 and late.json()["state"] == "opened"
    assert "A caseworker has opened it" in alone.post(page(case, "/withdraw"), data={"do": "withdraw"}, headers=OURS | HTML).text
    now = see(alone, page(case))
    assert (now["state"], now["may_change"], len(now["tasks"])) == ("received", 0, 1)


def test_a_stranger_and_a_guest_meet_nothing(alone: Client, case: str) -> None:
    task = task_of(alone, case)["id"]
    alone.cookies.clear()
    for name in ("", "Samir"):
        if name:
            sign_in(alone, name)
        for end in ("", "/paper", "/question", "/withdraw", "/correct"):
            assert alone.get(page(case, end), headers=JSON, follow_redirects=False).status_code in (401, 404), (name, end)
        for end in ("/paper", "/question", "/withdraw", "/correct"):
            assert post(alone, page(case, end), {"do": "withdraw", "text": "x"}).status_code in (303, 401, 404), (name, end)
        put = alone.put(f"/api/cases/{case}/papers/{KEY}", data={"task": task}, files={"paper": ("x.jpg", photo(), "image/jpeg")}, headers=OURS)
        assert put.status_code in (401, 404), name


def test_every_page_about_a_case_is_whole_in_every_language(alone: Client, case: str) -> None:
    for lang in ("da", "en", "ar"):
        for end in ("", f"/paper?task={task_of(alone, case)['id']}", "/paper?task=x", "/question", "/withdraw", "/correct"):
            shown = alone.get(f"/{lang}/mine/cases/{case}{end}", headers=HTML)
            assert shown.status_code == 200 and "<h1" in shown.text, (lang, end)
        assert "<h1" in alone.get(f"/{lang}/mine/register", headers=HTML).text


def test_corrected_answers_are_the_new_content_of_the_same_case(alone: Client, case: str) -> None:
    before = see(alone, page(case))
    assert before["may_correct"] == 1 and see(alone, page(case, "/correct"))["state"] == "ask"
    at = post(alone, page(case, "/correct"), {"do": "correct"}).headers["location"]
    assert at.startswith("/en/services/rats/check")
    assert press(alone, f"{RATS}/get-in", {"get-in": "By the back door"}).status_code == 303
    assert see(alone, send(alone))["receipt"]["number"] == before["receipt"]["number"]
    now = see(alone, page(case))
    assert len(see(alone, "/en/mine")["cases"]) == 1 and now["history"][-1]["kind"] == "corrected"
    assert "By the back door" in str(now["answers"]) and "By the gate" not in str(now["answers"])


def test_another_application_begun_meanwhile_is_not_lost_to_a_correction(alone: Client, case: str) -> None:
    alone.get(f"{RATS}?new=1")
    assert press(alone, f"{RATS}/where", WHERE).status_code == 303
    held = see(alone, page(case, "/correct"))
    assert held["state"] == "begun"
    assert post(alone, page(case, "/correct"), {"do": "correct"}).json()["state"] == "begun"
    assert see(alone, f"/api/drafts/rats")["answers"]


def test_a_correction_sent_after_a_caseworker_opened_the_case_is_told_so(door: Any, alone: Client, case: str) -> None:
    post(alone, page(case, "/correct"), {"do": "correct"})
    door.inner.state.app.db.write_now(lambda tx, _: tx.run(LOOKED), SYSTEM)
    declared = {d["name"]: "yes" for d in see(alone, f"{RATS}/check")["declarations"]}
    late = press(alone, f"{RATS}/check", declared, **{"accept": "text/html"})
    assert late.status_code == 409 and "A caseworker has opened it" in late.text
    assert see(alone, page(case))["state"] == "received"


def test_a_question_typed_when_the_session_had_ended_is_there_after_signing_in(alone: Client, case: str) -> None:
    form = see(alone, page(case, "/question"))
    alone.cookies.clear()
    answer = post(alone, page(case, "/question"), {"key": form["key"], "owner": form["owner"], "text": "When do you come?"})
    assert answer.status_code == 303 and "reason=ended" in answer.headers["location"]
    sign_in(alone, "Inger")
    assert see(alone, f"/en/post/write?case={case}")["text"] == "When do you come?"


def test_a_kept_paper_is_sent_where_one_is_missing(alone: Client, case: str) -> None:
    task = task_of(alone, case)["id"]
    alone.post("/en/papers", files={"file": ("Lease.jpg", photo(), "image/jpeg")}, headers=OURS)
    (kept,) = see(alone, page(case, f"/paper?task={task}"))["kept"]
    sent = post(alone, page(case, f"/paper?task={task}"), {"kept": kept["id"]}).json()
    assert (sent["state"], sent["at"][:4]) == ("sent", "2026")
    assert post(alone, page(case, f"/paper?task={task}"), {"kept": kept["id"]}).json()["state"] == "closed"
    assert see(alone, page(case))["papers"][-1]["name"] == "Lease.jpg"


def test_a_paper_sent_with_a_case_is_kept_among_her_own_once(alone: Client, case: str) -> None:
    task = task_of(alone, case)["id"]
    alone.post("/en/papers", files={"file": ("Lease.jpg", photo(), "image/jpeg")}, headers=OURS)
    (kept,) = see(alone, "/en/papers")["papers"]
    post(alone, page(case, f"/paper?task={task}"), {"kept": kept["id"]})
    sent = see(alone, page(case))["papers"][-1]["id"]
    alone.post(f"/en/papers/{kept['id']}", data={"do": "delete"}, headers=OURS)
    again = [post(alone, "/en/papers/sent", {"sent": sent}).headers["location"] for _ in range(2)]
    assert again == [f"/en/papers/{kept['id']}?told=already"] * 2
    assert len(see(alone, "/en/papers")["papers"]) == 1
    assert post(alone, "/en/papers/sent", {"sent": "f" * 32}).status_code == 404


def test_a_letter_about_a_case_stands_in_it_once_it_can_be_read(door: Any, alone: Client, case: str) -> None:
    db = door.inner.state.app.db
    row = db.read_now(lambda tx, actor: tx.con.execute("SELECT id FROM cases ORDER BY id DESC").fetchone()[0], None)
    now, who = NOW - timedelta(minutes=5), owner(alone)
    new, later = (wait(letters.sealed_for(db, who, letter(), at)) for at in (now, NOW + timedelta(minutes=5)))
    for one in (new, later):
        db.write_now(letters.add, SYSTEM, new=msgspec.structs.replace(one, case_row=row))
    assert [one["id"] for one in see(alone, page(case))["letters"]] == [new.public_id]
    assert f"/en/post/{new.public_id}" in alone.get(page(case), headers=HTML).text


def test_a_receipt_offers_to_keep_what_was_sent_along(alone: Client) -> None:
    sign_in(alone, "Inger")
    at = f"{RATS}/where"
    fields = {"where": WHERE, "get-in": {"get-in": "By the gate"}, "phone": {"phone": "33 66 33 66"}}
    while (shown := alone.get(at, headers=JSON, follow_redirects=True).json())["page"] != "check":
        if shown["step"]["id"] == "photo":
            carried = {name: str(shown[name]) for name in ("draft", "revision", "owner")} | {"do": "continue"}
            at = alone.post(at, data=carried, files={"photo": ("IMG_1.jpg", photo(), "image/jpeg")}, headers=OURS, follow_redirects=False).headers["location"]
            continue
        at = press(alone, at, fields.get(shown["step"]["id"]) or first_choice(shown)).headers["location"]
    done = send(alone)
    (sent,) = see(alone, done)["files"]
    assert sent["name"] and "Keep this in my papers" in alone.get(done, headers=HTML).text
    assert post(alone, "/en/papers/sent", {"sent": sent["id"]}).headers["location"].endswith("told=kept")


def test_an_empty_form_sent_when_the_session_had_ended_takes_nothing_from_what_she_began(alone: Client, case: str) -> None:
    form = see(alone, page(case, "/question"))
    for text in ("When do you come?", ""):
        alone.cookies.delete("__Host-session")
        post(alone, page(case, "/question"), {"key": form["key"], "owner": form["owner"], "text": text})
        sign_in(alone, "Inger")
    assert see(alone, f"/en/post/write?case={case}")["text"] == "When do you come?"
