"""A new release in mid-form, and a release that must be got rid of."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import inside
from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.town import Town

Take = Callable[..., Phone]
ROOT = Path(__file__).resolve().parents[2]
CODE = "() => fetch('/sw.js').then((r) => r.text())"
STATES = """() => navigator.serviceWorker.getRegistration().then((r) => ({active: r.active && r.active.state, waiting: !!r.waiting}))"""


@pytest.fixture
def copied_town(own_town: Town, tmp_path: Path) -> Town:
    """A town that runs from a copy of the code, so that a test can release another."""
    for room in ("backend", "pwa", "i18n", "push"):
        shutil.copytree(ROOT / room, tmp_path / "release" / room)
    own_town.stop()
    own_town.root = tmp_path / "release"
    return own_town.start()


def release(town: Town) -> None:
    """The next version: other code of the worker."""
    town.stop()
    routes = town.root / "pwa/worker/routes.js"
    routes.write_text(routes.read_text("utf-8") + "\nglobalThis.release = 2\n", "utf-8")
    town.start()


def owned(taken: Phone) -> Phone:
    taken.own()
    taken.settle_worker()
    taken.go("services/rats")
    return taken


def update(taken: Phone) -> None:
    taken.page.evaluate("() => navigator.serviceWorker.getRegistration().then((r) => r.update())")
    taken.wait(lambda: taken.page.evaluate(STATES)["waiting"], "for the new worker to wait")


def test_o10_in_mid_form_the_old_worker_serves_until_no_form_is_open(phone: Take, copied_town: Town) -> None:
    taken = owned(phone(town=copied_town))
    before = taken.page.evaluate(CODE)
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    drafts = len(inside.own(taken)["drafts"])
    release(copied_town)
    second = taken.context.new_page()
    second.goto(f"{copied_town.origin}/da/help")
    assert second.evaluate(CODE) != before
    update(taken)
    second.reload()
    second.wait_for_timeout(1000)
    assert taken.page.evaluate(STATES)["waiting"], "a form is open in the other tab"
    copied_town.stop()  # the old worker still answers, with the content it was made for
    journey.answer_page()
    assert len(inside.own(taken)["drafts"]) == drafts == 1
    copied_town.start()
    taken.go("help")
    taken.wait(lambda: not taken.page.evaluate(STATES)["waiting"], "for the new worker to take over")
    copied_town.stop()
    taken.go("services/rats")
    journey.press("main .main")
    assert len(journey.visited) == 2
    journey.finish()
    copied_town.start()
    taken.go("")
    taken.wait(lambda: copied_town.kept() == 1)


def test_a_broken_worker_can_be_got_rid_of_and_drafts_stay(phone: Take, own_town: Town) -> None:
    taken = owned(phone(town=own_town))
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    held = inside.own(taken)["drafts"]
    own_town.stop()
    own_town.env["MEDBORGER_WORKER"] = "off"
    own_town.start()
    taken.page.evaluate("() => navigator.serviceWorker.getRegistration().then((r) => r && r.update())")
    taken.wait(lambda: not inside.registered(taken), "for the worker to leave")
    assert inside.cached(taken) == []
    assert inside.own(taken)["drafts"].keys() == held.keys()
    answer = taken.go("services/rats")
    assert not answer.from_service_worker
