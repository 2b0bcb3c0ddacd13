"""A desk time and a photo: what needs the server, from a phone that may not have it."""

from collections.abc import Callable

from tests.browser import inside
from tests.browser.answering import Journey, photo
from tests.browser.phone import Phone
from tests.browser.town import Town

Take = Callable[..., Phone]


def owned(taken: Phone, service: str, number: int = 0) -> Phone:
    taken.sign_in(number)
    taken.own()
    taken.settle_worker()
    taken.go(f"services/{service}")
    return taken


def test_a_time_taken_while_she_looked_on_is_chosen_again(phone: Take, own_town: Town) -> None:
    """Two people at the same minute of the same desk: the second is asked again, keeps the rest, and gets another."""
    inger, mette = owned(phone(town=own_town), "passport"), owned(phone("en", own_town), "passport", 2)
    hers = Journey(inger, "passport").begin().finish(until="check")
    other = Journey(mette, "passport").begin().finish(until="check")
    other.fill()
    other.press()
    assert other.step == "done" and mette.page.locator(".number").is_visible()
    hers.fill()
    hers.press()
    assert inger.page.locator("#problem a").inner_text().strip() and "time" in inger.page.locator("#journey").get_attribute("action")
    assert own_town.kept() == 1 and not inside.own(inger)["outbox"], "nothing waits to be sent behind her back"
    hers.fill()
    hers.press()
    hers.finish()
    assert inger.page.locator(".number").is_visible()
    booked = [one.json("mine")["appointments"] for one in (inger, mette)]
    places = {(one["desk"], one["at"]) for mine in booked for one in mine}
    assert [len(mine) for mine in booked] == [1, 1] and len(places) == 2
    assert own_town.kept() == 2


def test_a_wish_made_offline_is_booked_on_arrival_or_becomes_a_to_do(phone: Take, own_town: Town) -> None:
    inger = owned(phone(town=own_town), "passport")
    own_town.stop()
    journey = Journey(inger, "passport").begin().finish()
    assert inger.page.locator(".number").count() == 0
    own_town.start()
    inger.go("")
    inger.wait(lambda: own_town.kept() == 1 and not inside.own(inger)["outbox"], "for the delivery")
    mine = inger.json("mine")
    assert len(mine["appointments"]) + len([task for task in mine["todo"] if task["why"] == "time"]) >= 1
    assert own_town.kept() == journey.submissions


def test_a_file_the_phone_cannot_take_stops_nobody_who_says_she_sends_it_later(phone: Take, own_town: Town) -> None:
    taken = phone(town=own_town)
    taken.own()
    taken.settle_worker()
    taken.go("services/rats")
    own_town.stop()
    empty = photo() | {"buffer": b""}
    journey = Journey(taken, "rats", answers={"photo": empty}).begin().finish(until="photo")
    journey.fill()
    journey.press()
    assert journey.step == "photo" and taken.page.locator("#problem a").count() == 1
    journey.fill()
    taken.page.locator("label:has([name=photo_later])").click()
    journey.press()
    assert journey.step == "get-in"
    journey.finish()
    own_town.start()
    taken.go("")
    taken.wait(lambda: own_town.kept() == 1 and not inside.own(taken)["outbox"], "for the delivery")
