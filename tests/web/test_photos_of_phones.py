"""A photo that waited on a phone comes once, under an id of the phone's making, and only where it is asked for."""

import json
from typing import Any

from tests.browser.answering import photo
from tests.web.conftest import OURS, Client

KEY = "5" * 32
LEADS = {
    "where": {"street": "Nygade 7", "postcode": "9999", "town": "Havneby"}, "inside": "outside", "what": "alive", "seen-on": "2026-11-23",
}  # fmt: skip


def put(phone: Client, key: str = KEY, question: str = "photo", answers: Any = None, data: bytes = b"") -> Any:
    way = {"service": "rats", "version": 1, "answers": LEADS if answers is None else answers, "question": question}
    files = {"file": ("rotte.jpg", data or photo()["buffer"], "image/jpeg")}
    return phone.put(f"/api/files/{key}", data={"way": json.dumps(way)}, files=files, headers=OURS)


def test_a_photo_sent_again_because_the_reply_was_lost_is_one_photo(phone: Client) -> None:
    assert [put(phone).status_code, put(phone).status_code] == [201, 200]


def test_a_photo_no_question_asks_for_is_not_taken(phone: Client) -> None:
    for question, answers in (("where", None), ("photo", {}), ("no-such", None)):
        refused = put(phone, question=question, answers=answers)
        assert (refused.status_code, refused.json()["why"]) == (422, "not-asked"), question


def test_a_photo_that_cannot_be_opened_is_refused_with_its_reason(phone: Client) -> None:
    assert put(phone, data=b"no picture at all").json()["code"] == "bad-file"
