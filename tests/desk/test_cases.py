"""A caseworker's day: the list, a case, a paper asked for, a letter sent, a minute to think again."""

import re
from collections.abc import Iterator

import pytest

from tests.desk.conftest import OURS, PAGE, work_as
from tests.web.conftest import Client, forget_sent, see, send, sign_in, to_check

CASE = re.compile(r'href="/desk/cases/([0-9a-f]{32})"')


@pytest.fixture
def case(desk: Client, phone: Client) -> Iterator[str]:
    """Inger's report of rats, as Bo finds it on his list."""
    sign_in(phone, "Inger")
    forget_sent(phone, "rats")
    to_check(phone)
    send(phone)
    work_as(desk, "Bo Krogh")
    mine = {row["id"] for row in see(phone, "/en/mine")["cases"]}
    yield next(id for id in CASE.findall(desk.get("/desk?order=newest", headers=PAGE).text) if id in mine)
    forget_sent(phone, "rats")


def look(desk: Client, path: str) -> str:
    answer = desk.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


LAST_VISIT = {"template": "closed", "last_visit_day": "23", "last_visit_month": "11", "last_visit_year": "2026"}
CHOSEN = "/decide?template=closed"


def revision(page: str) -> str:
    return re.search(r'name="revision" value="(\d+)"', page)[1]


def act(desk: Client, case: str, where: str = "", **said: str):
    page = look(desk, f"/desk/cases/{case}{where}" if where != "/undo" else f"/desk/cases/{case}")
    seen = {"revision": revision(page)} if 'name="revision"' in page else {}
    return desk.post(f"/desk/cases/{case}{where.partition('?')[0]}", data=seen | said, headers=OURS, follow_redirects=False)


def test_the_list_leads_to_the_case_and_the_case_shows_what_was_answered(desk: Client, case: str) -> None:
    page = look(desk, f"/desk/cases/{case}")
    assert "Inger Holm" in page and "M " in page and 'class="answers"' in page
    assert "Åbnet for første gang" in page


def test_a_caseworker_of_other_services_finds_no_case_of_this_one(desk: Client, case: str) -> None:
    work_as(desk, "Anne Berg")
    assert case not in look(desk, "/desk?order=newest")
    for path in ("", "/decide", "/files/" + "0" * 32):
        assert desk.get(f"/desk/cases/{case}{path}", headers=PAGE).status_code == 404
    for path in ("", "/decide", "/undo"):
        assert desk.post(f"/desk/cases/{case}{path}", data={"do": "note", "note": "x"}, headers=OURS).status_code == 404


def test_the_service_centre_reads_a_case_and_changes_nothing(desk: Client, case: str) -> None:
    work_as(desk, "Dorte Friis")
    page = look(desk, f"/desk/cases/{case}")
    assert "<textarea" not in page and "/decide" not in page
    assert desk.post(f"/desk/cases/{case}", data={"do": "note", "note": "x"}, headers=OURS).status_code == 404
    assert desk.get(f"/desk/cases/{case}/decide", headers=PAGE).status_code == 404


def test_a_note_is_seen_by_colleagues_as_text_and_an_empty_one_is_told(desk: Client, case: str) -> None:
    assert act(desk, case, do="note", note="<b>Ring</b>").status_code == 303
    assert "&lt;b&gt;Ring&lt;/b&gt;" in look(desk, f"/desk/cases/{case}")
    answer = act(desk, case, do="note", note=" ")
    assert answer.status_code == 422 and "Skriv notatet først" in answer.text


@pytest.mark.parametrize(("said", "says"), [({"by": "2030-01-01"}, "Vælg en, eller skriv"), ({"text": "Foto", "by": "2020-01-01"}, "Skriv en dag efter i dag"), ({"text": "Foto", "by": "i morgen"}, "Skriv en dag efter i dag")])
def test_what_lacks_in_asking_for_a_paper_is_told_and_what_was_typed_stays(desk: Client, case: str, said: dict[str, str], says: str) -> None:
    answer = act(desk, case, do="ask", **said)
    assert answer.status_code == 422 and says in answer.text and "<details" in answer.text
    assert all(value in answer.text for value in said.values())


def test_a_paper_asked_for_stands_on_the_residents_page_with_its_last_day(desk: Client, phone: Client, case: str) -> None:
    assert act(desk, case, do="ask", text="Et billede af hullet", by="2026-12-18").status_code == 303
    tasks = see(phone, f"/en/mine/cases/{case}")["tasks"]
    assert any((task["text"], task["by"]) == ("Et billede af hullet", "2026-12-18") for task in tasks)
    assert case in look(desk, "/desk?show=waiting&order=newest")


def test_two_who_take_the_same_case_the_second_is_told_who_was_first(desk: Client, case: str) -> None:
    seen = revision(look(desk, f"/desk/cases/{case}"))
    me = re.search(r'name="to" value="([0-9a-f]{32})"', look(desk, f"/desk/cases/{case}"))[1]
    said = {"do": "assign", "to": me, "revision": seen, "note": "mit notat"}
    assert desk.post(f"/desk/cases/{case}", data=said, headers=OURS, follow_redirects=False).status_code == 303
    second = desk.post(f"/desk/cases/{case}", data=said, headers=OURS, follow_redirects=False)
    assert second.status_code == 409 and re.search("Bo Krogh.? kom først", second.text) and "mit notat" in second.text


def test_open_choose_send_is_a_decision_with_its_letter_in_three_presses(desk: Client, phone: Client, case: str) -> None:
    page = look(desk, f"/desk/cases/{case}")  # the first press opened it
    choice = re.search(rf'href="(/desk/cases/{case}/decide\?template=closed)"', page)[1]
    assert "Dagen for det sidste besøg" in look(desk, choice)  # the second chose the letter
    assert act(desk, case, CHOSEN, do="send", **LAST_VISIT).status_code == 303
    after = look(desk, f"/desk/cases/{case}")
    assert "Fortryd" in after and "Afgjort" in after
    assert "no more signs" not in str(see(phone, f"/en/mine/cases/{case}"))  # she is told with the letter, in a minute


def test_a_letter_is_seen_first_as_the_resident_will_see_it_in_her_language(desk: Client, case: str) -> None:
    page = act(desk, case, CHOSEN, do="preview", **LAST_VISIT)
    assert page.status_code == 200 and 'class="handset"' in page.text
    assert 'lang="en"' in page.text.partition('class="handset"')[2] and "What has happened?" in page.text
    assert 'value="23"' in page.text  # and what was typed still stands


def test_a_decision_taken_back_is_told_to_nobody(desk: Client, phone: Client, case: str) -> None:
    act(desk, case, CHOSEN, do="send", **LAST_VISIT)
    assert act(desk, case, "/undo").status_code == 303
    page = look(desk, f"/desk/cases/{case}")
    assert "Fortryd" not in page and "?template=closed" in page


def test_two_who_decide_the_same_case_the_second_is_told_and_her_letter_is_not_sent(desk: Client, case: str) -> None:
    seen = revision(look(desk, f"/desk/cases/{case}{CHOSEN}"))
    said = {"revision": seen, "do": "send"} | LAST_VISIT
    assert desk.post(f"/desk/cases/{case}/decide", data=said, headers=OURS, follow_redirects=False).status_code == 303
    second = desk.post(f"/desk/cases/{case}/decide", data=said, headers=OURS, follow_redirects=False)
    assert second.status_code == 409 and re.search("Bo Krogh.? kom først", second.text)


def test_a_letter_with_an_empty_field_is_not_sent_and_what_was_typed_stays(desk: Client, case: str) -> None:
    answer = act(desk, case, "/decide?template=free-text", template="free-text", do="send", status="closed", heading="Et brev")
    assert answer.status_code == 422 and 'value="Et brev"' in answer.text and "typed--error" in answer.text


def test_a_letter_of_ones_own_words_says_what_is_decided(desk: Client, case: str) -> None:
    own = {name: "Ja." for name in ("heading", "happened", "must_do", "until", "if_not", "helper", "letter")}
    answer = act(desk, case, "/decide?template=free-text", template="free-text", do="send", **own)
    assert answer.status_code == 422 and "Vælg hvad der er afgjort" in answer.text
    assert act(desk, case, "/decide?template=free-text", template="free-text", do="send", status="closed", **own).status_code == 303


def test_every_look_at_a_case_stands_in_the_residents_access_log(desk: Client, phone: Client, case: str) -> None:
    look(desk, f"/desk/cases/{case}")
    rows = [row for day in see(phone, "/en/mine/access")["days"] for row in day["rows"] if row["who"] == "desk"]
    assert any(row["why"] == "case-work" and "cases" in row["what"] for row in rows)


def test_what_a_guest_sent_is_decided_without_a_letter(desk: Client, phone: Client) -> None:
    forget_sent(phone, "rats")
    to_check(phone)
    send(phone)
    work_as(desk, "Bo Krogh")
    case = CASE.findall(look(desk, "/desk?order=newest"))[0]
    assert "uden at logge ind" in look(desk, f"/desk/cases/{case}")
    assert act(desk, case, "/decide", do="send", status="closed").status_code == 303
    assert case in look(desk, "/desk?show=decided")


@pytest.mark.parametrize("query", ["state=x&who=y&order=z&service=none&late=9", "after=x", "after=2026-12-01~99999999999999999999", "after=~-5"])
def test_an_address_that_makes_no_sense_shows_the_list(desk: Client, query: str) -> None:
    work_as(desk, "Bo Krogh")
    look(desk, f"/desk?{query}")
