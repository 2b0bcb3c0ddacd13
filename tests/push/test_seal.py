"""Messages are sealed to RFC 8291, each with a key and a salt of its own, and around the faults of the library."""

import base64
import os
import random
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from webpush import WebPush

from push import encryption
from push.keys import Vapid
from push.seal import LONGEST_S, QuickWebPush, Sealer, TooLong
from push.subscriptions import Subscription, SubscriptionKeys
from tests.push.receiver import Receiver, encode

VAPID = Vapid({"1": b"\x01" * 32, "2": b"\x02" * 32}, "mailto:reminders@town.example")
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/gAAA%3D%3d"
LIBRARIES = [QuickWebPush, WebPush]


def subscription(phone: Receiver) -> Subscription:
    return Subscription(phone.endpoint, SubscriptionKeys(**phone.subscription["keys"]))  # type: ignore[arg-type]


PHONE = Receiver(ENDPOINT)
SUBSCRIPTION = subscription(PHONE)


@pytest.fixture(params=LIBRARIES, ids=["ours", "library"])
def sealer(request: Any) -> Sealer:
    return Sealer(VAPID, request.param)


def seal(sealer: Sealer, text: bytes = b"{}", ttl_s: int = 60, topic: str = "t", key: str = "2", phone: Subscription = SUBSCRIPTION) -> Any:
    return sealer.seal(key, text, phone, ttl_s, "normal", topic)


def raw(library: type[WebPush], text: bytes, phone: Subscription = SUBSCRIPTION) -> bytes:
    """Without our limit and padding."""
    return Sealer(VAPID, library).by_key["2"].get(text, phone).encrypted  # type: ignore[no-any-return]


def given(private: ec.EllipticCurvePrivateKey, salt: bytes) -> Any:
    return patch.multiple("cryptography.hazmat.primitives.asymmetric.ec", generate_private_key=lambda *curve: private), patch("os.urandom", lambda size: salt[:size])


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_example_of_rfc_8291_comes_out_to_the_byte(library: type[WebPush]) -> None:
    private = ec.derive_private_key(int.from_bytes(unpadded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1())
    keys = SubscriptionKeys("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg")
    one, two = given(private, unpadded("DGv6ra1nlYgDCS1FRnbzlw"))
    with one, two:
        body = raw(library, b"When I grow up, I want to be a watermelon", Subscription(ENDPOINT, keys))
    assert len(body) == 144
    assert encode(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def cases() -> Iterator[tuple[bytes, bytes]]:
    chance = random.Random(8291)
    for size in [0, 1, 2, 15, 16, 17, 511, 512, 2047, 2048, 3993, *[chance.randrange(4000) for _ in range(200)]]:
        yield chance.randbytes(size), chance.randbytes(16)


def test_our_encryption_makes_the_same_bytes_as_the_library() -> None:
    for text, salt in cases():
        private, phone = ec.generate_private_key(ec.SECP256R1()), subscription(Receiver(ENDPOINT))
        one, two = given(private, salt)
        with one, two:
            assert raw(QuickWebPush, text, phone) == raw(WebPush, text, phone)


@pytest.mark.parametrize("size", [0, 1, 2047, 2048, 3993])
@pytest.mark.parametrize("library", LIBRARIES)
def test_other_code_decrypts_every_size(library: type[WebPush], size: int) -> None:
    text = os.urandom(size)
    assert PHONE.read(raw(library, text)) == text


def test_other_code_decrypts_a_thousand_messages(sealer: Sealer) -> None:
    chance = random.Random(1)
    for _ in range(1000):
        text = chance.randbytes(chance.randrange(2040)) + b"}"
        read = PHONE.read(seal(sealer, text).body)
        assert read.rstrip(b" ") == text
        assert len(read) in (512, 1024, 2048)


def test_ten_thousand_messages_have_ten_thousand_keys_and_salts() -> None:
    """RFC 8291, section 2: a key that two messages share ties their phones to each other."""
    bodies = [encryption.encrypt(b"{}", SUBSCRIPTION.keys.p256dh, SUBSCRIPTION.keys.auth) for _ in range(10_000)]
    assert len({body[:16] for body in bodies}) == len({body[21:86] for body in bodies}) == 10_000


def test_the_faults_we_go_around_are_still_those_of_the_library() -> None:
    """Where this fails after an update, a wrap may be taken away."""
    stock = Sealer(VAPID, WebPush).by_key["1"]
    stock.get(b"", SUBSCRIPTION, ttl=7)
    assert stock.ttl == 7, "F2: written back"
    assert len(stock.get(bytes(4080), SUBSCRIPTION).encrypted) > 4096, "F4: no limit"
    assert set(stock.get(b"", SUBSCRIPTION).headers) == {"ttl", "content-encoding", "authorization"}, "F7: no topic, no urgency"


def test_two_messages_keep_a_ttl_each(sealer: Sealer) -> None:
    """F2: the library writes it back to the object that seals the next."""
    assert [seal(sealer, ttl_s=ttl_s).headers["ttl"] for ttl_s in (60, 86400, 60)] == ["60", "86400", "60"]


@pytest.mark.parametrize(("ttl_s", "said"), [(0, "1"), (-5, "1"), (1, "1"), (LONGEST_S, str(LONGEST_S)), (LONGEST_S + 1, str(LONGEST_S))])
def test_a_phone_that_is_off_gets_it_later(sealer: Sealer, ttl_s: int, said: str) -> None:
    """F3: the library's default of 0 means now or never."""
    assert seal(sealer, ttl_s=ttl_s).headers["ttl"] == said


def test_a_text_too_long_for_a_phone_is_refused(sealer: Sealer) -> None:
    """F4: the library makes a body that the push service refuses, or that no phone can read."""
    with pytest.raises(TooLong):
        seal(sealer, b"x" * 2049)
    assert len(seal(sealer, b"x" * 2048).body) == 2048 + 103


@pytest.mark.parametrize("endpoint", [ENDPOINT, "HTTPS://FCM.googleapis.com:443/x", "https://db5p.notify.windows.com/w/?token=BQY%2b%3d&a=../b"])
def test_an_address_is_kept_letter_for_letter(sealer: Sealer, endpoint: str) -> None:
    """F6: the library's own type rewrites it, and takes machines of the house."""
    phone = Subscription(endpoint, SUBSCRIPTION.keys)
    assert seal(sealer, phone=phone).headers["authorization"] == VAPID.authorization("2", endpoint)
    assert phone.endpoint == endpoint


def test_a_message_has_every_header_a_push_service_reads(sealer: Sealer) -> None:
    """F7: the library knows no topic and no urgency."""
    assert seal(sealer, topic="TOPIC").headers == {
        "ttl": "60", "urgency": "normal", "topic": "TOPIC", "content-type": "application/octet-stream", "content-encoding": "aes128gcm",
        "authorization": VAPID.authorization("2", ENDPOINT),
    }  # fmt: skip
    assert "topic" not in seal(sealer, topic="").headers


def test_a_phone_is_written_to_with_the_key_it_subscribed_with(sealer: Sealer) -> None:
    assert [seal(sealer, key=key).headers["authorization"].split("k=")[1] for key in ("1", "2", "1")] == [VAPID.public("1"), VAPID.public("2"), VAPID.public("1")]


def test_keys_with_padding_and_without_are_the_same_keys(sealer: Sealer) -> None:
    keys = SUBSCRIPTION.keys
    phone = Subscription(ENDPOINT, SubscriptionKeys(keys.p256dh + "=", keys.auth + "=="))
    assert PHONE.read(seal(sealer, b"hello", phone=phone).body).rstrip() == b"hello"


def test_our_own_step_is_the_one_that_encrypts() -> None:
    with patch.object(encryption, "encrypt", lambda *asked: b"ours"):
        assert raw(QuickWebPush, b"{}") == b"ours"
        assert seal(Sealer(VAPID)).body == b"ours"
