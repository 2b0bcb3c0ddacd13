"""What waited on a phone arrives once, with its photos, and is never taken as another person's."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain.actors import SYSTEM
from backend.store import letters
from backend.store.statements import Statement
from tests.store.conftest import wait
from tests.web.conftest import NOW, ORIGIN, OURS, RATS, WHERE, Client, built, first_choice, press, see, send, sign_in
from tests.web.test_case import photo
from tests.written import letter

KEY, OTHER = "a" * 32, "b" * 32
FORM = {"service": "post/write", "version": 1, "answers": {}, "question": "f0", "row": ""}
ROOMS: list[Any] = []
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    made = built(tmp_path_factory.mktemp("phones"))
    with TestClient(made, base_url=ORIGIN):
        yield made


@pytest.fixture
def inger(town: Any) -> Iterator[Client]:
    ROOMS[:] = [town.inner.state.app]
    ROOMS[0].db.write_now(lambda tx, actor: [tx.run(Statement("empty", f"DELETE FROM {table}")) for table in ("file", "message")], SYSTEM)
    client = TestClient(town, base_url=ORIGIN)
    sign_in(client, "Inger")
    return client


def letter_to(client: Client, **changes: Any) -> str:
    db, owner = ROOMS[0].db, see(client, "/en/mine/settings")["frame"]["owner"]
    new = wait(letters.sealed_for(db, owner, letter(**changes), NOW - timedelta(minutes=5)))
    db.write_now(letters.add, SYSTEM, new=new)
    return new.public_id


def message(client: Client, key: str = KEY, owner: str | None = None, **said: Any) -> Any:
    headers = OURS if owner is None else OURS | {"medborger-owner": owner}
    return client.put(f"/api/messages/{key}", json={"text": "Here it is.", "lang": "en"} | said, headers=headers)


def upload(client: Client, id: str, **more: Any) -> Any:
    return client.put(f"/api/files/{id}", data={"way": json.dumps(FORM)}, files={"file": ("slip.jpg", photo(), "image/jpeg")}, headers=OURS, **more)


def written(client: Client) -> list[dict[str, Any]]:
    return see(client, "/en/post?folder=sent")["written"]


def test_an_answer_with_its_photo_sent_again_and_again_is_one_message_with_one_time_of_receipt(inger: Client) -> None:
    id = letter_to(inger)
    assert [upload(inger, OTHER).status_code for _ in range(2)] == [201, 200]
    first, second = (message(inger, letter=id, files=[OTHER]) for _ in range(2))
    assert [first.status_code, second.status_code] == [201, 200] and first.json() == second.json()
    assert first.json() == {"received_at": "2026-11-24T10:30+01:00", "path": f"post/{id}"}
    [row] = [one for one in see(inger, f"/en/post/{id}")["thread"] if one["kind"] == "message"]
    assert row["title"] == "Here it is." and [file["name"] for file in row["files"]] == ["slip.jpg"] and len(written(inger)) == 1


def test_the_same_key_with_other_words_is_refused_and_changes_nothing(inger: Client) -> None:
    assert message(inger, about="passport").status_code == 201
    for other in ({"text": "Something else."}, {"files": [OTHER]}):
        refused = message(inger, about="passport", **other)
        assert (refused.status_code, refused.json()["code"]) == (422, "key-reused")
    assert len(written(inger)) == 1


def test_an_answer_that_arrives_after_the_last_day_is_refused_in_a_word_the_phone_can_tell(inger: Client) -> None:
    late = message(inger, letter=letter_to(inger, reply_by="2026-11-23"))
    assert (late.status_code, late.json()["code"]) == (422, "reply-closed")
    assert written(inger) == []


def test_one_received_in_time_is_not_judged_anew_when_it_comes_again_late(inger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    id = letter_to(inger, reply_by="2026-11-24")
    assert message(inger, letter=id).status_code == 201
    monkeypatch.setattr(type(ROOMS[0]), "today", lambda rooms: "2026-11-30")
    assert message(inger, letter=id).status_code == 200
    assert message(inger, OTHER, letter=id).json()["code"] == "reply-closed"


def test_nothing_written_and_a_photo_that_is_gone_are_said(inger: Client) -> None:
    assert message(inger, text=" \n").json()["code"] == "message-empty"
    gone = message(inger, about="passport", files=[OTHER])
    assert (gone.status_code, gone.json()["code"], gone.json()["why"]) == (422, "bad-file", "gone")
    assert written(inger) == []


def test_a_guest_and_another_person_are_not_taken_for_its_writer(inger: Client, town: Any) -> None:
    owner = see(inger, "/en/mine/settings")["frame"]["owner"]
    guest, mette = TestClient(town, base_url=ORIGIN), TestClient(town, base_url=ORIGIN)
    assert (message(guest).status_code, upload(guest, OTHER).status_code) == (401, 422)
    sign_in(mette, "Mette")
    assert message(mette, owner=owner).status_code == 401
    assert message(mette, letter=letter_to(inger)).status_code == 404
    assert message(inger, owner=owner).status_code == 201
    assert written(mette) == [] and len(written(inger)) == 1


def test_a_question_about_a_case_stands_in_its_timeline_under_the_service_s_name(inger: Client) -> None:
    case = case_of(inger)
    got = [message(inger, case=case) for _ in range(2)]
    assert [one.status_code for one in got] == [201, 200] and got[0].json()["path"] == f"mine/cases/{case}"
    assert [row["kind"] for row in see(inger, f"/en/mine/cases/{case}")["history"]].count("question") == 1


def test_a_missing_paper_sent_ahead_as_a_file_is_then_put_where_it_is_asked_for(inger: Client) -> None:
    case = case_of(inger)
    [task] = see(inger, f"/en/mine/cases/{case}")["tasks"]
    assert upload(inger, KEY).status_code == 201
    got = [inger.put(f"/api/cases/{case}/papers/{KEY}", data={"task": task["id"]}, headers=OURS) for _ in range(2)]
    assert [(one.status_code, one.json()["outcome"]) for one in got] == [(201, "done")] * 2
    assert [one["name"] for one in see(inger, f"/en/mine/cases/{case}")["papers"]] == ["slip.jpg"]


def case_of(client: Client) -> str:
    """Of this town's only one: a rat, and the photo comes later."""
    if held := see(client, "/en/mine")["cases"]:
        return held[0]["id"]
    fields = {"where": WHERE, "photo": {"photo_later": "yes"}, "get-in": {"get-in": "By the gate"}, "phone": {"phone": "33 66 33 66"}}
    at = f"{RATS}/where"
    while (shown := client.get(at, headers=JSON, follow_redirects=True).json())["page"] != "check":
        at = press(client, at, fields.get(shown["step"]["id"]) or first_choice(shown)).headers["location"]
    return see(client, send(client))["case"]


def test_its_waiting_page_leads_to_what_was_received(inger: Client) -> None:
    path = message(inger, about="passport").json()["path"]
    to = [inger.get(f"/en/post/unsent?key={key}", follow_redirects=False).headers["location"] for key in (KEY, OTHER, "x")]
    assert to == [f"/en/{path}", "/en/mine", "/en/mine"]
