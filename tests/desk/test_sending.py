"""A letter to many from the desk: tried without sending, begun with one tap, stopped, and reported without a name."""

import asyncio
import re
from datetime import date
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain.letters import ANSWERS
from backend.identity import demo
from backend.domain.actors import Actor
from backend.store import letters
from tests.desk.conftest import OURS, PAGE, work_as
from tests.web.conftest import NOW, ORIGIN, Client, see, sign_in

TEXT = {"title_da": "Ny affaldsplan", "body_da": "Vi henter fra maj.", **{f"{name}_da": f"Svar {name}" for name in ANSWERS}}


@pytest.fixture
def editor(town: Any) -> Client:
    client = TestClient(town, base_url=ORIGIN)
    work_as(client, "Erik Dam")
    return client


def numbers() -> list[str]:
    return [line.cpr for line in demo.town(date(NOW.year, NOW.month, NOW.day)) if line.name in ("Inger Holm", "Samir Haddad")]


def listed(lines: list[str], header: str = "cpr") -> dict[str, Any]:
    return {"list": ("list.csv", "\n".join([header, *lines]).encode(), "text/csv")}


def write(client: Client, files: Any = None, **said: str) -> Any:
    return client.post("/desk/send/write", data=TEXT | {"to": "list", "do": "try"} | said, files=files, headers=OURS, follow_redirects=False)


def send_due(town: Any) -> None:
    asyncio.run(town.inner.state.app.mailings.send_due())


def inbox(town: Any, name: str) -> list[str]:
    phone, app = TestClient(town, base_url=ORIGIN), town.inner.state.app
    sign_in(phone, name)
    person = see(phone, "/en/mine")["frame"]["owner"]
    return [one.letter.texts["da"].title for one in asyncio.run(letters.page(app.db, Actor("resident", person, person), app.now()))]


def test_a_list_is_tried_line_by_line_and_nothing_is_sent_before_it_is_begun(town: Any, editor: Client) -> None:
    page = write(editor, listed([*numbers(), numbers()[0], "nonsense"]))
    assert page.status_code == 200, page.text[:300]
    assert all(said in page.text for said in ("<b>2</b> i postkassen", "<b>1</b> står to gange", "<b>1</b> linjen kan ikke læses", 'class="handset"', 'Linje'))
    send_due(town)
    assert "Ny affaldsplan" not in inbox(town, "Inger")
    [mailing] = re.findall(r'action="/desk/send/([0-9a-f]{32})"', page.text)
    editor.post(f"/desk/send/{mailing}", data={"do": "begin"}, headers=OURS)
    send_due(town)
    assert inbox(town, "Inger").count("Ny affaldsplan") == inbox(town, "Samir").count("Ny affaldsplan") == 1
    report = editor.get(f"/desk/send/{mailing}/report", headers=PAGE).text
    assert len(report.strip().splitlines()) == 5 and not any(number in report for number in numbers())
    assert "Alt er sendt" in editor.get("/desk/send", headers=PAGE).text


def test_each_reads_the_own_value_and_the_preview_shows_it(editor: Client) -> None:
    page = write(editor, listed([f"{numbers()[0]};125 kr."], "cpr;amount"), body_da="Du skal betale {amount}.")
    assert "Du skal betale 125 kr." in page.text


def test_everybody_is_tried_first_and_then_sent_to(town: Any, editor: Client) -> None:
    page = write(editor, to="all")
    assert "Send det til alle" in page.text and "Ny affaldsplan" not in inbox(town, "Inger")
    assert write(editor, to="all", do="send").headers["location"] == "/desk/send"
    send_due(town)
    assert inbox(town, "Inger").count("Ny affaldsplan") == 1


def test_paused_it_goes_to_nobody_and_stopped_it_never_does(town: Any, editor: Client) -> None:
    """Planned for later: the server of the test sends what is due by itself."""
    [mailing] = re.findall(r'action="/desk/send/([0-9a-f]{32})"', write(editor, listed(numbers()), at="2027-03-01T09:00").text)
    for do, says in (("begin", "Venter på sin tid"), ("paused", "På pause"), ("running", "Venter på sin tid"), ("cancelled", "Stoppet for altid"), ("running", "Stoppet for altid")):
        editor.post(f"/desk/send/{mailing}", data={"do": do}, headers=OURS)
        assert says in editor.get("/desk/send", headers=PAGE).text
    assert write(editor, listed(numbers()), at="2027-03-01T09:00").status_code == 409


@pytest.mark.parametrize(
    ("said", "files", "says"),
    [
        ({"must_da": " "}, None, "Feltet er tomt"), ({}, None, "Vælg en liste"), ({}, {"list": ("a.csv", b"name\nInger\n", "text/csv")}, "Listen kan ikke læses"),
        ({"to": "all", "body_da": "Betal {amount}"}, None, "kræver en liste"), ({"title_en": "New plan"}, None, "Feltet er tomt"), ({"at": "tomorrow"}, None, "Skriv en dag"),
    ],
)  # fmt: skip
def test_what_lacks_is_said_and_what_was_typed_stays(editor: Client, said: dict[str, str], files: Any, says: str) -> None:
    page = write(editor, files, **said)
    assert page.status_code == 422 and says in page.text and 'value="Ny affaldsplan"' in page.text


@pytest.mark.parametrize("name", ["Anne Berg", "Dorte Friis"])
def test_only_an_editor_sends_to_many(editor: Client, name: str) -> None:
    work_as(editor, name)
    assert {editor.get(path, headers=PAGE).status_code for path in ("/desk/send", "/desk/send/write", f"/desk/send/{'0' * 32}/report")} == {404}
    assert write(editor, to="all").status_code == editor.post(f"/desk/send/{'0' * 32}", data={"do": "begin"}, headers=OURS).status_code == 404
