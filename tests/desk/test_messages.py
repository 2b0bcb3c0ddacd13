"""What residents write is found by subject, read for a reason, answered in one action, and taken back for a minute."""

import asyncio
import re
import secrets
from datetime import timedelta
from typing import Any

import pytest

from backend.domain.actors import Actor
from backend.domain.letters import Written
from backend.store import files, letters, messages
from backend.store.messages import To
from tests.desk.conftest import OURS, PAGE, work_as
from tests.store.test_files import picture
from tests.uploaded import Uploaded
from tests.web.conftest import Client, door, see, sign_in  # noqa: F401 - fixture

TEXT = "Hvornår får jeg svar? <b>Det haster</b>"
FIRST = re.compile(r'href="/desk/messages/([0-9a-f]{32})"')


@pytest.fixture
def app(door: Any) -> Any:  # noqa: F811
    return door.inner.state.app


def write(app: Any, phone: Client, subject: str = "sick-pay", text: str = TEXT, photo: bool = False) -> str:
    """A message of Inger's; its id."""
    sign_in(phone, "Inger")
    person = see(phone, "/en/mine")["frame"]["owner"]
    db, now, actor = app.db, app.now(), Actor("resident", person, person, "s-inger")
    taken = [asyncio.run(files.add(db, actor, Uploaded(picture()), "seddel.jpg", now))] if photo else []
    written = Written(text, "da", now.isoformat(), taken, "Sygedagpenge")
    return asyncio.run(messages.send(db, actor, secrets.token_hex(16), To(subject), written, now)).id


@pytest.fixture
def message(app: Any, desk: Client, phone: Client) -> str:
    made = write(app, phone)
    work_as(desk, "Anne Berg")
    return made


def look(desk: Client, path: str, status: int = 200) -> str:
    answer = desk.get(path, headers=PAGE)
    assert answer.status_code == status, answer.text
    return answer.text


def act(desk: Client, path: str, **said: str):
    return desk.post(f"/desk/messages/{path}", data=said, headers=OURS, follow_redirects=False)


def inbox(app: Any, phone: Client, later: bool = True) -> list[str]:
    """Titles of her letters, a minute from now."""
    person = see(phone, "/en/mine")["frame"]["owner"]
    held = asyncio.run(letters.page(app.db, Actor("resident", person, person), app.now() + timedelta(seconds=61 if later else 0)))
    return [one.letter.texts["da"].title for one in held]


def test_the_list_names_nobody_and_the_message_is_shown_as_text_with_its_photo(app: Any, desk: Client, phone: Client) -> None:
    message = write(app, phone, photo=True)
    work_as(desk, "Anne Berg")
    page = look(desk, "/desk/messages?subject=sick-pay")
    assert message in page and "Inger" not in page and "Hvornår" not in page
    page = look(desk, f"/desk/messages/{message}")
    assert "Inger Holm" in page and "&lt;b&gt;Det haster&lt;/b&gt;" in page
    [file] = re.findall(rf'href="(/desk/messages/{message}/files/[0-9a-f]{{32}})"', page)
    got = desk.get(file, headers=PAGE)
    assert got.headers["content-disposition"].startswith("attachment") and got.headers["content-security-policy"].startswith("sandbox")


def test_whoever_works_with_other_services_finds_it_not(app: Any, desk: Client, phone: Client) -> None:
    message = write(app, phone, "rats")
    work_as(desk, "Anne Berg")
    assert message not in look(desk, "/desk/messages?after=0")
    for path in ("", f"/files/{'0' * 32}"):
        look(desk, f"/desk/messages/{message}{path}", 404)
    for path in ("", "/undo"):
        assert act(desk, f"{message}{path}", do="nothing").status_code == 404
    work_as(desk, "Erik Dam")
    look(desk, "/desk/messages", 404)
    look(desk, f"/desk/messages/{message}", 404)


def test_an_answer_is_one_action_and_comes_in_the_same_thread_after_a_minute(app: Any, desk: Client, phone: Client, message: str) -> None:
    sent = act(desk, message, do="send", answer="Du får svar i næste uge.")
    assert sent.headers["location"] == f"/desk/messages?done={message}"
    assert "Svaret er sendt" in look(desk, sent.headers["location"])
    before = inbox(app, phone, later=False).count("Vores svar til dig")
    assert inbox(app, phone).count("Vores svar til dig") == before + 1


def test_taken_back_it_waits_again_and_no_letter_comes(app: Any, desk: Client, phone: Client, message: str) -> None:
    before = inbox(app, phone)
    act(desk, message, do="send", answer="Forkert svar.")
    assert act(desk, f"{message}/undo").headers["location"] == f"/desk/messages/{message}"
    assert inbox(app, phone) == before
    assert 'name="answer"' in look(desk, f"/desk/messages/{message}")


def test_an_empty_answer_is_asked_for_and_what_else_was_typed_stays(desk: Client, message: str) -> None:
    page = act(desk, message, do="send", answer=" ", must_do="Send os en seddel")
    assert page.status_code == 422 and 'value="Send os en seddel"' in page.text and 'id="problem"' in page.text


def test_the_answer_is_seen_in_her_language_before_it_goes(app: Any, desk: Client, phone: Client, message: str) -> None:
    before = inbox(app, phone)
    page = act(desk, message, do="preview", answer="Du får svar i næste uge.")
    assert page.status_code == 200 and 'class="handset"' in page.text and "Vores svar til dig" in page.text
    assert inbox(app, phone) == before


def test_the_second_of_two_is_told_who_was_first_and_keeps_what_was_typed(desk: Client, phone: Client, message: str) -> None:
    act(desk, message, do="send", answer="Første svar.")
    work_as(desk, "Bo Krogh")
    page = act(desk, message, do="send", answer="Andet svar.")
    assert page.status_code == 409 and "Anne Berg" in page.text.partition('role="alert"')[2][:200] and "Andet svar." in page.text


def test_nothing_to_answer_leaves_the_list_and_can_be_taken_up_again(desk: Client, message: str) -> None:
    where = act(desk, message, do="nothing").headers["location"]
    assert "Lagt væk uden svar" in look(desk, where)
    assert message not in FIRST.findall(look(desk, "/desk/messages?subject=sick-pay"))
    act(desk, f"{message}/undo")
    assert message in FIRST.findall(look(desk, "/desk/messages?subject=sick-pay"))


def test_she_sees_that_it_was_read(desk: Client, phone: Client, message: str) -> None:
    look(desk, f"/desk/messages/{message}")
    rows = [row for day in see(phone, "/en/mine/access")["days"] for row in day["rows"] if row["why"] == "message"]
    assert rows and rows[0]["who"] == "desk" and "letters" in rows[0]["what"]
