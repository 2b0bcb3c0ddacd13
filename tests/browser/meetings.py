"""The pages that only two phones, two beginnings or a passkey lead to. Looked at as every other page."""

from tests.browser.answering import Journey, start_over
from tests.browser.lock import Lock, code_of, unlock
from tests.browser.looking import Looking
from tests.browser.phone import Phone

SERVICE = "rats"
ELSEWHERE = {"where": {"street": "Birkevej 2", "postcode": "9999", "town": "Havneby"}}


def see_two_phones(here: Looking, other: Phone) -> None:
    """She answers on this phone what she has just answered otherwise on another."""
    start_over(here.phone, SERVICE)
    ours = Journey(here.phone, SERVICE)
    path = here.phone.path
    Journey(other, SERVICE, answers=ELSEWHERE).begin().answer_page()
    ours.fill()
    with here.phone.page.expect_navigation(wait_until="load") as going:
        here.phone.page.locator("#journey .main").click()
    assert going.value.status == 409, going.value.status
    here.see(f"{path} (answered on two phones)", going.value)


def see_two_beginnings(here: Looking, reader: int) -> None:
    """She began before she signed in, and has begun as herself too."""
    phone = here.phone
    Journey(phone, SERVICE).begin().answer_page()
    phone.sign_in(reader)
    here.see(f"services/{SERVICE} (begun twice)", phone.go(f"services/{SERVICE}"))
    here.see(f"services/{SERVICE}/duplicate-draft (begun twice)", phone.go(f"services/{SERVICE}/duplicate-draft"))
    assert phone.path.endswith("/duplicate-draft")
    with phone.page.expect_navigation(wait_until="load"):
        phone.page.locator('main button[value^="keep:"]').first.click()


def see_passkeys(here: Looking, reader: int) -> None:
    """A code from the desk, a passkey made with it, and the page that asks before it is removed."""
    phone = here.phone
    Lock(phone)
    phone.go(f"activate#{code_of(phone.town, phone, reader)}")
    with phone.page.expect_navigation(wait_until="load") as going:
        phone.page.locator("main .main").first.click()
    here.see("activate (the code is right)", going.value)
    with phone.page.expect_navigation(url="**/activate?done=1"):
        unlock(phone)
    here.see("activate (done)", phone.page.reload(wait_until="load"))
    here.see("mine/settings (with keys)", phone.go("mine/settings"))
    for key in phone.json("mine/settings")["keys"]:
        here.see("mine/settings/keys/…", phone.go(f"mine/settings/keys/{key['id']}"))
