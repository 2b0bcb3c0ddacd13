"""The signature by which a push service knows us: for its origin alone, made once in half its life, one key beside another."""

import base64
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend.store import keyring
from push.keys import LIFE_S, Vapid

CONTACT = "mailto:reminders@town.example"
ONE, TWO = b"\x01" * 32, b"\x02" * 32
FCM, MOZILLA = "https://fcm.googleapis.com/fcm/send/a", "https://updates.push.services.mozilla.com/wpush/v2/b"


class Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vapid(clock: Clock) -> Vapid:
    return Vapid({"1": ONE, "2": TWO}, CONTACT, clock)


def claims(vapid: Vapid, id: str, header: str) -> dict[str, Any]:
    """As a push service reads them: with the key the header names. Raises where the signature is another's."""
    token, key = header.removeprefix("vapid t=").split(", k=")
    assert key == vapid.public(id)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.urlsafe_b64decode(key + "="))
    return jwt.decode(token, point, algorithms=["ES256"], options={"verify_exp": False, "verify_aud": False})  # type: ignore[no-any-return]


def test_a_signature_names_us_the_service_and_an_end_within_a_day(vapid: Vapid, clock: Clock) -> None:
    assert claims(vapid, "2", vapid.authorization("2", FCM)) == {"aud": "https://fcm.googleapis.com", "exp": int(clock.at) + LIFE_S, "sub": CONTACT}
    assert LIFE_S <= 24 * 3600


@pytest.mark.parametrize(
    ("endpoint", "aud"),
    [
        ("https://push.example:8443/x", "https://push.example:8443"),
        ("https://push.example:443/x", "https://push.example"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443"),
        ("https://PUSH.Example/x", "https://push.example"),
        ("http://127.0.0.1:8030/x", "http://127.0.0.1:8030"),
    ],
)
def test_a_signature_keeps_the_port_of_the_service(vapid: Vapid, endpoint: str, aud: str) -> None:
    """F1: the library's own leaves it out, and a service on a port answers 401."""
    assert claims(vapid, "1", vapid.authorization("1", endpoint))["aud"] == aud


def test_one_signature_serves_a_service_for_half_its_life(vapid: Vapid, clock: Clock) -> None:
    first = vapid.authorization("1", FCM)
    clock.at += LIFE_S / 2 - 1
    assert vapid.authorization("1", FCM + "another-phone") == first
    clock.at += 2
    renewed = vapid.authorization("1", FCM)
    assert renewed != first
    assert claims(vapid, "1", renewed)["exp"] == int(clock.at) + LIFE_S


def test_a_clock_set_back_renews_a_signature(vapid: Vapid, clock: Clock) -> None:
    """One made an hour ahead ends more than is allowed after the time of the service."""
    clock.at += 13 * 3600
    ahead = vapid.authorization("1", FCM)
    clock.at -= 13 * 3600
    assert claims(vapid, "1", vapid.authorization("1", FCM))["exp"] == int(clock.at) + LIFE_S
    assert vapid.authorization("1", FCM) != ahead


def test_each_service_and_each_key_has_a_signature_of_its_own(vapid: Vapid) -> None:
    made = {(id, endpoint): vapid.authorization(id, endpoint) for id in ("1", "2") for endpoint in (FCM, MOZILLA)}
    assert len(set(made.values())) == 4
    for (id, endpoint), header in made.items():
        assert endpoint.startswith(claims(vapid, id, header)["aud"])


def test_the_newest_key_is_the_last(vapid: Vapid) -> None:
    assert vapid.newest == "2"
    assert vapid.public("1") != vapid.public("2")
    assert base64.urlsafe_b64decode(vapid.public("1") + "=")[0] == 4


def test_a_key_of_ours_is_made_readable_by_us_alone(tmp_path: Any) -> None:
    """F8: the library's own command writes it as the umask says."""
    made = [file for file in keyring.make(tmp_path / "keys") if file.name.startswith("vapid-")]
    made.append(keyring.add(tmp_path / "keys", "vapid"))
    assert [file.stat().st_mode & 0o777 for file in made] == [0o600, 0o600]
    assert len(Vapid(keyring.load(tmp_path / "keys").keys["vapid"], CONTACT).publics) == 2
