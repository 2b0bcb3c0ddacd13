"""A session ends while somebody writes: her text waits for her, and whoever signs in there meanwhile never meets it."""

import urllib.request
from collections.abc import Callable

from tests.browser import inside
from tests.browser.answering import Journey
from tests.browser.phone import Phone, plain
from tests.browser.town import Town

Take = Callable[..., Phone]
SAMIR, METTE = 1, 2
HERE = "services/sick-pay/what-is-wrong"
TEXT = "Jeg blev syg den 3., ikke den 5."
KEPT = {"da": "Det, du skrev, er gemt til dig", "ar": "ما كتبته محفوظ لك"}


def ended(taken: Phone) -> None:
    """Her session is over, as after half an hour: its cookie is still in the browser."""
    cookie = next(one for one in taken.context.cookies() if one["name"] == "__Host-session")
    said = {"Cookie": f"__Host-session={cookie['value']}", "Origin": taken.town.origin, "Accept": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{taken.town.origin}/da/sign-out", b"", said), timeout=20):
        pass


def at_what_is_wrong(taken: Phone) -> None:
    """Samir begins anew, says that the report about him is not right, and writes what is wrong."""
    taken.sign_in(SAMIR)
    Journey(taken, "sick-pay", answers={"report-right": "no"}).begin().finish(until="what-is-wrong")
    taken.page.locator("textarea").fill(TEXT)


def signs_in(taken: Phone, number: int) -> None:
    taken.press(f'main form[action*="/sign-in/demo"] .rows > :nth-child({number + 1})')


def test_what_she_typed_waits_for_her_and_for_nobody_else(phone: Take, own_town: Town) -> None:
    """With script, and in Arabic without it."""
    for lang, script in (("da", True), ("ar", False)):
        taken = phone(lang, own_town, script=script)
        at_what_is_wrong(taken)
        ended(taken)
        taken.press("#journey .main")
        assert taken.path == "sign-in" and KEPT[lang] in plain(taken.page.inner_text("main"))
        signs_in(taken, METTE)
        for path in (HERE, "services/sick-pay", "mine", "services/sick-pay/duplicate-draft"):
            taken.go(path)
            assert TEXT not in taken.page.content(), path
        taken.go(f"sign-in?next={HERE}")
        signs_in(taken, SAMIR)
        assert taken.path == HERE and taken.page.locator("textarea").input_value() == TEXT
        taken.press("#journey .main")
        assert taken.path != HERE
        taken.context.request.delete(f"{own_town.origin}/api/drafts/sick-pay", headers={"Origin": own_town.origin})


def test_on_her_own_phone_a_page_of_hers_never_goes_into_the_draft_of_who_signed_in_since(phone: Take, own_town: Town) -> None:
    taken = phone(town=own_town)
    taken.own()
    taken.settle_worker()
    at_what_is_wrong(taken)
    hers, taken.page = taken.page, taken.context.new_page()
    taken.sign_in(METTE)
    Journey(taken, "sick-pay").begin()
    taken.wait(lambda: inside.own(taken)["drafts"])
    with hers.expect_navigation(wait_until="load"):
        hers.locator("#journey .main").click()
    assert "/sign-in?" in hers.url
    taken.go("services/sick-pay")
    journey = Journey(taken, "sick-pay", answers={"report-right": "no"}).begin()
    while journey.step in ("report-right", "what-is-wrong"):
        assert TEXT not in taken.page.content()
        journey.answer_page()
    assert TEXT not in str(taken.context.request.get(f"{own_town.origin}/api/drafts/sick-pay").json())
    taken.page = hers
    signs_in(taken, SAMIR)
    assert taken.path == HERE and taken.page.locator("textarea").input_value() == TEXT
