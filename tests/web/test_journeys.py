"""A journey without script, from the first question to the receipt."""

from tests.web.conftest import JSON, OURS, RATS, WHERE, Client, press, see, send, sign_in, throw_away, to_check


def test_a_rat_is_reported_and_the_receipt_stands_at_its_own_address(phone: Client) -> None:
    to_check(phone)
    done = see(phone, send(phone))
    assert done["page"] == "done" and done["state"] == "sent"
    assert done["receipt"]["number"].startswith("M ")


def test_a_photo_nobody_needs_is_no_duty(alone: Client) -> None:
    """ "I send it later" to a question one may skip: offered on the receipt, not asked for on the front page."""
    sign_in(alone, "Samir")
    to_check(alone)
    assert see(alone, f"{RATS}/check")["todo"] == ["may"]
    receipt = send(alone)
    assert [task["why"] for task in see(alone, receipt)["tasks"]] == ["may"]
    page = alone.get(receipt, headers={"accept": "text/html"}).text
    assert "You can also do this" in page and "You must do this" not in page
    assert [task["why"] for task in see(alone, "/en/mine")["may"]] == ["may"]
    assert see(alone, "/en")["due"] == {}


def test_a_second_tap_on_send_ends_on_the_same_receipt(phone: Client) -> None:
    to_check(phone)
    carried = see(phone, f"{RATS}/check")
    fields = {d["name"]: "yes" for d in carried["declarations"]}
    fields |= {"draft": carried["draft"], "revision": carried["revision"], "do": "continue"}
    first, second = (
        phone.post(f"{RATS}/check", data=fields, headers=OURS, follow_redirects=False) for _ in range(2)
    )
    assert first.headers["location"] == second.headers["location"]
    assert "/done?key=" in first.headers["location"]


def test_back_after_sending_is_a_plain_page(phone: Client) -> None:
    to_check(phone)
    send(phone)
    for step in ("where", "check"):
        assert see(phone, f"{RATS}/{step}")["page"] == "sent"


def test_after_sending_she_can_begin_anew(phone: Client) -> None:
    to_check(phone)
    send(phone)
    start = see(phone, RATS)
    assert start["first"].endswith("?new=1")
    assert press(phone, f"/en/{start['first']}", WHERE).status_code == 303
    assert see(phone, f"{RATS}/inside")["page"] == "question"


def test_a_mistake_is_answered_with_the_page_and_what_was_typed(phone: Client) -> None:
    answer = press(phone, f"{RATS}/where", {"where_street": ""})
    assert answer.status_code == 422
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.json()["errors"]


def test_a_later_question_leads_back_to_the_first_unanswered(phone: Client) -> None:
    answer = phone.get(f"{RATS}/check", headers=JSON, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{RATS}/where")


def test_a_question_no_service_has_is_not_found(phone: Client) -> None:
    assert phone.get(f"{RATS}/weather", headers=JSON).status_code == 404


def test_a_form_without_a_field_of_the_step_shows_the_question_again(phone: Client) -> None:
    answer = phone.post(f"{RATS}/where", data={"other": "1"}, headers=OURS)
    assert answer.status_code == 200 and answer.json()["page"] == "question"
    assert answer.json()["errors"] == []


def test_another_language_keeps_what_was_typed(phone: Client) -> None:
    answer = press(phone, f"{RATS}/where", {"where_street": "Havnegade"}, do="lang:ar")
    assert answer.headers["location"] == "/ar/services/rats/where"
    shown = see(phone, "/ar/services/rats/where")
    assert "Havnegade" in str(shown["fields"])


def test_a_guests_answers_come_back_only_when_she_says_go_on(phone: Client) -> None:
    press(phone, f"{RATS}/where", WHERE)
    asked = see(phone, f"{RATS}/inside", **{"sec-fetch-site": "none"})
    assert asked["page"] == "go-on" and "Havnegade" not in str(asked)
    answer = phone.post(f"{RATS}/inside", data={"do": "go-on"}, headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == f"{RATS}/inside"


def test_one_guests_draft_is_nothing_to_another(phone: Client, other: Client) -> None:
    press(phone, f"{RATS}/where", WHERE)
    assert see(other, RATS)["state"] == "new"


def test_a_service_for_known_people_leads_to_sign_in_and_back(phone: Client) -> None:
    answer = phone.get("/en/services/sick-pay/work", headers={"accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/en/sign-in?next=services/sick-pay/work")


def test_a_stranger_cannot_open_a_signed_in_receipt(phone: Client, other: Client) -> None:
    sign_in(phone, "Inger")
    sign_in(other, "Samir")
    to_check(phone)
    receipt = send(phone)
    assert see(phone, receipt)["page"] == "done"
    assert other.get(receipt, headers=JSON).status_code == 404
    throw_away(phone, RATS)


def test_two_devices_and_one_draft_ask_the_person(phone: Client, other: Client) -> None:
    sign_in(phone, "Mette")
    sign_in(other, "Mette")
    at = "/en/services/change-of-address/new-address"
    old = see(phone, at)
    elsewhere = {"new-address_street": "Birkevej 2", "new-address_postcode": "9999", "new-address_town": "Havneby"}
    assert press(other, at, elsewhere).status_code == 303
    here = {**elsewhere, "new-address_street": "Rosenvænget 8", "draft": old["draft"], "revision": old["revision"]}
    answer = phone.post(at, data=here | {"do": "continue"}, headers=OURS)
    assert answer.status_code == 409 and answer.json()["page"] == "conflict"
    shown = answer.json()
    assert "Rosenvænget 8" in str(shown["mine"]) and "Birkevej 2" in str(shown["theirs"])
    kept = {each["name"]: each["value"] for each in shown["hidden"]}
    kept |= {"draft": shown["draft"], "revision": shown["revision"], "do": "keep-mine"}
    assert phone.post(at, data=kept, headers=OURS, follow_redirects=False).status_code == 303
    assert "Rosenvænget 8" in str(see(other, at))
    other.post("/en/services/change-of-address", headers=OURS)


def test_a_draft_saved_late_does_not_come_back_after_it_was_sent(phone: Client) -> None:
    sign_in(phone, "Inger")
    to_check(phone)
    key = send(phone).split("key=")[1]
    late = {"id": key, "version": 1, "revision": 0, "answers": {"get-in": "By the gate"}}
    answer = phone.put("/api/drafts/rats", json=late, headers=OURS)
    assert answer.status_code == 409 and answer.json()["theirs"]["sent"] == key
    assert see(phone, f"{RATS}/where")["page"] == "sent"
    throw_away(phone, RATS)
