"""A subscription whose keys are none would make every message unreadable, so it is refused before it is kept."""

import base64

import pytest

from push import subscriptions
from push.subscriptions import BadSubscription, Subscription, SubscriptionKeys
from tests.push.receiver import Receiver, encode

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/gAAA%3D%3d"
PHONE = Receiver(ENDPOINT)
P256DH, AUTH = PHONE.subscription["keys"]["p256dh"], PHONE.subscription["keys"]["auth"]
POINT = base64.urlsafe_b64decode(P256DH + "=")
BAD_P256DH = {
    "nothing": "", "junk": "hello", "a byte short": encode(POINT[:-1]), "a byte long": encode(POINT + b"0"), "64 bytes without the 4": encode(POINT[1:]),
    "compressed": encode(b"\x02" + POINT[1:33]), "hybrid": encode(b"\x06" + POINT[1:]), "first byte 5": encode(b"\x05" + POINT[1:]),
    "not on the curve": encode(POINT[:-1] + bytes([POINT[-1] ^ 1])), "the point at infinity": encode(b"\x00"), "65 noughts": encode(bytes(65)),
    "4 and noughts": encode(b"\x04" + bytes(64)), "as large as the field": encode(b"\x04" + b"\xff" * 64), "the old alphabet": "+/" + P256DH[2:],
    "a break in it": P256DH[:40] + "\n" + P256DH[40:], "a blank after it": P256DH + " ", "a break after it": P256DH + "\n", "too much padding": P256DH + "===",
    "padding within": P256DH[:40] + "=" + P256DH[41:], "bits left over": P256DH[:-1] + "_", "no ASCII": "é" + P256DH[1:], "digits of Arabic": "٣" + P256DH[1:],
    "much too long": "A" * 100_000,
}  # fmt: skip
BAD_AUTH = {
    "nothing": "", "junk": "!!!!", "15 bytes": encode(bytes(15)), "17 bytes": encode(bytes(17)), "the old alphabet": "++" + AUTH[2:], "a blank": AUTH + " ",
    "a sign short": AUTH[:-1], "bits left over": AUTH[:-1] + "_", "hexadecimal": "00" * 16, "a key": P256DH,
}  # fmt: skip


def test_the_exact_texts_of_the_browser_are_kept() -> None:
    for padding in ("", "="):
        made, origin = subscriptions.check(ENDPOINT, P256DH + padding, AUTH + padding * 2)
        assert made == Subscription(ENDPOINT, SubscriptionKeys(P256DH + padding, AUTH + padding * 2))
        assert origin == "https://updates.push.services.mozilla.com"


@pytest.mark.parametrize("p256dh", BAD_P256DH.values(), ids=BAD_P256DH)
def test_a_key_that_is_no_point_is_refused(p256dh: str) -> None:
    with pytest.raises(BadSubscription, match="^p256dh$"):
        subscriptions.check(ENDPOINT, p256dh, AUTH)


@pytest.mark.parametrize("auth", BAD_AUTH.values(), ids=BAD_AUTH)
def test_a_secret_that_is_not_sixteen_bytes_is_refused(auth: str) -> None:
    with pytest.raises(BadSubscription, match="^auth$"):
        subscriptions.check(ENDPOINT, P256DH, auth)


@pytest.mark.parametrize(("endpoint", "reason"), {"https://127.0.0.1/x": "host", "http://fcm.googleapis.com/x": "scheme", "https://u@fcm.googleapis.com/x": "user"}.items())
def test_an_address_of_no_push_service_is_refused_with_the_subscription(endpoint: str, reason: str) -> None:
    with pytest.raises(BadSubscription, match=f"^{reason}$"):
        subscriptions.check(endpoint, P256DH, AUTH)
