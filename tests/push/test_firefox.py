"""Sealed by us, delivered by a push service, decrypted and shown by real Firefox. One browser for the whole file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.push.firefox import Window, firefox
from tests.push.peer import Peer
from tests.push.sender import Sender, Stock, post

pytestmark = pytest.mark.browser
PAGES = Path(__file__).parent / "page"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Peer, Window]]:
    peer = Peer(pages=PAGES).start()
    try:
        with firefox(tmp_path_factory.mktemp("firefox"), peer) as driver:
            yield peer, Window(driver, peer.origin)
    finally:
        peer.stop()


@pytest.fixture(scope="module")
def sender() -> Sender:
    return Sender()


@pytest.fixture
def peer(running: tuple[Peer, Window]) -> Peer:
    return running[0]


@pytest.fixture
def window(running: tuple[Peer, Window], sender: Sender) -> Iterator[Window]:
    """On the site, with nothing left of the test before."""
    peer, window = running
    window.goto("/index.html")
    window.unsubscribe()
    window.put_away()
    peer.receipts.clear()
    peer.acks.clear()
    yield window
    peer.release()
    peer.service.ahead_s, peer.deliveries = 0, 1


def notice(title: str, **more: Any) -> bytes:
    return json.dumps({"web_push": 8030, "notification": {"title": title, "navigate": "https://town.example/da/n/1", **more}}).encode()


def shown(peer: Peer, count: int = 1) -> list[str]:
    """The titles of the first receipts, once there are so many."""
    peer.wait(lambda: len(peer.receipts) >= count, f"for {count} receipts; there are {peer.receipts}")
    return [one["title"] for one in peer.receipts]


def test_a_push_is_shown_by_the_worker_which_says_so(peer: Peer, window: Window, sender: Sender) -> None:
    subscription = window.subscribe(sender.public)
    assert sender.send(subscription, notice("Medborger", body="Der er nyt til dig.", lang="da", dir="ltr", tag="t1")).status == 201
    assert shown(peer) == ["Medborger"]
    assert window.notices() == [{"title": "Medborger", "body": "Der er nyt til dig.", "tag": "t1", "lang": "da", "dir": "ltr"}]
    peer.wait(lambda: [ack.code for ack in peer.acks] == [100], "for the ack")


def test_an_arabic_notice_keeps_its_letters_and_its_direction(peer: Peer, window: Window, sender: Sender) -> None:
    assert sender.send(window.subscribe(sender.public), notice("Medborger", body="لديك رسالة جديدة.", lang="ar", dir="rtl")).status == 201
    shown(peer)
    (one,) = window.notices()
    assert (one["body"], one["lang"], one["dir"]) == ("لديك رسالة جديدة.", "ar", "rtl")


def test_a_token_for_the_host_without_its_port_is_refused(peer: Peer, window: Window) -> None:
    stock = Stock()
    assert stock.send(window.subscribe(stock.public), notice("never")).status == 401


def test_it_is_delivered_with_the_page_closed(peer: Peer, window: Window, sender: Sender) -> None:
    subscription = window.subscribe(sender.public)
    window.goto("about:blank")
    assert sender.send(subscription, notice("nobody looks")).status == 201
    assert shown(peer) == ["nobody looks"]


def test_3993_bytes_come_whole(peer: Peer, window: Window, sender: Sender) -> None:
    assert sender.send_unpadded(window.subscribe(sender.public), notice("long").ljust(3993)).status == 201
    assert shown(peer) == ["long"] and peer.receipts[0]["bytes"] == 3993


def test_one_flipped_bit_is_no_event_and_is_acknowledged_as_unreadable(peer: Peer, window: Window, sender: Sender) -> None:
    subscription = window.subscribe(sender.public)
    body, headers = sender.seal(subscription, notice("broken"))
    assert post(subscription["endpoint"], body[:-1] + bytes([body[-1] ^ 1]), headers).status == 201
    peer.wait(lambda: [ack.code for ack in peer.acks] == [101], "for the ack that says it could not be decrypted")
    assert sender.send(subscription, notice("whole")).status == 201
    assert shown(peer) == ["whole"]


def test_two_messages_with_one_tag_are_one_notice(peer: Peer, window: Window, sender: Sender) -> None:
    subscription = window.subscribe(sender.public)
    for title in ("first", "second"):
        assert sender.send(subscription, notice(title, tag="matter")).status == 201
    assert sorted(shown(peer, 2)) == ["first", "second"]
    assert [one["title"] for one in window.notices()] == ["second"]


def test_a_message_that_the_service_sends_again_is_shown_once(peer: Peer, window: Window, sender: Sender) -> None:
    subscription = window.subscribe(sender.public)
    peer.deliveries = 2
    assert sender.send(subscription, notice("repeated")).status == 201
    peer.wait(lambda: len(peer.acks) == 2, "for both acks")
    assert sender.send(subscription, notice("next")).status == 201
    assert shown(peer, 2) == ["repeated", "next"]


def test_unsubscribed_means_410(peer: Peer, window: Window, sender: Sender) -> None:
    subscription = window.subscribe(sender.public)
    assert window.unsubscribe()
    peer.wait(lambda: peer.service.channels == {}, "for the end of the channel")
    assert sender.send(subscription, notice("too late")).status == 410


def test_of_one_topic_only_the_newest_comes_when_the_phone_is_back(peer: Peer, window: Window, sender: Sender) -> None:
    subscription = window.subscribe(sender.public)
    peer.hold()
    for title, topic in (("old", "matter-1"), ("other matter", "matter-2"), ("new", "matter-1")):
        assert sender.send(subscription, notice(title), topic=topic).status == 201
    peer.release()
    assert sorted(shown(peer, 2)) == ["new", "other matter"]


def test_what_outlived_its_time_is_never_shown(peer: Peer, window: Window, sender: Sender) -> None:
    subscription = window.subscribe(sender.public)
    peer.hold()
    assert sender.send(subscription, notice("for an hour"), ttl_s=3600).status == 201
    assert sender.send(subscription, notice("for two"), ttl_s=7200).status == 201
    peer.service.ahead_s = 3600
    peer.release()
    assert shown(peer) == ["for two"]


def test_a_new_key_needs_a_new_subscription_and_the_old_one_stays_with_its_key(peer: Peer, window: Window, sender: Sender) -> None:
    newer = Sender()
    old = window.subscribe(sender.public)
    assert newer.send(old, notice("wrong key")).status == 403
    with pytest.raises(AssertionError, match="InvalidState"):
        window.subscribe(newer.public)
    assert sender.send(old, notice("old key")).status == 201
    assert window.unsubscribe()
    new = window.subscribe(newer.public)
    assert new["endpoint"] != old["endpoint"]
    assert (sender.send(old, notice("gone")).status, newer.send(new, notice("new key")).status) == (410, 201)
    assert shown(peer, 2) == ["old key", "new key"]


def test_a_tap_opens_the_page_that_the_notice_names(peer: Peer, window: Window, sender: Sender) -> None:
    named = f"{peer.origin}/index.html?n=1"
    for title in ("tap me", "not me"):
        assert sender.send(window.subscribe(sender.public), notice(title, navigate=named if title == "tap me" else "https://town.example/")).status == 201
    shown(peer, 2)
    peer.wait(lambda: set(window.titles()) == {"tap me", "not me"}, "for both to stand on the screen")
    window.tap("tap me")
    assert shown(peer, 3)[2] == "tap me" and peer.receipts[2]["event"] == "clicked"
    assert window.other_tabs() == [named]
