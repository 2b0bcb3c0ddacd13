"""My Page tells apart what came from one application."""

import secrets

from tests.web.conftest import OURS, Client, see, send, sign_in, to_check

ILL = {
    "work": "employee", "first-day": "2026-11-20", "cause": "illness", "works-a-little": "no", "treatment": "no",
    "still-paid": "yes", "more-work": "yes",
    "employers": [{"id": "r1", "answers": {"employer-name": "Bager Holm"}, "more": "no"}],
    "return-known": "no", "travel": "no", "account-right": "yes", "report-right": "yes", "may-fetch": "yes", "true-and-complete": "yes",
}  # fmt: skip


def test_a_second_workplace_is_a_case_of_its_own_that_bears_its_name(alone: Client) -> None:
    sign_in(alone, "Mette")
    body = {"service": "sick-pay", "version": 1, "answers": ILL, "lang": "en"}
    answer = alone.put(f"/api/submissions/{secrets.token_hex(16)}", json=body, headers=OURS)
    assert answer.status_code == 201, answer.text
    mine = see(alone, "/en/mine")
    assert sorted(case["about"] for case in mine["cases"]) == ["", "Bager Holm"]
    days = [(day["on"], day["say"]) for day in mine["todo"] + mine["waits"] if day["why"] in ("day", "us")]
    assert days and len(days) == len(set(days)), "each day to remember is named once"
    apart = next(case["id"] for case in mine["cases"] if case["about"])
    assert see(alone, f"/en/mine/cases/{apart}")["about"] == "Bager Holm"
    page = alone.get("/en/mine", headers={"accept": "text/html"}).text
    assert "Bager Holm" in page and "We got it" in page


def test_a_receipt_leads_on_to_my_things_only_whoever_has_them(phone: Client, alone: Client) -> None:
    to_check(phone)
    receipt = phone.get(send(phone), headers={"accept": "text/html"}).text
    assert 'class="main" href="/en/"' in receipt and 'class="main" href="/en/mine"' not in receipt
    sign_in(alone, "Samir")
    to_check(alone)
    assert 'class="main" href="/en/mine"' in alone.get(send(alone), headers={"accept": "text/html"}).text
