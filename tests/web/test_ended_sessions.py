"""A session ends while somebody writes: what she typed waits for her, and for nobody else, in the browser it was typed in."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain.actors import NOBODY
from backend.store import persons
from backend.store.keyring import Tampered
from tests.web.conftest import JSON, NOW, ORIGIN, OURS, RATS, WHERE, Client, built, press, see, sign_in, to_check

SICK = "/en/services/sick-pay"
WRONG = f"{SICK}/what-is-wrong"
TEXT = "I fell ill on the third, not on the fifth."


class Town:
    """With a clock that can be moved."""

    def __init__(self, folder: Path) -> None:
        self.moved = timedelta()
        self.door = built(folder, lambda: NOW + self.moved)
        self.db = self.door.inner.state.app.db

    def away(self) -> None:
        """Longer than a session lives."""
        self.moved += timedelta(minutes=31)

    def drafts(self) -> list[tuple[str, str, bytes]]:
        """(owner, public id, sealed) of every one."""
        return self.db.read_now(lambda tx, actor: tx.con.execute("SELECT owner, public_id, sealed FROM draft").fetchall(), None)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path / "town")
    with TestClient(made.door, base_url=ORIGIN):
        yield made


@pytest.fixture
def browser(town: Town) -> Client:
    return TestClient(town.door, base_url=ORIGIN)


def form(client: Client, path: str) -> dict[str, str]:
    """What the form of this page carries unseen."""
    shown = see(client, path)
    return {name: str(shown.get(name, "")) for name in ("draft", "revision", "owner")}


def at_what_is_wrong(client: Client, who: str = "Samir") -> dict[str, str]:
    """Signed in, at the page where she writes what is not right."""
    sign_in(client, who)
    client.get(f"{SICK}/report-right", headers=JSON)
    assert press(client, f"{SICK}/report-right", {"report-right": "no"}).headers["location"] == WRONG
    return form(client, WRONG)


def pressed(client: Client, path: str, fields: dict[str, str], do: str = "continue") -> str:
    """Where a form that was opened before leads now."""
    answer = client.post(path, data={"do": do} | fields, headers=OURS, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def signed_in_again(client: Client, who: str, asked: str) -> str:
    """By the sign-in page she was led to; the address she comes to."""
    shown = see(client, asked)
    person = next(one["id"] for one in shown["demo"] if one["name"].startswith(who))
    answer = client.post("/en/sign-in/demo", data={"person": person, "next": shown["next"]}, headers=OURS, follow_redirects=False)
    return answer.headers["location"]


def written(client: Client, path: str) -> list[str]:
    return [field["value"] for field in see(client, path)["fields"]]


def test_what_she_typed_stands_there_when_she_has_signed_in_again(town: Town, browser: Client) -> None:
    carried = at_what_is_wrong(browser)
    town.away()
    asked = pressed(browser, WRONG, carried | {"what-is-wrong": TEXT})
    assert asked == "/en/sign-in?next=services/sick-pay/what-is-wrong&reason=ended"
    assert "What you wrote is kept for you" in browser.get(asked, headers={"accept": "text/html"}).text
    assert signed_in_again(browser, "Samir", asked) == WRONG
    assert written(browser, WRONG) == [TEXT]
    assert press(browser, WRONG, {"what-is-wrong": TEXT}).headers["location"] == f"{SICK}/work"


def test_another_who_signs_in_on_the_same_browser_never_meets_it(town: Town, browser: Client) -> None:
    carried = at_what_is_wrong(browser)
    town.away()
    asked = pressed(browser, WRONG, carried | {"what-is-wrong": TEXT})
    for path in (asked, "/en", SICK, "/en/services/rats/where"):
        assert TEXT not in browser.get(path, headers=JSON, follow_redirects=True).text
    assert signed_in_again(browser, "Mette", asked) == WRONG
    for path in (WRONG, SICK, "/en/mine", "/api/drafts/sick-pay", f"{SICK}/duplicate-draft"):
        assert TEXT not in browser.get(path, headers=JSON, follow_redirects=True).text
    sign_in(browser, "Samir")
    assert written(browser, WRONG) == [TEXT], "it waited for him alone"


def test_what_is_kept_opens_with_her_own_key_alone(town: Town, browser: Client) -> None:
    carried = at_what_is_wrong(browser)
    town.away()
    pressed(browser, WRONG, carried | {"what-is-wrong": TEXT})
    owner, public_id, sealed = next(row for row in town.drafts() if "/" in row[0])
    assert owner.endswith(f"/{carried['owner']}")
    nobody = town.db.read_now(persons.find, None, public_id=NOBODY)
    with pytest.raises(Tampered):
        town.db.keys.open(nobody, "unfinished", public_id, sealed)


def test_two_tabs_and_two_services_wait_for_her_together(town: Town, browser: Client) -> None:
    carried = at_what_is_wrong(browser)
    rats = form(browser, f"{RATS}/where")
    town.away()
    pressed(browser, WRONG, carried | {"what-is-wrong": TEXT})
    pressed(browser, f"{SICK}/work", carried | {"work": "own"})
    asked = pressed(browser, f"{RATS}/where", rats | WHERE)
    signed_in_again(browser, "Samir", asked)
    assert written(browser, WRONG) == [TEXT]
    assert "Havnegade 12" in browser.get(f"{RATS}/where", headers=JSON).text


def test_typed_in_one_tab_after_signing_out_in_another(browser: Client) -> None:
    """The session is gone altogether, and so is its cookie."""
    carried = at_what_is_wrong(browser)
    browser.post("/en/sign-out", headers=OURS, follow_redirects=False)
    asked = pressed(browser, WRONG, carried | {"what-is-wrong": TEXT})
    signed_in_again(browser, "Samir", asked)
    assert written(browser, WRONG) == [TEXT]


def test_her_form_under_another_who_is_signed_in_is_kept_for_her(browser: Client) -> None:
    carried = at_what_is_wrong(browser)
    sign_in(browser, "Mette")
    asked = pressed(browser, WRONG, carried | {"what-is-wrong": TEXT})
    assert asked.endswith("&reason=other")
    assert TEXT not in browser.get("/api/drafts/sick-pay", headers=JSON).text
    signed_in_again(browser, "Samir", asked)
    assert written(browser, WRONG) == [TEXT]


def test_sending_after_the_session_ended_leads_back_to_the_check_page(town: Town, browser: Client) -> None:
    """Nothing is sent, and nothing is asked again."""
    sign_in(browser, "Samir")
    to_check(browser)
    carried = form(browser, f"{RATS}/check")
    town.away()
    asked = pressed(browser, f"{RATS}/check", carried)
    assert asked == "/en/sign-in?next=services/rats/check&reason=ended"
    assert signed_in_again(browser, "Samir", asked) == f"{RATS}/check"
    assert see(browser, f"{RATS}/check")["page"] == "check"


def test_a_service_that_needs_no_sign_in_keeps_it_too(town: Town, browser: Client) -> None:
    """Begun signed in, so her answers are hers; as a guest she would begin anew."""
    sign_in(browser, "Samir")
    to_check(browser)
    carried = form(browser, f"{RATS}/get-in")
    town.away()
    asked = pressed(browser, f"{RATS}/get-in", carried | {"get-in": "By the blue door"})
    signed_in_again(browser, "Samir", asked)
    assert written(browser, f"{RATS}/get-in") == ["By the blue door"]


def test_the_language_she_asked_for_is_the_one_she_is_asked_in(town: Town, browser: Client) -> None:
    carried = at_what_is_wrong(browser)
    town.away()
    asked = pressed(browser, WRONG, carried | {"what-is-wrong": TEXT}, do="lang:ar")
    assert asked.startswith("/ar/sign-in?")
    signed_in_again(browser, "Samir", asked)
    assert written(browser, WRONG) == [TEXT]


def test_a_guests_own_beginning_stays_beside_it(town: Town, browser: Client) -> None:
    """Somebody began the same service as a guest in that browser since: that is another draft."""
    sign_in(browser, "Samir")
    to_check(browser)
    carried = form(browser, f"{RATS}/get-in")
    town.away()
    press(browser, f"{RATS}/where", WHERE)
    pressed(browser, f"{RATS}/get-in", carried | {"get-in": "By the blue door"})
    assert "blue door" not in browser.get("/api/drafts/rats", headers=JSON).text
    sign_in(browser, "Samir")
    assert see(browser, RATS)["state"] == "twice"
    assert "By the blue door" in browser.get("/api/drafts/rats", headers=JSON).text


def test_opening_a_page_after_the_session_ended_says_that_all_is_kept(town: Town, browser: Client) -> None:
    at_what_is_wrong(browser)
    town.away()
    for path in (WRONG, "/en/mine"):
        answer = browser.get(path, headers={"accept": "text/html"}, follow_redirects=False)
        assert answer.headers["location"].endswith("&reason=ended"), path
    first = TestClient(town.door, base_url=ORIGIN).get(WRONG, headers={"accept": "text/html"}, follow_redirects=False)
    assert first.headers["location"].endswith("&reason=to-start"), "who was never signed in reads no such thing"


def test_a_receipt_kept_as_a_bookmark_is_found_again_after_signing_in(town: Town, browser: Client) -> None:
    """Its key stands in the query."""
    key = "0123456789abcdef" * 2
    at = f"{SICK}/done?key={key}"
    asked = browser.get(at, headers={"accept": "text/html"}, follow_redirects=False).headers["location"]
    assert signed_in_again(browser, "Samir", asked) == at


def test_a_later_page_of_a_service_without_sign_in_does_not_begin_anew(town: Town, browser: Client) -> None:
    sign_in(browser, "Samir")
    to_check(browser)
    town.away()
    at = browser.get(f"{RATS}/get-in", headers={"accept": "text/html"}, follow_redirects=False).headers["location"]
    assert at == "/en/sign-in?next=services/rats/get-in&reason=ended"
    assert see(browser, f"{RATS}/where")["page"] == "question", "whoever stands here now may begin a report of his own"


def test_a_file_chosen_then_is_asked_for_again_in_words(town: Town, browser: Client) -> None:
    sign_in(browser, "Samir")
    to_check(browser)
    carried = form(browser, f"{RATS}/photo")
    town.away()
    answer = browser.post(
        f"{RATS}/photo", data=carried | {"do": "continue"}, files={"photo": ("rat.jpg", b"\xff\xd8\xff", "image/jpeg")},
        headers=OURS, follow_redirects=False,
    )  # fmt: skip
    asked = answer.headers["location"]
    assert asked.endswith("&reason=ended-file")
    assert "Choose the photo or the paper again" in browser.get(asked, headers={"accept": "text/html"}).text


def test_what_is_typed_for_nobody_we_know_is_not_kept(town: Town, browser: Client) -> None:
    answer = pressed(browser, f"{RATS}/where", {"owner": "somebody"} | WHERE)
    assert "/sign-in?" in answer
    assert town.drafts() == []
