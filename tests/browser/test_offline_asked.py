"""Whose phone it is: asked once where it matters, and what she says holds from that moment, with no page of settings."""

from collections.abc import Callable

from tests.browser import inside
from tests.browser.answering import Journey, photo
from tests.browser.phone import Phone
from tests.browser.town import Town

Take = Callable[..., Phone]
YES, NO = 'main button[value="own:yes"], main button[value=yes]', 'main button[value="own:no"], main button[value=no]'

NO_WORKER_YET = """if (location.protocol !== 'about:' && !sessionStorage.go) Object.defineProperty(ServiceWorkerContainer.prototype, 'register',
  { value: () => Promise.reject(new TypeError('not yet')) })"""
"""Aborting the request for the worker's script does not keep Chromium from registering it."""


def asked(taken: Phone) -> bool:
    """Is the question on this page?"""
    return taken.page.locator(YES).count() == 1


def delivered(taken: Phone, town: Town) -> None:
    taken.go("")
    taken.wait(lambda: town.kept() == 1, "for the delivery")
    taken.wait(lambda: not inside.own(taken)["outbox"], "for the receipt")
    taken.go("help")
    assert town.kept() == 1


def worker_at_work(taken: Phone) -> None:
    taken.wait(lambda: taken.page.evaluate("() => navigator.serviceWorker.ready.then((r) => r.active?.state === 'activated')"))


def draft_on_phone(taken: Phone) -> None:
    taken.wait(lambda: inside.own(taken)["drafts"], "for the draft on her phone")


def test_a_guest_asked_once_loses_the_network_and_her_report_with_its_photo_is_delivered_once(phone: Take, own_town: Town) -> None:
    taken = phone(town=own_town)
    journey = Journey(taken, "rats", answers={"photo": photo(3000, 2000)}).begin()
    assert not asked(taken), "not before she has begun"
    journey.answer_page()
    assert asked(taken)
    worker_at_work(taken)
    here = taken.path
    taken.press(YES)
    assert taken.path == here and not asked(taken)
    journey.answer_page()
    draft_on_phone(taken)
    own_town.stop()
    journey.finish()
    assert taken.page.locator(".number").count() == 0
    own_town.start()
    delivered(taken, own_town)
    assert own_town.kept("file") == 1
    assert not [path for path in journey.visited if path in ("phone", "mine/settings")]


def test_a_signed_in_person_is_asked_after_signing_in_and_finishes_without_a_network(phone: Take, own_town: Town) -> None:
    taken = phone("ar", own_town).sign_in(2)
    assert asked(taken)
    worker_at_work(taken)
    taken.press(YES)
    assert taken.path == "mine" and not asked(taken)
    journey = Journey(taken, "change-of-address").begin()
    journey.answer_page()
    journey.answer_page()
    draft_on_phone(taken)
    own_town.stop()
    journey.finish()
    own_town.start()
    delivered(taken, own_town)


def test_what_is_typed_stays_when_she_answers_whose_phone_it_is(phone: Take, own_town: Town) -> None:
    """By keyboard and without script too, and Continue comes before the question."""
    for script in (True, False):
        taken = phone(town=own_town, script=script)
        journey = Journey(taken, "rats", keyboard=True).begin()
        journey.answer_page()
        taken.page.locator("#journey label.choice").nth(1).click()
        buttons = taken.page.locator("main button").evaluate_all("all => all.map((one) => one.value)")
        assert buttons == ["continue", "own:yes", "own:no"]
        journey.press(YES)
        assert taken.page.locator("#journey input[type=radio]").nth(1).is_checked()
        assert not asked(taken)


def test_saying_that_others_use_it_keeps_nothing_and_is_not_asked_again(phone: Take, own_town: Town) -> None:
    taken = phone(town=own_town)
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    taken.press(NO)
    for _ in range(2):
        assert not asked(taken)
        journey.answer_page()
    taken.sign_in()
    assert not asked(taken)
    assert not any(inside.own(taken).values())


def test_who_goes_on_without_an_answer_is_not_asked_to_the_end(phone: Take, own_town: Town) -> None:
    taken = phone(town=own_town)
    journey = Journey(taken, "rats").begin()
    seen = 0
    while journey.step != "done":
        seen += asked(taken)
        journey.answer_page()
    assert 1 <= seen <= 2


def test_an_answer_given_before_the_worker_is_there_holds_as_soon_as_it_is(phone: Take, own_town: Town) -> None:
    """The server took it: the page that follows tells the worker, which fetches what is written so far."""
    taken = phone(town=own_town)
    taken.context.add_init_script(NO_WORKER_YET)
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    assert not inside.registered(taken)
    taken.press(YES)
    assert not inside.registered(taken)
    taken.page.evaluate("() => { sessionStorage.go = 1 }")
    taken.page.reload(wait_until="load")
    draft_on_phone(taken)
    own_town.stop()
    journey.finish()
    own_town.start()
    delivered(taken, own_town)
