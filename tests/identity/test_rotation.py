"""Changing keys: whatever the purpose, everything is as it was before, half-way, after, and once the older file is gone."""

import shutil
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from backend.domain.actors import SYSTEM, guest, resident
from backend.domain.drafts import Draft
from backend.domain.errors import CodeRefused
from backend.domain.moments import milliseconds
from backend.domain.submissions import Replay, Submission
from backend.identity import activation, operator_requests, register
from backend.identity.activation import ActivationCodes
from backend.identity.sessions import Sessions
from backend.letters import receipts
from backend.store import backup, drafts, key_use, keyring, persons, rehashing, residents, rewrapping, rotation, rungs, submissions, subscriptions, unfinished
from backend.store.database import Database
from backend.store.keyring import PURPOSES
from backend.store.letters import of_many
from backend.store.startup_checks import Unsafe
from backend.store.statements import Statement
from backend.store.subscriptions import Phone
from tests.identity.conftest import NOW, TODAY, run
from tests.identity.soft_phone import SoftPhone
from tests.identity.test_passkeys import SITE, Passkeys
from tests.identity.test_register_marks import ANNA, BENTE, CARL, TWINS

AT = milliseconds(NOW)
KEY, GUESTS, BEGUN, LATE = "a" * 32, "b" * 32, "c" * 32, "d" * 32
PHONE = Phone("https://push.example/1", "p", "a", "da")
LETTER = Statement(
    "letter", "INSERT INTO letter (public_id, kek_id, wrapped_key, sender, thread, sealed, sent_at) VALUES ('l1', :kek_id, :wrapped_key, 'town', 'l1', :sealed, 0)"
)
READ_LETTER = Statement("read_letter", "SELECT kek_id, wrapped_key, sealed FROM letter")
ENDS_WITH = {"hmac-session": {"session", "guest", "code"}, "hmac-push": {"token"}, "hmac-desk": {"desk"}}
"""What is gone with the older key if it is taken away at once; the command says how long to wait."""


def said(answers):
    return Submission(service="rats", version=1, answers=answers, lang="da")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A town in which every kind of thing is kept that a key has made."""
    at = tmp_path_factory.mktemp("rotation")
    keyring.make(at / "keys")
    (at / "people.csv").write_text(TWINS, "utf-8")
    db = Database(at / "data", keyring.load(at / "keys"))
    register.residents_import(db, at / "people.csv", NOW)
    story = SimpleNamespace(phone=SoftPhone())
    phones, sign = Passkeys(db, SITE), receipts.Signer(db.keys.keys["receipt"]).sign
    story.anna = activation.public_id_of(db, ANNA)
    owner = run(ActivationCodes(db).owner(activation.make(db, ANNA, NOW).code, "", NOW))
    run(phones.make(guest(), story.phone.make(run(phones.to_make_first(owner, NOW))), NOW))
    story.code = activation.make(db, BENTE, NOW, by_letter=True).code
    anna, story.token = run(Sessions(db, NOW).begin(guest(), story.anna, NOW))
    story.visitor, story.guest = run(Sessions(db, NOW).begin_guest(NOW))
    story.sent = run(submissions.receive(db, anna, KEY, said({"where": "yard"}), NOW, sign)).receipt
    story.guests = run(submissions.receive(db, story.visitor, GUESTS, said({"where": "roof"}), NOW, sign)).receipt
    run(drafts.put(db, anna, Draft(id=BEGUN, service="passport", version=1, answers={"why": "hers"}), NOW))
    run(drafts.put(db, story.visitor, Draft(id=LATE, service="passport", version=1, answers={"why": "a guest's"}), NOW))
    run(unfinished.keep(db, story.visitor, story.anna, Draft(id="e" * 32, service="move", version=1, raw={"to": "typed late"}), NOW))
    run(subscriptions.put(db, anna, PHONE, "https://push.example", "1", NOW))
    story.delivery = rungs.token(db.keys, 7)
    story.desk = operator_requests.proof(db.keys.newest("hmac-desk"), b"{}", AT)
    kek_id, wrapped_key = db.keys.wrap("l1")
    sealed = db.keys.seal(of_many("l1", kek_id, wrapped_key), "letter", "l1", b"to many")
    db.write_now(lambda tx, _: tx.run(LETTER, kek_id=kek_id, wrapped_key=wrapped_key, sealed=sealed), SYSTEM)
    db.close()
    return at, story


@pytest.fixture
def town(built, tmp_path):
    at, story = built
    shutil.copytree(at, tmp_path, dirs_exist_ok=True)
    return SimpleNamespace(data=tmp_path / "data", keys=tmp_path / "keys", file=tmp_path / "people.csv", story=story)


def is_whole(town, gone=frozenset()):
    """Everything that was there is found, opens, is recognised; and all goes on under the keys there are now."""
    assert backup.check(town.data, keyring.load(town.keys)) == []
    db = Database(town.data, keyring.load(town.keys))
    try:
        for look in (signs_in, is_recognised, is_read, is_found):
            look(db, town.story, gone)
    finally:
        db.close()
    assert backup.check(town.data, keyring.load(town.keys)) == []


def signs_in(db, story, gone):
    sessions, phones = Sessions(db, NOW), Passkeys(db, SITE)
    assert run(phones.sign_in(story.phone.use(phones.to_sign_in(NOW)), NOW)) == story.anna
    _, token = run(sessions.begin(guest(), story.anna, NOW))
    assert run(sessions.find(token, NOW)).person == story.anna
    assert (run(sessions.find(story.token, NOW)) is None) == ("session" in gone)
    assert (run(sessions.find(story.guest, NOW)) is None) == ("guest" in gone)
    try:
        run(ActivationCodes(db).owner(story.code, "1980-01-01", NOW))
        assert "code" not in gone
    except CodeRefused:
        assert "code" in gone


def is_recognised(db, story, gone):
    anna, jwks = resident(story.anna), receipts.Signer(db.keys.keys["receipt"], db.keys.published.values()).jwks()
    for actor, key, receipt, where in ((anna, KEY, story.sent, "yard"), (story.visitor, GUESTS, story.guests, "roof")):
        assert run(submissions.get(db, actor, key)).receipt == receipt and receipts.verify(receipt.jws, jwks)["v"] in receipts.FORMS
        assert run(submissions.earlier(db, actor, key, "rats", 1, {"where": where}))[1]
        again = run(submissions.receive(db, actor, key, said({"where": where}), NOW, receipts.Signer(db.keys.keys["receipt"]).sign))
        assert isinstance(again, Replay) and again.receipt == receipt
    assert rungs.delivery_of(db.keys, story.delivery) == (None if "token" in gone else 7)
    if "desk" not in gone:
        operator_requests.check(db.keys, "hmac-desk", story.desk, b"{}", AT)
    operator_requests.check(db.keys, "hmac-desk", operator_requests.proof(db.keys.newest("hmac-desk"), b"{}", AT), b"{}", AT)


def is_read(db, story, gone):
    anna = resident(story.anna)
    assert run(drafts.get(db, anna, "passport")).answers == {"why": "hers"}
    assert run(drafts.get(db, story.visitor, "passport")).answers == {"why": "a guest's"}
    waiting = db.read_now(unfinished.of_person, story.visitor, person=story.anna)
    assert drafts.unseal(db, db.read_now(persons.find, anna, public_id=story.anna), waiting[0], unfinished.TABLE).raw == {"to": "typed late"}
    assert run(subscriptions.by_endpoint(db, anna, PHONE.endpoint)).phone == PHONE
    kek_id, wrapped_key, sealed = db.scan_now(lambda tx, _: tx.one(READ_LETTER, lambda *row: row), SYSTEM)
    assert db.keys.open(of_many("l1", kek_id, wrapped_key), "letter", "l1", sealed) == b"to many"


def is_found(db, story, gone):
    assert activation.public_id_of(db, ANNA) == story.anna
    for number, names in ((ANNA, ["Anna", "Carl"]), (CARL, ["Carl", "Anna"])):
        facts = run(residents.facts(db, resident(activation.public_id_of(db, number)), TODAY))
        assert [one["name"] for one in facts["household.people"]] == names


def rotate(town, *purposes):
    return rotation.rotate(town.data, town.keys, list(purposes), AT)


def import_again(town):
    db = Database(town.data, keyring.load(town.keys))
    assert register.residents_import(db, town.file, NOW.replace(hour=12)).same == 4
    db.close()


class Killed(BaseException):
    pass


def stop_after(monkeypatch, writes):
    """The next rotation ends at its so-manieth write, as if the process were gone: nothing of it is undone or tidied up."""
    left, write = [writes], Database.write_now

    def some(self, *said, **more):
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return write(self, *said, **more)

    monkeypatch.setattr(Database, "write_now", some)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_rotation_leaves_everything_whole_cut_off_anywhere_and_without_the_older_key(town, purpose, monkeypatch):
    for module in (rewrapping, rehashing):
        monkeypatch.setattr(module, "CHUNK", 1)
    for writes in (0, 1, 2, 4):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            stop_after(patch, writes)
            rotate(town, purpose)
            raise Killed  # it had less to do
        if writes in (0, 2):
            is_whole(town)
    assert rotate(town, purpose) == [purpose]
    is_whole(town)
    if purpose == "hmac-cpr":
        import_again(town)
    newest = max(town.keys.glob(f"{purpose}-*.key"), key=lambda file: int(file.stem.rpartition("-")[2]))
    for file in town.keys.glob(f"{purpose}-*.key"):
        if file != newest:
            file.unlink()
    is_whole(town, ENDS_WITH.get(purpose, frozenset()))


def test_a_rotation_cut_off_goes_on_with_the_key_it_made(town, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(Killed):
        stop_after(patch, 1)
        rotate(town, "kek")
    assert rotate(town, "hmac-row") == ["kek", "hmac-row"]
    assert sorted(file.name for file in town.keys.glob("kek-*")) == ["kek-1.key", "kek-2.key"]


def test_cut_off_between_the_plan_and_the_key_it_makes_one_key(town, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(keyring, "write_key", lambda *said: (_ for _ in ()).throw(Killed))
        rotate(town, "hmac-id")
    is_whole(town)
    rotate(town, "hmac-id")
    assert len(list(town.keys.glob("hmac-id-*"))) == 2


def test_a_rotation_killed_with_9_is_whole_and_goes_on(town):
    code = (
        "import os, signal, sys; from pathlib import Path; from backend.store import rotation, rewrapping;"
        "from backend.store.database import Database; rewrapping.CHUNK = 1; write, left = Database.write_now, [3]\n"
        "def some(self, *said, **more):\n left[0] -= 1\n"
        " if left[0] < 0: os.kill(os.getpid(), signal.SIGKILL)\n return write(self, *said, **more)\n"
        "Database.write_now = some; rotation.rotate(Path(sys.argv[1]), Path(sys.argv[2]), ['kek'], 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code, town.data, town.keys], check=False)
    assert ended.returncode == -signal.SIGKILL
    is_whole(town)
    assert rotate(town, "kek") == ["kek"]
    (town.keys / "kek-1.key").unlink()
    is_whole(town)


def test_with_two_keys_of_every_purpose_and_nothing_rotated_everything_is_whole(town):
    for purpose in PURPOSES:
        keyring.add(town.keys, purpose)
    is_whole(town)
    uses = {use.key for use in key_use.older(town.data, keyring.load(town.keys), AT)}
    assert {"kek-1", "hmac-cpr-1", "vapid-1", "hmac-id", "hmac-session", "hmac-row"} <= uses


def test_everything_can_be_rotated_at_once_and_twice(town):
    assert rotate(town, *PURPOSES) == list(PURPOSES)
    import_again(town)
    assert rotate(town, *PURPOSES) == list(PURPOSES)
    is_whole(town)
    assert len(list(town.keys.glob("*.key"))) == 3 * len(PURPOSES)


def test_what_still_needs_an_older_key_is_counted_and_ends(town):
    rotate(town, "hmac-cpr", "kek", "hmac-session")
    def uses(at):
        return [(use.key, use.rows) for use in key_use.older(town.data, keyring.load(town.keys), at)]
    assert uses(AT) == [("hmac-cpr-1", 4 + 2)] or uses(AT + 1) == [("hmac-cpr-1", 6), ("hmac-session", 3)]
    import_again(town)
    assert uses(AT + 15 * 24 * 3600 * 1000) == []


def test_a_row_that_was_changed_gets_no_mark_under_the_newer_key(town):
    db = Database(town.data, keyring.load(town.keys))
    db.write_now(lambda tx, _: tx.con.execute("UPDATE passkey SET person = (SELECT id FROM person WHERE public_id = 'nobody' OR id > 3 LIMIT 1)").fetchall(), SYSTEM)
    db.close()
    rotate(town, "hmac-row")
    assert any("passkey" in line for line in backup.check(town.data, keyring.load(town.keys)))


@pytest.mark.parametrize("change", ["UPDATE audit SET verb = 'x' WHERE id = 2", "UPDATE audit SET at = at + 1 WHERE id = 1"])
def test_the_log_of_before_is_held_by_the_newer_key_alone(town, change):
    rotate(town, "hmac-audit")
    (town.keys / "hmac-audit-1.key").unlink()
    db = Database(town.data, keyring.load(town.keys))
    db.write_now(lambda tx, _: tx.con.execute(change).fetchall(), SYSTEM)
    db.close()
    assert any("audit chain is broken: before link" in line for line in backup.check(town.data, keyring.load(town.keys)))


def test_no_newer_key_is_put_over_a_log_that_was_changed(town):
    db = Database(town.data, keyring.load(town.keys))
    db.write_now(lambda tx, _: tx.con.execute("UPDATE audit SET verb = 'x' WHERE id = 2").fetchall(), SYSTEM)
    db.close()
    with pytest.raises(rotation.BrokenChain, match="not whole"):
        rotate(town, "hmac-audit")


def test_a_log_whose_key_is_gone_without_a_rotation_is_not_whole(town):
    keyring.add(town.keys, "hmac-audit")
    (town.keys / "hmac-audit-1.key").unlink()
    Database(town.data, keyring.load(town.keys)).close()
    assert any("hmac-audit-1.key is not in the key folder" in line for line in backup.check(town.data, keyring.load(town.keys)))


def test_while_a_server_runs_nothing_is_rotated_and_no_key_is_made(town):
    db = Database(town.data, keyring.load(town.keys))
    try:
        with pytest.raises(Unsafe, match="Stop it first"):
            rotate(town, "kek")
    finally:
        db.close()
    assert not (town.keys / "kek-2.key").exists() and not (town.data / rotation.JOURNAL).exists()
