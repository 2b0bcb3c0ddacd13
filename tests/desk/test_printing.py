"""Letters for who gets paper leave in one file a day, and each is posted, put back, or tried again."""

import asyncio
import io
from typing import Any

import pypdfium2
import pytest
from litestar.testing import TestClient

from backend.domain.actors import SYSTEM, Actor
from backend.domain.contacts import Contact
from backend.domain.letters import TOWN, Letter, Summary, Text
from backend.store import contacts, letters
from tests.desk.conftest import OURS, PAGE, work_as
from tests.web.conftest import NOW, ORIGIN, Client, see, sign_in

TEXT = Text("Du får sygedagpenge", Summary("Vi har sagt ja.", "Ingenting.", "Ingen frist.", "Ingenting sker.", "Ring til os."), ["Vi har set på din sag."])


@pytest.fixture
def clerk(town: Any) -> Client:
    """Inger and Samir get paper; each has a letter."""
    client, db = TestClient(town, base_url=ORIGIN), town.inner.state.app.db
    for name in ("Inger", "Samir"):
        sign_in(client, name)
        person = see(client, "/en/mine")["frame"]["owner"]
        actor = Actor("resident", person, person)
        asyncio.run(contacts.put(db, actor, Contact(is_paper=True), NOW))
        new = asyncio.run(letters.sealed_for(db, person, Letter(TOWN, "Havneby", "da", {"da": TEXT}, number="B 1"), NOW))
        db.write_now(letters.add, SYSTEM, new=new)
    work_as(client, "Dorte Friis")
    return client


def batch_of(client: Client, **said: str) -> str:
    return client.post("/desk/print", data=said, headers=OURS, follow_redirects=False).headers["location"].partition("#")[2]


def pages(client: Client, batch: str) -> str:
    answer = client.get(f"/desk/print/{batch}/file", headers=PAGE)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
    read = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    text = "\n".join(page.get_textpage().get_text_range() for page in read)
    read.close()
    return text


def test_all_that_wait_leave_in_one_file_with_each_address_and_the_five_answers(clerk: Client) -> None:
    assert "breve venter" in clerk.get("/desk/print", headers=PAGE).text
    text = pages(clerk, batch_of(clerk))
    assert all(part in text for part in ("Inger Holm", "Havnegade 12, 1. tv", "Samir Haddad", "Du får sygedagpenge", "Vi har sagt ja."))
    assert "Intet brev venter" in clerk.get("/desk/print", headers=PAGE).text


def test_a_second_clerk_at_the_same_moment_gets_none_of_them(clerk: Client) -> None:
    assert batch_of(clerk) and batch_of(clerk) == ""


def test_a_file_that_was_lost_is_put_back_and_one_that_left_is_not_printed_again(clerk: Client) -> None:
    first = batch_of(clerk)
    clerk.post(f"/desk/print/{first}", data={"state": "waiting"}, headers=OURS)
    second = batch_of(clerk)
    assert clerk.get(f"/desk/print/{first}/file", headers=PAGE).status_code == 404
    clerk.post(f"/desk/print/{second}", data={"state": "printed"}, headers=OURS)
    assert "Sendt med posten" in clerk.get("/desk/print", headers=PAGE).text and batch_of(clerk) == ""


def test_who_has_no_address_stands_on_the_page_and_holds_up_nobody(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.desk import printing

    whole = printing.as_printable
    monkeypatch.setattr(printing, "as_printable", lambda desk, one: None if one.resident.name == "Inger Holm" else whole(desk, one))
    text = pages(clerk, batch_of(clerk))
    assert "Samir Haddad" in text and "Inger Holm" not in text
    assert "Registret har ingen adresse" in clerk.get("/desk/print", headers=PAGE).text


def test_the_resident_sees_that_her_letter_was_printed(clerk: Client) -> None:
    pages(clerk, batch_of(clerk))
    sign_in(clerk, "Inger")
    rows = [row for day in see(clerk, "/en/mine/access")["days"] for row in day["rows"] if row["who"] == "desk"]
    assert [(row["why"], row["what"]) for row in rows] == [("letter", ["register", "letters"])]


def test_a_caseworker_prints_nothing(clerk: Client) -> None:
    work_as(clerk, "Anne Berg")
    assert clerk.get("/desk/print", headers=PAGE).status_code == clerk.post("/desk/print", headers=OURS).status_code == 404
