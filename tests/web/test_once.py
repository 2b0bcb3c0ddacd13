"""Once means once: what was received under a key is answered with its receipt, whoever is signed in and whatever changed since."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from backend.web.service_registry import ServiceRegistry
from tests.store.conftest import count
from tests.web.conftest import NOW, OURS, Client, forget_sent, see, sign_in
from tests.web.test_owners import REPORT

AS_GUEST = OURS | {"medborger-owner": ""}


@pytest.fixture
def registry(door: Any) -> Iterator[ServiceRegistry]:
    offered = door.inner.state.app.services
    before = offered.withdrawn
    yield offered
    offered.withdrawn = before


@pytest.fixture(autouse=True)
def clean(phone: Client, other: Client) -> Iterator[None]:
    yield
    for client in (phone, other):
        forget_sent(client, "rats")


def put(client: Client, key: str, headers: dict[str, str], **changes: Any) -> Any:
    return client.put(f"/api/submissions/{key}", json=REPORT | changes, headers=headers)


def receipt(answer: Any) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["receipt"]


def cases_of(client: Client) -> list[Any]:
    return see(client, "/en/mine")["cases"]


def test_a_guests_item_sent_again_after_she_signed_in_is_the_same_case_and_not_a_second_one(phone: Client) -> None:
    key = "a1" * 16
    first = put(phone, key, AS_GUEST)
    sign_in(phone, "Inger")
    before = cases_of(phone)
    hers = OURS | {"medborger-owner": see(phone, "/api/facts")["owner"]}
    again = [put(phone, key, headers) for headers in (AS_GUEST, hers, OURS)]
    assert [answer.status_code for answer in again] == [200, 200, 200]
    assert {receipt(answer)["number"] for answer in again} == {receipt(first)["number"]}
    assert cases_of(phone) == before


def test_a_guests_item_that_first_arrives_after_someone_signed_in_stays_a_guests(phone: Client) -> None:
    key = "a2" * 16
    sign_in(phone, "Inger")
    before = cases_of(phone)
    assert put(phone, key, AS_GUEST).status_code == 201
    assert cases_of(phone) == before
    assert phone.get(f"/api/submissions/{key}", headers=AS_GUEST).status_code == 200


def test_what_needs_sign_in_is_not_taken_as_a_guests_from_one_who_is_signed_in(phone: Client) -> None:
    sign_in(phone, "Inger")
    answer = phone.put("/api/submissions/" + "a3" * 16, json=REPORT | {"service": "passport", "answers": {}}, headers=AS_GUEST)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")


def test_a_retry_after_the_version_was_withdrawn_gets_the_receipt(phone: Client, registry: ServiceRegistry) -> None:
    key = "b1" * 16
    first = put(phone, key, AS_GUEST)
    registry.withdrawn = frozenset({"rats@1"})
    again = put(phone, key, AS_GUEST)
    assert (again.status_code, receipt(again)) == (200, receipt(first))
    new = put(phone, "b2" * 16, AS_GUEST)
    assert (new.status_code, new.json()["code"]) == (422, "version-gone")


def test_a_retry_is_not_judged_by_another_day(phone: Client, door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent with what the phone knew; a hundred days later the day it was sent on is not believed any more."""
    key, app = "b3" * 16, door.inner.state.app
    first = put(phone, key, AS_GUEST)
    monkeypatch.setattr(app, "clock", lambda: NOW - timedelta(days=30))  # the day it was seen on is to come
    again = put(phone, key, AS_GUEST)
    assert (again.status_code, receipt(again)) == (200, receipt(first))
    assert put(phone, "b4" * 16, AS_GUEST).status_code == 422


def test_other_content_under_a_used_key_is_refused_as_that_even_when_it_could_not_be_judged(phone: Client, registry: ServiceRegistry) -> None:
    key = "b5" * 16
    put(phone, key, AS_GUEST)
    registry.withdrawn = frozenset({"rats@1"})
    answer = put(phone, key, AS_GUEST, answers=REPORT["answers"] | {"phone": "+4533663367"})
    assert (answer.status_code, answer.json()["code"]) == (422, "key-reused")


def test_answers_that_are_not_asked_for_do_not_make_a_retry_another_submission(phone: Client, registry: ServiceRegistry) -> None:
    key = "b6" * 16
    more = REPORT["answers"] | {"left-over": "from another way through"}
    first = put(phone, key, AS_GUEST, answers=more)
    assert put(phone, key, AS_GUEST).status_code == 200
    registry.withdrawn = frozenset({"rats@1"})
    assert receipt(put(phone, key, AS_GUEST, answers=more)) == receipt(first)


@pytest.mark.parametrize("session", ["a stranger's", "nobody's"])
def test_a_stranger_learns_nothing_from_her_key(phone: Client, other: Client, session: str) -> None:
    """To the byte the answers that a key nobody has used gets, but for what is made by chance."""
    hers, unused = ("c1" if session == "nobody's" else "c2") * 16, ("c3" if session == "nobody's" else "c4") * 16
    sign_in(phone, "Inger")
    put(phone, hers, OURS)
    if session == "a stranger's":
        sign_in(other, "Samir")
    told = []
    for key in (hers, unused):
        answers = [other.get(f"/api/submissions/{key}", headers=OURS), put(other, key, OURS), put(other, key, OURS, version=9)]
        told.append([(answer.status_code, shape(answer.json())) for answer in answers])
    assert told[0] == told[1]


def shape(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: shape(value) for name, value in said.items() if name not in ("key", "number", "jws", "salt", "case", "ics", "id", "instance")}
    return [shape(each) for each in said] if isinstance(said, list) else said


def test_of_the_town_only_new_keys_made_rows(door: Any, phone: Client) -> None:
    db, key = door.inner.state.app.db, "d1" * 16
    before = count(db, "submission")
    put(phone, key, AS_GUEST)
    sign_in(phone, "Inger")
    put(phone, key, OURS)
    put(phone, key, AS_GUEST)
    assert count(db, "submission") == before + 1


def test_the_proof_of_what_was_sent_is_for_who_sent_it_and_holds_all_that_proves_it(phone: Client, other: Client, door: Any) -> None:
    from backend.letters.receipts import prove

    sign_in(phone, "Inger")
    key = "b7" * 16
    sent = put(phone, key, OURS).json()
    answer = phone.get(f"/api/submissions/{key}/proof", headers=OURS)
    assert prove(answer.content, door.inner.state.app.signer.jwks())["case"] == sent["receipt"]["number"]
    assert "attachment" in answer.headers["content-disposition"] and answer.headers["cache-control"] == "no-store"
    assert other.get(f"/api/submissions/{key}/proof", headers=OURS).status_code == 404
