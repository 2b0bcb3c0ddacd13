"""From an application to a decision and an answer, on both sides of the counter: the resident on her phone, a caseworker at the desk.

Samir applies for sick pay; Anne asks for a paper; he finds it on My things and photographs it; she says yes; the letter is read
without a network and answered; the case stands as decided, and he sees every look at what is kept of him.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from i18n import catalogue
from tests.browser.answering import Journey, photo
from tests.browser.phone import Phone
from tests.browser.town import Town
from tests.conftest import NIGHTLY

WAYS = [("da", False), ("en", True), ("ar", True)] if not NIGHTLY else [(lang, script) for lang in ("da", "en", "ar") for script in (False, True)]


@pytest.fixture
def anne(browser: Browser, own_town: Town) -> Iterator[Page]:
    """A caseworker at a desk with a wide screen, in a browser of her own."""
    context = browser.new_context(base_url=own_town.origin, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto("/desk/sign-in")
    page.get_by_role("button", name=re.compile("Anne Berg")).click()
    yield page
    context.close()


@pytest.mark.parametrize(("lang", "script"), WAYS, ids=[f"{lang}-{'worker' if script else 'server'}" for lang, script in WAYS])
def test_a_case_from_the_application_to_the_answered_letter(
    lang: str, script: bool, phone: Callable[..., Phone], own_town: Town, anne: Page
) -> None:
    samir = phone(lang, town=own_town, script=script)
    sign_in(samir, own=script)
    Journey(samir, "sick-pay").begin().finish()
    case = newest(samir)

    # the desk asks for a paper
    anne.goto(f"/desk/cases/{case}")
    anne.locator("details.asking summary").click()
    anne.locator("details.asking [name=paper]").first.check(force=True)
    anne.locator("details.asking button[value=ask]").click()

    # he finds it, and sends a photo
    asked = next(one for one in samir.json("mine")["todo"] if one["act"])
    samir.go("mine")
    samir.page.locator(f"a[href='/{lang}/{asked['act']}']").first.click()
    samir.page.set_input_files("input[type=file]", photo())
    samir.page.locator("main button.main").click()
    samir.page.wait_for_load_state("load")
    assert not [one for one in samir.json("mine")["todo"] if one["act"]]

    # she says yes, in three taps and what the letter must say
    anne.goto(f"/desk/cases/{case}")
    assert anne.locator(".files img").count() >= 1
    anne.locator(f"a[href='/desk/cases/{case}/decide?template=granted']").click()
    today = own_today(samir)
    for part, value in zip(("day", "month", "year"), (today[8:10], today[5:7], today[:4]), strict=True):
        anne.fill(f"[name=paid_from_{part}]", value)
    anne.fill("[name=a_week]", "4500")
    anne.locator("button[value=send]").click()
    anne.locator(f"form[action='/desk/cases/{case}/undo']").wait_for()
    assert samir.json("mine/cases/" + case)["state"] != "decided", "until her minute is over nothing shows"
    own_town.stop()
    own_town.env["MEDBORGER_CLOCK"] = "+2m"
    own_town.start()

    # the letter, with its five answers
    inbox = samir.json("post")["letters"]
    letter = next(one for one in inbox if words(lang, "You get sick pay") in one["title"])
    samir.go(f"post/{letter['id']}")
    seen = samir.page.locator("main").inner_text()
    assert all(plain_in(words(lang, heading), seen) for heading in ("What has happened?", "What must I do?", "By when?", "What if I do not?", "Who can help me?"))

    # an answer
    samir.page.locator(f"a[href^='/{lang}/post/write?letter=']").click()
    samir.page.locator("main textarea").fill("Tak. شكراً. Thank you.")
    samir.page.locator("main button.main").click()
    samir.page.wait_for_load_state("load")
    assert [one for one in samir.json(f"post/{letter['id']}")["thread"] if "Tak." in str(one)]

    # it stands as decided, and each look at it is told
    assert samir.json("mine/cases/" + case)["state"] == "decided"
    looks = [row for day in samir.json("mine/access")["days"] for row in day["rows"] if row["who"] not in ("you", "family")]
    assert {"case-work"} <= {row["why"] for row in looks} and any("cases" in row["what"] for row in looks) and any("files" in row["what"] for row in looks)
    assert samir.problems == []


def sign_in(samir: Phone, own: bool) -> None:
    samir.go("sign-in")
    samir.page.get_by_role("button", name=re.compile("Samir")).click()
    samir.page.wait_for_url("**/mine*")
    if own:
        samir.page.locator("button[name=own_phone][value=yes]").click()
        samir.page.wait_for_load_state("load")


def newest(samir: Phone) -> str:
    """The whole application, not the parts of it that are filed by themselves."""
    return next(row["id"] for row in samir.json("mine")["cases"] if not row["about"])


def own_today(samir: Phone) -> str:
    return samir.json("mine")["cases"][0]["received_at"][:10]


def words(lang: str, english: str) -> str:
    return catalogue.load(lang).plain(english)


def plain_in(wanted: str, text: str) -> bool:
    return wanted.lower() in re.sub("[\u2066-\u2069\u200e\u200f\u00ad]", "", text).lower()


