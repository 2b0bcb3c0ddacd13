"""The loop over a real store, with a clock that the test sets and carriers that write down what they were given."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.actors import SYSTEM
from backend.domain.contacts import Contact
from backend.domain.notices import Town
from backend.domain.reminders import Reminder
from backend.store import contacts, erasures, notices, recipients, rungs, subscriptions
from backend.store.duties import Duty
from backend.store.statements import Statement
from backend.store.subscriptions import Phone
from push.engine import Engine
from push.rung import Carried
from tests.people import INGER, YUSUF
from tests.store.conftest import *  # noqa: F403 - the same store
from tests.store.conftest import count, wait

PERSON = 2
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DUTY = Reminder("answer", "act", "heavy", "after-letter", last_day="2027-03-01")


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


class Written:
    """Writes down what it carries, and answers what it is told to."""

    def __init__(self, kind, log, clock):
        self.kind, self.log, self.clock = kind, log, clock
        self.answer = Carried("handed_over")

    async def carry(self, job, now):
        self.log.append((self.kind, sorted(row.rule for row in job.told), self.clock.now))
        return self.answer(job) if callable(self.answer) else self.answer


class Post:
    """An engine and what it sent."""

    def __init__(self, db):
        self.db, self.clock, self.log = db, Clock(), []
        self.carriers = {kind: Written(kind, self.log, self.clock) for kind in ("push", "sms", "email", "letter", "helper")}
        self.engine = self.new_engine()

    def new_engine(self):
        return Engine(self.db, self.carriers, Town(), self.clock, Duty("sender", 60))

    def turns(self, engine=None):
        async def run():
            while await (engine or self.engine).turn():
                pass

        asyncio.run(run())

    def until(self, end, step=timedelta(hours=1)):
        while self.clock.now < end:
            self.clock.now += step
            self.turns()

    @property
    def kinds(self):
        return [kind for kind, _, _ in self.log]


@pytest.fixture
def post(db):
    return Post(db)


def tell(db, *reminders, matter="case/c1"):
    new = [notices.new(PERSON, matter, one, int(START.timestamp() * 1000), "sick-pay", 1) for one in reminders]
    db.write_now(lambda tx, actor: notices.add(tx, actor, *new), SYSTEM)
    return new


def has_phone(db, now=START):
    return wait(subscriptions.put(db, INGER, Phone("https://push.example/1", "p", "a", "da"), "https://push.example", "1", now))


def has_number(db, **more):
    wait(contacts.put(db, INGER, Contact(phone="+4520202020", **more), START))


def rows(db):
    return db.read_now(notices.of_person, SYSTEM, person=PERSON)


def test_a_duty_climbs_the_ladder_and_ends_on_the_call_list_when_nobody_is_reached(post, db):
    has_number(db, email="inger@example.dk")
    tell(db, DUTY)
    post.until(datetime(2027, 3, 3, tzinfo=UTC), timedelta(hours=6))
    assert post.kinds[:2] == ["sms", "email"]
    calls = db.scan_now(lambda tx, actor: [row for row in tx.con.execute("SELECT code FROM rung WHERE kind = 'call'")], SYSTEM)
    assert calls and rows(db) == [] and db.read_now(notices.unbalanced, SYSTEM) == []


def test_what_is_done_is_told_no_more_also_between_the_plan_and_the_sending(post, db):
    has_number(db)
    tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    wait(post.engine.look())
    db.write_now(notices.end, SYSTEM, person=PERSON, matter="case/c1", why="done", now=1)
    post.turns()
    assert post.log == []


def test_a_rung_of_a_process_that_died_is_taken_up_and_nothing_is_lost(post, db):
    has_number(db)
    tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)

    async def dies():
        """As at kill -9: the rung is leased, and nobody hears what came of it."""
        await post.engine.turn()
        for task in post.engine.carrying.flying.values():
            task.cancel()
        post.engine.carrying.flying.clear()

    async def hangs(job, now):
        await asyncio.sleep(60)

    carry, post.carriers["sms"].carry = post.carriers["sms"].carry, hangs
    asyncio.run(dies())
    post.carriers["sms"].carry = carry
    post.turns()
    assert post.log == []
    again = post.new_engine()
    wait(again.free())
    post.turns(again)
    assert post.kinds == ["sms"]
    post.turns()
    assert post.kinds == ["sms"]


def test_a_try_that_failed_climbs_at_once_and_is_not_repeated(post, db):
    has_phone(db)
    has_number(db)
    post.carriers["push"].answer = Carried("failed", "no-phone")
    tell(db, DUTY)
    post.until(datetime(2027, 2, 10, tzinfo=UTC), timedelta(hours=3))
    assert post.kinds[0] == "push" and "sms" in post.kinds[1:3]
    steps = db.scan_now(lambda tx, actor: tx.con.execute("SELECT notice, step FROM rung_notice").fetchall(), SYSTEM)
    assert len(steps) == len(set(steps))


def test_a_try_to_be_repeated_is_repeated_at_its_time(post, db):
    has_number(db)
    tell(db, DUTY)
    later = timedelta(minutes=4)
    post.carriers["sms"].answer = lambda job: Carried("due", "451", next_at=post.clock.now + later) if job.rung.attempt < 3 else Carried("handed_over")
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    post.turns()
    post.clock.now += timedelta(minutes=3)
    post.turns()
    assert len(post.log) == 1
    post.clock.now += timedelta(minutes=2)
    post.turns()
    post.clock.now += timedelta(minutes=5)
    post.turns()
    assert len(post.log) == 3


def test_two_things_of_one_day_are_told_together(post, db):
    has_number(db)
    tell(db, DUTY)
    tell(db, DUTY, matter="case/c2")
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    post.turns()
    assert [rules for _, rules, _ in post.log] == [["answer", "answer"]]


def test_nothing_is_carried_after_its_last_moment(post, db):
    has_number(db)
    tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 28, 9, tzinfo=UTC)
    wait(post.engine.look())
    post.clock.now = datetime(2027, 3, 3, 9, tzinfo=UTC)
    post.turns()
    assert post.log == [] and rows(db) == []


def test_an_erased_person_is_told_nothing(post, db):
    has_phone(db)
    tell(db, DUTY)
    wait(erasures.erase(db, SYSTEM, INGER.person, 9))
    post.until(datetime(2027, 3, 3, tzinfo=UTC), timedelta(days=1))
    assert post.log == []


SET_STATUS = Statement("set", "INSERT INTO register (person, line_mac, listed_at, status) VALUES (:person, x'', 0, :status) ON CONFLICT (person) DO UPDATE SET status = excluded.status")


def stands_as(db, status):
    db.write_now(lambda tx, actor: tx.run(SET_STATUS, person=PERSON, status=status), SYSTEM)


def test_the_dead_are_told_nothing_also_who_died_between_the_plan_and_the_sending(post, db):
    has_number(db)
    tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    wait(post.engine.look())
    stands_as(db, "dead")
    post.until(datetime(2027, 3, 3, tzinfo=UTC), timedelta(days=1))
    assert post.log == [] and rows(db) == [] and db.read_now(notices.unbalanced, SYSTEM) == []


def test_who_moved_away_is_reminded_of_her_own_matter_but_by_no_letter_to_a_street_here(post, db):
    has_number(db)
    tell(db, DUTY)
    stands_as(db, "moved")
    post.until(datetime(2027, 3, 3, tzinfo=UTC), timedelta(hours=6))
    assert "sms" in post.kinds and "letter" not in post.kinds


def test_no_campaign_is_meant_for_the_dead_or_for_who_moved_away(db):
    from push.campaigns import is_meant

    def meant():
        found = db.read_now(recipients.after, SYSTEM, row=PERSON - 1, most=1)
        return bool(found) and found[0][0].id == PERSON and is_meant(db, found[0][0], [])

    db.write_now(lambda tx, actor: tx.con.execute("UPDATE person SET sealed = x'00' WHERE id = ?", [PERSON]), SYSTEM)
    seen = []
    for status in ("", "moved", "missing", "dead"):
        stands_as(db, status)
        seen.append(meant())
    assert seen == [True, False, False, False]


def test_a_carrier_with_a_fault_of_ours_is_tried_five_times_and_the_ladder_goes_on(post, db):
    has_number(db, email="inger@example.dk")

    def broken(job):
        raise KeyError("ours")

    post.carriers["sms"].answer = broken
    tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 17, 9, tzinfo=UTC)
    for _ in range(40):
        post.turns()
        post.clock.now += timedelta(minutes=6)
    assert post.kinds.count("sms") == 5
    post.until(datetime(2027, 2, 20, tzinfo=UTC))
    assert "email" in post.kinds


def test_a_turn_that_fails_is_told_by_the_health_page_and_tried_again(post, db, monkeypatch):
    async def broken():
        raise ValueError

    async def run():
        task = asyncio.create_task(post.engine.run())
        await asyncio.sleep(0.05)
        task.cancel()

    monkeypatch.setattr(post.engine, "turn", broken)
    asyncio.run(run())
    assert post.engine.duty.wrong == "sender-failed"


def test_two_loops_on_one_store_send_nothing_twice(post, db):
    has_number(db)
    for n in range(30):
        tell(db, DUTY, matter=f"case/{n}")
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    other = post.new_engine()

    async def both():
        await asyncio.gather(*(one.turn() for one in (post.engine, other) * 4))

    asyncio.run(both())
    told = [rule for _, rules, _ in post.log for rule in rules]
    assert len(told) == 30 and count(db, "rung") == len(post.log)


def test_a_carrier_that_hangs_holds_up_nobody_else(post, db):
    has_number(db)
    tell(db, DUTY)
    tell(db, Reminder("soon", "act", "normal", last_day="2027-02-26"), matter="case/c2")
    post.clock.now = datetime(2027, 2, 24, 9, tzinfo=UTC)
    hung = []

    async def hangs(job, now):
        hung.append(job)
        await asyncio.sleep(60)

    async def run():
        post.carriers["letter"].carry = hangs
        for _ in range(6):
            await post.engine.turn()
        for task in post.engine.carrying.flying.values():
            task.cancel()

    asyncio.run(run())
    assert post.kinds and "letter" not in post.kinds


def test_stopping_waits_for_what_is_on_its_way(post, db):
    has_number(db)
    tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)

    async def slowly(job, now):
        await asyncio.sleep(0.3)
        return Carried("handed_over")

    async def run():
        post.carriers["sms"].carry = slowly
        await post.engine.look()
        await post.engine.carrying.turn()
        await post.engine.carrying.stop()

    asyncio.run(run())
    states = db.scan_now(lambda tx, actor: tx.con.execute("SELECT state FROM rung").fetchall(), SYSTEM)
    assert states == [("handed_over",)]


def test_a_try_repeated_in_the_night_waits_for_the_morning(post, db):
    has_number(db)
    tell(db, DUTY)
    post.carriers["sms"].answer = lambda job: Carried("due", "451", next_at=post.clock.now + timedelta(minutes=2)) if job.rung.attempt == 1 else Carried("handed_over")
    post.clock.now = datetime(2027, 2, 20, 18, 59, tzinfo=UTC)
    post.turns()
    post.until(datetime(2027, 2, 21, 9, tzinfo=UTC), timedelta(minutes=20))
    assert [at.hour for _, _, at in post.log][0] == 18 and all(7 <= at.hour < 19 for _, _, at in post.log)
    assert len(post.log) >= 2


def test_remind_me_tomorrow_is_told_tomorrow_and_not_before(post, db):
    has_number(db)
    [new] = tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    post.turns()
    assert post.kinds == ["sms"]
    until = datetime(2027, 2, 21, 10, tzinfo=UTC)
    db.write_now(notices.put_off, SYSTEM, person=PERSON, public_id=new.public_id, until=int(until.timestamp() * 1000))
    post.until(until - timedelta(minutes=30), timedelta(minutes=30))
    assert len(post.log) == 1
    post.until(until + timedelta(hours=1), timedelta(minutes=30))
    assert len(post.log) == 2


def test_a_language_that_is_not_carried_is_told_in_danish(db):
    from backend.domain.notices import Outcome
    from i18n import catalogue
    from push.messages import Messages
    from push.sentences import About, Sender
    from push.texts import Texts

    sent = []

    class Adapter:
        async def send(self, message):
            sent.append(message)
            return Outcome("handed_over")

    post = Post(db)
    texts = Texts(Sender("Havneby", "+4533663366", "https://selv.havneby.example"), {code: catalogue.load(code) for code in ("da", "ar")})
    post.carriers["sms"] = Messages({"sms": Adapter()}, texts, lambda row, lang: About(row.rule))
    has_number(db, lang="tr")
    tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    post.turns()
    assert [one.lang for one in sent] == ["da"]


@pytest.mark.parametrize(("chosen", "phone"), [(False, "+4511111111"), (True, "")])
def test_the_registers_number_serves_until_she_has_chosen(chosen, phone):
    from backend.domain.contacts import sms_number

    assert sms_number(Contact(is_chosen=chosen), "+4511111111") == phone


def test_a_store_that_takes_nothing_at_the_start_is_tried_again(post, monkeypatch):
    """A read-only disk: reading goes on, and so does the town."""
    from backend.domain.errors import Busy

    tries = []

    async def free():
        tries.append(1)
        raise Busy("read-only")

    async def run():
        task = asyncio.create_task(post.engine.run())
        await asyncio.sleep(0.1)
        assert not task.done()
        task.cancel()

    monkeypatch.setattr(post.engine, "free", free)
    asyncio.run(run())
    assert tries


DAMAGE = Statement("damage", "UPDATE contact SET sealed = x'00' WHERE person = :person")


def test_a_damaged_row_of_one_person_keeps_nobody_else_from_hearing(post, db, caplog):
    has_number(db)
    wait(contacts.put(db, YUSUF, Contact(phone="+4530303030"), START))
    tell(db, DUTY)
    other = notices.new(PERSON + 1, "case/c9", DUTY, int(START.timestamp() * 1000), "sick-pay", 1)
    db.write_now(lambda tx, actor: notices.add(tx, actor, other), SYSTEM)
    db.write_now(lambda tx, actor: tx.run(DAMAGE, person=PERSON), SYSTEM)
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    for _ in range(3):
        wait(post.engine.turn())
    assert post.kinds == ["sms"] and "cannot be looked at" in caplog.text
    assert db.read_now(notices.oldest_waiting, SYSTEM, now=int(post.clock.now.timestamp() * 1000)) == 0


def test_what_came_back_while_the_store_took_nothing_is_written_afterwards(post, db, monkeypatch):
    from backend.domain.errors import Busy
    from push import carrying

    has_number(db)
    tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    write, tries = carrying.write_carried, []

    def full(tx, actor, **params):
        tries.append(1)
        if len(tries) == 1:
            raise Busy("disk-full")
        write(tx, actor, **params)

    async def run():
        with pytest.raises(Busy):
            for _ in range(3):
                await post.engine.turn()
        while await post.engine.turn():
            pass

    monkeypatch.setattr(carrying, "write_carried", full)
    asyncio.run(run())
    post.clock.now += timedelta(minutes=5)
    post.turns()
    assert post.kinds == ["sms"]


def test_a_clock_that_jumps_while_a_message_is_on_its_way_sends_it_once(post, db):
    has_number(db)
    tell(db, DUTY)
    post.clock.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    sent = []

    async def slowly(job, now):
        sent.append(job.rung.public_id)
        await asyncio.sleep(0.4)
        return Carried("handed_over")

    async def run():
        post.carriers["sms"].carry = slowly
        await post.engine.turn()
        post.clock.now += timedelta(hours=5)
        while await post.engine.turn():
            pass

    asyncio.run(run())
    assert len(sent) == 1
    assert db.scan_now(lambda tx, actor: tx.con.execute("SELECT state FROM rung").fetchall(), SYSTEM) == [("handed_over",)]


@pytest.mark.parametrize("what", ["move", "cancel"])
def test_an_appointment_changed_between_the_plan_and_the_sending_is_not_told_as_it_was(post, db, sign, what):
    """Booked, planned for tomorrow, and then changed before the message left."""
    from backend.domain.submissions import Booking
    from backend.store import appointments
    from tests.store.conftest import rats, send

    has_number(db)
    post.clock.now = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    kept = send(db, INGER, sign, new=rats(booking=Booking("town-hall", "2026-12-01T10:15")))
    post.clock.now = datetime(2026, 11, 30, 9, tzinfo=UTC)
    wait(post.engine.look())
    if what == "move":
        wait(appointments.choose(db, INGER, kept.case, Booking("town-hall", "2026-12-09T09:00"), 0, post.clock.now))
    else:
        wait(appointments.cancel(db, INGER, kept.case, 0, "2026-11-30T10:00", post.clock.now))
    post.turns()
    assert post.log == []
    post.until(datetime(2026, 12, 9, 12, tzinfo=UTC))
    days = [at.date().isoformat() for _, rules, at in post.log if "appointment" in rules]
    assert days == ([] if what == "cancel" else ["2026-12-02", "2026-12-08", "2026-12-09"])
