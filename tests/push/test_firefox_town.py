"""The product's own worker in real Firefox: what a push becomes on a resident's phone. One town and one browser for the file."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.domain.actors import SYSTEM
from backend.domain.notices import Town as TownOf
from backend.domain.reminders import Reminder
from backend.store import notices, subscriptions
from backend.store.database import Database
from backend.store.duties import Duty
from backend.store.subscriptions import Phone
from i18n import catalogue
from push.engine import Engine
from push.gates import Gates
from push.keys import Vapid
from push.phones import Phones
from push.seal import Sealer
from push.sentences import About, Sender
from push.texts import Texts
from push.wire import Wire
from tests.browser.others import OtherPhone
from tests.browser.safe import SafeTown, safe_town
from tests.push.firefox import Window, firefox
from tests.push.peer import Peer
from tests.people import INGER
from tests.push.sender import Sender as Sending
from tests.store.conftest import data, db, keys  # noqa: F401 - the same store

pytestmark = pytest.mark.browser
SEEN = b"POST /api/push/seen"
TOKEN = "A" * 22
NOON = datetime(2027, 2, 20, 11, tzinfo=UTC)


class PushPhone(OtherPhone):
    page: Window  # type: ignore[assignment]

    def __init__(self, driver: Any, town: SafeTown, lang: str = "da") -> None:
        super().__init__(driver, town, lang)
        self.page = Window(driver, town.origin)


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    running = Peer().start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SafeTown]:
    with safe_town(tmp_path_factory.mktemp("town") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def owned(peer: Peer, town: SafeTown, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushPhone]:
    """Firefox with the town's worker, on a phone that is somebody's own."""
    with firefox(tmp_path_factory.mktemp("firefox"), peer) as driver:
        taken = PushPhone(driver, town)
        taken.own()
        taken.settle_worker()
        yield taken


@pytest.fixture(scope="module")
def sender() -> Sending:
    return Sending()


@pytest.fixture
def phone(owned: PushPhone, peer: Peer, town: SafeTown) -> PushPhone:
    owned.go("help")
    owned.page.unsubscribe()
    owned.page.put_away()
    peer.wait(lambda: not owned.page.titles(), "for an empty screen")
    town.front.asked.clear()
    return owned


def seen(town: SafeTown) -> int:
    return sum(line.startswith(SEEN) for line in town.front.asked)


TEXTS = {
    "da": {"title": "Medborger", "body": "Der er nyt til dig.", "lang": "da", "dir": "ltr"},
    "ar": {"title": "Medborger", "body": "هناك جديد لك.", "lang": "ar", "dir": "rtl"},
}


def payload(origin: str, lang: str = "da") -> bytes:
    told = TEXTS[lang] | {"tag": lang * 11, "navigate": f"{origin}/{lang}/help", "data": {"id": "ab" * 16, "r": TOKEN}}
    return msgspec.json.encode({"web_push": 8030, "mutable": True, "notification": told})


@pytest.mark.parametrize("lang", TEXTS)
def test_a_reminder_is_shown_in_the_language_it_was_written_in_with_the_page_closed(
    phone: PushPhone, peer: Peer, town: SafeTown, sender: Sending, lang: str,
) -> None:  # fmt: skip
    subscription = phone.page.subscribe(sender.public)
    phone.page.goto("about:blank")
    assert sender.send(subscription, payload(town.origin, lang)).status == 201
    peer.wait(lambda: seen(town) == 1, "for the receipt")
    phone.go("help")
    assert phone.page.notices() == [TEXTS[lang] | {"tag": lang * 11}]


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"notification": null}', b'{"notification": {"title": 7, "dir": "up"}}'])
def test_whatever_comes_something_is_shown_in_plain_words(phone: PushPhone, peer: Peer, sender: Sending, broken: bytes) -> None:
    assert sender.send(phone.page.subscribe(sender.public), broken).status == 201
    peer.wait(phone.page.notices, "for a notice")
    (shown,) = phone.page.notices()
    assert (shown["title"], shown["body"]) == ("Medborger", "Der er nyt til dig.")


def test_a_tap_opens_the_page_and_is_told(phone: PushPhone, peer: Peer, town: SafeTown, sender: Sending) -> None:
    subscription = phone.page.subscribe(sender.public)
    phone.page.goto("about:blank")
    assert sender.send(subscription, payload(town.origin, "ar")).status == 201
    peer.wait(lambda: phone.page.titles() == ["Medborger"], "for the notice on the screen")
    phone.page.tap("Medborger")
    peer.wait(lambda: seen(town) >= 2, "for both receipts")
    assert phone.page.other_tabs() == [f"{town.origin}/ar/help"]


class Told:
    """The loop that sends reminders, over a store of its own, at noon of a day in February 2027."""

    def __init__(self, db: Database, peer: Peer, town: SafeTown) -> None:
        self.db, self.peer, self.town = db, peer, town
        self.vapid = Vapid({"1": b"\x01" * 32}, "mailto:reminders@town.example")

    async def subscribe(self, subscription: dict[str, Any], lang: str) -> None:
        phone = Phone(subscription["endpoint"], subscription["keys"]["p256dh"], subscription["keys"]["auth"], lang, level=2)
        await subscriptions.put(self.db, INGER, phone, self.peer.origin, "1", NOON)

    async def turns(self) -> None:
        words = {code: catalogue.load(code) for code in ("da", "en", "ar")}
        texts = Texts(Sender("Havneby", "+4533663366", self.town.origin), words)
        wire = Wire({self.peer.origin})
        phones = Phones(
            self.db, Sealer(self.vapid).seal, wire, texts, lambda row, lang: About(row.rule, row.kind, last_day=row.last_day),
            Gates({}), self.town.origin, b"k" * 32,
        )  # fmt: skip
        engine = Engine(self.db, {"push": phones}, TownOf(), lambda: NOON, Duty("sender", 60))
        while await engine.turn():
            pass
        await wire.close()


@pytest.mark.parametrize(("lang", "dir"), [("da", "ltr"), ("ar", "rtl")])
def test_a_deadline_becomes_a_notice_in_her_language_and_a_tap_leads_to_it(
    phone: PushPhone, peer: Peer, town: SafeTown, db: Database, lang: str, dir: str,
) -> None:  # fmt: skip
    told = Told(db, peer, town)
    subscription = phone.page.subscribe(told.vapid.public("1"))
    phone.page.goto("about:blank")
    due = notices.new(2, "case/c1", Reminder("answer", "act", "heavy", "after-letter", last_day="2027-03-01"), int(NOON.timestamp() * 1000), "sick-pay", 1)
    with ThreadPoolExecutor(1) as beside:  # Playwright may hold this thread's loop
        beside.submit(asyncio.run, told.subscribe(subscription, lang)).result()
        db.write_now(lambda tx, actor: notices.add(tx, actor, due), SYSTEM)
        beside.submit(asyncio.run, told.turns()).result()
    peer.wait(lambda: seen(town) == 1, "for the receipt")
    phone.go("help")
    (shown,) = phone.page.notices()
    assert (shown["lang"], shown["dir"], len(shown["tag"])) == (lang, dir, 22)
    assert "Havneby" in shown["title"] and ("1. marts 2027" if lang == "da" else "مارس") in shown["body"], shown
    phone.page.goto("about:blank")
    phone.page.tap(shown["title"])
    peer.wait(lambda: seen(town) >= 2, "for the receipt of the tap")
    (address,) = phone.page.other_tabs()
    assert address.startswith(f"{town.origin}/{lang}/sign-in") and f"next=n/{due.public_id}" in address  # a message signs nobody in
