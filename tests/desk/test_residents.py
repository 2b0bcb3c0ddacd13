"""Finding a resident: by a number and for a reason, and the resident sees it."""

import re

import pytest

from tests.desk.conftest import OURS, PAGE, work_as
from tests.web.conftest import RATS, Client, see, send, sign_in, to_check

INGER = "2908451770"


def find(desk: Client, who: str, why: str = "help"):
    return desk.post("/desk/find", data={"who": who, "why": why}, headers=OURS, follow_redirects=False)


@pytest.fixture
def inger(desk: Client) -> str:
    """Her person number in this town."""
    from datetime import date

    from backend.identity.demo import town
    from tests.web.conftest import NOW

    return next(line.cpr for line in town(date(NOW.year, NOW.month, NOW.day)) if line.name == "Inger Holm")


@pytest.mark.parametrize("written", ["{}", "{0:.6}-{0[6]}{0[7]}{0[8]}{0[9]}", " {} "])
def test_a_person_number_finds_its_resident_however_it_is_written(desk: Client, inger: str, written: str) -> None:
    work_as(desk, "Dorte Friis")
    answer = find(desk, written.format(inger))
    assert re.fullmatch(r"/desk/residents/[0-9a-f]{32}/help", answer.headers["location"])
    assert "Inger Holm" in desk.get(answer.headers["location"], headers=PAGE).text


@pytest.mark.parametrize(("who", "says"), [("0101010000", "Ingen findes med det nummer"), ("Inger Holm", "Ingen findes"), ("", "Skriv et nummer"), ("M 222 222 222", "Ingen findes")])
def test_what_finds_nobody_is_said_and_stays_in_the_field(desk: Client, who: str, says: str) -> None:
    work_as(desk, "Dorte Friis")
    answer = find(desk, who)
    assert answer.status_code == 422 and says in answer.text and f'value="{who}"' in answer.text


def test_without_a_reason_nobody_looks(desk: Client, inger: str) -> None:
    work_as(desk, "Dorte Friis")
    assert find(desk, inger, "").status_code == 422
    person = find(desk, inger).headers["location"].split("/")[3]
    assert desk.get(f"/desk/residents/{person}/curiosity", headers=PAGE).status_code == 404


def test_the_resident_sees_who_looked_and_why_and_that_a_code_was_made(desk: Client, phone: Client, inger: str) -> None:
    work_as(desk, "Dorte Friis")
    where = find(desk, inger).headers["location"]
    shown = desk.post(f"{where}/code", headers=OURS).text
    assert re.search(r'class="code" dir="ltr">[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}<', shown)
    sign_in(phone, "Inger")
    rows = [row for day in see(phone, "/en/mine/access")["days"] for row in day["rows"] if row["who"] == "desk"]
    assert {"help", "code"} <= {row["why"] for row in rows}
    assert any("code-made" in row["what"] for row in rows)


def test_a_caseworker_makes_no_codes(desk: Client, inger: str) -> None:
    work_as(desk, "Anne Berg")
    where = find(desk, inger).headers["location"]
    assert "Lav en kode" not in desk.get(where, headers=PAGE).text
    assert desk.post(f"{where}/code", headers=OURS).status_code == 404


def test_the_number_of_a_case_finds_its_resident(desk: Client, phone: Client) -> None:
    sign_in(phone, "Inger")
    to_check(phone)
    send(phone)
    number = see(phone, "/en/mine")["cases"][0]["number"]
    work_as(desk, "Bo Krogh")
    assert "/help" in find(desk, number.lower().replace(" ", "")).headers["location"]


def test_nobodys_case_leads_to_no_resident(desk: Client, phone: Client) -> None:
    to_check(phone)
    key = send(phone).rpartition("=")[2]
    number = see(phone, f"{RATS}/done?key={key}")["receipt"]["number"]
    work_as(desk, "Bo Krogh")
    assert find(desk, number).status_code == 422
