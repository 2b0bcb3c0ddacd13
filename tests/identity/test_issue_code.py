"""A code from the command line, whether the store is free or a server holds it."""

import json

import pytest

from backend.domain.errors import Forbidden, NotFound
from backend.identity import activation, activation_sheet, issue_code, operator_requests
from backend.identity.activation import ActivationCodes
from backend.store import keyring
from backend.store.database import Database
from tests.identity.conftest import NOW, run

AT = 1_000_000_000_000


@pytest.fixture
def key_folder(tmp_path):
    keyring.make(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def someone(tmp_path, key_folder):
    from backend.identity import demo

    db = Database(tmp_path / "town", keyring.load(key_folder))
    demo.seed(db, NOW)
    person = demo.people(db, "2026-11-24")[0].id
    db.close()
    return person


def test_a_free_store_makes_the_code_itself(tmp_path, key_folder, someone):
    made = issue_code.code_for(tmp_path / "town", key_folder, "http://localhost:1", someone, NOW, by_letter=False)
    db = Database(tmp_path / "town", keyring.load(key_folder))
    assert run(ActivationCodes(db).owner(made.code, "", NOW)).name == made.name == "Inger Holm"
    db.close()


def test_nobody_gets_no_code(tmp_path, key_folder, someone):
    with pytest.raises(NotFound):
        issue_code.code_for(tmp_path / "town", key_folder, "http://localhost:1", "0101010101", NOW, by_letter=False)


def test_a_store_in_use_by_no_server_we_can_reach_is_told_in_words(tmp_path, key_folder, someone):
    db = Database(tmp_path / "town", keyring.load(key_folder))
    try:
        with pytest.raises(issue_code.NoAnswer, match="--port"):
            issue_code.code_for(tmp_path / "town", key_folder, "http://localhost:1", someone, NOW, by_letter=False)
    finally:
        db.close()


def test_an_errand_is_proved_by_the_keys(keys):
    body = b'{"person":"x"}'
    operator_requests.check(keys, "hmac-desk", operator_requests.proof(keys.newest("hmac-desk"), body, AT), body, AT + 59_000)


@pytest.mark.parametrize("header", ["", "x", ".", "1.", f"{AT}.", f"{AT}.00", f"{AT}.é", "9" * 40 + ".x", "١.x"])
def test_an_errand_without_proof_is_refused(keys, header):
    with pytest.raises(Forbidden):
        operator_requests.check(keys, "hmac-desk", header, b"{}", AT)


def test_a_proof_fits_one_body_for_one_minute(keys):
    proof = operator_requests.proof(keys.newest("hmac-desk"), b"{}", AT)
    with pytest.raises(Forbidden):
        operator_requests.check(keys, "hmac-desk", proof, b'{"by_letter":true}', AT)
    for later in (61_000, -61_000):
        with pytest.raises(Forbidden):
            operator_requests.check(keys, "hmac-desk", proof, b"{}", AT + later)


def test_the_paper_holds_code_square_and_whom_to_call(db, personas):
    made = activation.make(db, personas["Inger"].id, NOW)
    address = f"https://selv.example.dk/da/activate#{made.code}"
    page = activation_sheet.paper(made, address, town="Havneby", phone="+4533663366", until="24.11.2026", t=str, lang="da", dir="ltr")
    assert made.code in page and "Inger Holm" in page and "+4533663366" in page and page.count("<svg") == 1
    assert "<script" not in page and "src=" not in page and "#" + made.code not in page


def test_the_square_in_the_terminal_is_the_square(db):
    rows = activation_sheet.terminal("https://selv.example.dk/da/activate#ABCD-EFGH-JKMN")
    assert len({len(row) for row in rows}) == 1 and len(rows) * 2 - len(rows[0]) in (0, 1)


def test_what_the_server_sends_back_is_what_the_desk_reads(db, personas):
    made = activation.make(db, personas["Inger"].id, NOW)
    import msgspec

    assert msgspec.json.decode(msgspec.json.encode(made), type=activation.Made) == made
    assert set(json.loads(msgspec.json.encode(made))) == {"code", "person", "name", "ends_at", "needs_born"}


def test_a_folder_with_the_desks_key_alone_asks_the_server_and_opens_nothing(tmp_path, key_folder, someone):
    (tmp_path / "desk").mkdir(mode=0o700)
    (key_folder / "hmac-desk-1.key").rename(tmp_path / "desk" / "hmac-desk-1.key")
    with pytest.raises(issue_code.NoAnswer, match="No server answers"):
        issue_code.code_for(tmp_path / "town", tmp_path / "desk", "http://localhost:1", someone, NOW, by_letter=False)
    with pytest.raises(keyring.KeysWrong):
        keyring.load(tmp_path / "desk")


def test_one_key_is_read_without_the_others(tmp_path, key_folder):
    assert keyring.load_one(key_folder, "hmac-desk") == keyring.load(key_folder).newest("hmac-desk")
    (key_folder / "hmac-desk-1.key").chmod(0o644)
    with pytest.raises(keyring.KeysWrong, match="chmod"):
        keyring.load_one(key_folder, "hmac-desk")
    with pytest.raises(keyring.KeysWrong, match="hmac-none"):
        keyring.load_one(key_folder, "hmac-none")
