"""A receipt proves what was sent to whoever holds the answers and the salt, and tells nobody else anything."""

from hashlib import sha256

import msgspec

from backend.domain.actors import SYSTEM
from backend.domain.submissions import canonical, payload
from backend.letters import receipts
from backend.store import cases, connections, erasures, submissions
from backend.store.database import FILE, Database
from backend.store.statements import Statement
from tests.people import INGER
from tests.store.conftest import KEY, add_person, send, wait

ANSWERS = {"where": "in the yard"}


def test_nothing_in_the_database_says_whether_a_guess_of_the_answers_is_right(db, data, sign, keys):
    kept = send(db, INGER, sign)
    db.writer.shrink_log()
    hash_in_receipt = receipts.verify(kept.receipt.jws, receipts.Signer(keys.keys["receipt"]).jwks())["sha256"]
    guesses = [sha256(canonical("rats", 1, ANSWERS)).digest(), sha256(canonical("rats", 1, ANSWERS, kept.receipt.salt)).digest()]
    assert hash_in_receipt == guesses[1].hex()
    for file in data.glob(f"{FILE}*"):
        said = file.read_bytes()
        assert kept.receipt.jws.encode() not in said and kept.receipt.salt.encode() not in said
        for guess in guesses:
            assert guess not in said and guess.hex().encode() not in said


def test_the_same_answers_never_give_the_same_hash_twice(db, sign):
    first, second = send(db, INGER, sign), send(db, INGER, sign, key="f" * 32)
    assert first.receipt.salt != second.receipt.salt and len(first.receipt.salt) == 32
    assert send(db, INGER, sign).receipt == first.receipt  # a retry is given the same salt


def in_clear(db, sign):
    """What a release before this one left: the receipt beside the sealed content, without a salt."""
    kept = send(db, INGER, sign)
    old = sign(payload(kept.receipt.number, sha256(canonical("rats", 1, ANSWERS)).hexdigest(), INGER.person, INGER.subject, "now") | {"v": 1})
    content = {k: v for k, v in kept.content.items() if k not in ("receipt", "salt")}

    def put(tx, actor):
        person = submissions.persons.find(tx, actor, INGER.person)
        row = tx.one(submissions.SQL.submission_by_key, submissions.Row, person=person.id, idem=db.keys.id_macs(KEY)[-1])
        sealed = db.keys.seal(person, submissions.TABLE, submissions.bound(row.public_id, row.idem), msgspec.json.encode(content))
        tx.run(Statement("old", "UPDATE submission SET sealed = :sealed, receipt = :old"), sealed=sealed, old=old)

    db.write_now(put, SYSTEM)
    return kept, old


def test_a_receipt_that_lies_in_clear_is_sealed_at_the_next_start_and_stays_valid(data, keys, sign):
    db = Database(data, keys)
    add_person(db, INGER.person)
    kept, old = in_clear(db, sign)
    db.close()
    assert old.encode() in (data / FILE).read_bytes()
    db = Database(data, keys)
    receipt = wait(cases.get(db, INGER, kept.case)).case.receipt
    assert (receipt.jws, receipt.salt) == (old, "") and wait(submissions.get(db, INGER, KEY)).receipt.jws == old
    assert receipts.verify(old, receipts.Signer(keys.keys["receipt"]).jwks())["v"] == 1
    db.close()
    assert all(old.encode() not in file.read_bytes() for file in data.glob(f"{FILE}*"))


def test_what_could_tell_a_right_guess_goes_with_the_person(db, data, sign):
    send(db, INGER, sign)
    wait(erasures.erase(db, SYSTEM, INGER.person, 1))
    con = connections.to_copy((data / FILE).resolve())
    assert con.execute("SELECT receipt, body_mac, sent_mac FROM submission").fetchall() == [("", b"", None)]
    con.close()


def test_an_old_copy_brought_back_loses_the_marks_of_the_erased_at_its_first_start(data, keys, sign):
    db = Database(data, keys)
    add_person(db, INGER.person)
    in_clear(db, sign)
    db.close()
    erasures.apply(data / FILE, [INGER.person])
    db = Database(data, keys)
    rows = db.read_now(lambda tx, actor: tx.con.execute("SELECT receipt, body_mac, sent_mac FROM submission").fetchall(), SYSTEM)
    db.close()
    assert rows == [("", b"", None)]
