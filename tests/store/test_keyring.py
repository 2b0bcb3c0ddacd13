import pytest

from backend.domain.errors import NotFound
from backend.store import keyring
from backend.store.keyring import Keyring, KeysWrong, Person, Tampered


@pytest.fixture
def inger(keys):
    return Person(2, "p-inger", *keys.wrap("p-inger"))


def test_what_is_sealed_opens_only_in_its_own_row_for_its_own_person(keys, inger):
    sealed = keys.seal(inger, "draft", "d1", b"secret")
    assert keys.open(inger, "draft", "d1", sealed) == b"secret"
    yusuf = Person(3, "p-yusuf", inger.kek_id, inger.wrapped_key)
    for person, table, public_id in ((inger, "draft", "d2"), (inger, "task", "d1"), (yusuf, "draft", "d1")):
        with pytest.raises(Tampered):
            keys.open(person, table, public_id, sealed)


def test_one_flipped_bit_anywhere_is_noticed(keys, inger):
    sealed = keys.seal(inger, "draft", "d1", b"secret")
    for at in range(1, len(sealed)):
        with pytest.raises(Tampered):
            keys.open(inger, "draft", "d1", sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])


def test_the_same_words_never_look_the_same_twice(keys, inger):
    assert keys.seal(inger, "draft", "d1", b"secret") != keys.seal(inger, "draft", "d1", b"secret")


def test_an_erased_person_can_not_be_opened(keys):
    with pytest.raises(NotFound):
        keys.unwrap(Person(2, "p-inger", None, None))


def test_a_person_is_found_by_the_number_and_only_with_the_key(keys, tmp_path):
    keyring.make(tmp_path / "other")
    other = keyring.load(tmp_path / "other")
    assert keys.look_up("0101011234") == keys.look_up("0101011234") != other.look_up("0101011234")
    assert len(keys.look_up("0101011234")) == 32


def test_a_new_key_seals_and_the_old_ones_still_open(tmp_path):
    keyring.make(tmp_path)
    old = keyring.load(tmp_path)
    person = Person(2, "p", *old.wrap("p"))
    sealed, mark = old.seal(person, "draft", "d", b"words"), old.mac("hmac-body", b"x")
    for purpose in keyring.PURPOSES:
        keyring.add(tmp_path, purpose)
    new = keyring.load(tmp_path)
    assert new.open(person, "draft", "d", sealed) == b"words"
    assert mark in new.macs("hmac-body", b"x") and new.mac("hmac-body", b"x") != mark
    moved = Person(2, "p", *new.wrap("p", new.unwrap(person)))
    assert moved.kek_id == "2" and new.open(moved, "draft", "d", sealed) == b"words"


def test_the_tenth_key_comes_after_the_ninth(tmp_path):
    keyring.make(tmp_path)
    for _ in range(9):
        keyring.add(tmp_path, "kek")
    assert keyring.load(tmp_path).kek_id == "10"


def test_a_key_others_can_read_is_refused(tmp_path):
    keyring.make(tmp_path)
    (tmp_path / "kek-1.key").chmod(0o644)
    with pytest.raises(KeysWrong, match="chmod 600"):
        keyring.load(tmp_path)


def test_missing_and_broken_keys_are_named(tmp_path):
    with pytest.raises(KeysWrong, match="medborger keys make"):
        keyring.load(tmp_path / "none")
    keyring.make(tmp_path)
    (tmp_path / "kek-1.key").write_text("too short")
    with pytest.raises(KeysWrong, match="64 hex digits"):
        keyring.load(tmp_path)
    with pytest.raises(KeysWrong, match="receipt"):
        Keyring({purpose: {"1": b"x" * 32} for purpose in keyring.PURPOSES if purpose != "receipt"})


def test_making_keys_never_replaces_one(tmp_path):
    made = keyring.make(tmp_path)
    before = [file.read_bytes() for file in made]
    assert keyring.make(tmp_path) == [] and [file.read_bytes() for file in made] == before
    assert {file.stat().st_mode & 0o777 for file in made} == {0o600}
