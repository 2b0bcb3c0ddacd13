"""The mailbox as its owner meets it: unread in words, the five answers first, nothing typed lost, nothing of a stranger's."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from PIL import Image

from backend.domain.actors import SYSTEM
from backend.domain.letters import Action
from backend.store import letters, messages, notices, persons
from backend.store.statements import Statement
from tests.store.conftest import wait
from tests.web.conftest import JSON, NOW, ORIGIN, OURS, Client, built, see, sign_in
from tests.written import DANISH, letter


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    made = built(tmp_path_factory.mktemp("letters"))
    with TestClient(made, base_url=ORIGIN):
        yield made


@pytest.fixture
def inger(town: Any) -> Iterator[Client]:
    """Signed in, and her mailbox is empty; whatever a test leaves in the town is taken away."""
    client = TestClient(town, base_url=ORIGIN)
    TOWN["db"] = town.inner.state.app.db
    TOWN["db"].write_now(lambda tx, actor: [tx.run(Statement("empty", f"DELETE FROM {table}")) for table in LEFT], SYSTEM)
    sign_in(client, "Inger")
    return client


LEFT = ("delivery", "rung_notice", "rung", "file", "print_job", "mailbox", "folder", "notice", "message", "letter", "draft")
TOWN: dict[str, Any] = {}


def owner(client: Client) -> str:
    return see(client, "/en/mine/settings")["frame"]["owner"]


def db_of(client: Client) -> Any:
    return TOWN["db"]


def write(client: Client, one: Any = None, **said: Any) -> str:
    new = wait(letters.sealed_for(db_of(client), owner(client), one or letter(), NOW - timedelta(minutes=5), **said))
    db_of(client).write_now(letters.add, SYSTEM, new=new)
    return new.public_id


def mine(client: Client) -> list[dict[str, Any]]:
    """The letters of the mailbox that this test wrote, as the page says them."""
    return [row for row in see(client, "/da/post")["letters"] if row["sender"] == "Havneby Kommune" and row["title"] == DANISH.title]


def post(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, data=fields, headers={**OURS, "accept": "text/html"}, follow_redirects=False)


def test_a_letter_not_read_says_so_in_words_and_by_when_something_must_be_done(inger: Client) -> None:
    write(inger)
    [row] = mine(inger)
    assert (row["unread"], row["by"], row["lang"]) == (1, "2026-12-08", "da")
    page = inger.get("/en/post").text
    assert "Not read" in page and "Do this at the latest" in page and "Tuesday, 8 December 2026" in page


def test_the_page_opens_it_and_a_context_fetched_ahead_does_not(inger: Client) -> None:
    id = write(inger)
    see(inger, f"/da/post/{id}")
    inger.get(f"/da/post/{id}", headers={"accept": "text/html", "sec-purpose": "prefetch;prerender"})
    assert mine(inger)[0]["unread"] == 1
    inger.get(f"/da/post/{id}", headers={"accept": "text/html"})
    assert mine(inger)[0]["unread"] == 0


def test_a_phone_that_shows_it_says_so(inger: Client) -> None:
    id = write(inger)
    assert inger.post(f"/api/letters/{id}/opened", headers=OURS).status_code == 204
    assert mine(inger)[0]["unread"] == 0
    assert inger.post(f"/api/letters/{'0' * 32}/opened", headers=OURS).status_code == 404


def test_the_five_answers_stand_before_the_letter_and_the_original_one_tap_beside(inger: Client) -> None:
    id = write(inger)
    page = inger.get(f"/ar/post/{id}").text
    assert page.index("لا يمكننا حساب بدل المرض بعد.") < page.index("لقد تقدمت بطلب") < page.index("<details") < page.index(DANISH.summary.what)
    assert '<h1 lang="ar" dir="rtl">' in page and '<h3 lang="da" dir="ltr">' in page
    danish = inger.get(f"/da/post/{id}").text
    assert "<details" not in danish and danish.index("Hvad skal jeg gøre?") < danish.index("Hele brevet")


def test_a_letter_without_her_language_is_shown_in_its_own_and_says_so(inger: Client) -> None:
    id = write(inger, letter(texts={"da": DANISH}))
    shown = see(inger, f"/en/post/{id}")
    assert (shown["text"]["lang"], shown["is_foreign"], shown["original"]) == ("da", 1, {})
    assert "This letter is not written in your language." in inger.get(f"/en/post/{id}").text


def test_a_hostile_body_is_text(inger: Client) -> None:
    from msgspec.structs import replace

    evil = replace(DANISH, title="<script>alert(1)</script>", body=["## <img src=x onerror=alert(1)>", "- <b>\n- {{7*7}}", "javascript:alert(1)"])
    actions = [Action("payment", url="javascript:alert(1)"), Action("confirm", path="//evil.example/x"), Action("sign", url="http://plain.example")]
    id = write(inger, letter(texts={"da": evil}, actions=actions))
    page = inger.get(f"/da/post/{id}").text
    assert "<script>alert" not in page and "<img src=x" not in page and "{{7*7}}" in page
    assert 'href="javascript:' not in page and 'href="http://plain' not in page and 'href="//evil' not in page


KINDS = ["appointment", "confirm", "payment", "preparation", "information", "self_service", "sign_up", "sign"]


def test_each_kind_of_action_is_one_button_one_thing_to_do_and_one_reminder_until_it_is_done(inger: Client) -> None:
    actions = [Action(kind, path="mine", by=f"2026-12-{day:02}") for day, kind in enumerate(KINDS, 1)]
    id = write(inger, letter(actions=actions))
    page = inger.get(f"/en/post/{id}").text
    assert page.count('class="main" href="/en/mine"') == 1 and page.count('class="quiet" href="/en/mine"') == 7
    assert open_rules(inger, id) == {f"do.{n}" for n in range(8)}
    assert post(inger, f"/en/post/{id}", do="done:2").headers["location"] == f"/en/post/{id}?told=done"
    assert open_rules(inger, id) == {f"do.{n}" for n in range(8)} - {"do.2"} and see(inger, f"/en/post/{id}")["actions"][2]["is_done"] == 1
    post(inger, f"/en/post/{id}", do="not-done:2")
    assert "do.2" in open_rules(inger, id)


def open_rules(client: Client, id: str) -> set[str]:
    who = owner(client)
    rows = db_of(client).read_now(lambda tx, actor: notices.of_person(tx, actor, persons.find(tx, actor, who).id), SYSTEM)
    return {row.rule for row in rows if row.matter == f"letter/{id}" and row.kind == "act"}


def test_a_letter_is_put_away_and_the_undo_puts_it_back(inger: Client) -> None:
    id = write(inger)
    moved = post(inger, f"/en/post/{id}", do="move:archive").headers["location"]
    assert mine(inger) == [] and [row["id"] for row in see(inger, "/da/post?folder=archive")["letters"]] == [id]
    shown = see(inger, moved)
    assert (shown["told"], shown["back"], shown["folder"]) == ("moved", "inbox", "archive")
    assert 'value="move:"' in inger.get(moved, headers={"accept": "text/html"}).text
    post(inger, f"/en/post/{id}", do="move:")
    assert len(mine(inger)) == 1


def test_a_folder_of_her_own_is_made_named_and_taken_away_and_its_letter_stays(inger: Client) -> None:
    id = write(inger)
    refused = post(inger, "/en/post", do="make", name="  ")
    assert refused.status_code == 422 and "Write a name for the folder." in refused.text
    made = post(inger, "/en/post", do="make", name="Skat & <b>").headers["location"]
    folder = made.partition("folder=")[2].partition("&")[0]
    post(inger, f"/en/post/{id}", do=f"move:{folder}")
    same = post(inger, "/en/post", do="make", name="skat & <B>")
    assert same.status_code == 422 and 'value="skat &amp; &lt;B&gt;"' in same.text
    post(inger, "/en/post", do="rename", folder=folder, name="Bolig")
    assert see(inger, f"/en/post?folder={folder}")["name"] == "Bolig" and see(inger, f"/en/post/{id}")["folder"] == folder
    post(inger, "/en/post", do="remove", folder=folder)
    assert len(mine(inger)) == 1 and inger.get(f"/en/post?folder={folder}").status_code == 404


def test_a_letter_is_found_and_what_is_not_found_says_what_to_do(inger: Client) -> None:
    id = write(inger)
    assert id in [row["id"] for row in see(inger, "/en/post?q=AABENRA")["letters"]]
    assert "Try other words" in inger.get("/en/post?q=xyzzy").text


def test_letters_not_read_stand_on_the_front_page_with_what_is_most_due(inger: Client) -> None:
    id = write(inger, letter(actions=[Action("payment", url="https://pay.example", by="2026-11-25")]))
    shown = see(inger, "/en")
    assert {"kind": "letter", "path": f"post/{id}"}.items() <= next(one for one in shown["news"] if one["path"] == f"post/{id}").items()
    assert (shown["due"]["why"], shown["due"]["on"], shown["due"]["path"]) == ("letter", "2026-11-25", f"post/{id}")
    page = inger.get("/en").text
    assert "New letter from" in page and f'href="/en/post/{id}"' in page and ">Your letters</a>" in page


def test_a_message_pressed_leads_to_the_letter(inger: Client) -> None:
    id = write(inger)
    who = owner(inger)
    rows = db_of(inger).read_now(lambda tx, actor: notices.of_person(tx, actor, persons.find(tx, actor, who).id), SYSTEM)
    told = next(row for row in rows if row.matter == f"letter/{id}")
    assert inger.get(f"/en/n/{told.public_id}", follow_redirects=False).headers["location"] == f"/en/post/{id}"


# ---- writing -----------------------------------------------------------------------------------------------------


def form(client: Client, query: str = "?about=other") -> dict[str, Any]:
    shown = see(client, f"/en/post/write{query}")
    return {"letter": shown["letter"], "about": shown["subject"], "case": shown["case"], "key": shown["key"], "owner": shown["owner"], "do": "send"}


def send(client: Client, fields: dict[str, Any], photo: bytes | None = None) -> Any:
    files = {"photo": ("photo.jpg", photo, "image/jpeg")} if photo else {"photo": ("", b"", "application/octet-stream")}
    return client.post("/en/post/write", data=fields, files=files, headers={**OURS, "accept": "text/html"}, follow_redirects=False)


def photo() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (20, 20), (200, 30, 30)).save(stream, "JPEG")
    return stream.getvalue()


def written(client: Client) -> list[Any]:
    from backend.domain.actors import resident

    return wait(messages.page(db_of(client), resident(owner(client), "s")))


def test_she_chooses_a_subject_writes_and_sees_what_she_wrote_with_the_moment_that_counts(inger: Client) -> None:
    subjects = see(inger, "/en/post/write")["subjects"]
    assert [one["id"] for one in subjects][-1] == "other" and "sick-pay" in [one["id"] for one in subjects]
    sent = send(inger, form(inger, "?about=sick-pay") | {"text": "Hvornår får jeg svar?\n<b>"})
    page = inger.get(sent.headers["location"], headers={"accept": "text/html"}).text
    assert "We have got what you wrote." in page and "Hvornår får jeg svar?\n&lt;b&gt;" in page and "We received it" in page and "24 November 2026" in page
    assert [(one.subject, one.written.text) for one in written(inger)] == [("sick-pay", "Hvornår får jeg svar?\n<b>")]
    assert "Sick pay" in inger.get("/en/post?folder=sent").text


def test_pressed_twice_it_is_sent_once_and_written_on_after_going_back_it_is_another(inger: Client) -> None:
    fields = form(inger) | {"text": "Hej"}
    assert send(inger, fields).headers["location"] == send(inger, fields).headers["location"]
    send(inger, fields | {"text": "Hej igen"})
    assert [one.written.text for one in written(inger)] == ["Hej igen", "Hej"]


def test_an_answer_stands_in_the_thread_of_its_letter(inger: Client) -> None:
    id = write(inger)
    sent = send(inger, form(inger, f"?letter={id}") | {"text": "Her er den."})
    assert sent.headers["location"] == f"/en/post/{id}?told=sent"
    thread = see(inger, f"/en/post/{id}")["thread"]
    assert [(row["kind"], row["here"]) for row in thread] == [("letter", 1), ("message", 0)] and thread[1]["title"] == "Her er den."


@pytest.mark.parametrize("text", ["", " \n ", "x" * 10_001])
def test_a_text_that_will_not_do_comes_back_as_it_was_typed(inger: Client, text: str) -> None:
    answer = send(inger, form(inger) | {"text": text})
    assert answer.status_code == 422 and "There is a problem" in answer.text and (text in answer.text)
    assert written(inger) == []


def test_photos_go_along_one_by_one_and_one_is_taken_away_again(inger: Client) -> None:
    fields = form(inger) | {"text": "Se her"}
    one = send(inger, fields | {"do": "photo"}, photo())
    assert one.status_code == 200 and "Se her" in one.text
    ids = hidden(one.text)
    two = send(inger, fields | {"do": "photo", "file": ids}, photo())
    ids = hidden(two.text)
    assert len(ids) == 2
    less = send(inger, fields | {"do": f"without:{ids[0]}", "file": ids})
    assert hidden(less.text) == ids[1:]
    send(inger, fields | {"file": ids[1:]})
    [kept] = written(inger)
    assert [file["id"] for file in kept.written.files] == ids[1:]
    assert inger.get(f"/api/files/{ids[1]}").status_code == 200


def hidden(page: str) -> list[str]:
    import re

    return re.findall(r'name="file" value="(\w+)"', page)


def test_a_photo_we_cannot_read_stops_nothing_she_typed(inger: Client) -> None:
    answer = send(inger, form(inger) | {"text": "Se her"}, b"no picture at all")
    assert answer.status_code == 422 and "Se her</textarea>" in answer.text and written(inger) == []


def test_a_photo_that_is_gone_is_told_and_the_text_stays(inger: Client) -> None:
    answer = send(inger, form(inger) | {"text": "Se her", "file": ["0" * 32]})
    assert answer.status_code == 422 and "A photo is not there any more." in answer.text and "Se her</textarea>" in answer.text


def test_a_letter_that_takes_no_answer_says_where_to_write_and_an_answer_too_late_becomes_a_message(inger: Client) -> None:
    closed = write(inger, letter(may_reply=False))
    page = inger.get(f"/en/post/{closed}").text
    assert "This letter takes no answer. You can write to us, or call." in page and "/en/post/write?letter=" not in page
    late = write(inger, letter(reply_by="2026-11-23"))
    assert "You could answer this letter until" in inger.get(f"/en/post/{late}").text
    fields = {"letter": late, "about": "", "case": "", "key": "a" * 32, "owner": owner(inger), "do": "send", "text": "Min lønseddel"}
    answer = send(inger, fields)
    assert answer.status_code == 422 and "Press Send, and it comes to us as a new message." in answer.text and "Min lønseddel</textarea>" in answer.text
    assert 'name="letter" value=""' in answer.text and 'name="about" value="sick-pay"' in answer.text
    send(inger, fields | {"letter": "", "about": "sick-pay"})
    assert [one.subject for one in written(inger)] == ["sick-pay"]


def test_another_language_keeps_what_is_typed(inger: Client) -> None:
    led = send(inger, form(inger, "?about=sick-pay") | {"text": "Halvt skrevet", "do": "lang:ar"})
    assert led.headers["location"] == "/ar/post/write?about=sick-pay"
    assert see(inger, led.headers["location"])["text"] == "Halvt skrevet" and see(inger, "/en/post/write?about=other")["text"] == ""


def test_what_was_typed_when_the_session_had_ended_is_there_after_signing_in(inger: Client) -> None:
    fields = form(inger, "?about=sick-pay") | {"text": "Lang tekst"}
    inger.cookies.clear()
    led = send(inger, fields)
    assert led.headers["location"] == "/en/sign-in?next=post%2Fwrite%3Fabout%3Dsick-pay&reason=ended"
    sign_in(inger, "Inger")
    again = see(inger, "/en/post/write?about=sick-pay")
    assert (again["text"], again["key"]) == ("Lang tekst", fields["key"])
    send(inger, fields)
    assert see(inger, "/en/post/write?about=sick-pay")["text"] == "" and len(written(inger)) == 1


def test_what_she_typed_is_never_sent_in_the_name_of_who_signed_in_meanwhile(inger: Client) -> None:
    fields = form(inger) | {"text": "Kun Inger"}
    inger.cookies.clear()
    sign_in(inger, "Samir")
    assert "reason=other" in send(inger, fields).headers["location"]
    assert written(inger) == [] and see(inger, "/en/post/write?about=other")["text"] == ""
    inger.cookies.clear()
    sign_in(inger, "Inger")
    assert written(inger) == []


def test_a_stranger_and_a_guest_meet_nothing(inger: Client) -> None:
    id = write(inger)
    inger.cookies.clear()
    assert inger.get(f"/en/post/{id}", headers=JSON).status_code == 401
    sign_in(inger, "Samir")
    for path in (f"/en/post/{id}", f"/en/post/write?letter={id}", f"/en/post?folder={id}"):
        assert inger.get(path, headers=JSON).status_code == 404
    for do in ("move:archive", "done:0", "not-done:0"):
        assert post(inger, f"/en/post/{id}", do=do).status_code == 404


def test_one_damaged_letter_says_so_and_the_mailbox_stays(inger: Client) -> None:
    id = write(inger)
    spoil = Statement("x", "UPDATE letter SET sealed = x'01' WHERE public_id = :id")
    db_of(inger).write_now(lambda tx, actor: tx.run(spoil, id=id), SYSTEM)
    assert "This letter cannot be shown. Call us." in inger.get("/en/post").text
    assert "something is wrong on our side" in inger.get(f"/en/post/{id}").text
