"""What lies on a phone, and that signing out leaves nothing of it."""

from collections.abc import Callable

from tests.browser import inside
from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.town import Town

Take = Callable[..., Phone]
SECRET = "hemmeligt ord"


def signed_in(taken: Phone) -> Phone:
    taken.sign_in()
    taken.own()
    taken.settle_worker()
    taken.go("services/rats")
    return taken


def begin(taken: Phone) -> Journey:
    """A draft with a text of one's own in it."""
    journey = Journey(taken, "rats").begin()
    while taken.page.locator("#journey input[type=text], #journey textarea").count() == 0:
        journey.answer_page()
    taken.page.locator("#journey input[type=text], #journey textarea").first.fill(SECRET)
    taken.press("#journey .main")
    return journey


def leave(taken: Phone) -> None:
    taken.go("sign-out")
    taken.press("main form .main, main form button[value=sign-out]")


def test_o9_no_plain_text_and_no_telling_key_lies_on_the_phone(phone: Take, own_town: Town) -> None:
    taken = signed_in(phone(town=own_town))
    name = taken.json("")["frame"]["name"]
    begin(taken)
    held = inside.own(taken)
    assert held["drafts"] and held["kept"]
    text = str(held)
    for word in (SECRET, name, name.split()[0], "rats", "where", "services"):
        assert word not in text, word
    assert held["keys"]["device"]["seal"] == {"extractable": False}
    for store in ("drafts", "kept", "outbox", "receipts"):
        assert all(len(key) == 32 and set(key) <= set("0123456789abcdef") for key in held[store]), store
    assert SECRET not in str(inside.databases(taken)["medborger"])
    assert name not in str(inside.databases(taken)["medborger"]), "what anyone may read holds no name"
    assert not [address for address in inside.cached(taken) if "/a/" not in address]


def test_o9_a_phone_that_others_use_holds_nothing_personal(phone: Take, own_town: Town) -> None:
    taken = phone(town=own_town)
    taken.sign_in()
    taken.settle_worker()
    name = taken.json("")["frame"]["name"]
    begin(taken)
    taken.go("")
    taken.go("mine")
    assert inside.is_empty(taken)
    text = str(inside.databases(taken))
    assert SECRET not in text and name not in text


def test_o8_signing_out_empties_databases_caches_and_cookies(phone: Take, own_town: Town) -> None:
    taken = signed_in(phone(town=own_town))
    begin(taken)
    leave(taken)
    assert taken.path == "signed-out"
    assert inside.is_empty(taken)
    assert "__Host-session" not in {cookie["name"] for cookie in taken.context.cookies()}


def test_o8_signing_out_offline_empties_the_phone_and_the_server_hears_of_it_first(phone: Take, own_town: Town) -> None:
    taken = signed_in(phone(town=own_town))
    taken.go("mine")
    own_town.stop()
    leave(taken)
    assert inside.is_empty(taken)
    state = inside.databases(taken)["medborger"]["phone"]["state"]
    assert (state["owner"], state["left"]) == ("", 1)
    taken.go("mine")
    assert taken.page.locator('footer a[href^="tel:"]').is_visible()
    own_town.start()
    taken.go("")
    taken.wait(lambda: taken.context.request.get(f"{own_town.origin}/api/facts").json()["owner"] == "", "for the server's sign-out")
    taken.go("")
    assert taken.page.locator('a[href*="/sign-in"]').first.is_visible()


def test_o8_what_is_not_sent_is_asked_about_before_it_is_wiped(phone: Take, own_town: Town) -> None:
    taken = signed_in(phone(town=own_town))
    own_town.stop()
    Journey(taken, "rats").begin().finish()
    taken.go("sign-out")
    assert "1" in taken.page.locator("main").inner_text()
    assert inside.own(taken)["outbox"]
    taken.press("main form .main, main form button[value=sign-out]")
    assert inside.is_empty(taken)
    own_town.start()
    taken.go("")
    taken.go("mine")
    assert own_town.kept() == 0


def test_o8_what_was_pressed_send_on_since_the_page_asked_is_asked_about_too(phone: Take, own_town: Town) -> None:
    """The page that asks was opened while nothing waited."""
    taken = signed_in(phone(town=own_town))
    taken.go("sign-out")
    own_town.stop()
    asking, taken.page = taken.page, taken.context.new_page()
    Journey(taken, "rats").begin().finish()
    taken.page = asking
    taken.press("main form .main, main form button[value=sign-out]")
    assert taken.path == "sign-out" and inside.own(taken)["outbox"], "nothing is wiped before she was asked"
    taken.press("main form .main, main form button[value=sign-out]")
    assert inside.is_empty(taken)


def test_o8_the_next_person_sees_and_sends_nothing_of_the_first(phone: Take, own_town: Town) -> None:
    """Without signing out: the session ends at the server, and somebody else signs in."""
    taken = signed_in(phone(town=own_town))
    own_town.stop()
    Journey(taken, "rats").begin().finish()
    own_town.start()
    taken.context.clear_cookies(name="__Host-session")
    taken.sign_in(1)
    taken.go("")
    taken.go("mine")
    assert own_town.kept() == 0
    assert taken.page.locator('main a[href*="done?key="]').count() == 0
    assert taken.page.locator('[role=status] a[href="/da/mine"]').count() == 0
    assert len(inside.own(taken)["outbox"]) == 1, "it waits for its owner"
