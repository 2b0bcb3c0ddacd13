"""Without a network, and with a bad one: what was written is sent once, and the pages say what is true."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import inside
from tests.browser.answering import Journey
from tests.browser.line import through
from tests.browser.phone import Phone
from tests.browser.town import Town

Take = Callable[..., Phone]
SEND = b"PUT /api/submissions/"


@pytest.fixture
def own_phone(phone: Take, own_town: Town) -> Phone:
    return owned(phone(town=own_town))


def owned(taken: Phone) -> Phone:
    """Its owner's own, with its worker at work and what a journey needs on it."""
    taken.own()
    taken.settle_worker()
    taken.go("services/rats")
    return taken


def ready_to_send(taken: Phone) -> Journey:
    return Journey(taken, "rats").begin().finish(until="check")


def delivered(taken: Phone, town: Town, rows: int = 1) -> None:
    taken.go("")
    taken.wait(lambda: town.kept() == rows, "for the delivery")
    taken.wait(lambda: not inside.own(taken)["outbox"], "for the receipt")
    taken.go("mine")
    assert town.kept() == rows


def test_o2_offline_the_page_says_not_sent_and_every_page_counts_it(phone: Take, own_town: Town) -> None:
    taken = phone("ar", own_town)
    owned(taken)
    own_town.stop()
    journey = ready_to_send(taken)
    journey.press()
    assert journey.step == "done"
    assert taken.page.locator("html").get_attribute("dir") == "rtl"
    assert taken.page.locator(".number").count() == 0
    for path in ("", "services", "help", "mine"):
        taken.go(path)
        assert taken.page.locator('[role=status] a[href="/ar/mine"]').is_visible(), path
    assert taken.page.locator('main a[href*="/services/rats/done?key="]').count() == 1
    own_town.start()
    delivered(taken, own_town)
    assert taken.page.locator('[role=status] a[href="/ar/mine"]').count() == 0


def test_o3_a_reply_lost_after_the_commit_ends_in_one_row_and_one_receipt(phone: Take, own_town: Town) -> None:
    with through(own_town) as line:
        taken = owned(phone(town=line))
        journey = ready_to_send(taken)
        line.cuts = SEND
        journey.press()
        assert own_town.kept() == 1
        done = taken.page.url
        assert taken.page.locator(".number").count() == 0, "nothing says received that the phone has not heard"
        line.cuts = b""
        delivered(taken, own_town)
        assert line.count(SEND) >= 2
        taken.page.goto(done)
        assert taken.page.locator(".number").inner_text() == taken.json(done.removeprefix(line.origin))["receipt"]["number"]


def test_o4_forty_flushes_from_two_tabs_are_one_row_and_one_attempt(phone: Take, own_town: Town) -> None:
    with through(own_town) as line:
        taken = owned(phone(town=line))
        own_town.stop()
        journey = ready_to_send(taken)
        journey.press()
        second = taken.context.new_page()
        second.goto(f"{line.origin}/da/help")
        line.asked.clear()
        own_town.start()
        knock = "() => { for (let n = 0; n < 20; n++) navigator.serviceWorker.controller.postMessage({say: 'wake'}) }"
        for tab in (taken.page, second):
            tab.evaluate(knock)
        taken.wait(lambda: own_town.kept() == 1)
        taken.wait(lambda: not inside.own(taken)["outbox"])
        assert (own_town.kept(), line.count(SEND)) == (1, 1)


def test_a_second_tap_on_send_offline_ends_on_the_same_page(own_phone: Phone, own_town: Town) -> None:
    own_town.stop()
    journey = ready_to_send(own_phone)
    second = own_phone.context.new_page()
    second.goto(own_phone.page.url)
    journey.press()
    with second.expect_navigation():
        second.locator("#journey .main").first.click()
    assert second.url == own_phone.page.url
    assert len(inside.own(own_phone)["outbox"]) == 1
    own_town.start()
    delivered(own_phone, own_town)


def test_back_after_sending_shows_the_receipt_and_no_empty_draft(own_phone: Phone, own_town: Town) -> None:
    journey = ready_to_send(own_phone)
    check = own_phone.page.url
    journey.press()
    assert own_phone.page.locator(".number").is_visible()
    own_phone.page.goto(check)
    assert own_phone.page.locator('main a[href*="done?key="]').is_visible()
    assert own_phone.page.locator("#journey").count() == 0
    own_phone.go("services/rats")
    own_phone.page.locator("main .main").first.click()
    own_phone.page.wait_for_url("**/services/rats/**")
    assert own_phone.page.locator("#journey").is_visible(), "a new report can be begun"
    assert own_town.kept() == 1


def test_back_after_an_error_shows_the_page_before_it(own_phone: Phone) -> None:
    journey = Journey(own_phone, "rats").begin()
    journey.answer_page()
    first = own_phone.page.url
    own_phone.press("#journey .main")
    assert own_phone.page.locator("#problem").is_visible() or own_phone.page.url != first
    own_phone.page.go_back()
    assert own_phone.page.locator("h1").is_visible()


def test_the_language_can_change_half_way_without_a_network(phone: Take, own_town: Town) -> None:
    taken = phone("ar", own_town)
    taken.go("")
    owned(taken)
    taken.go("services/rats", lang="da")
    taken.wait(lambda: {key.split("/")[1] for key in inside.databases(taken)["medborger"]["content"]} >= {"ar", "da"})
    own_town.stop()
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    here = taken.path
    with taken.page.expect_navigation():
        taken.page.locator('footer button[value="lang:da"]').click()
    assert (taken.path, taken.page.locator("html").get_attribute("lang")) == (here, "da")
    taken.lang = "da"
    journey.finish()
    own_town.start()
    delivered(taken, own_town)


def test_what_was_typed_and_not_sent_on_is_there_after_a_change_of_language(own_phone: Phone, own_town: Town) -> None:
    own_phone.go("services/rats", lang="en")
    own_phone.wait(lambda: any(key.endswith("/en") for key in inside.databases(own_phone)["medborger"]["content"]))
    own_town.stop()
    journey = Journey(own_phone, "rats").begin()
    while own_phone.page.locator("#journey input[type=text], #journey textarea").count() == 0:
        journey.answer_page()
    box = own_phone.page.locator("#journey input[type=text], #journey textarea").first
    box.fill("halvt skrevet")
    with own_phone.page.expect_navigation():
        own_phone.page.locator('footer button[value="lang:en"]').click()
    assert own_phone.page.locator("#journey input[type=text], #journey textarea").first.input_value() == "halvt skrevet"


def test_a_worker_that_dies_at_any_moment_of_sending_leaves_one_submission(phone: Take, own_town: Town) -> None:
    """Between the write and the redirect, and at any other moment: killed and started again, six times."""
    for number, delay_ms in enumerate((0, 3, 10, 30, 100, 300), 1):
        taken = owned(phone(town=own_town))
        journey = ready_to_send(taken)
        devtools = taken.devtools()
        devtools.send("ServiceWorker.enable")
        taken.page.evaluate("(ms) => setTimeout(() => document.querySelector('#journey .main').click(), 0)", delay_ms)
        taken.page.wait_for_timeout(delay_ms)
        devtools.send("ServiceWorker.stopAllWorkers")
        taken.page.wait_for_timeout(500)
        taken.go("services/rats/check")
        if taken.page.locator("#journey .main").count():
            journey.press()
        delivered(taken, own_town, number)
        taken.close()


def test_a_kept_page_says_when_it_was_fetched(own_phone: Phone, own_town: Town) -> None:
    own_phone.go("help")
    own_town.stop()
    answer = own_phone.go("help")
    assert answer.status == 200
    assert own_phone.page.locator("[role=status] .meta").is_visible()
    own_phone.go("accessibility")
    assert own_phone.page.locator("h1").is_visible(), "came with the content, never visited"


def test_who_has_looked_is_read_without_a_network_on_her_own_phone(phone: Take, own_town: Town) -> None:
    taken = phone(town=own_town).sign_in()
    taken.own()
    taken.settle_worker()
    taken.go("mine/access")
    taken.wait(lambda: inside.own(taken).get("kept"), "until it is kept")
    own_town.stop()
    taken.go("mine/access")
    assert taken.page.locator("main .note").count() and taken.page.locator("[role=status] .meta").is_visible()


def test_without_a_network_an_unknown_page_gives_the_phone_number(own_phone: Phone, own_town: Town) -> None:
    own_town.stop()
    own_phone.go("mine/cases/00000000000000000000000000000000")
    assert own_phone.page.locator('footer a[href^="tel:"]').is_visible()


def test_a_phone_that_others_use_keeps_nothing_and_says_so(phone: Take, own_town: Town) -> None:
    taken = phone(town=own_town)
    taken.settle_worker()
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    assert inside.own(taken) == {} or inside.is_empty(taken)
    own_town.stop()
    taken.go(taken.path)
    assert taken.page.locator("#journey").count() == 0
    assert taken.page.locator('footer a[href^="tel:"]').is_visible()


def test_a_refused_item_is_told_and_can_be_corrected(own_phone: Phone, own_town: Town) -> None:
    own_town.stop()
    ready_to_send(own_phone).press()
    done = own_phone.page.url
    own_town.more = (*own_town.more,)
    own_town.env["MEDBORGER_WITHDRAWN"] = f"rats@{version_of(own_phone)}"
    own_town.start()
    own_phone.go("")
    own_phone.wait(lambda: any(item["state"] == "failed" for item in inside.own(own_phone)["outbox"].values()))
    own_phone.page.goto(done)
    assert own_phone.page.locator("button[value=correct]").is_visible()
    assert own_phone.page.locator("button[value=delete]").is_visible()
    own_phone.press("button[value=correct]")
    assert own_phone.page.locator("h1").is_visible()
    assert not inside.own(own_phone)["outbox"]


def version_of(taken: Phone) -> int:
    content: dict[str, Any] = inside.databases(taken)["medborger"]["content"]
    return next(iter(content.values()))["services"]["rats"]["version"]


def test_what_has_waited_for_days_is_said_at_each_opening(own_phone: Phone, own_town: Town) -> None:
    own_town.stop()
    ready_to_send(own_phone).press()
    own_phone.go("")
    warning = own_phone.page.locator("[role=status] .due:has(a[href$='/mine'])")
    early = warning.inner_text()
    inside.age_outbox(own_phone, days=4)
    own_phone.go("help")
    assert warning.inner_text().startswith(early.split(".")[0]) and "3 dage" in warning.inner_text() and "3 dage" not in early
    own_town.start()
    delivered(own_phone, own_town)


@pytest.mark.parametrize(("lang", "words"), [("da", "rottr"), ("en", "seen a mouse"), ("ar", "جرذان")])
def test_services_are_searched_without_a_network(phone: Take, own_town: Town, lang: str, words: str) -> None:
    taken = phone(lang, own_town)
    taken.go("")
    taken.settle_worker()
    taken.wait(lambda: f"search/{lang}" in inside.databases(taken)["medborger"]["pages"], "for what the search needs")
    own_town.stop()
    taken.go("services")
    taken.page.locator("#q").fill(words)
    taken.press("main form button")
    assert taken.page.locator("main .rows a").first.get_attribute("href") == f"/{lang}/services/rats"
    assert taken.page.locator("#q").input_value() == words
