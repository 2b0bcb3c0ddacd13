"""The page on reminders in real Firefox, with a push service of the tests' own: asked for, tested, stopped, signed out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.safe import SafeTown
from tests.push.firefox import firefox
from tests.push.peer import Peer
from tests.push.test_firefox_town import PushPhone

pytestmark = pytest.mark.browser
HERE = "mine/reminders"
TAKE_OFF = """async () => {
  const { endpoint } = await (await navigator.serviceWorker.ready).pushManager.getSubscription()
  await fetch('/api/push/subscriptions', { method: 'DELETE', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ endpoint }) })
}"""


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    running = Peer().start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def town(peer: Peer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SafeTown]:
    made = SafeTown(tmp_path_factory.mktemp("town") / "data")
    made.env |= {"MEDBORGER_PUSH_TEST_ORIGINS": peer.origin}
    try:
        made.start()
        yield made
    finally:
        made.kill()
        made.front.end()


@pytest.fixture(scope="module")
def owned(peer: Peer, town: SafeTown, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushPhone]:
    with firefox(tmp_path_factory.mktemp("firefox"), peer) as driver:
        taken = PushPhone(driver, town)
        taken.own()
        taken.settle_worker()
        taken.sign_in()
        yield taken


@pytest.fixture
def phone(owned: PushPhone) -> PushPhone:
    owned.go(HERE)
    state(owned)
    return owned


def says(phone: PushPhone, state: str) -> bool:
    return phone.page.evaluate("(state) => [...document.querySelectorAll('[data-when]')].some((one) => one.dataset.when === state && !one.hidden)", state)


def said(phone: PushPhone, which: str) -> bool:
    return phone.page.evaluate("(which) => !document.querySelector(`[data-say=${which}]`).hidden", which)


def press(phone: PushPhone, act: str) -> None:
    phone.page.evaluate("(act) => document.querySelector(`#push button[value=${act}]`).click()", act)


def phones(phone: PushPhone) -> int:
    return len(phone.json(HERE)["phones"])


def state(phone: PushPhone) -> str:
    """"on" or "off", also while the page is being shown anew by itself."""
    return str(phone.wait(lambda: next((one for one in ("on", "off") if says(phone, one)), ""), "for what is true of this phone"))


def asked_for(phone: PushPhone) -> None:
    if state(phone) == "off":
        press(phone, "yes")
        phone.wait(lambda: says(phone, "on"), "for the subscription")
    assert phones(phone) == 1


def test_no_page_asks_for_leave_before_she_has_pressed(phone: PushPhone) -> None:
    assert state(phone) == "off" and phones(phone) == 0


def test_a_test_ends_in_a_tick_when_the_phone_has_shown_it(phone: PushPhone) -> None:
    asked_for(phone)
    press(phone, "test")
    phone.wait(lambda: said(phone, "shown"), "for the tick")
    assert any(one["body"].startswith("Det virker.") for one in phone.page.notices())


def test_a_test_that_does_not_come_ends_in_the_offer_of_an_sms(phone: PushPhone) -> None:
    """Taken off the list on another phone, with this page still open."""
    asked_for(phone)
    phone.page.evaluate(TAKE_OFF)
    press(phone, "test")
    phone.wait(lambda: said(phone, "missing"), "for the offer")
    assert not said(phone, "shown")


def test_a_subscription_that_died_is_repaired_without_a_word(phone: PushPhone, town: SafeTown) -> None:
    asked_for(phone)
    assert phone.page.unsubscribe()
    phone.go("help")
    phone.wait(lambda: phone.page.evaluate("async () => !!(await (await navigator.serviceWorker.ready).pushManager.getSubscription())"), "for the repair")
    phone.wait(lambda: phones(phone) == 1, "for the server to hear of it")
    phone.go(HERE)
    phone.wait(lambda: says(phone, "on"), "for the phone to say so")


def test_stopping_takes_the_phone_off_the_list(phone: PushPhone) -> None:
    asked_for(phone)
    press(phone, "stop")
    phone.wait(lambda: says(phone, "off") and phones(phone) == 0, "for the end")


def test_signing_out_ends_the_messages_to_this_phone(phone: PushPhone, peer: Peer, town: SafeTown) -> None:
    asked_for(phone)
    ended = town.front.count(b"DELETE /api/push/subscriptions")
    phone.go("sign-out")
    phone.press("main form .main")
    phone.wait(lambda: town.front.count(b"DELETE /api/push/subscriptions") > ended, "for the server to hear of it")
