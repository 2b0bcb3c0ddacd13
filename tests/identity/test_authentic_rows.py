"""Rows that give power: one that was changed, planted or copied behind our back opens nothing, and is told of."""

import pytest

from backend.domain.actors import SYSTEM, guest
from backend.domain.errors import CodeRefused, PasskeyRefused
from backend.identity import activation
from backend.identity.activation import ActivationCodes
from backend.identity.sessions import Sessions
from backend.store import activations, audit, backup, tampering, upgrades
from backend.store.database import FILE, Database
from tests.identity.conftest import NOW, run
from tests.identity.test_passkeys import SITE, Passkeys, SoftPhone


@pytest.fixture(autouse=True)
def nothing_told():
    tampering.told.clear()


def spoil(db, text, *values):
    db.write_now(lambda tx, actor: tx.con.execute(text, values).fetchall(), SYSTEM)


def tampered(db):
    lines = db.read_now(lambda tx, actor: tx.all(audit.SQL.lines_after, audit.Line, after=0, most=2**31), SYSTEM)
    return [line.object.split("/")[0] for line in lines if line.verb == "tampered"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE session SET person = (SELECT id FROM person WHERE public_id = :other)",
        "UPDATE session SET role = 'desk'",
        "UPDATE session SET role = 'guest'",
        "UPDATE session SET ends_at = ends_at + 1",
        "UPDATE session SET strong_at = strong_at + 60000",
        "UPDATE session SET began_at = began_at + 1",
        "UPDATE session SET mac = x''",
    ],
)
def test_a_session_whose_row_was_changed_is_nobodys(db, personas, change):
    _, token = run(Sessions(db, NOW).begin(guest(), personas["Inger"].id, NOW))
    db.write_now(lambda tx, actor: tx.con.execute(change, {"other": personas["Samir"].id} if ":other" in change else ()), SYSTEM)
    sessions = Sessions(db, NOW)
    assert run(sessions.find(token, NOW)) is None and run(sessions.find(token, NOW)) is None
    assert tampered(db) == ["session"]


def test_a_token_moved_to_another_persons_valid_session_opens_neither(db, personas):
    sessions = Sessions(db, NOW)
    _, mine = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    hers, _ = run(sessions.begin(guest(), personas["Samir"].id, NOW))
    spoil(db, "DELETE FROM session WHERE public_id <> ?", hers.session)
    spoil(db, "UPDATE session SET token_mac = ?", db.keys.mac("hmac-session", mine.encode()))
    assert run(Sessions(db, NOW).find(mine, NOW)) is None


def made(db, personas, name):
    keys, phone = Passkeys(db, SITE), SoftPhone()
    code = activation.make(db, personas[name].id, NOW)
    owner = run(ActivationCodes(db).owner(code.code, "", NOW))
    run(keys.make(guest(), phone.make(run(keys.to_make_first(owner, NOW))), NOW))
    return keys, phone


@pytest.mark.parametrize("change", ["person", "public_key", "credential"])
def test_a_passkey_whose_row_was_changed_signs_nobody_in(db, personas, change):
    keys, phone = made(db, personas, "Inger")
    if change == "person":
        spoil(db, "UPDATE passkey SET person = (SELECT id FROM person WHERE public_id = ?)", personas["Samir"].id)
        phone.owner = bytes.fromhex(personas["Samir"].id)
    else:
        _, other = made(db, personas, "Samir")
        spoil(db, f"UPDATE passkey SET {change} = x'00' WHERE person = (SELECT id FROM person WHERE public_id = ?)", personas["Inger"].id)
    with pytest.raises(PasskeyRefused):
        run(keys.sign_in(phone.use(keys.to_sign_in(NOW)), NOW))


def test_a_passkey_planted_as_a_copy_of_a_valid_row_signs_nobody_in(db, personas):
    keys, phone = made(db, personas, "Inger")
    spoil(
        db,
        "INSERT INTO passkey (person, public_id, credential, public_key, uses, synced, made_at, used_at, device, mac) "
        "SELECT (SELECT id FROM person WHERE public_id = ?), 'planted', cast(credential || x'00' as blob), public_key, uses, synced, made_at, used_at, device, mac FROM passkey",
        personas["Samir"].id,
    )
    planted = db.read_now(lambda tx, actor: [one for one in tx.all(upgrades.passkeys.SQL.all_passkeys, upgrades.passkeys.Passkey) if one.public_id == "planted"], SYSTEM)
    assert planted and not planted[0].is_authentic(db.keys)
    assert run(keys.sign_in(phone.use(keys.to_sign_in(NOW)), NOW)) == personas["Inger"].id


@pytest.mark.parametrize("change", ["person = (SELECT id FROM person ORDER BY id DESC LIMIT 1)", "ends_at = ends_at + 1", "needs_born = 0", "mac = x'00'"])
def test_a_code_whose_row_was_changed_opens_nothing(db, personas, change):
    code = activation.make(db, personas["Inger"].id, NOW, by_letter="needs_born" in change)
    spoil(db, f"UPDATE activation SET {change}")
    with pytest.raises(CodeRefused):
        run(ActivationCodes(db).owner(code.code, "", NOW))
    assert tampered(db) == ["activation"]


def test_a_code_moved_to_another_person_after_it_was_typed_makes_no_passkey(db, personas):
    keys, phone = Passkeys(db, SITE), SoftPhone()
    owner = run(ActivationCodes(db).owner(activation.make(db, personas["Inger"].id, NOW).code, "", NOW))
    answer = phone.make(run(keys.to_make_first(owner, NOW)))
    spoil(db, "UPDATE activation SET person = (SELECT id FROM person WHERE public_id = ?)", personas["Samir"].id)
    with pytest.raises(CodeRefused):
        run(keys.make(guest(), answer, NOW))


def test_rows_from_before_there_were_marks_are_marked_in_the_step_that_brings_them(db, keys, personas, tmp_path):
    _, token = run(Sessions(db, NOW).begin(guest(), personas["Inger"].id, NOW))
    for table in ("session", "passkey", "activation"):
        spoil(db, f"ALTER TABLE {table} DROP COLUMN mac")
    spoil(db, "DELETE FROM _sqlite_migrations WHERE name = '0009'")
    (tmp_path / "old").mkdir()
    backup.copy_database(db.path, tmp_path / "old" / FILE)
    again = Database(tmp_path / "old", keys)
    assert run(Sessions(again, NOW).find(token, NOW)).person == personas["Inger"].id
    assert again.read_now(activations.find, SYSTEM, code_macs=[b""]) is None
    again.close()

