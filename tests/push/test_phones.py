"""A reminder goes to a real push service (the tests' own), sealed; each answer of the service has its consequence."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from backend.domain.actors import SYSTEM
from backend.domain.reminders import Reminder
from backend.store import origin_gates, rungs, subscriptions
from backend.store.subscriptions import Phone
from i18n import catalogue
from push.engine import Engine
from push.gates import Gates
from push.keys import Vapid
from push.phones import Phones
from push.seal import Sealer
from push.sentences import About, Sender
from push.texts import Texts
from push.wire import Wire
from tests.people import INGER
from tests.push import answers
from tests.push.test_engine import DUTY, PERSON, Post, has_number, tell
from tests.store.conftest import *  # noqa: F403 - the same store
from tests.store.conftest import NOW, wait

NOON = datetime(2027, 2, 20, 11, tzinfo=UTC)


class Sending(Post):
    """The loop with the real way to phones in it."""

    def __init__(self, db, peer, whole_s=5.0):
        super().__init__(db)
        self.peer, self.whole_s = peer, whole_s
        self.vapid = Vapid({"1": b"\x01" * 32, "2": b"\x02" * 32}, "mailto:reminders@town.example")
        self.gates = Gates({})
        self.clock.now = NOON

    def turns(self, engine=None):
        async def run():
            wire = Wire({self.peer.origin}, whole_s=self.whole_s)
            words = {code: catalogue.load(code) for code in ("da", "en", "ar")}
            texts = Texts(Sender("Havneby", "+4533663366", "https://selv.havneby.example"), words)
            self.carriers["push"] = Phones(
                self.db, Sealer(self.vapid).seal, wire, texts, lambda row, lang: About(row.rule, row.kind, title="Passport", last_day=row.last_day),
                self.gates, "https://selv.havneby.example", b"k" * 32,
            )  # fmt: skip
            self.carriers["test"] = self.carriers["push"]
            while await (engine or self.engine).turn():
                pass
            await wire.close()

        asyncio.run(run())

    def subscribe(self, key="2", lang="da", level=0):
        phone = self.peer.phone(self.vapid.public(key))
        made = Phone(phone.endpoint, phone.subscription["keys"]["p256dh"], phone.subscription["keys"]["auth"], lang, level)
        wait(subscriptions.put(self.db, INGER, made, self.peer.origin, key, NOON))
        return phone

    def refuse(self):
        """One more try of its own, told of nothing: as when she asks for a test."""
        phone = self.phones()[0]
        new = rungs.New(PERSON, rungs.new_id(), "test", 1, 2**42, 1, "due", phones=[phone.id])
        self.db.write_now(rungs.add, SYSTEM, new=new)
        self.turns()

    def shown(self, phone):
        bodies = [one.body for one in self.peer.arrivals if one.token == phone.token]
        return [msgspec.json.decode(phone.read(body)) for body in bodies]

    def phones(self):
        return self.db.read_now(subscriptions.of_person, SYSTEM, person=PERSON)

    def states(self):
        return self.db.scan_now(lambda tx, actor: tx.con.execute("SELECT kind, state, code FROM rung ORDER BY id").fetchall(), SYSTEM)


@pytest.fixture
def sending(db, peer):
    return Sending(db, peer)


def test_a_reminder_arrives_sealed_signed_and_in_her_language(sending, db, peer):
    phone, arabic = sending.subscribe(), sending.subscribe(lang="ar", level=2, key="1")
    tell(db, DUTY)
    sending.turns()
    assert [one.status for one in peer.arrivals] == [201, 201]
    [danish], [other] = sending.shown(phone), sending.shown(arabic)
    assert danish["notification"]["lang"] == "da" and other["notification"]["dir"] == "rtl"
    assert danish["notification"]["navigate"].startswith("https://selv.havneby.example/da/n/")
    assert {len(one.body) for one in peer.arrivals} == {512 + 103, 1024 + 103} or {len(one.body) for one in peer.arrivals} <= {615, 1127}
    assert int(peer.arrivals[0].headers["ttl"]) > 3600 and peer.arrivals[0].headers["topic"]
    assert sending.states() == [("push", "handed_over", "201")]


@pytest.mark.parametrize(("level", "weight", "kind", "has_buttons"), [
    (2, "normal", "act", True), (0, "normal", "act", False), (1, "normal", "act", False), (2, "heavy", "act", False), (2, "light", "tell", False),
])  # fmt: skip
def test_buttons_stand_only_under_one_named_thing_that_costs_little(sending, db, level, weight, kind, has_buttons):
    phone = sending.subscribe(level=level)
    tell(db, Reminder("answer", kind, weight, last_day="2027-02-24"))
    sending.turns()
    [shown] = sending.shown(phone)
    assert (shown["notification"]["data"].get("act") == 1) is has_buttons


def test_its_receipt_is_known_and_holds_the_next_rung_back(sending, db):
    phone = sending.subscribe()
    has_number(db)
    tell(db, DUTY)
    sending.turns()
    token = sending.shown(phone)[0]["notification"]["data"]["r"]
    delivery = rungs.delivery_of(db.keys, token)
    db.write_now(rungs.receipt, SYSTEM, delivery=delivery, event="shown", now=int(NOON.timestamp() * 1000) + 1000)
    sending.clock.now += timedelta(hours=26)
    sending.turns()
    assert sending.states() == [("push", "seen", "201")]


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_ends_and_the_ladder_goes_on_at_once(sending, db, peer, status):
    sending.subscribe()
    has_number(db)
    peer.answer(answers.Answer(status))
    tell(db, DUTY)
    sending.turns()
    assert sending.phones() == [] and sending.states()[0] == ("push", "failed", str(status))
    sending.clock.now += timedelta(hours=24)
    sending.turns()
    assert sending.kinds == ["sms"]


def test_a_service_that_asks_us_to_wait_is_left_alone_for_as_long_also_after_a_restart(sending, db, peer):
    sending.subscribe()
    peer.answer(answers.busy(429, "1800"))
    tell(db, DUTY)
    sending.turns()
    sending.clock.now += timedelta(minutes=29)
    sending.turns()
    assert len(peer.arrivals) == 1
    assert db.read_now(origin_gates.all_shut, SYSTEM, now=0) == {peer.origin: int((NOON + timedelta(minutes=30)).timestamp() * 1000)}
    sending.clock.now += timedelta(minutes=2)
    sending.turns()
    assert [one.status for one in peer.arrivals] == [429, 201]


@pytest.mark.parametrize("answer", [answers.Answer(500), answers.RESET, answers.HANG], ids=["500", "reset", "hang"])
def test_a_service_in_trouble_is_tried_again_and_nothing_is_lost(sending, db, peer, answer):
    sending.whole_s = 0.3
    sending.subscribe()
    peer.answer(answer, 2)
    tell(db, DUTY)
    for _ in range(4):
        sending.turns()
        sending.clock.now += timedelta(minutes=1)
    assert [one.status for one in peer.arrivals][-1] == 201 and sending.states() == [("push", "handed_over", "201")]


def test_a_redirect_is_not_followed(sending, db, peer):
    sending.subscribe()
    peer.answer(answers.redirect(f"{peer.origin}/receipts"))
    tell(db, DUTY)
    sending.turns()
    assert peer.receipts == [] and sending.states()[0] == ("push", "failed", "307")


def test_ten_megabytes_of_answer_are_not_read(sending, db, peer):
    sending.subscribe()
    peer.answer(answers.LARGE)
    tell(db, DUTY)
    sending.turns()
    assert sending.states()[0][1] == "due"


def test_five_refusals_in_a_row_end_a_phone_where_others_are_taken(sending, db, peer):
    refused = sending.subscribe()
    for n in range(6):
        sending.gates.taken(peer.origin)
    for n in range(5):
        assert len(sending.phones()) == 1
        peer.answer(answers.Answer(403), token=refused.token)
        sending.refuse()
    assert sending.phones() == []


def test_a_service_that_refuses_everything_tells_of_our_own_fault_and_no_phone_is_lost(sending, db, peer, caplog):
    from push.gates import WINDOW

    phones = [sending.subscribe() for _ in range(7)]
    peer.answer(answers.Answer(401), 3 * WINDOW)
    for n in range(3):
        tell(db, DUTY, matter=f"case/{n}")
        sending.turns()
        sending.clock.now += timedelta(days=1)
    assert len(sending.phones()) == len(phones) and "push_contact" in caplog.text
    assert peer.origin in sending.gates.shut


def test_one_dead_phone_does_not_keep_another_from_hearing(sending, db, peer):
    dead, live = sending.subscribe(), sending.subscribe()
    peer.expire(dead.endpoint)
    tell(db, DUTY)
    sending.turns()
    assert len(sending.shown(live)) == 1 and len(sending.phones()) == 1
    assert sending.states() == [("push", "handed_over", "201")] or sending.states()[0][1] == "handed_over"


def test_nothing_leaves_for_a_place_that_is_no_push_service(db, peer):
    """Its endpoint was believed once: the list is asked again at each sending."""
    sending = Sending(db, peer)
    phone = peer.phone(sending.vapid.public("2"))
    for endpoint in ("http://169.254.169.254/latest", f"{peer.origin.replace('127.0.0.1', 'localhost')}/wpush/{phone.token}"):
        made = Phone(endpoint, phone.subscription["keys"]["p256dh"], phone.subscription["keys"]["auth"], "da")
        wait(subscriptions.put(db, INGER, made, "x", "2", NOW))
    tell(db, DUTY)
    sending.turns()
    assert peer.arrivals == [] and sending.states()[0][1] == "failed"


def test_a_damaged_phone_is_one_failure_and_the_other_is_written_to_once(sending, db, peer):
    from backend.store.statements import Statement

    broken, live = sending.subscribe(), sending.subscribe()
    damage = Statement("damage", "UPDATE subscription SET sealed = x'00' WHERE id = (SELECT min(s.id) FROM subscription AS s)")
    db.write_now(lambda tx, actor: tx.run(damage), SYSTEM)
    tell(db, DUTY)
    for _ in range(3):
        sending.turns()
        sending.clock.now += timedelta(minutes=6)
    assert len(sending.shown(live)) == 1 and sending.shown(broken) == []
    assert sending.states()[0][:2] == ("push", "handed_over")


@pytest.mark.parametrize(("true_for", "ttl_s"), [(None, 9 * 3600), (timedelta(hours=2), 2 * 3600), (timedelta(days=2), 9 * 3600), (timedelta(0), 1)])
def test_words_that_will_not_stay_true_do_not_live_longer(true_for, ttl_s):
    """"Tomorrow" is not delivered to a phone that was off until then."""
    from push.phones import ttl
    from push.rung import Job

    last = int((NOON + timedelta(hours=9)).timestamp() * 1000)
    job = Job(rungs.Row(1, 1, "a", "push", 0, last, 1, "due", ""), [], None, None)
    assert ttl(job, NOON + true_for if true_for is not None else None, NOON) == ttl_s
