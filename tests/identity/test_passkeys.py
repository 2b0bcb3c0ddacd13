"""Passkeys: made by who holds a code, used without a name, and useless to anybody else."""

import asyncio
import json
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from webauthn.helpers import bytes_to_base64url

from backend.domain.actors import guest, resident
from backend.domain.errors import CodeRefused, PasskeyRefused
from backend.identity import activation
from backend.identity.activation import ActivationCodes
from backend.identity.passkeys import Passkeys, Site
from backend.store import passkeys as rows
from tests.identity.conftest import NOW, run
from tests.identity.soft_phone import PRESENT, SoftPhone

MINUTES = timedelta(minutes=1)
SITE = Site("localhost", "http://localhost:8017", "Havneby")


@pytest.fixture
def passkeys(db):
    return Passkeys(db, SITE)


@pytest.fixture
def owner(db, personas):
    made = activation.make(db, personas["Inger"].id, NOW)
    return run(ActivationCodes(db).owner(made.code, "", NOW))


@pytest.fixture
def phone(passkeys, owner):
    phone = SoftPhone()
    options = run(passkeys.to_make_first(owner, NOW))
    run(passkeys.make(guest(), phone.make(options), NOW))
    return phone


def test_a_code_opens_a_passkey_and_the_passkey_signs_in(passkeys, phone, personas):
    assert run(passkeys.sign_in(phone.use(passkeys.to_sign_in(NOW)), NOW)) == personas["Inger"].id


def test_no_name_is_asked_for_and_the_finger_is(passkeys, owner):
    asked = passkeys.to_sign_in(NOW)
    assert asked["allowCredentials"] == [] and asked["userVerification"] == "required"
    offered = run(passkeys.to_make_first(owner, NOW))
    assert offered["authenticatorSelection"]["residentKey"] == "required"
    assert offered["authenticatorSelection"]["userVerification"] == "required"
    assert offered["user"]["name"] == "Inger Holm"


FORGED = {
    "another question": {"challenge": bytes_to_base64url(bytes(73))},
    "another site's page": {"origin": "http://evil.example"},
    "another port's page": {"origin": "http://localhost:1"},
    "another site's passkey": {"rp_id": "evil.example"},
    "no finger": {"flags": PRESENT},
    "nobody there": {"flags": 0},
    "the wrong kind of answer": {"type": "webauthn.create"},
    "another's name": {"owner": bytes(16)},
    "no name": {"owner": b""},
    "another's signature": {"key": SoftPhone().key},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_forged_answer_signs_nobody_in(passkeys, phone, forged):
    with pytest.raises(PasskeyRefused):
        run(passkeys.sign_in(phone.use(passkeys.to_sign_in(NOW), **forged), NOW))


MADE_WRONG = {name: forged for name, forged in FORGED.items() if not {"owner", "key", "type"} & set(forged)}


@pytest.mark.parametrize("forged", MADE_WRONG.values(), ids=MADE_WRONG.keys())
def test_a_forged_new_passkey_is_not_kept_and_uses_no_code(passkeys, owner, forged):
    phone, options = SoftPhone(), run(passkeys.to_make_first(owner, NOW))
    with pytest.raises(PasskeyRefused):
        run(passkeys.make(guest(), phone.make(options, **forged), NOW))
    run(passkeys.make(guest(), phone.make(options), NOW))


def test_one_permission_makes_one_passkey_though_two_answers_come_at_once(passkeys, phone, personas):
    inger = resident(personas["Inger"].id, "s" * 32, 0)
    options = run(passkeys.to_make_another(inger, "Inger Holm", NOW))

    async def both():
        answers = (passkeys.make(inger, SoftPhone().make(options), NOW) for _ in range(2))
        return await asyncio.gather(*answers, return_exceptions=True)

    assert sorted(type(one).__name__ for one in run(both())) == ["PasskeyRefused", "str"]
    assert len(run(passkeys.own(inger))) == 2


def test_an_answer_signs_in_once(passkeys, phone):
    answer = phone.use(passkeys.to_sign_in(NOW))
    run(passkeys.sign_in(answer, NOW))
    with pytest.raises(PasskeyRefused):
        run(passkeys.sign_in(answer, NOW))


def test_an_answer_must_come_within_five_minutes(passkeys, phone):
    options = passkeys.to_sign_in(NOW)
    with pytest.raises(PasskeyRefused, match="too-slow"):
        run(passkeys.sign_in(phone.use(options), NOW + 5 * MINUTES))
    with pytest.raises(PasskeyRefused, match="too-slow"):
        run(passkeys.sign_in(phone.use(options), NOW - 60 * MINUTES))


def test_a_restart_between_question_and_answer_disturbs_nobody(db, passkeys, phone, personas):
    options = passkeys.to_sign_in(NOW)
    assert run(Passkeys(db, SITE).sign_in(phone.use(options), NOW)) == personas["Inger"].id


def test_the_question_of_one_act_does_not_serve_another(passkeys, phone, owner):
    options = run(passkeys.to_make_first(owner, NOW))
    with pytest.raises(PasskeyRefused):
        run(passkeys.sign_in(phone.use(options), NOW))


def test_an_unknown_passkey_is_refused_like_a_wrong_one(passkeys, phone):
    stranger = SoftPhone()
    stranger.owner = phone.owner
    with pytest.raises(PasskeyRefused) as unknown:
        run(passkeys.sign_in(stranger.use(passkeys.to_sign_in(NOW)), NOW))
    with pytest.raises(PasskeyRefused) as wrong:
        run(passkeys.sign_in(phone.use(passkeys.to_sign_in(NOW), key=stranger.key), NOW))
    assert (unknown.value.code, unknown.value.carries) == (wrong.value.code, wrong.value.carries)


def test_a_counter_that_stays_at_nought_locks_nobody_out(passkeys, phone):
    for _ in range(3):
        run(passkeys.sign_in(phone.use(passkeys.to_sign_in(NOW)), NOW))


def test_a_copied_key_shows_by_its_counter(passkeys, phone):
    phone.uses = 7
    run(passkeys.sign_in(phone.use(passkeys.to_sign_in(NOW)), NOW))
    phone.uses = 6
    with pytest.raises(PasskeyRefused):
        run(passkeys.sign_in(phone.use(passkeys.to_sign_in(NOW)), NOW))


def test_a_code_makes_one_passkey_even_if_two_phones_hurry(passkeys, owner):
    first, second = SoftPhone(), SoftPhone()
    one, two = run(passkeys.to_make_first(owner, NOW)), run(passkeys.to_make_first(owner, NOW))
    run(passkeys.make(guest(), first.make(one), NOW))
    with pytest.raises(CodeRefused):
        run(passkeys.make(guest(), second.make(two), NOW))
    with pytest.raises(PasskeyRefused):
        run(passkeys.sign_in(second.use(passkeys.to_sign_in(NOW)), NOW))


def test_somebody_signed_in_adds_one_more_for_themself_only(db, passkeys, phone, personas):
    inger, samir = resident(personas["Inger"].id), resident(personas["Samir"].id)
    tablet, options = SoftPhone(), run(passkeys.to_make_another(inger, "Inger Holm", NOW))
    assert [one["id"] for one in options["excludeCredentials"]] == [bytes_to_base64url(phone.id)]
    for other in (samir, guest()):
        with pytest.raises(PasskeyRefused):
            run(passkeys.make(other, tablet.make(options), NOW))
    run(passkeys.make(inger, tablet.make(options), NOW))
    assert len(db.read_now(rows.list_own, inger)) == 2
    assert run(passkeys.sign_in(tablet.use(passkeys.to_sign_in(NOW)), NOW)) == inger.person


def test_a_passkey_taken_away_opens_nothing(db, passkeys, phone, personas):
    inger = resident(personas["Inger"].id)
    (known,) = db.read_now(rows.list_own, inger)
    db.write_now(rows.drop, inger, public_id=known.public_id, at=0)
    with pytest.raises(PasskeyRefused):
        run(passkeys.sign_in(phone.use(passkeys.to_sign_in(NOW)), NOW))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(wrong=JSON, at=st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature"]))
def test_whatever_is_sent_is_refused_and_never_a_fault(wrong, at):
    answer = {"id": "AA", "rawId": "AA", "type": "public-key", "response": dict(GOOD_PARTS)}
    (answer if at in answer else answer["response"])[at] = wrong
    with pytest.raises(PasskeyRefused):
        run(NOWHERE.sign_in(answer, NOW))


GOOD_PARTS = {
    "clientDataJSON": bytes_to_base64url(json.dumps({"type": "webauthn.get", "challenge": "AA", "origin": "x"}).encode()),
    "authenticatorData": "AA",
    "signature": "AA",
    "userHandle": "AA",
}


class EmptyStore:
    """Knows no passkey, and has keys."""

    def __init__(self) -> None:
        from backend.store.keyring import PURPOSES, Keyring

        self.keys = Keyring({purpose: {"1": bytes(32)} for purpose in PURPOSES})

    async def read(self, body, actor, **params):
        return None


NOWHERE = Passkeys(EmptyStore(), SITE)
