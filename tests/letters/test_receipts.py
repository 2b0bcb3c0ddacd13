import json

import pytest
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from backend.letters.receipts import NotValid, Signer, verify

PAYLOAD = {"v": 1, "case": "M 224 763 529", "sha256": "ab" * 32, "actor": "c" * 32, "subject": "c" * 32, "at": "2026-11-24T09:30:00+01:00"}
SIGNER = Signer({"1": b"\1" * 32})


def parts(receipt):
    return [urlsafe_b64decode(part.encode()) for part in receipt.split(".")]


def joined(*pieces):
    return ".".join(urlsafe_b64encode(piece).decode() for piece in pieces)


def test_a_receipt_is_valid_with_the_published_keys_and_says_what_was_signed():
    assert verify(SIGNER.sign(PAYLOAD), SIGNER.jwks()) == PAYLOAD


def test_the_same_payload_gives_the_same_bytes():
    assert SIGNER.sign(PAYLOAD) == SIGNER.sign(dict(reversed(PAYLOAD.items())))


def test_it_is_short_enough_for_a_qr_code_and_names_its_algorithm():
    receipt = SIGNER.sign(PAYLOAD)
    assert len(receipt) < 500
    assert json.loads(parts(receipt)[0]) == {"alg": "Ed25519", "kid": SIGNER.jwks()["keys"][0]["kid"]}


def test_one_flipped_byte_anywhere_makes_it_not_valid():
    receipt = SIGNER.sign(PAYLOAD)
    for at in range(len(receipt)):
        other = "A" if receipt[at] != "A" else "B"
        changed = receipt[:at] + other + receipt[at + 1 :]
        try:
            assert verify(changed, SIGNER.jwks()) == PAYLOAD and parts(changed) == parts(receipt)
        except NotValid:
            pass


def test_another_towns_receipt_is_not_ours():
    with pytest.raises(NotValid):
        verify(Signer({"1": b"\2" * 32}).sign(PAYLOAD), SIGNER.jwks())


def test_old_receipts_stay_valid_after_the_key_is_changed():
    rotated = Signer({"1": b"\1" * 32, "2": b"\2" * 32})
    old, new = SIGNER.sign(PAYLOAD), rotated.sign(PAYLOAD)
    assert verify(old, rotated.jwks()) == verify(new, rotated.jwks()) == PAYLOAD
    with pytest.raises(NotValid):
        verify(new, SIGNER.jwks())


def test_no_other_algorithm_is_believed():
    _, payload, signature = parts(SIGNER.sign(PAYLOAD))
    kid = SIGNER.jwks()["keys"][0]["kid"]
    for header in ({"alg": "none", "kid": kid}, {"alg": "HS256", "kid": kid}, {"alg": "EdDSA", "kid": kid}, {"kid": kid}):
        with pytest.raises(NotValid):
            verify(joined(json.dumps(header).encode(), payload, signature), SIGNER.jwks())


@pytest.mark.parametrize("junk", ["", ".", "..", "a.b.c", "é", "x" * 10_000, "." * 500, "null", "e30.e30.e30"])
def test_junk_is_not_valid_and_never_another_error(junk):
    with pytest.raises(NotValid):
        verify(junk, SIGNER.jwks())


def test_something_else_signed_with_our_key_is_not_a_receipt():
    for payload in ({"v": 1}, PAYLOAD | {"more": 1}):
        with pytest.raises(NotValid):
            verify(SIGNER.sign(payload), SIGNER.jwks())
