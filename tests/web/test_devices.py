"""Where one is signed in, and the keys on one's phones: her own to see and to end, nobody else's."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from litestar import Request
from litestar.testing import RequestFactory, TestClient

from backend.identity import activation
from backend.web.pages import devices
from tests.identity.soft_phone import SoftPhone
from tests.web.conftest import JSON, NOW, ORIGIN, OURS, Client, built, see, sign_in

PAGE = "/en/mine/settings"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1"


class Town:
    """A town of its own, whose clock the tests move on."""

    def __init__(self, data: Path) -> None:
        self.now = NOW
        self.door = built(data, lambda: self.now)

    def phone(self, agent: str = "") -> Client:
        client = TestClient(self.door, base_url=ORIGIN)
        client.headers["user-agent"] = agent
        return client


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("town"))
    with TestClient(made.door, base_url=ORIGIN):
        yield made


@pytest.fixture
def phone(town: Town) -> Iterator[Client]:
    """Inger's; afterwards she is signed in nowhere and has no key."""
    client = town.phone(IPHONE)
    sign_in(client, "Inger")
    yield client
    sign_in(client, "Inger")
    for key in see(client, PAGE)["keys"]:
        remove(client, key["id"])
    end(client, "end-others")
    client.post("/en/sign-out", headers=OURS)


def elsewhere(town: Town, agent: str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)") -> Client:
    client = town.phone(agent)
    sign_in(client, "Inger")
    return client


def end(client: Client, do: str) -> Any:
    return client.post(f"{PAGE}/sessions", data={"do": do}, headers=OURS, follow_redirects=False)


def is_signed_in(client: Client) -> bool:
    return see(client, "/en")["frame"]["signed_in"] == 1


def test_she_sees_where_she_is_signed_in_and_which_one_is_this(town: Town, phone: Client) -> None:
    begun = town.now.astimezone(ZoneInfo("Europe/Copenhagen")).isoformat(timespec="minutes")
    town.now += timedelta(minutes=20)
    see(phone, PAGE)
    elsewhere(town)
    shown = {one["device"]: one for one in see(phone, PAGE)["sessions"]}
    assert (shown["iphone"]["here"], shown["windows"]["here"]) == (1, 0)
    assert shown["iphone"]["since"] == begun


def test_she_ends_one_of_them(town: Town, phone: Client) -> None:
    other = elsewhere(town)
    (there,) = [one["id"] for one in see(phone, PAGE)["sessions"] if not one["here"]]
    assert end(phone, f"end:{there}").headers["location"] == f"{PAGE}?told=ended"
    assert not is_signed_in(other) and is_signed_in(phone)


def test_she_ends_all_but_this_one(town: Town, phone: Client) -> None:
    others = [elsewhere(town) for _ in range(3)]
    assert end(phone, "end-others").headers["location"] == f"{PAGE}?told=all-ended"
    assert is_signed_in(phone) and not any(is_signed_in(other) for other in others)
    assert len(see(phone, PAGE)["sessions"]) == 1


def test_this_one_is_ended_by_signing_out(phone: Client) -> None:
    (here,) = see(phone, PAGE)["sessions"]
    assert end(phone, f"end:{here['id']}").headers["location"] == "/en/sign-out"
    assert is_signed_in(phone)


@pytest.mark.parametrize("do", ["end:", "end:x", "", "end:" + "0" * 32])
def test_what_is_not_hers_is_not_there(phone: Client, do: str) -> None:
    assert end(phone, do).status_code == 404


def test_nobody_ends_a_strangers(town: Town, phone: Client) -> None:
    (hers,) = see(phone, PAGE)["sessions"]
    stranger = town.phone()
    sign_in(stranger, "Samir")
    assert end(stranger, f"end:{hers['id']}").status_code == 404
    assert is_signed_in(phone)


def test_a_guest_is_shown_none_and_asked_to_sign_in(town: Town) -> None:
    guest = town.phone()
    shown = see(guest, PAGE)
    assert (shown["sessions"], shown["keys"]) == ([], [])
    for answer in (end(guest, "end-others"), guest.get(f"{PAGE}/keys/x", headers=OURS)):
        assert answer.status_code == 401


# Keys


@pytest.fixture
def keys(town: Town, phone: Client) -> list[str]:
    """Two: made with a code on the iPhone, and one more on a computer."""
    person = next(p["id"] for p in see(phone, "/en/sign-in")["demo"] if p["name"].startswith("Inger"))
    code = activation.make(town.door.inner.state.app.db, person, town.now).code
    make_key(phone, {"code": code})
    make_key(elsewhere(town), {})
    return [one["id"] for one in see(phone, PAGE)["keys"]]


def make_key(client: Client, asked: dict[str, str]) -> None:
    soft = SoftPhone("town.example", ORIGIN)
    options = client.post("/api/passkeys/register/options", json=asked, headers=OURS).json()
    answer = client.post("/api/passkeys/register", json={"credential": soft.make(options), "lang": "en"}, headers=OURS)
    assert answer.status_code == 200, answer.text


def remove(client: Client, key: str) -> Any:
    return client.post(f"{PAGE}/keys/{key}", headers={**OURS, "accept": "text/html"}, follow_redirects=False)


def test_she_sees_her_keys_with_device_and_day(phone: Client, keys: list[str]) -> None:
    shown = see(phone, PAGE)["keys"]
    assert [one["device"] for one in shown] == ["iphone", "windows"]
    assert all(one["made"].startswith("2026-11-24") for one in shown)


def test_she_is_asked_and_then_it_is_removed(phone: Client, keys: list[str]) -> None:
    assert see(phone, f"{PAGE}/keys/{keys[0]}")["last"] == 0
    assert remove(phone, keys[0]).headers["location"] == f"{PAGE}?told=removed"
    assert [one["id"] for one in see(phone, PAGE)["keys"]] == keys[1:]
    assert remove(phone, keys[0]).status_code == 404


def test_whoever_had_signed_in_elsewhere_is_out_when_a_key_is_removed(town: Town, phone: Client, keys: list[str]) -> None:
    lost = elsewhere(town)
    assert see(lost, PAGE)["keys"]
    remove(phone, keys[0])
    assert see(lost, PAGE)["keys"] == [] and see(phone, PAGE)["keys"]


def test_before_the_last_is_removed_another_way_in_is_named(phone: Client, keys: list[str]) -> None:
    remove(phone, keys[0])
    assert see(phone, f"{PAGE}/keys/{keys[1]}")["last"] == 1
    page = phone.get(f"{PAGE}/keys/{keys[1]}", headers={"accept": "text/html"}).text
    assert "your only key" in page and "service centre" in page


def test_removing_asks_who_it_is_when_that_is_long_ago(town: Town, phone: Client, keys: list[str]) -> None:
    town.now += timedelta(minutes=6)
    for answer in (remove(phone, keys[0]), phone.get(f"{PAGE}/keys/{keys[0]}", headers={"accept": "text/html"}, follow_redirects=False)):
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/en/sign-in?next=mine/settings/keys/{keys[0]}&reason=too-long"
    assert len(see(phone, PAGE)["keys"]) == 2


def test_a_strangers_key_is_not_there(town: Town, keys: list[str]) -> None:
    stranger = town.phone()
    sign_in(stranger, "Samir")
    assert stranger.get(f"{PAGE}/keys/{keys[0]}", headers=JSON).status_code == 404
    assert remove(stranger, keys[0]).status_code == 404


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (IPHONE, "iphone"), ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X)", "tablet"),
        ("Mozilla/5.0 (Linux; Android 10; K) Chrome/138 Mobile Safari/537.36", "android"),
        ("Mozilla/5.0 (Linux; Android 13; SM-X200) Chrome/138 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (Mobile; rv:48.0) Gecko/48.0 KAIOS/2.5", "phone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "mac"), ("Mozilla/5.0 (X11; Linux x86_64)", "computer"), ("", "computer"),
    ],
)  # fmt: skip
def test_a_device_is_told_apart_and_no_more(said: str, kind: str) -> None:
    request: Request[Any, Any, Any] = RequestFactory().get("/", headers={"user-agent": said})
    assert devices.kind_of(request) == kind
