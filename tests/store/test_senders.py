"""Who sends by program: a key that lies nowhere, a row nobody else can write, and a newer key of ours that changes neither."""

import pytest
from msgspec import structs

from backend.domain.actors import SYSTEM
from backend.domain.errors import KeyReused
from backend.identity import senders
from backend.store import backup, rotation, sender_letters, senders as rows
from backend.store.database import FILE, Database
from backend.store.statements import Statement
from tests.store.conftest import NOW, count, wait, with_newer
from tests.store.many import cpr, letter, settle


def add(db, name="Nordforsikring", kind="private", **said):
    return senders.add(db, name, kind, NOW, **said)


def of(db, key):
    return wait(senders.of(db, f"Bearer {key}", NOW))


def test_a_key_says_who_sends(db):
    row, key = add(db, is_test=True, per_minute=5)
    found = of(db, key)
    assert (found.id, found.name, found.kind, found.is_test, found.per_minute) == (row.id, "Nordforsikring", "private", True, 5)
    assert key.startswith("mbt_") and add(db)[1].startswith("mbs_")


def test_the_database_does_not_hold_the_key(db, data):
    _, key = add(db)
    stored = b"".join(file.read_bytes() for file in data.iterdir() if file.is_file())
    assert key.encode() not in stored and key[-64:].encode() not in stored and bytes.fromhex(key[-64:]) not in stored


def test_what_lies_in_the_database_opens_nothing(db):
    row, key = add(db)
    for wrong in (row.key_mac.hex(), f"mbs_{row.id}_{row.key_mac.hex()}", key[:-1] + ("0" if key[-1] != "0" else "1"), key[4:], "", f"mbs_{'0' * 12}_{key[-64:]}"):
        assert of(db, wrong) is None
    assert wait(senders.of(db, key, NOW)) is None and wait(senders.of(db, f"Basic {key}", NOW)) is None


def test_a_new_key_ends_the_one_before_and_an_ended_sender_has_none(db):
    row, old = add(db)
    new = senders.new_key(db, row, NOW)
    assert of(db, old) is None and of(db, new).id == row.id
    senders.end(db, row, NOW)
    assert of(db, new) is None and senders.everybody(db) == []


def test_whoever_writes_the_database_makes_no_private_sender_an_authority_and_gives_nobody_a_key(db):
    row, key = add(db)
    for change in ("kind = 'authority'", "per_minute = 9999", "name = 'Skat'", "is_test = 1"):
        db.write_now(lambda tx, actor, said=change: tx.con.execute(f"UPDATE sender SET {said}").fetchall(), SYSTEM)
        assert of(db, key) is None, change
        db.write_now(lambda tx, actor: tx.con.execute("UPDATE sender SET kind = 'private', per_minute = 60, name = 'Nordforsikring', is_test = 0").fetchall(), SYSTEM)
    assert of(db, key).id == row.id
    forged = f"mbs_{row.id}_{'ab' * 32}"
    db.write_now(lambda tx, actor: tx.run(Statement("forge", "UPDATE sender SET key_mac = :mac"), mac=rows.digest(forged)), SYSTEM)
    assert of(db, forged) is None


def test_a_newer_key_of_ours_leaves_every_senders_own_key_as_it_is(db, keys):
    row, key = add(db)
    db.keys = newer = with_newer(keys, "hmac-row", "hmac-session", "hmac-body")
    assert of(db, key).id == row.id
    rotation.remark(db, 0)
    [marked] = senders.everybody(db)
    assert marked.mac == marked.marked(newer).mac != row.mac and structs.replace(marked, mac=row.mac) == row
    assert of(db, key).id == row.id


def test_a_retry_after_a_crash_and_under_a_newer_key_of_ours_is_answered_as_before(db, data, keys):
    settle(db, 1)
    row, _ = add(db, kind="authority")
    sender, said = row.sender(), letter()

    def send(store, body=b"letter"):
        key = sender_letters.key_of(store, sender, "bill-0001", body)
        before = wait(sender_letters.earlier(store, sender, key))
        look_ups = store.keys.look_ups(cpr(1))
        return before or wait(sender_letters.send(store, sender, key, said, look_ups, NOW, unknown="unknown", available_at=NOW))[0]

    first = send(db)
    copy = data.parent / "after-the-crash"
    copy.mkdir()
    backup.copy_database(db.path, copy / FILE)
    again = Database(copy, with_newer(keys, "hmac-body"))
    try:
        assert send(again) == first and count(again, "letter") == count(again, "mailbox") == 1
        with pytest.raises(KeyReused):
            send(again, b"other")
    finally:
        again.close()
