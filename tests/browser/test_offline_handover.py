"""Between server and worker, at every step, in both directions: the next post is answered at the right step."""

from collections.abc import Callable

from tests.browser import inside
from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.town import Town

Take = Callable[..., Phone]


def steps_of(taken: Phone) -> int:
    """How many pages the shortest way has."""
    journey = Journey(taken, "rats").begin().finish(until="check")
    taken.press('button[value="erase"]')
    taken.press('button[value="delete"]')
    return len(journey.visited)


def test_o6_from_the_server_to_the_worker_at_every_step(phone: Take, town: Town) -> None:
    steps = steps_of(phone(worker=False))
    for number in range(steps + 1):
        before = town.kept()
        taken = phone()
        taken.go("")
        journey = Journey(taken, "rats").begin()
        for _ in range(number):
            journey.answer_page()
        here = taken.path
        other = taken.context.new_page()  # the worker installs and the phone is declared one's own, in another tab
        other.goto(f"{town.origin}/da/phone")
        with other.expect_navigation():
            other.locator("main button[value=yes], main button[type=submit]").first.click()
        taken.wait(lambda: other.evaluate("() => navigator.serviceWorker.ready.then(() => true)"))
        other.reload()
        taken.wait(lambda: inside.own(taken).get("keys"), "for the phone's key")
        taken.page.bring_to_front()
        journey.finish()
        assert journey.visited[number : number + 1] in ([here], [])
        assert town.kept() == before + 1
        taken.close()


def test_o6_from_the_worker_to_the_server_at_every_step(phone: Take, town: Town) -> None:
    steps = steps_of(phone(worker=False))
    for number in range(1, steps + 1):
        before = town.kept()
        taken = phone()
        taken.own()
        taken.settle_worker()
        journey = Journey(taken, "rats").begin()
        for _ in range(number):
            journey.answer_page()
        here = taken.path
        draft = taken.page.locator("input[name=draft]").first.get_attribute("value")
        taken.wait(lambda: taken.context.request.get(f"{town.origin}/api/drafts/rats").json()["id"] == draft)
        taken.wait(lambda: len(taken.context.request.get(f"{town.origin}/api/drafts/rats").json()["answers"]) >= number)
        taken.page.evaluate("() => navigator.serviceWorker.getRegistration().then((r) => r.unregister())")
        taken.go("services/rats/check")
        assert taken.path == here
        journey.finish()
        assert town.kept() == before + 1
        taken.close()



def test_answers_given_on_pages_of_the_server_are_no_other_device(phone: Take, town: Town) -> None:
    """The worker slept while the server took two answers of the same phone; then it saves, and meets a later draft."""
    taken = phone()
    taken.own()
    taken.settle_worker()
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    draft = taken.page.locator("input[name=draft]").first.get_attribute("value")
    taken.wait(lambda: taken.context.request.get(f"{town.origin}/api/drafts/rats").json()["id"] == draft)
    behind = taken.path
    for _ in range(2):  # past the worker, with the same cookies: what the server's own pages would have posted
        stored = taken.context.request.get(f"{town.origin}/api/drafts/rats").json()
        step = taken.context.request.get(f"{town.origin}/da/services/rats/check").url.split("/da/")[1]
        page = taken.json(step)
        field = page["fields"][0]
        said = {"draft": draft, "revision": str(stored["revision"]), "do": "continue", field["id"]: field["options"][0]["value"]}
        answer = taken.context.request.post(f"/da/{step}", form=said, headers={"Origin": town.origin})
        assert answer.ok
    taken.go(behind)
    journey.finish()
    assert taken.page.locator(".receipt").count() == 1
