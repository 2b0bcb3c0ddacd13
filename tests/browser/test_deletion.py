"""Throwing away what was written, in a real browser: asked away from Continue, and brought back from the page that follows."""

from collections.abc import Callable

import pytest

from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.test_offline import delivered, owned
from tests.browser.town import Town

Take = Callable[..., Phone]


def ask(phone: Phone) -> None:
    phone.press('button[value="erase"]')
    assert phone.path == "services/rats/delete"


@pytest.mark.parametrize("how", ["server", "without script", "worker"])
def test_what_was_deleted_by_mistake_is_brought_back(how: str, phone: Take) -> None:
    mine = phone(script=how != "without script", worker=how == "worker")
    if how == "worker":
        owned(mine)
    journey = Journey(mine, "rats").begin()
    journey.answer_page()
    there = mine.path
    ask(mine)
    mine.page.locator("main .main").click()
    mine.page.wait_for_load_state()
    assert mine.path == there, "No, keep it leads back"
    ask(mine)
    mine.press('button[value="delete"]')
    mine.press('button[value="undo"]')
    assert mine.path == there
    ask(mine)
    mine.press('button[value="delete"]')
    mine.go("services/rats/where")
    assert mine.page.locator("main input[name=where_street]").input_value() == ""


def test_delete_is_not_within_reach_of_continue(phone: Take) -> None:
    """A thumb that slips from Continue meets nothing that throws away: another action lies between, or half a screen."""
    mine = phone()
    Journey(mine, "rats").begin()
    space = mine.page.evaluate(
        "document.querySelector('[value=erase]').getBoundingClientRect().top - document.querySelector('main .main').getBoundingClientRect().bottom"
    )
    assert space > 370


def test_without_a_network_it_is_deleted_and_brought_back_too(phone: Take) -> None:
    mine = owned(phone())
    Journey(mine, "rats").begin().answer_page()
    there = mine.path
    mine.context.set_offline(True)
    ask(mine)
    mine.press('button[value="delete"]')
    mine.press('button[value="undo"]')
    assert mine.path == there


def test_what_waits_to_be_sent_is_deleted_only_once_asked_and_comes_back(phone: Take, own_town: Town) -> None:
    mine = owned(phone(town=own_town))
    own_town.stop()
    journey = Journey(mine, "rats").begin().finish(until="check")
    journey.press()
    waiting = mine.here
    assert waiting.startswith("services/rats/done?key=")
    mine.press("main form.tools button[value=delete]")
    assert mine.path == "services/rats/delete"
    mine.press('button[value="delete"]')
    mine.press('button[value="undo"]')
    assert mine.here == waiting
    own_town.start()
    delivered(mine, own_town)
