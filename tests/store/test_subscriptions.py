"""The phones that take messages: each is one person's, sealed, and a delivery is proven by its token alone."""

import pytest

from backend.domain.actors import SYSTEM
from backend.domain.contacts import Contact
from backend.store import contacts, erasures, keyring, notices, rungs, subscriptions
from backend.store.database import Database
from backend.store.keyring import Tampered
from backend.store.statements import Statement
from backend.store.subscriptions import Phone
from tests.people import INGER, YUSUF
from tests.store.conftest import NOW, add_person, count, wait
from tests.store.test_notices import ONE, PERSON, add, claim

PHONE = Phone("https://push.example/secret-endpoint", "p256dh", "auth", "da", name="Android")
STEAL = Statement("steal", "UPDATE subscription SET person = :person")


def put(db, actor=INGER, phone=PHONE, **more):
    return wait(subscriptions.put(db, actor, phone, "https://push.example", "1", NOW, **more))


def own(db, actor=INGER):
    return wait(subscriptions.list_own(db, actor))


def test_a_phone_belongs_to_who_used_it_last(db):
    put(db)
    put(db, YUSUF)
    assert own(db) == [] and own(db, YUSUF)[0].phone == PHONE


def test_a_phone_put_again_is_the_same_phone_with_its_new_words(db):
    id = put(db)
    put(db, phone=Phone(PHONE.endpoint, "p256dh", "auth", "ar", 2), public_id=id)
    assert [(one.row.public_id, one.phone.lang, one.phone.level) for one in own(db)] == [(id, "ar", 2)]


def test_the_endpoint_is_not_in_the_database(db):
    put(db)
    db.writer.con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert b"secret-endpoint" not in db.path.read_bytes()


def test_a_row_moved_to_another_person_sends_nothing(db):
    put(db)
    db.writer.con.execute(STEAL.text, (PERSON + 1,))
    with pytest.raises(Tampered):
        own(db, YUSUF)


def test_only_the_owner_ends_a_phone(db):
    id = put(db)
    end = {"public_id": id, "why": "removed", "now": 1}
    assert not db.write_now(subscriptions.end, YUSUF, **end)
    assert db.write_now(subscriptions.end, INGER, **end) and own(db) == []


def test_a_person_has_ten_phones_at_most(db):
    for n in range(11):
        put(db, phone=Phone(f"https://push.example/{n}", "p", "a", "da"))
    assert len(own(db)) == 10


def test_her_endpoint_is_found_by_her_alone(db):
    put(db)
    assert wait(subscriptions.by_endpoint(db, INGER, PHONE.endpoint)).phone == PHONE
    assert wait(subscriptions.by_endpoint(db, YUSUF, PHONE.endpoint)) is None


def delivered(db):
    put(db)
    add(db)
    row = claim(db)[0]
    phone = own(db)[0].row.id
    new = rungs.New(PERSON, rungs.new_id(), "push", 1, 9000, 1, "due", notices=[(row.id, "first")], phones=[phone])
    return db.write_now(rungs.add, SYSTEM, new=new)


def test_a_message_shown_is_seen_and_its_notice_is_looked_at_again(db):
    rung = delivered(db)
    [delivery] = db.read_now(rungs.deliveries, SYSTEM, rung=rung)
    known = rungs.delivery_of(db.keys, rungs.token(db.keys, delivery.id))
    assert db.write_now(rungs.receipt, SYSTEM, delivery=known, event="shown", now=5000).rung == rung
    assert db.read_now(rungs.tried, SYSTEM, notice=1)[0].state == "seen"
    assert len(claim(db, now=5000)) == 1
    late = rungs.Settled(rung, 0, "handed_over")
    db.write_now(rungs.settle, SYSTEM, owner="", settled=late, deliveries=[], now=6000)
    assert db.read_now(rungs.tried, SYSTEM, notice=1)[0].state == "seen"


@pytest.mark.parametrize("change", [lambda t: "", lambda t: t[:-1], lambda t: "AAAA" + t[4:], lambda t: t + "A", lambda t: t[:8] + "å", lambda t: "A" * 30])
def test_a_token_that_was_given_to_nobody_proves_nothing(db, change):
    token = rungs.token(db.keys, 2**40)
    assert rungs.delivery_of(db.keys, token) == 2**40
    assert rungs.delivery_of(db.keys, change(token)) is None


def test_a_receipt_after_the_last_moment_changes_nothing(db):
    rung = delivered(db)
    [delivery] = db.read_now(rungs.deliveries, SYSTEM, rung=rung)
    db.write_now(rungs.receipt, SYSTEM, delivery=delivery.id, event="shown", now=9001)
    assert db.read_now(rungs.tried, SYSTEM, notice=1)[0].state == "due"


def test_how_she_is_told_is_sealed_and_changing_it_plans_anew(db):
    add(db)
    claim(db)
    wait(contacts.put(db, INGER, Contact(phone="+4520202020", first="email"), NOW))
    assert wait(contacts.get(db, INGER)).phone == "+4520202020" and wait(contacts.get(db, YUSUF)) == Contact()
    db.writer.con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert b"20202020" not in db.path.read_bytes()
    assert len(claim(db, now=int(NOW.timestamp() * 1000))) == 1


def test_erasing_a_person_leaves_no_phone_no_rung_and_every_notice_ended(db):
    delivered(db)
    wait(contacts.put(db, INGER, Contact(phone="1"), NOW))
    wait(erasures.erase(db, SYSTEM, INGER.person, 9))
    assert [count(db, table) for table in ("subscription", "rung", "delivery", "rung_notice", "contact")] == [0] * 5
    assert claim(db, now=2**40) == [] and db.read_now(notices.unbalanced, SYSTEM) == []


def test_with_a_newer_key_of_ours_a_phone_still_belongs_to_who_used_it_last(tmp_path):
    keyring.make(tmp_path / "keys")
    older = Database(tmp_path / "data", keyring.load(tmp_path / "keys"))
    for actor in (INGER, YUSUF):
        add_person(older, actor.person)
    put(older)
    older.close()
    keyring.add(tmp_path / "keys", "hmac-push")
    newer = Database(tmp_path / "data", keyring.load(tmp_path / "keys"))
    try:
        assert wait(subscriptions.by_endpoint(newer, INGER, PHONE.endpoint)).phone == PHONE
        put(newer, YUSUF)
        assert own(newer) == [] and own(newer, YUSUF)[0].phone == PHONE and count(newer, "subscription") == 1
    finally:
        newer.close()
