"""A sender's program: a letter handed over once, looked after, taken back; and what it never learns."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain.actors import SYSTEM
from backend.domain.contacts import Contact
from backend.domain.senders import SenderKind
from backend.identity import demo, senders
from backend.store import audit, persons
from backend.store.statements import Statement
from backend.web.api import senders as api
from tests.store.conftest import count
from tests.store.many import cpr, put_contact, settle
from tests.web.conftest import NOW, ORIGIN, built, see, sign_in

LETTERS = "/api/senders/letters"
INGER = next(line.cpr for line in demo.town(NOW.date()) if line.name == "Inger Holm")
SAID = {
    "title": "Your water bill", "what": "Your bill is ready.", "must": "Pay 412 kr.", "by_when": "1 March 2027.",
    "otherwise": "We send a reminder.", "who": "Call 33 66 33 66.", "body": "You used 41 m³.\n\n## How to pay\n\n- by card",
}  # fmt: skip
PAPER, DEAD, MOVED, MISSING = 1, 2, 3, 4


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """With `moved`: how far the clock was put forward."""
    moved = SimpleNamespace(by=timedelta())
    gateway = built(tmp_path_factory.mktemp("senders"), lambda: NOW + moved.by)
    with TestClient(gateway, base_url=ORIGIN):
        app = gateway.inner.state.app
        settle(app.db, 6, paper=(PAPER,), status={DEAD: "dead", MOVED: "moved", MISSING: "missing"})
        yield SimpleNamespace(gateway=gateway, app=app, db=app.db, moved=moved)


@pytest.fixture(autouse=True)
def today(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    town.moved.by = timedelta()
    monkeypatch.setattr(api, "TICK_S", 0.001)


class Program:
    """A sender's own: every call bears its key."""

    def __init__(self, town: Any, kind: SenderKind = "authority", name: str = "Havneby Forsyning", **said: Any) -> None:
        self.row, self.key = senders.add(town.db, name, kind, NOW, **({"per_minute": 10_000} | said))
        self.client = TestClient(town.gateway, base_url=ORIGIN)
        self.client.headers.update({"authorization": f"Bearer {self.key}", "accept": "application/json"})

    def send(self, to: str, idem: str = "key-00000001", **changes: Any) -> Any:
        body = {"to": to, "texts": {"da": SAID}} | changes
        return self.client.post(LETTERS, json=body, headers={"idempotency-key": idem})

    def look(self, letter: str) -> Any:
        return self.client.get(f"{LETTERS}/{letter}").json()


@pytest.fixture
def authority(town: Any) -> Program:
    return Program(town)


@pytest.fixture
def insurer(town: Any) -> Program:
    return Program(town, "private", "Nordforsikring")


def resident(town: Any) -> Any:
    client = TestClient(town.gateway, base_url=ORIGIN)
    sign_in(client, "Inger")
    return client


def titles(town: Any) -> list[tuple[str, str]]:
    return [(one["sender"], one["title"]) for one in see(resident(town), "/da/post")["letters"]]


def number_of_letters(town: Any) -> int:
    return count(town.db, "letter")


def errors(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    return {(one["field"], one["code"]) for one in answer.json()["errors"]}


def test_a_letter_handed_over_stands_in_the_mailbox_under_the_name_of_the_registry(town: Any, authority: Program) -> None:
    answer = authority.send(INGER)
    assert answer.status_code == 201 and answer.headers["location"] == f"{LETTERS}/{answer.json()['id']}"
    assert {"state": "available", "why": "", "is_test": False}.items() <= answer.json().items()
    assert ("Havneby Forsyning", "Your water bill") in titles(town)


def test_the_same_again_gives_the_same_answer_and_no_second_letter_and_other_content_is_refused(town: Any, authority: Program) -> None:
    first, before = authority.send(INGER), number_of_letters(town)
    town.moved.by = timedelta(days=3)
    again = authority.send(INGER)
    assert (again.status_code, again.json()) == (200, first.json()) and number_of_letters(town) == before
    other = authority.send(INGER, texts={"da": SAID | {"must": "Pay 413 kr."}})
    assert other.status_code == 422 and other.json()["code"] == "key-reused" and number_of_letters(town) == before
    assert authority.send(cpr(5)).json()["code"] == "key-reused"
    assert Program(town).send(cpr(5)).status_code == 201  # another sender's keys are its own


def test_ten_at_once_under_one_key_are_one_letter_and_one_answer(town: Any, authority: Program) -> None:
    before = number_of_letters(town)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: authority.send(INGER), range(10)))
    assert sorted(one.status_code for one in answers) == [200] * 9 + [201]
    assert len({one.text for one in answers}) == 1 and number_of_letters(town) == before + 1


def test_every_mistake_is_told_at_once_with_its_language(authority: Program) -> None:
    texts = {"da": SAID | {"must": " ", "who": ""}, "ar": {"title": "x"}, "EN": SAID}
    action = {"kind": "pay", "url": "http://bank.example", "by": "2020-01-01"}
    answer = authority.send("12345", idem="short", texts=texts, actions=[action], do_not_deliver_until="soon")
    assert errors(answer) == {
        ("Idempotency-Key", "idempotency-key"), ("to", "person-number"), ("texts.da.must", "letter-lacks"), ("texts.da.who", "letter-lacks"),
        *((f"texts.ar.{part}", "letter-lacks") for part in ("what", "must", "by_when", "otherwise", "who", "body")), ("texts.EN", "language"),
        ("actions.0.kind", "kind"), ("actions.0.url", "https"), ("actions.0.by", "day"), ("do_not_deliver_until", "moment"),
    }  # fmt: skip
    assert errors(authority.send(INGER, texts={})) == {("texts.da", "language-lacks")}


@pytest.mark.parametrize("url", ["https://bank.example@evil.example", "javascript:alert(1)", "https://", "https://bänk.example", "https://a b", "https://[", "//x"])
def test_a_button_leads_to_no_address_that_deceives(authority: Program, url: str) -> None:
    assert errors(authority.send(INGER, actions=[{"kind": "payment", "url": url}])) == {("actions.0.url", "https")}


@pytest.mark.parametrize(("number", "why"), [(cpr(DEAD), "dead"), (cpr(MOVED), "moved"), (cpr(MISSING), "missing"), ("0101904320", "mistyped")])
def test_an_authority_is_told_why_a_letter_reached_nobody_and_the_answer_stays(town: Any, authority: Program, number: str, why: str) -> None:
    before = number_of_letters(town)
    answer = authority.send(number)
    assert answer.status_code == 201 and (answer.json()["state"], answer.json()["why"]) == ("refused", why)
    assert authority.send(number).json() == answer.json() == authority.look(answer.json()["id"]) and number_of_letters(town) == before


def test_whoever_gets_paper_gets_it_from_every_sender(town: Any, authority: Program, insurer: Program) -> None:
    before = count(town.db, "print_job")
    assert authority.send(cpr(PAPER)).json()["state"] == "on-paper"
    assert insurer.send(cpr(PAPER)).json()["state"] == "available"  # that she is exempt is not for a private sender to know
    assert count(town.db, "print_job") == before + 2


def test_a_private_sender_is_told_the_same_whoever_the_number_belongs_to(town: Any, insurer: Program) -> None:
    person = next(line for line in demo.people(town.db, "2026-11-24") if line.name.startswith("Inger")).id
    town.db.write_now(lambda tx, _: switch_off(tx, person, insurer.row.id), SYSTEM)
    told = []
    for at, number in enumerate([INGER, cpr(5), cpr(DEAD), cpr(MOVED), cpr(99), "0101904320"]):
        later = "2026-12-24T08:00"
        answer = insurer.send(number, f"probe-{at:04}", do_not_deliver_until=later)
        assert answer.status_code == 201
        waiting = insurer.look(answer.json()["id"])
        town.moved.by = timedelta(days=40)
        there = insurer.look(answer.json()["id"])
        late = insurer.client.delete(f"{LETTERS}/{answer.json()['id']}")
        town.moved.by = timedelta()
        back = insurer.client.delete(f"{LETTERS}/{answer.json()['id']}")
        told.append([(one | {"id": ""}) for one in (answer.json(), waiting, there, late.json(), back.json())] + [dict(answer.headers) | {"location": "", "x-request-id": ""}])
    assert all(one == told[0] for one in told)
    assert ("Nordforsikring", "Your water bill") not in titles(town)


def switch_off(tx: Any, person: str, sender: str) -> None:
    tx.run(Statement("off", "INSERT INTO sender_off (person, sender, off_at) VALUES (:person, :sender, 0)"), person=persons.find(tx, SYSTEM, person).id, sender=sender)


def test_a_private_senders_answers_leave_at_full_ticks(town: Any, insurer: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(api, "TICK_S", 10.0)
    monkeypatch.setattr(api.asyncio, "sleep", sleep)
    for number in (INGER, cpr(99)):
        insurer.send(number, f"tick-{number}")
    assert len([one for one in slept if 9 < one <= 10]) == 2


def test_a_private_sender_sets_neither_mark_and_does_not_learn_that_a_letter_was_opened(town: Any, insurer: Program, authority: Program) -> None:
    assert errors(insurer.send(INGER, is_legal=True, is_mandatory=True)) == {("is_legal", "private"), ("is_mandatory", "private")}
    sent = {
        "private": insurer.send(INGER).json()["id"], "plain": authority.send(INGER, "plain-00001", is_mandatory=True).json()["id"],
        "legal": authority.send(INGER, "legal-00001", is_legal=True).json()["id"],
    }  # fmt: skip
    client = resident(town)
    for letter in sent.values():
        assert client.get(f"/da/post/{letter}", headers={"accept": "text/html"}).status_code == 200
    states = [insurer.look(sent["private"]), authority.look(sent["plain"]), authority.look(sent["legal"])]
    assert [one["state"] for one in states] == ["available", "available", "opened"]
    assert [bool(one["opened_at"]) for one in states] == [False, False, True]


def test_before_it_is_there_a_letter_is_taken_back_and_afterwards_not(town: Any, authority: Program) -> None:
    sent = authority.send(INGER, do_not_deliver_until="2026-12-24T08:00", texts={"da": SAID | {"title": "For Christmas"}}).json()
    assert (sent["state"], sent["available_at"]) == ("received", "2026-12-24T08:00+01:00")
    assert authority.client.delete(f"{LETTERS}/{sent['id']}").json()["state"] == "withdrawn"
    assert authority.client.delete(f"{LETTERS}/{sent['id']}").json()["state"] == "withdrawn" == authority.look(sent["id"])["state"]
    town.moved.by = timedelta(days=40)
    assert "For Christmas" not in {title for _, title in titles(town)}
    there = authority.send(INGER, "key-00000002").json()
    late = authority.client.delete(f"{LETTERS}/{there['id']}")
    assert (late.status_code, late.json()["code"]) == (409, "too-late") and authority.look(there["id"])["state"] == "available"


def test_a_sender_meets_no_letter_but_its_own(town: Any, authority: Program) -> None:
    sent = authority.send(INGER).json()["id"]
    stranger = Program(town)
    for answer in (stranger.client.get(f"{LETTERS}/{sent}"), stranger.client.delete(f"{LETTERS}/{sent}"), stranger.client.get(f"{LETTERS}/{'0' * 32}")):
        assert answer.status_code == 404 and answer.json()["code"] == "not-found"


def test_without_a_key_nothing_is_said_and_a_cookie_is_no_key(town: Any, authority: Program) -> None:
    client = resident(town)
    for headers in ({}, {"authorization": "Bearer x"}, {"authorization": f"Bearer mbs_{authority.row.id}_{'0' * 64}"}):
        answer = client.post(LETTERS, json={"to": INGER}, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"], answer.json()["code"]) == (401, "Bearer", "key-needed")
    for path in ("/api/facts", "/da/mine", "/desk", f"{LETTERS}/../../facts"):
        assert authority.client.get(path, follow_redirects=False).status_code in (303, 401, 404) or "Inger" not in authority.client.get(path).text


def test_a_test_key_reaches_nobody_looks_nobody_up_and_answers_as_if(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tried, before = Program(town, is_test=True), number_of_letters(town)
    monkeypatch.setattr(town.db.keys.__class__, "look_ups", lambda *_: pytest.fail("a test key asks no register"))
    expected = {"0101900001": ("refused", "unknown"), "0101900002": ("refused", "dead"), "0101900003": ("refused", "moved"), "0101900005": ("on-paper", ""), INGER: ("available", "")}
    for number, said in expected.items():
        answer = tried.send(number, f"test-{number}").json()
        assert (answer["state"], answer["why"], answer["is_test"]) == (*said, True)
        assert tried.look(answer["id"]) == answer
    later = tried.send(INGER, "test-later", do_not_deliver_until="2026-12-24").json()
    assert tried.client.delete(f"{LETTERS}/{later['id']}").json()["state"] == "withdrawn"
    assert number_of_letters(town) == before


def test_each_sender_has_a_rate_of_its_own(town: Any) -> None:
    slow, other = Program(town, per_minute=4), Program(town)
    assert slow.look("x")["code"] == "not-found"
    refused = slow.client.get(f"{LETTERS}/x")
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
    assert other.look("x")["code"] == "not-found"


def test_neither_the_number_nor_the_senders_key_for_it_lies_in_the_database_or_the_log(town: Any, authority: Program, caplog: pytest.LogCaptureFixture) -> None:
    authority.send(cpr(5), "invoice-1201904711", texts={"da": SAID | {"body": "Zwischenruf"}})
    authority.send("010190-99", "invoice-1201904712")
    town.db.write_now(audit.add, SYSTEM, verb="x", object="x", at=0)
    stored = b"".join(file.read_bytes() for file in town.db.data.iterdir() if file.is_file())
    assert b"1201904711" not in stored and cpr(5).encode() not in stored and b"Zwischenruf" not in stored
    assert cpr(5) not in caplog.text and "010190-99" not in caplog.text


def test_a_resident_switches_a_private_sender_off_and_on_and_an_authority_never(town: Any, authority: Program) -> None:
    union, client = Program(town, "private", "Havneby Fagforening"), resident(town)
    tried = Program(town, "private", "Prøveafsender", is_test=True)

    def shown() -> dict[str, int]:
        return {one["id"]: one["off"] for one in see(client, "/da/post/senders")["senders"]}

    assert shown()[union.row.id] == 0 and not {authority.row.id, tried.row.id} & shown().keys()
    assert union.send(INGER, "before-0001", texts={"da": SAID | {"title": "Before"}}).status_code == 201
    off = client.post("/da/post/senders", data={"off": union.row.id}, headers={"origin": ORIGIN}, follow_redirects=False)
    assert off.headers["location"] == f"/da/post/senders?told=off-{union.row.id}" and shown()[union.row.id] == 1
    assert "Havneby Fagforening" in client.get(off.headers["location"]).text
    union.send(INGER, "after-00001", texts={"da": SAID | {"title": "After"}})
    client.post("/da/post/senders", data={"on": union.row.id}, headers={"origin": ORIGIN})
    union.send(INGER, "again-00001", texts={"da": SAID | {"title": "Again"}})
    assert {title for sender, title in titles(town) if sender == "Havneby Fagforening"} == {"Before", "Again"}
    for wrong in (authority.row.id, tried.row.id, "x"):
        assert client.post("/da/post/senders", data={"off": wrong}, headers={"origin": ORIGIN}).status_code == 404
    assert '/da/post/senders"' in client.get("/da/post").text


def test_who_is_not_signed_in_chooses_nothing(town: Any) -> None:
    client = TestClient(town.gateway, base_url=ORIGIN)
    assert client.get("/da/post/senders", follow_redirects=False).headers["location"].startswith("/da/sign-in")
    assert client.post("/da/post/senders", data={"off": "x"}, headers={"origin": ORIGIN}, follow_redirects=False).headers["location"].startswith("/da/sign-in")


def test_what_she_said_of_paper_is_asked_at_the_moment_of_sending(town: Any, authority: Program) -> None:
    put_contact(town.db, "p-6", Contact(is_paper=True))
    assert authority.send(cpr(6)).json()["state"] == "on-paper"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"to": 1}', b'{"to": "x", "unknown": 1}', b'{"texts": {"da": {"titel": "x"}}}', b"[" * 5000])
def test_what_is_no_letter_is_refused_in_words(authority: Program, body: bytes) -> None:
    answer = authority.client.post(LETTERS, content=body, headers={"content-type": "application/json", "idempotency-key": "key-00000009"})
    assert answer.status_code == 422 and answer.json()["code"] in ("shape", "invalid")


def test_a_letter_of_half_a_megabyte_is_too_large(authority: Program) -> None:
    assert authority.send(INGER, texts={"da": SAID | {"body": "x" * 600_000}}).status_code == 413
