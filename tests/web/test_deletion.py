"""Throwing away what was written: asked before, undone after, and nothing of it left anywhere else."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import JSON, NOW, OURS, Client, built, press, see, sign_in

RATS = "/en/services/rats"
WORK = "/en/services/sick-pay"
WHERE = {"where_street": "Havnegade 4", "where_postcode": "2730", "where_town": "Havneby"}


def ask(client: Client, service: str = RATS, query: str = "") -> dict[str, Any]:
    return see(client, f"{service}/delete{query}")


def delete(client: Client, shown: dict[str, Any], service: str = RATS, **more: str) -> dict[str, Any]:
    fields = {name: str(shown[name]) for name in ("draft", "revision", "group", "row")} | {"do": "delete"} | more
    return client.post(f"{service}/delete", data=fields, headers=OURS | JSON).json()


def undo(client: Client, done: dict[str, Any], service: str = RATS) -> Any:
    fields = {"do": "undo", "undo": done["undo"], "group": done["group"], "row": done["row"]}
    return client.post(f"{service}/delete", data=fields, headers=OURS | JSON, follow_redirects=False)


def test_it_is_asked_first_and_nothing_is_lost_by_asking(phone: Client) -> None:
    press(phone, f"{RATS}/where", WHERE)
    answer = press(phone, f"{RATS}/inside", {}, do="erase")
    assert answer.headers["location"] == f"{RATS}/delete"
    assert (ask(phone)["state"], ask(phone)["count"]) == ("ask", 1)
    assert "Havnegade" in str(see(phone, f"{RATS}/where"))


def test_what_is_typed_on_that_page_stays_while_it_is_asked(phone: Client) -> None:
    press(phone, f"{RATS}/where", {"where_street": "Havnega"}, do="erase")
    assert "Havnega" in str(see(phone, f"{RATS}/where")["fields"])


def test_starting_over_asks_too(phone: Client) -> None:
    press(phone, f"{RATS}/where", WHERE)
    answer = phone.post(RATS, data={"do": "start-over"}, headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == f"{RATS}/delete"


def test_deleting_leaves_nothing(phone: Client) -> None:
    press(phone, f"{RATS}/where", WHERE)
    assert delete(phone, ask(phone))["state"] == "done"
    assert see(phone, RATS)["state"] == "new"
    assert "Havnegade" not in str(see(phone, f"{RATS}/where"))


def test_undo_brings_all_of_it_back(phone: Client) -> None:
    press(phone, f"{RATS}/where", WHERE)
    done = delete(phone, ask(phone))
    assert undo(phone, done).headers["location"] == f"{RATS}/inside"
    assert "Havnegade" in str(see(phone, f"{RATS}/where"))


def test_a_second_tap_on_delete_breaks_nothing(phone: Client) -> None:
    press(phone, f"{RATS}/where", WHERE)
    shown = ask(phone)
    done = delete(phone, shown)
    fields = {"do": "delete", "draft": shown["draft"]}
    assert phone.post(f"{RATS}/delete", data=fields, headers=OURS, follow_redirects=False).headers["location"] == RATS
    assert undo(phone, done).status_code == 303


def test_undo_never_writes_over_what_was_begun_since(phone: Client) -> None:
    press(phone, f"{RATS}/where", WHERE)
    done = delete(phone, ask(phone))
    press(phone, f"{RATS}/where", WHERE | {"where_street": "Torvet 1"})
    answer = undo(phone, done)
    assert (answer.status_code, answer.json()["state"]) == (409, "gone")
    assert "Torvet 1" in str(see(phone, f"{RATS}/where"))


def test_what_was_deleted_is_nothing_to_another_who_has_the_page(phone: Client, other: Client) -> None:
    press(phone, f"{RATS}/where", WHERE)
    done = delete(phone, ask(phone))
    assert "Havnegade" not in done["undo"]
    press(other, f"{RATS}/where", WHERE | {"where_street": "Torvet 1"})
    delete(other, ask(other))
    assert undo(other, done).json()["state"] == "gone"
    sign_in(other, "Inger")
    assert undo(other, done).json()["state"] == "gone"
    assert "Havnegade" not in str(see(other, f"{RATS}/where"))


@pytest.mark.parametrize("token", ["", "x", "AAAA", "%%%", "A" * 4000, "é"])
def test_a_token_that_is_not_ours_opens_nothing(phone: Client, token: str) -> None:
    press(phone, f"{RATS}/where", WHERE)
    assert undo(phone, delete(phone, ask(phone)) | {"undo": token}).json()["state"] == "gone"


def test_undo_ends_after_ten_minutes(tmp_path: Path) -> None:
    from litestar.testing import TestClient

    from tests.web.conftest import ORIGIN

    now = [NOW]
    with TestClient(built(tmp_path / "town", lambda: now[0]), base_url=ORIGIN) as phone:
        press(phone, f"{RATS}/where", WHERE)
        done = delete(phone, ask(phone))
        now[0] = NOW + timedelta(minutes=11)
        assert undo(phone, done).json()["state"] == "gone"
        now[0] = NOW - timedelta(minutes=1)
        assert undo(phone, done).json()["state"] == "gone"
        now[0] = NOW + timedelta(minutes=9)
        assert undo(phone, done).status_code == 303


def test_with_nothing_written_there_is_nothing_to_delete(phone: Client) -> None:
    answer = phone.get(f"{RATS}/delete", headers=JSON, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == RATS
