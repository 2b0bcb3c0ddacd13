"""No room, no storage, no worker: plain words, a way out, and nothing claimed that is not so."""

from collections.abc import Callable

import pytest

from tests.browser import inside
from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.town import Town

Take = Callable[..., Phone]


def owned(taken: Phone) -> Phone:
    taken.own()
    taken.settle_worker()
    taken.go("services/rats")
    return taken


def fill_up(taken: Phone, size: int | None) -> None:
    """The browser's own quota, as on a phone without room."""
    more = {} if size is None else {"quotaSize": size}
    taken.devtools().send("Storage.overrideQuotaForOrigin", {"origin": taken.town.origin, **more})
    if size is not None:
        taken.page.wait_for_timeout(31_000)  # Chromium counts on the room it found for half a minute


@pytest.mark.long
def test_o13_with_a_full_phone_and_a_server_the_answer_goes_to_the_server(phone: Take) -> None:
    taken = owned(phone())
    journey = Journey(taken, "rats").begin()
    fill_up(taken, 1)
    journey.finish()
    assert taken.page.locator(".number").is_visible()


@pytest.mark.long
def test_o13_with_a_full_phone_and_no_server_nothing_is_claimed_to_be_saved(phone: Take, own_town: Town) -> None:
    taken = owned(phone(town=own_town))
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    before = inside.settled_drafts(taken)
    own_town.stop()
    fill_up(taken, 1)
    journey.fill()
    journey.press()
    assert taken.page.evaluate("() => performance.getEntriesByType('navigation')[0].responseStatus") == 507
    assert taken.page.locator('footer a[href^="tel:"]').is_visible()
    fill_up(taken, None)
    assert inside.settled_drafts(taken) == before, "what was saved before is still there"
    taken.page.go_back()
    journey.finish()


def test_o13_after_storage_is_wiped_the_server_s_draft_is_found_again(phone: Take) -> None:
    taken = owned(phone())
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    here = taken.path
    taken.wait(lambda: taken.context.request.get(f"{taken.town.origin}/api/drafts/rats").json()["revision"] > 0)
    taken.devtools().send("Storage.clearDataForOrigin", {"origin": taken.town.origin, "storageTypes": "indexeddb,cache_storage"})
    taken.go("services/rats/check")
    assert taken.path == here, "the server knew where she was"
    taken.go("")
    taken.wait(lambda: inside.own(taken).get("keys"), "for the phone to be hers again")
    taken.go("services/rats/check")
    assert taken.path == here, "and the phone asks it"


def test_o18_a_browser_without_module_workers_gets_whole_pages_and_no_promise(phone: Take) -> None:
    taken = phone()
    taken.context.add_init_script(
        """Object.defineProperty(ServiceWorkerContainer.prototype, 'register',
          {value: (url, how) => how && how.type === 'module' ? Promise.reject(new TypeError('module')) : Promise.resolve({})})"""
    )
    Journey(taken, "rats").begin().finish()
    assert taken.page.locator(".number").is_visible()
    assert not inside.registered(taken)
    assert taken.problems == []


def test_o18_a_browser_whose_storage_is_shut_off_gets_whole_pages(phone: Take) -> None:
    taken = phone()
    taken.context.add_init_script("Object.defineProperty(navigator, 'serviceWorker', {get() { throw new DOMException('no', 'SecurityError') }})")
    Journey(taken, "rats").begin().finish()
    assert taken.page.locator(".number").is_visible()
