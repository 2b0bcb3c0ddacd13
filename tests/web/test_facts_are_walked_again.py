"""What a phone says it knew is not taken on trust: the journey is walked again, and each difference is seen by both sides."""

import asyncio
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from backend.domain.actors import guest, resident
from backend.store import cases, files, submissions
from tests.uploaded import Uploaded
from tests.web.conftest import NOW, OURS, Client, forget_sent, see, sign_in
from tests.web.test_owners import REPORT
from tests.web.test_uploads import picture

PASSPORT = {
    "why": "renew", "old-at-hand": "yes", "show-who": "licence", "photo": "own", "travel-day": "", "true-and-complete": "yes",
    "time": {"wish": "yes", "desk": "town-hall", "part": "morning"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def clean(phone: Client) -> Iterator[None]:
    yield
    forget_sent(phone, "rats", "passport")


def put(client: Client, key: str, **said: Any) -> Any:
    answer = client.put(f"/api/submissions/{key}", json={"version": 1, "lang": "da", "on": "2026-11-24", **said}, headers=OURS)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def content_of(door: Any, client: Client, case: str) -> dict[str, Any]:
    app = door.inner.state.app
    return asyncio.run(cases.get(app.db, resident(see(client, "/api/facts")["owner"]), case)).content


def version(door: Any, service: str) -> int:
    return door.inner.state.app.services.get(service).version


def test_a_forged_fact_that_passes_an_ending_becomes_a_task_to_look_at_and_is_told(phone: Client, door: Any) -> None:
    sign_in(phone, "Samir")  # no Danish citizen
    facts = see(phone, "/api/facts")["facts"]
    assert facts["person.citizen"] != "dk"
    said = put(phone, "e1" * 16, service="passport", version=version(door, "passport"), answers=PASSPORT, facts=facts | {"person.citizen": "dk"})
    looked_at = [task for task in said["tasks"] if task["why"] == "ending"]
    assert [(task["id"], task["who"]) for task in looked_at] == [("ending.other-country", "us")]
    content = content_of(door, phone, said["case"])
    assert content["claimed"] == {"person.citizen": "dk"} and content["facts"]["person.citizen"] == facts["person.citizen"]
    page = phone.get(f"/en/mine/cases/{said['case']}").text
    assert "This is what our information says today." in page


def test_facts_that_are_true_leave_no_task_and_no_claim(phone: Client, door: Any) -> None:
    sign_in(phone, "Inger")
    facts = see(phone, "/api/facts")["facts"]
    said = put(phone, "e2" * 16, service="passport", version=version(door, "passport"), answers=PASSPORT, facts=facts)
    assert [task for task in said["tasks"] if task["why"] in ("ending", "changed")] == []
    assert content_of(door, phone, said["case"])["claimed"] == {}


def test_a_guest_can_claim_no_fact_of_a_register(phone: Client, door: Any) -> None:
    forged = {"person.name": "Inger Holm", "person.age": 40, "row.age": 40, "household.people": [{"id": "x", "name": "X"}]}
    said = put(phone, "e3" * 16, **{**REPORT, "facts": forged})
    app = door.inner.state.app
    content = asyncio.run(submissions.get(app.db, guest(), said["receipt"]["key"])).content
    assert "person.name" not in content["facts"] and content["claimed"] == {}


def test_a_language_we_do_not_speak_is_not_kept_with_the_case(phone: Client, door: Any) -> None:
    sign_in(phone, "Inger")
    said = put(phone, "e4" * 16, **{**REPORT, "lang": "<script>"})
    assert content_of(door, phone, said["case"])["lang"] == ""


def test_what_a_phone_says_of_a_file_gives_way_to_what_the_file_is(phone: Client, door: Any) -> None:
    sign_in(phone, "Inger")
    owner, db = resident(see(phone, "/api/facts")["owner"], session="s"), door.inner.state.app.db
    stored = asyncio.run(files.add(db, owner, Uploaded(picture()), "rat.jpg", NOW))
    forged = stored | {"name": "other.jpg", "bytes": 1, "sha256": sha256(b"").hexdigest()}
    said = put(phone, "e5" * 16, **{**REPORT, "answers": REPORT["answers"] | {"photo": forged}})
    kept = asyncio.run(cases.get(db, owner, said["case"])).content["answers"]["photo"]
    assert {name: kept[name] for name in ("name", "bytes", "sha256")} == {name: stored[name] for name in ("name", "bytes", "sha256")}
    again = phone.put(f"/api/submissions/{'e5' * 16}", json={"version": 1, **REPORT, "on": "2026-11-24", "answers": REPORT["answers"] | {"photo": forged}}, headers=OURS)
    assert (again.status_code, again.json()["receipt"]) == (200, said["receipt"])
