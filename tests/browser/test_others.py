"""The stories of the phone without a network in the browsers that are not Chromium. Nightly.

What Chromium shows in test_offline*.py must hold in WebKit, and so on an iPhone, and in Firefox."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser import engines, inside
from tests.browser.answering import Journey
from tests.browser.others import OtherPhone
from tests.browser.safe import SafeTown, safe_town

pytestmark = pytest.mark.nightly
Take = Callable[..., OtherPhone]
SEND = b"PUT /api/submissions/"
SECRET = "hemmeligt ord"
SERVICES = sorted(file.stem for file in (Path(__file__).resolve().parents[2] / "backend/services").glob("*.toml"))


@pytest.fixture(params=engines.ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    engines.need(request.param)
    return request.param


@pytest.fixture
def town(engine: str, tmp_path: Path) -> Iterator[SafeTown]:
    with safe_town(tmp_path / "data") as running:
        yield running


@pytest.fixture
def take(engine: str, town: SafeTown, tmp_path: Path) -> Iterator[Take]:
    """`take(lang="ar", worker=False)`: a phone of this engine that nobody has used."""
    with ExitStack() as opened:

        def one(lang: str = "da", **more: bool) -> OtherPhone:
            return OtherPhone(opened.enter_context(engines.opened(engine, tmp_path / "phone", lang, **more)), town, lang)

        yield one


def owned(taken: OtherPhone) -> OtherPhone:
    """Its owner's own, with its worker at work and what a journey needs on it."""
    taken.own()
    taken.settle_worker()
    taken.go("services/rats")
    return taken


def ready_to_send(taken: OtherPhone) -> Journey:
    return Journey(taken, "rats").begin().finish(until="check")


def delivered(taken: OtherPhone, town: SafeTown) -> None:
    """BuildCache, and no more often by looking at more pages."""
    taken.go("")
    taken.wait(lambda: town.kept() == 1, "for the delivery")
    taken.wait(lambda: not inside.own(taken)["outbox"], "for the receipt")
    taken.go("mine")
    assert town.kept() == 1


def test_o2_a_journey_with_the_server_stopped_is_queued_and_sent_once(take: Take, town: SafeTown) -> None:
    taken = owned(take("ar"))
    town.stop()
    journey = ready_to_send(taken)
    journey.press()
    assert journey.step == "done"
    assert taken.page.locator("html").get_attribute("dir") == "rtl"
    assert taken.page.locator(".number").count() == 0
    for path in ("", "services", "help", "mine"):
        taken.go(path)
        assert taken.page.locator('[role=status] a[href="/ar/mine"]').is_visible(), path
    town.start()
    delivered(taken, town)
    assert taken.page.locator('[role=status] a[href="/ar/mine"]').count() == 0


def test_o3_a_reply_lost_after_the_commit_is_one_row_and_one_receipt(take: Take, town: SafeTown) -> None:
    taken = owned(take())
    journey = ready_to_send(taken)
    town.front.cuts = SEND
    journey.press()
    assert town.kept() == 1
    done = taken.page.url
    assert taken.page.locator(".number").count() == 0, "nothing says received that the phone has not heard"
    town.front.cuts = b""
    delivered(taken, town)
    assert town.front.count(SEND) >= 2
    taken.page.goto(done)
    assert taken.page.locator(".number").inner_text() == taken.json(done.removeprefix(town.origin))["receipt"]["number"]


def test_o6_from_the_server_to_the_worker_and_back_no_answer_is_lost(take: Take, town: SafeTown) -> None:
    taken = take()
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    here = taken.path
    taken.other_tab(lambda: owned(taken))
    taken.wait(lambda: inside.own(taken).get("keys"), "for the phone's key")
    assert taken.path == here
    journey.answer_page()
    draft = taken.page.locator("input[name=draft]").get_attribute("value")
    answers = len(journey.visited)
    taken.wait(lambda: (held := taken.json("/api/drafts/rats"))["id"] == draft and len(held["answers"]) >= answers, "for the draft at the server")
    then = taken.path
    taken.page.evaluate("() => navigator.serviceWorker.getRegistration().then((r) => r.unregister())")
    taken.go("services/rats/check")
    assert taken.path == then
    journey.finish()
    assert journey.visited.count(here) == 1
    assert town.kept() == 1


def test_o8_signing_out_leaves_nothing_and_the_next_person_sees_nothing(take: Take, town: SafeTown) -> None:
    taken = owned(take().sign_in())
    journey = Journey(taken, "rats").begin()
    box = taken.page.locator("#journey input[type=text], #journey textarea")
    while box.count() == 0:
        journey.answer_page()
    box.first.fill(SECRET)
    taken.press("#journey .main")
    assert inside.own(taken)["drafts"] and SECRET not in str(inside.databases(taken))
    taken.go("sign-out")
    taken.press("main form .main, main form button[value=sign-out]")
    assert taken.path == "signed-out"
    assert inside.is_empty(taken)
    assert not [address for address in inside.cached(taken) if "/a/" not in address]
    assert "__Host-session" not in taken.cookies()
    taken.sign_in(1)
    taken.go("services/rats")
    assert taken.page.locator("[value=start-over]").count() == 0, "a draft of the first person"


def test_o8_what_waits_of_one_person_is_not_sent_by_the_next(take: Take, town: SafeTown) -> None:
    """Without signing out: the session ends at the server, and somebody else signs in."""
    taken = owned(take().sign_in())
    town.stop()
    Journey(taken, "rats").begin().finish()
    town.start()
    taken.driver.tell("forget cookie", name="__Host-session")
    taken.sign_in(1)
    taken.go("")
    taken.go("mine")
    assert town.kept() == 0
    assert taken.page.locator('main a[href*="done?key="]').count() == 0
    assert taken.page.locator('[role=status] a[href="/da/mine"]').count() == 0
    assert len(inside.own(taken)["outbox"]) == 1, "it waits for its owner"


def test_o8_signing_out_without_a_network_empties_the_phone(take: Take, town: SafeTown) -> None:
    taken = owned(take().sign_in())
    taken.go("mine")
    town.stop()
    taken.go("sign-out")
    taken.press("main form .main, main form button[value=sign-out]")
    assert inside.is_empty(taken)
    town.start()
    taken.go("")
    taken.wait(lambda: taken.json("/api/facts")["owner"] == "", "for the server's sign-out")


@pytest.mark.parametrize("service", SERVICES)
def test_o18_without_a_worker_a_service_is_the_servers_pages(service: str, take: Take, town: SafeTown) -> None:
    taken = take(worker=False).sign_in()
    assert taken.page.evaluate("() => typeof navigator.serviceWorker") == "undefined"
    journey = Journey(taken, service).begin().finish()
    assert journey.is_finished()
    assert town.kept() == journey.submissions


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_finished_without_script(service: str, take: Take, town: SafeTown) -> None:
    taken = take("ar", script=False)
    taken.driver.tell("go", url="data:text/html,<title>off</title><script>document.title='on'</script>")
    assert taken.driver.tell("script", script="return document.title", args=[]) == "off"
    taken.sign_in()
    journey = Journey(taken, service).begin().finish()
    assert taken.page.locator("html").get_attribute("dir") == "rtl"
    assert journey.is_finished()
    assert town.kept() == journey.submissions
