"""How a resident is told, as the pages and the phone's own script see it."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from litestar.testing import TestClient

from backend.domain.actors import SYSTEM, resident
from backend.domain.contacts import Contact
from backend.domain.reminders import Reminder
from backend.store import contacts, notices, persons, rungs, subscriptions
from tests.web.conftest import JSON, NOW, ORIGIN, OURS, Client, built, forget_sent, see, send, sign_in, to_check

OTHER = "Samir"
MS = int(NOW.timestamp() * 1000)

HERE = "/en/mine/reminders"
API = "/api/push/subscriptions"


def key() -> str:
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def given(client: Any, name: str = "one", **more: Any) -> dict[str, Any]:
    ours = client.get(API, headers=OURS).json()["key"]
    return {"endpoint": f"https://fcm.googleapis.com/fcm/send/{name}", "keys": {"p256dh": key(), "auth": "A" * 22}, "key": ours, "lang": "ar", "asked": 1, **more}


def subscribe(client: Any, **said: Any) -> Any:
    return client.post(API, json=said, headers=OURS)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    made = built(tmp_path_factory.mktemp("reminding") / "town")
    with TestClient(made, base_url=ORIGIN):
        yield made


@pytest.fixture
def guest(town: Any) -> Any:
    """A phone nobody has used; `store` is what lies behind the door."""
    client: Any = TestClient(town, base_url=ORIGIN)
    client.store = town.inner.state.app.db
    return client


@pytest.fixture
def inger(guest: Any) -> Any:
    """Signed in, on her own phone, with nothing chosen yet."""
    sign_in(guest, "Inger")
    guest.post("/en/phone", data={"own_phone": "yes"}, headers=OURS)
    for phone in see(guest, HERE)["phones"]:
        guest.post(f"{HERE}/phones/{phone['id']}", data={"do": "remove"}, headers=OURS)
    person = resident(see(guest, "/api/facts")["owner"])
    asyncio.run(contacts.put(guest.store, person, Contact(), NOW))
    return guest


def test_a_guest_is_led_to_sign_in_and_takes_no_messages(guest: Any) -> None:
    for path in (HERE, f"{HERE}/ways", f"{HERE}/phones/x"):
        answer = guest.get(path, headers={"accept": "text/html"}, follow_redirects=False)
        assert answer.status_code == 303 and "sign-in?next=mine/reminders" in answer.headers["location"], path
    assert guest.get(API, headers=OURS).status_code == 401
    said = {"endpoint": "https://fcm.googleapis.com/x", "keys": {"p256dh": key(), "auth": "A" * 22}, "key": "", "lang": "da"}
    assert subscribe(guest, **said).status_code == 401


def test_a_phone_is_put_on_her_list_and_told_again_it_stays_the_same(inger: Any) -> None:
    said = given(inger)
    first, again = subscribe(inger, **said), subscribe(inger, **said)
    assert (first.status_code, first.json()) == (200, again.json())
    [phone] = see(inger, HERE)["phones"]
    assert (phone["id"], phone["level"]) == (first.json()["id"], "0")


@pytest.mark.parametrize("own", ["no", ""])
def test_a_phone_that_others_use_takes_no_messages(guest: Any, own: str) -> None:
    sign_in(guest, OTHER)
    if own:
        guest.post("/en/phone", data={"own_phone": own}, headers=OURS)
    assert subscribe(guest, **given(guest)).status_code == 403
    assert see(guest, HERE)["phones"] == []


@pytest.mark.parametrize("wrong", [
    {"endpoint": "https://10.0.0.1/x"}, {"endpoint": "https://push.example/x"}, {"endpoint": "http://fcm.googleapis.com/x"},
    {"keys": {"p256dh": "AAAA", "auth": "A" * 22}}, {"keys": {"p256dh": "x", "auth": "!"}}, {"more": 1}, {"endpoint": "https://fcm.googleapis.com/" + "x" * 2000},
])  # fmt: skip
def test_what_is_no_subscription_is_refused(inger: Any, wrong: dict[str, Any]) -> None:
    assert subscribe(inger, **given(inger) | wrong).status_code == 422
    assert see(inger, HERE)["phones"] == []


def test_a_phone_comes_back_by_itself_only_where_she_has_not_removed_it(inger: Any) -> None:
    id = subscribe(inger, **given(inger)).json()["id"]
    moved = subscribe(inger, **given(inger, "two", id=id, asked=0))
    assert moved.status_code == 200
    assert [one["id"] for one in see(inger, HERE)["phones"]] == [moved.json()["id"]]
    inger.post(f"{HERE}/phones/{moved.json()['id']}", data={"do": "remove"}, headers=OURS)
    assert see(inger, HERE)["phones"] == []
    assert subscribe(inger, **given(inger, "two", id=moved.json()["id"], asked=0)).status_code == 410
    assert subscribe(inger, **given(inger, "three", asked=0)).status_code == 410
    assert subscribe(inger, **given(inger, "two", id=moved.json()["id"], asked=1)).status_code == 200


def test_a_phone_with_a_key_that_is_none_of_ours_is_told_the_right_one(inger: Any) -> None:
    said = given(inger)
    answer = subscribe(inger, **said | {"key": key()})
    assert (answer.status_code, answer.json()["key"]) == (200, said["key"])
    assert see(inger, HERE)["phones"] == []


def test_what_a_phone_may_show_is_chosen_for_each_and_stays_when_it_is_compared(inger: Any) -> None:
    said = given(inger)
    id = subscribe(inger, **said).json()["id"]
    inger.post(f"{HERE}/phones/{id}", data={"do": "save", "level": "2"}, headers=OURS)
    inger.post(f"{HERE}/phones/{id}", data={"do": "save", "level": "9"}, headers=OURS)
    assert subscribe(inger, **said | {"asked": 0, "id": id}).json()["id"] == id
    assert see(inger, HERE)["phones"][0]["level"] == "2"


def test_a_stranger_meets_nobody_s_phone(inger: Any) -> None:
    said = given(inger)
    id = subscribe(inger, **said).json()["id"]
    sign_in(inger, OTHER)
    assert inger.get(f"{HERE}/phones/{id}", headers=JSON).status_code == 404
    assert inger.post(f"{HERE}/phones/{id}", data={"do": "remove"}, headers=OURS).status_code == 404
    assert inger.request("DELETE", API, json={"endpoint": said["endpoint"]}, headers=OURS).status_code == 204
    sign_in(inger, "Inger")
    assert [one["id"] for one in see(inger, HERE)["phones"]] == [id]
    assert inger.request("DELETE", API, json={"endpoint": said["endpoint"]}, headers=OURS).status_code == 204
    assert see(inger, HERE)["phones"] == []


WAYS = {"phone": "20 30 40 50", "email": "inger@havneby.example", "first": "email", "quiet": "22-7"}


def test_the_other_ways_are_kept(inger: Any) -> None:
    assert inger.post(f"{HERE}/ways", data=WAYS, headers=OURS, follow_redirects=False).status_code == 303
    ways = see(inger, f"{HERE}/ways")["ways"]
    assert ways == {"phone": "+4520304050", "email": "inger@havneby.example", "first": "email", "paper": 0, "quiet": "22-7", "from": "22:00", "to": "07:00"}


@pytest.mark.parametrize(("said", "field", "code"), [
    ({"phone": "12"}, "phone", "phone-wrong"), ({"phone": "٢٠"}, "phone", "phone-wrong"), ({"email": "inger"}, "email", "email-wrong"),
    ({}, "phone", "way-empty"), ({"phone": " ", "email": " "}, "phone", "way-empty"),
])  # fmt: skip
def test_without_another_way_nothing_is_saved_and_nothing_typed_is_lost(inger: Any, said: dict[str, str], field: str, code: str) -> None:
    answer = inger.post(f"{HERE}/ways", data=said, headers=OURS)
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert answer.json()["ways"]["phone"] == said.get("phone", "")
    assert answer.json()["ways"]["email"] == said.get("email", "")


def test_letters_on_paper_need_neither_number_nor_address(inger: Any) -> None:
    assert inger.post(f"{HERE}/ways", data={"paper": "yes"}, headers=OURS, follow_redirects=False).status_code == 303
    assert see(inger, f"{HERE}/ways")["ways"]["paper"] == 1


def test_on_a_receipt_she_is_asked_once_and_after_no_thanks_not_for_a_month(inger: Any) -> None:
    to_check(inger)
    done = send(inger)
    assert see(inger, done)["remind"] == 1
    assert inger.post(f"{HERE}?back={done.removeprefix('/en/')}", data={"do": "no"}, headers=OURS, follow_redirects=False).headers["location"] == done
    assert see(inger, done)["remind"] == 0
    forget_sent(inger, "rats")


def test_who_gets_messages_already_or_shares_the_phone_is_not_asked(inger: Any) -> None:
    to_check(inger)
    done = send(inger)
    inger.post("/en/phone", data={"own_phone": "no"}, headers=OURS)
    assert see(inger, done)["remind"] == 0
    inger.post("/en/phone", data={"own_phone": "yes"}, headers=OURS)
    subscribe(inger, **given(inger))
    assert see(inger, done)["remind"] == 0


def test_a_receipt_for_a_message_needs_no_session_and_tells_nothing(guest: Any) -> None:
    for token in ("A" * 22, "", "!" * 30, rungs.token(guest.store.keys, 4711)):
        answer = guest.post("/api/push/seen", json={"event": "shown", "token": token}, headers=OURS)
        assert (answer.status_code, answer.content) == (204, b""), token
    assert guest.post("/api/push/seen", json={"event": "gone", "token": "x"}, headers=OURS).status_code == 422


def test_a_test_message_goes_to_the_phone_in_the_hand_and_its_receipt_is_seen(inger: Any) -> None:
    said = given(inger)
    subscribe(inger, **said)
    answer = inger.post("/api/push/test", json={"endpoint": said["endpoint"]}, headers=OURS)
    assert answer.status_code == 200 and len(answer.json()["id"]) == 32
    assert inger.post("/api/push/test", json={"endpoint": "https://fcm.googleapis.com/other"}, headers=OURS).status_code == 404
    told(inger, "case/test")
    before = inger.deliveries[0] - 1
    inger.post("/api/push/seen", json={"event": "shown", "token": rungs.token(inger.store.keys, before)}, headers=OURS)
    owner = see(inger, "/api/facts")["owner"]
    assert inger.store.read_now(state_of, SYSTEM, owner=owner, rung=answer.json()["id"]) == "seen"


def state_of(tx: Any, actor: Any, owner: str, rung: str) -> str:
    return rungs.state(tx, actor, persons.find(tx, actor, owner).id, rung)


def told(client: Any, matter: str, kind: str = "act", weight: str = "normal") -> str:
    """A notice for whoever is signed in, and a push rung that tells of it as the first delivery. Its public id."""
    store, owner = client.store, see(client, "/api/facts")["owner"]
    id, client.deliveries = store.write_now(add_told, SYSTEM, owner=owner, matter=matter, kind=kind, weight=weight)
    return id


def add_told(tx: Any, actor: Any, owner: str, matter: str, kind: str, weight: str) -> tuple[str, list[int]]:
    person = persons.find(tx, actor, owner).id
    new = notices.new(person, matter, Reminder("rule", kind, weight, last_day="2027-03-01"), MS, "passport", 1)
    notices.add(tx, actor, new)
    row = notices.find(tx, actor, person, new.public_id)
    phone = subscriptions.of_person(tx, actor, person)
    rung = rungs.add(tx, actor, rungs.New(
        person, rungs.new_id(), "push", MS, MS + 10**9, None, "handed_over", notices=[(row.id, "1")], phones=[one.id for one in phone],
    ))  # fmt: skip
    return new.public_id, [one.id for one in rungs.deliveries(tx, actor, rung)]


def open_notices(client: Any) -> list[notices.Row]:
    store, owner = client.store, see(client, "/api/facts")["owner"]
    return store.read_now(lambda tx, actor: notices.of_person(tx, actor, persons.find(tx, actor, owner).id), SYSTEM)


def pressed(client: Any, event: str) -> None:
    token = rungs.token(client.store.keys, client.deliveries[0])
    assert client.post("/api/push/seen", json={"event": event, "token": token}, headers={"origin": ORIGIN}).status_code == 204


@pytest.mark.parametrize(("matter", "path"), [
    ("case/" + "a" * 32, "mine/cases/" + "a" * 32), ("draft/passport", "services/passport"), ("register/passport", "services/passport"),
    ("letter/1", "post/1"), ("appointment/none", "mine"),
])  # fmt: skip
def test_a_message_leads_to_what_it_is_about_and_a_stranger_to_what_is_theirs(inger: Any, matter: str, path: str) -> None:
    id = told(inger, matter)
    assert inger.get(f"/en/n/{id}", headers=OURS, follow_redirects=False).headers["location"] == f"/en/{path}"
    if not matter.startswith("draft/"):  # there is no such draft, and the loop of reminders ends what is told of it
        assert {"id": id, "path": path} in see(inger, "/en/mine")["links"]
    sign_in(inger, OTHER)
    for other in (id, "0" * 32, "x"):
        assert inger.get(f"/en/n/{other}", headers=OURS, follow_redirects=False).headers["location"] == "/en/mine"


def test_a_message_signs_nobody_in_and_leads_on_after_signing_in(guest: Any) -> None:
    answer = guest.get("/en/n/" + "a" * 32, headers={"accept": "text/html"}, follow_redirects=False)
    assert answer.headers["location"].startswith("/en/sign-in?next=n/" + "a" * 32)


def test_opening_ends_what_only_tells_and_not_what_is_to_be_done(inger: Any) -> None:
    tell, act = told(inger, "case/1", "tell", "light"), told(inger, "case/2")
    for id in (tell, act):
        inger.get(f"/en/n/{id}", headers=OURS, follow_redirects=False)
    opened = {row.public_id: row.opened_at for row in open_notices(inger)}
    assert opened[act] and opened.get(tell, 1)


@pytest.mark.parametrize(("event", "kind", "weight", "is_open"), [
    ("done", "act", "normal", False), ("done", "act", "heavy", True), ("done", "tell", "light", True), ("tomorrow", "act", "heavy", True),
])  # fmt: skip
def test_a_button_of_a_message_ends_only_what_costs_little(inger: Any, event: str, kind: str, weight: str, is_open: bool) -> None:
    subscribe(inger, **given(inger))
    id = told(inger, f"case/{event}{kind}{weight}", kind, weight)
    pressed(inger, event)
    assert (id in {row.public_id for row in open_notices(inger)}) is is_open


def test_what_will_come_is_told_with_its_day_and_its_way(inger: Any) -> None:
    inger.post(f"{HERE}/ways", data=WAYS, headers=OURS)
    told(inger, "case/soon")
    one = next(one for one in see(inger, HERE)["coming"] if one["last_day"] == "2027-03-01")
    assert one["title"] and one["last_day"] == "2027-03-01" and one["way"] and one["on"] <= "2027-03-01"
    assert "2027" in inger.get(HERE, headers={"accept": "text/html"}).text


@pytest.mark.parametrize("typed", ["٢٠ ٣٠ ٤٠ ٥٠", "0045 20 30 40 50", "(+45) 20 30 40 50", "20-30-40-50", "+45\u00a020304050"])
def test_a_number_is_read_as_everywhere_else(inger: Any, typed: str) -> None:
    inger.post(f"{HERE}/ways", data=WAYS | {"phone": typed}, headers=OURS)
    assert see(inger, f"{HERE}/ways")["ways"]["phone"] == "+4520304050"
