"""Several choices, of which one does not stand beside the others."""

from collections.abc import Callable

import pytest

from tests.browser.answering import Journey
from tests.browser.phone import Phone

Take = Callable[..., Phone]


def at_the_question(taken: Phone) -> Phone:
    Journey(taken, "rats", {"inside": "inside"}).begin().finish(until="home-when")
    return taken


def tap(taken: Phone, value: str) -> list[str]:
    """What is ticked after it."""
    boxes = taken.page.locator('input[name="home-when"]')
    taken.page.locator(f'label:has(input[name="home-when"][value="{value}"])').click()
    return boxes.evaluate_all("boxes => boxes.filter((box) => box.checked).map((box) => box.value)")


@pytest.mark.parametrize("worker", [False, True], ids=["server", "phone"])
def test_i_do_not_know_takes_the_other_ticks_away_and_they_take_it_away(phone: Take, worker: bool) -> None:
    taken = phone(worker=worker)
    if worker:
        taken.own()
        taken.settle_worker()
    at_the_question(taken)
    assert tap(taken, "morning") == ["morning"]
    assert tap(taken, "evening") == ["morning", "evening"]
    assert tap(taken, "unknown") == ["unknown"]
    assert tap(taken, "afternoon") == ["afternoon"]
    assert tap(taken, "afternoon") == []


def test_without_script_she_is_told_and_both_ticks_stand(page_without_script: Phone) -> None:
    taken = at_the_question(page_without_script)
    tap(taken, "morning")
    taken.page.locator('label:has(input[value="unknown"])').click()
    taken.press()
    assert "alene" in taken.page.locator("#problem").inner_text()
    assert taken.page.locator('input[name="home-when"]:checked').count() == 2
