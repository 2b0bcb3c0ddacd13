"""A code from the desk, a passkey on the phone, and signing in without a name: in the real browser."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.lock import Lock, code_of, unlock
from tests.browser.phone import Phone
from tests.browser.town import Town

Phones = Callable[..., Phone]


def says(phone: Phone) -> list[str]:
    return phone.page.evaluate("() => [...document.querySelectorAll('[data-say]')].filter((p) => !p.hidden).map((p) => p.dataset.say)")


@pytest.fixture
def known(phone: Phones, town: Town) -> Iterator[tuple[Phone, Lock]]:
    """Inger's phone, on which she has just made her passkey."""
    mine = phone("da", worker=False)
    lock = Lock(mine)
    mine.go(f"activate#{code_of(town, mine)}")
    mine.press()
    with mine.page.expect_navigation(url="**/activate?done=1"):
        unlock(mine)
    yield mine, lock


def test_a_scanned_code_fills_itself_in_and_leaves_the_address(phone: Phones, town: Town) -> None:
    mine = phone("da", worker=False)
    mine.go("activate#ABCD-EFGH-JKMN")
    assert mine.page.input_value("#code") == "ABCD-EFGH-JKMN"
    assert "#" not in mine.page.url


def test_a_code_opens_a_passkey_and_signs_its_owner_in(known: tuple[Phone, Lock]) -> None:
    mine, lock = known
    assert mine.json("mine")["frame"]["name"] == "Inger Holm"
    (held,) = lock.passkeys
    assert held["isResidentCredential"] and held["rpId"] == "localhost"


def test_the_passkey_signs_in_without_a_name_and_leads_back(known: tuple[Phone, Lock]) -> None:
    mine, _ = known
    mine.context.clear_cookies()
    mine.go("sign-in?next=services/rats")
    with mine.page.expect_navigation(url="**/da/services/rats"):
        unlock(mine)
    assert mine.json("mine")["frame"]["name"] == "Inger Holm"


def test_a_finger_that_does_not_fit_signs_nobody_in_and_one_may_try_again(known: tuple[Phone, Lock]) -> None:
    mine, lock = known
    mine.context.clear_cookies()
    mine.go("sign-in")
    lock.finger_fits(False)
    unlock(mine)
    mine.wait(lambda: says(mine) == ["not-finished"])
    # The virtual lock stays shut after a refusal, as a real one after too many: that we ask again is what is ours.
    with mine.page.expect_response("**/api/passkeys/sign-in/options"):
        unlock(mine)
    assert mine.json("sign-in")["frame"]["signed_in"] == 0


def test_a_phone_we_do_not_know_is_told_so(known: tuple[Phone, Lock]) -> None:
    mine, lock = known
    mine.context.clear_cookies()
    held = lock.passkeys[0]
    stranger = held | {"credentialId": "c3RyYW5nZXI="}
    lock.tools.send("WebAuthn.clearCredentials", {"authenticatorId": lock.id})
    lock.tools.send("WebAuthn.addCredential", {"authenticatorId": lock.id, "credential": stranger})
    mine.go("sign-in")
    unlock(mine)
    mine.wait(lambda: says(mine) == ["not-known"])


def test_a_used_code_opens_nothing_more(phone: Phones, town: Town) -> None:
    first, second = phone("da", worker=False), phone("da", worker=False)
    Lock(first), Lock(second)
    code = code_of(town, first, 1)
    for one in (first, second):
        one.go(f"activate#{code}")
        one.press()
    with first.page.expect_navigation(url="**/activate?done=1"):
        unlock(first)
    unlock(second)
    second.wait(lambda: len(says(second)) == 1)
    assert second.json("sign-in")["frame"]["name"] == ""


def test_a_wrong_code_is_said_beside_the_field(phone: Phones) -> None:
    mine = phone("da", worker=False)
    mine.go("activate#AAAA-AAAA-AAAA")
    mine.press()
    assert mine.page.locator("#code-error").is_visible() and mine.page.locator("#born-day").is_visible()


def test_the_secret_of_prf_is_stable_and_never_leaves_the_phone(phone: Phones, town: Town) -> None:
    mine = phone("da")
    Lock(mine)
    mine.settle_worker()
    sent: list[str] = []
    mine.page.on("request", lambda request: sent.append(request.post_data or ""))
    # What the page hands to the worker is a key it cannot read; each time the same one.
    mine.page.add_init_script(
        """const say = ServiceWorker.prototype.postMessage
        ServiceWorker.prototype.postMessage = function (what, ...rest) {
          if (what && what.say === 'unlock') {
            sessionStorage.setItem('kind', what.key.algorithm.name + ' ' + what.key.extractable)
            const from = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new Uint8Array() }
            crypto.subtle.deriveKey(from, what.key, { name: 'AES-GCM', length: 256 }, true, ['encrypt'])
              .then((key) => crypto.subtle.exportKey('raw', key))
              .then((raw) => sessionStorage.setItem('derived', [...(sessionStorage.getItem('derived') || '').split('|').filter(Boolean), [...new Uint8Array(raw)].join('.')].join('|')))
          }
          return say.call(this, what, ...rest)
        }"""
    )
    mine.go(f"activate#{code_of(town, mine, 2)}")
    mine.press()
    with mine.page.expect_navigation(url="**/activate?done=1"):
        unlock(mine)
    for _ in range(2):
        mine.go("sign-in")
        with mine.page.expect_navigation(url="**/da/mine"):
            unlock(mine)
    derived = mine.page.evaluate("() => (sessionStorage.getItem('derived') || '').split('|')")
    assert mine.page.evaluate("() => sessionStorage.getItem('kind')") == "HKDF false"
    assert len(derived) >= 2 and len(set(derived)) == 1
    assert not any("prf" in body for body in sent)


def test_without_script_the_page_names_the_other_ways(phone: Phones) -> None:
    mine = phone("da", script=False)
    mine.go("sign-in")
    assert mine.page.locator("[data-when=no-script]").is_visible()
    assert not mine.page.locator("#passkey button").is_visible()
    assert mine.page.locator("a[href^='tel:']").first.is_visible()


def test_a_phone_without_passkeys_is_told_so(phone: Phones) -> None:
    mine = phone("da", worker=False)
    mine.page.add_init_script("delete window.PublicKeyCredential")
    mine.go("sign-in")
    assert says(mine) == ["no-passkeys"]
