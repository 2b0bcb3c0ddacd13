"""Begun twice, before and after signing in: both are kept, and the person chooses."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.conftest import JSON, OURS, RATS, Client, press, see, send, sign_in, throw_away, to_check

ASIDE = f"{RATS}/duplicate-draft"
EARLIER = {"where_street": "Birkevej 2", "where_postcode": "9999", "where_town": "Havneby"}
NOW = {"where_street": "Rosenvænget 8", "where_postcode": "9999", "where_town": "Havneby"}


@pytest.fixture
def twice(phone: Client, other: Client) -> Iterator[Client]:
    """Mette began at home, signed in; and here, before she signed in."""
    sign_in(other, "Mette")
    throw_away(other, RATS)
    press(other, f"{RATS}/where", EARLIER)
    press(phone, f"{RATS}/where", NOW)
    sign_in(phone, "Mette")
    yield phone
    while see(phone, RATS)["state"] == "twice":
        choose(phone, see(phone, ASIDE)["drafts"][0]["id"])
    throw_away(phone, RATS)


def choose(client: Client, id: str, **changes: Any) -> Any:
    fields = {"seen": see(client, ASIDE)["seen"], "do": f"keep:{id}"} | changes
    return client.post(ASIDE, data=fields, headers=OURS, follow_redirects=False)


def test_the_start_page_and_every_question_lead_to_the_choice(twice: Client) -> None:
    start = see(twice, RATS)
    assert (start["state"], start["at"]) == ("twice", "services/rats/duplicate-draft")
    answer = twice.get(f"{RATS}/inside", headers=JSON, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, ASIDE)


def test_both_are_shown_with_what_stands_in_them(twice: Client) -> None:
    before, own = see(twice, ASIDE)["drafts"]
    assert (before["begun"], own["begun"]) == ("guest", "own")
    assert "Rosenvænget 8" in str(before) and "Birkevej 2" in str(own)


@pytest.mark.parametrize(("which", "street"), [(0, "Rosenvænget 8"), (1, "Birkevej 2")])
def test_the_one_chosen_goes_on_and_the_other_is_erased(twice: Client, which: int, street: str) -> None:
    answer = choose(twice, see(twice, ASIDE)["drafts"][which]["id"])
    assert answer.headers["location"] == f"{RATS}/inside"
    assert street in str(see(twice, f"{RATS}/where"))
    assert see(twice, RATS)["state"] == "draft"
    assert twice.get(ASIDE, headers=JSON, follow_redirects=False).headers["location"] == RATS


def test_what_changed_since_she_looked_is_not_erased(twice: Client, other: Client) -> None:
    shown = see(twice, ASIDE)
    changed = {**EARLIER, "where_street": "Birkevej 4"}
    assert press(other, f"{RATS}/where", changed).status_code == 303
    answer = choose(twice, shown["drafts"][0]["id"], seen=shown["seen"])
    assert answer.headers["location"] == ASIDE
    assert "Birkevej 4" in str(see(twice, ASIDE)["drafts"][1])


@pytest.mark.parametrize("changes", [{"do": "keep:" + "f" * 32}, {"seen": ["x", "1.y", "."]}, {"do": "keep"}, {"seen": []}])
def test_a_choice_that_makes_no_sense_erases_nothing(twice: Client, changes: dict[str, Any]) -> None:
    if changes == {"do": "keep"}:
        changes |= {"seen": []}
    answer = choose(twice, see(twice, ASIDE)["drafts"][0]["id"], **changes)
    assert answer.headers["location"] == ASIDE
    assert len(see(twice, ASIDE)["drafts"]) == 2


def test_a_stranger_and_a_guest_meet_nothing(twice: Client, door: Any) -> None:
    from litestar.testing import TestClient

    from tests.web.conftest import ORIGIN

    stranger, guest = TestClient(door, base_url=ORIGIN), TestClient(door, base_url=ORIGIN)
    sign_in(stranger, "Samir")
    assert stranger.get(ASIDE, headers=JSON, follow_redirects=False).headers["location"] == RATS
    seen = see(twice, ASIDE)
    answer = stranger.post(ASIDE, data={"seen": seen["seen"], "do": f"keep:{seen['drafts'][0]['id']}"}, headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == ASIDE
    assert guest.get(ASIDE, headers={"accept": "text/html"}, follow_redirects=False).headers["location"].startswith("/en/sign-in")
    assert len(see(twice, ASIDE)["drafts"]) == 2


def test_after_the_other_was_sent_the_one_from_before_is_offered_alone_and_can_be_erased(twice: Client, other: Client) -> None:
    other.get(RATS)
    choice = see(twice, ASIDE)
    at_home = other.get(f"{RATS}/where", headers=JSON, follow_redirects=False)
    assert at_home.headers["location"] == ASIDE
    carried = {"draft": choice["drafts"][1]["id"], "revision": "1"}
    for step, fields in [("inside", {"inside": "outside"})]:
        assert other.post(f"{RATS}/{step}", data=carried | fields | {"do": "continue"}, headers=OURS, follow_redirects=False).status_code == 303
    assert len(see(twice, ASIDE)["drafts"]) == 2
    throw_away(other, RATS)
    alone = see(twice, ASIDE)
    assert alone["alone"] == 1 and [draft["begun"] for draft in alone["drafts"]] == ["guest"]
    assert choose(twice, alone["mark"]).headers["location"] == RATS
    assert see(twice, RATS)["state"] == "new"


def test_what_she_sent_before_is_no_second_draft(phone: Client, other: Client) -> None:
    """Only the mark of it is left: what she begins as a guest is simply hers."""
    sign_in(other, "Inger")
    throw_away(other, RATS)
    to_check(other)
    send(other)
    press(phone, f"{RATS}/where", NOW)
    sign_in(phone, "Inger")
    assert see(phone, RATS)["state"] == "draft"
    assert "Rosenvænget 8" in str(see(phone, f"{RATS}/where"))
    throw_away(phone, RATS)


def test_a_form_only_opened_before_signing_in_is_no_second_draft(phone: Client, other: Client) -> None:
    sign_in(other, "Samir")
    press(other, f"{RATS}/where", EARLIER)
    press(phone, f"{RATS}/where", {}, do="lang:ar")
    sign_in(phone, "Samir")
    assert see(phone, RATS)["state"] == "draft"
    assert "Birkevej 2" in str(see(phone, f"{RATS}/where"))
    throw_away(phone, RATS)
