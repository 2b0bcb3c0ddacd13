"""A newcomer's own list: made from a few answers, with days counted from arrival, ticked by her, sent to nobody."""

from typing import Any

import pytest

from tests.web.conftest import JSON, OURS, Client, press, see, sign_in, throw_away

LIST = "/en/services/newcomer"


@pytest.fixture
def guest(phone: Client) -> Client:
    throw_away(phone, LIST)
    return phone


def answer(client: Client, country: str = "eu", doing: str = "work", children: str = "small", arrived: tuple[str, str, str] = ("20", "11", "2026")) -> dict[str, Any]:
    day = dict(zip(("arrived-on_day", "arrived-on_month", "arrived-on_year"), arrived, strict=True))
    for step, fields in {"arrived-on": day, "from": {"from": country}, "doing": {"doing": doing}, "children": {"children": children}}.items():
        assert press(client, f"{LIST}/{step}", fields).status_code == 303
    return see(client, f"{LIST}/check")


def of(shown: dict[str, Any], id: str) -> dict[str, Any]:
    return next(each for each in shown["items"] if each["id"] == id)


def test_four_answers_make_an_ordered_list_of_what_concerns_her(guest: Client) -> None:
    shown = answer(guest)
    ids = [each["id"] for each in shown["items"]]
    assert shown["page"] == "checklist" and ids[:3] == ["eu-residence", "address", "doctor"]
    assert {"tax-card", "day-care"} <= set(ids) and not {"permit", "school", "licence"} & set(ids)
    assert [each["id"] for each in answer(guest, "other", "refugee", "none")["items"]][0] == "address"


def test_last_days_are_counted_from_the_day_of_arrival(guest: Client) -> None:
    shown = answer(guest)
    assert (of(shown, "address")["by"], of(shown, "address")["late"]) == ("2026-11-25", 0)
    assert of(answer(guest, arrived=("1", "11", "2026")), "address")["late"] == 1


def test_what_she_ticks_is_kept_and_can_be_unticked(guest: Client) -> None:
    answer(guest)
    kept = press(guest, f"{LIST}/check", {"address": "yes", "doctor": "yes"})
    assert kept.status_code == 303 and kept.headers["location"] == f"{LIST}/check"
    shown = see(guest, f"{LIST}/check")
    assert (shown["done"], of(shown, "address")["on"], of(shown, "mitid")["on"]) == (2, 1, 0)
    press(guest, f"{LIST}/check", {"doctor": "yes"})
    assert of(see(guest, f"{LIST}/check"), "address")["on"] == 0


def test_ticks_not_yet_kept_survive_another_language(guest: Client) -> None:
    answer(guest)
    moved = press(guest, f"{LIST}/check", {"mitid": "yes"}, do="lang:ar")
    assert moved.headers["location"] == "/ar/services/newcomer/check"
    assert of(see(guest, "/ar/services/newcomer/check"), "mitid")["on"] == 1


def test_a_list_is_received_by_nobody(guest: Client) -> None:
    answer(guest)
    sent = guest.put("/api/submissions/" + "a" * 32, json={"service": "newcomer", "version": 1, "answers": {}}, headers=OURS)
    assert sent.status_code == 404
    press(guest, f"{LIST}/check", {"address": "yes"}, do="send")
    assert see(guest, f"{LIST}/check")["page"] == "checklist"


def test_signed_in_the_list_follows_her_to_another_phone(alone: Client) -> None:
    sign_in(alone, "Samir")
    answer(alone)
    press(alone, f"{LIST}/check", {"doctor": "yes"})
    alone.cookies.clear()
    sign_in(alone, "Samir")
    assert of(see(alone, f"{LIST}/check"), "doctor")["on"] == 1
    begun = [each for each in see(alone, "/en/mine")["drafts"] if each["service"]["id"] == "newcomer"]
    assert (begun[0]["path"], begun[0]["list"]) == ("services/newcomer/check", 1)
    assert "Not sent yet" not in alone.get("/en/mine", headers={"accept": "text/html"}).text


def test_the_short_address_leads_to_the_beginning_and_later_to_the_list(guest: Client) -> None:
    def led() -> str:
        return guest.get("/en/newcomer", headers=JSON, follow_redirects=False).headers["location"]

    assert led() == LIST
    answer(guest)
    assert led() == f"{LIST}/check"


def test_what_nobody_has_checked_is_said_to_be_so(guest: Client) -> None:
    assert answer(guest)["unchecked"] == 1
    assert "checked by the municipality" in guest.get(f"{LIST}/check", headers={"accept": "text/html"}).text


@pytest.mark.parametrize(("lang", "words"), [("en", "just moved here"), ("da", "gult kort"), ("ar", "البطاقة الصفراء")])
def test_it_is_found_by_everyday_words(phone: Client, lang: str, words: str) -> None:
    found = phone.get(f"/{lang}/services", params={"q": words}, headers=JSON).json()["found"]
    assert found[0]["id"] == "newcomer"
