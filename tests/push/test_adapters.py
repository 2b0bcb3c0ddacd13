"""One table for all that carry a message; then what each can meet in the world."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest

from backend.domain.notices import Message, Outcome
from push.adapters import Adapter
from push.adapters.email import Email
from push.adapters.folder import Folder
from push.adapters.paper import Paper
from push.adapters.sms import Sms
from tests.push.carriers import Bare, Gateway, Post, Tls, Wrapped, authority, gateway, post_office

TOWN, ORIGIN = "Havneby Kommune", "https://selv.havneby.example"
PHONE, MAIL, HOME = "+4551234567", "inger@example.org", "Inger Holm\nHavnegade 12, 2. tv.\n9999 Havneby"
RUNG = "0123456789abcdef" * 2


def message(kind: str, to: str = "", text: str = "Der er nyt til dig.\n\nOverskrift\nنص عربي", rung_id: str = RUNG, lang: str = "da") -> Message:
    to = to or {"sms": PHONE, "email": MAIL, "letter": HOME}[kind]
    return Message(rung_id, kind, lang, to, text, "Nyt til dig", datetime(2027, 3, 3, 12, tzinfo=UTC))  # type: ignore[arg-type]


def by_smtp(port: int, **more: Any) -> Email:
    return Email("localhost", port, "borger@havneby.example", TOWN, ORIGIN, ssl_context=authority()[1], **({"step_s": 5.0, "all_s": 5.0} | more))


class Rig:
    """An adapter with whatever stands at its other end; `carried` is what has come out there."""

    def __init__(self, adapter: Adapter, kind: str, carried: Callable[[], list[bytes]]) -> None:
        self.adapter, self.kind, self.carried = adapter, kind, carried


@asynccontextmanager
async def rig(name: str, folder: Path) -> AsyncIterator[Rig]:
    if name == "sms":
        phone = Gateway()
        async with gateway(phone) as url:
            adapter = Sms(url, "Havneby", ssl_context=authority()[1])
            yield Rig(adapter, "sms", lambda: list({one[0]["idempotency-key"]: one[1] for one in phone.got}.values()))
            await adapter.close()
    elif name == "email":
        post = Post()
        with post_office(post) as port:
            yield Rig(by_smtp(port), "email", lambda: list({email.message_from_bytes(text)["Message-ID"]: text for _, text in post.got}.values()))
    elif name == "paper":
        yield Rig(Paper(folder, TOWN, f"{TOWN}, Torvet 1"), "letter", lambda: [file.read_bytes() for file in folder.rglob("*.pdf")])
    else:
        kind = name.split()[1]
        made = Folder(folder, TOWN, "Torvet 1", "borger@havneby.example", ORIGIN)
        yield Rig(made, kind, lambda: [file.read_bytes() for file in folder.rglob("*.*")])


RIGS = ["sms", "email", "paper", "folder sms", "folder email", "folder letter"]


def run(name: str, folder: Path, *messages: Message) -> tuple[list[Outcome], list[bytes]]:
    async def all_of_them() -> tuple[list[Outcome], list[bytes]]:
        async with rig(name, folder) as one:
            told = messages or (message(one.kind),)
            return [await one.adapter.send(each) for each in told], one.carried()

    return asyncio.run(all_of_them())


def kind_of(name: str) -> str:
    return {"sms": "sms", "email": "email", "paper": "letter"}.get(name) or name.split()[1]


@pytest.mark.parametrize("name", RIGS)
def test_a_message_is_handed_over(name: str, tmp_path: Path) -> None:
    outcomes, carried = run(name, tmp_path)
    assert [one.state for one in outcomes] == ["handed_over"] and outcomes[0].code and len(carried) == 1


@pytest.mark.parametrize("name", RIGS)
def test_told_twice_it_is_carried_once(name: str, tmp_path: Path) -> None:
    """By a file, or by a key the carrier knows it again by."""
    one = message(kind_of(name))
    outcomes, carried = run(name, tmp_path, one, one)
    assert [each.state for each in outcomes] == ["handed_over"] * 2 and len(carried) == 1


@pytest.mark.parametrize("name", RIGS)
def test_two_rungs_are_two_messages(name: str, tmp_path: Path) -> None:
    kind = kind_of(name)
    assert len(run(name, tmp_path, message(kind), message(kind, rung_id="f" * 32))[1]) == 2


@pytest.mark.parametrize("name", RIGS)
@pytest.mark.parametrize("rung_id", ["", "../../etc/passwd", "a\nBcc: x@example.org", "a" * 65, "a/b"])
def test_an_id_that_is_none_carries_nothing(name: str, rung_id: str, tmp_path: Path) -> None:
    outcomes, carried = run(name, tmp_path, message(kind_of(name), rung_id=rung_id))
    assert (outcomes, carried) == ([Outcome("failed", "rung-id")], [])


@pytest.mark.parametrize(("name", "to"), [
    ("sms", "call me"), ("sms", "+45 51; drop"), ("email", "nobody"), ("email", "a@example.org\nBcc: b@example.org"), ("email", "a@b.dk,c@d.dk"),
    ("email", "jørgen@example.org"), ("paper", "\n \n"), ("paper", "a\n" * 7), ("folder email", "nobody@"),
])  # fmt: skip
def test_an_address_that_is_none_fails_for_good(name: str, to: str, tmp_path: Path) -> None:
    outcomes, carried = run(name, tmp_path, message(kind_of(name), to))
    assert outcomes[0].state == "failed" and carried == []


@pytest.mark.parametrize("name", RIGS)
def test_nothing_of_the_message_is_logged(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    kind = kind_of(name)
    run(name, tmp_path, message(kind, text="the canary text"))
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith(("mail", "asyncio"))]
    assert not [one for one in ours if "canary" in one or PHONE in one or MAIL in one or "Inger" in one]


# ---- e-mail --------------------------------------------------------------------------------------------------


def posted(post: Post, server: type = Tls, to: str = MAIL, **more: Any) -> Outcome:
    with post_office(post, server) as port:
        return asyncio.run(by_smtp(port, **more).send(message("email", to)))


@pytest.mark.parametrize(("post", "outcome"), [
    (Post(), ("handed_over", "250")), (Post(text="accept and die"), ("handed_over", "250")),
    (Post(recipient="451 4.7.1 Come again later"), ("retry", "451")), (Post(text="451 Local error"), ("retry", "451")),
    (Post(text="452 4.2.2 Full"), ("retry", "452")),
    (Post(recipient="550 5.1.1 No such user"), ("gone", "550")), (Post(recipient="550 5.1.10 Null MX"), ("gone", "550")),
    (Post(recipient="550 5.7.1 We do not like you"), ("failed", "550")), (Post(recipient="550 No"), ("failed", "550")),
    (Post(text="554 5.7.1 Spam"), ("failed", "554")), (Post(text="550 5.1.1 in its text"), ("failed", "550")),
    (Post(sender="530 5.7.0 Sign in first"), ("retry", "530")), (Post(sender="553 5.1.8 Not your name"), ("retry", "553")),
    (Post(text="die"), ("retry", "connection")),
], ids=lambda one: str(one)[:60])  # fmt: skip
def test_each_answer_of_a_mail_server_has_its_outcome(post: Post, outcome: tuple[str, str]) -> None:
    done = posted(post)
    assert (done.state, done.code) == outcome


def test_a_mail_server_that_hangs_in_the_middle_is_left() -> None:
    assert posted(Post(text="hang"), step_s=0.2) == Outcome("retry", "timeout")


def test_a_mail_server_that_keeps_hanging_just_within_each_step_is_left_in_the_end() -> None:
    """One sign now and then: no single read is too slow."""

    async def drip() -> Outcome:
        async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while True:
                    writer.write(b"2")
                    await writer.drain()
                    await asyncio.sleep(0.02)
            except ConnectionError:
                pass
            finally:
                writer.close()
                left.set()

        left = asyncio.Event()
        server = await asyncio.start_server(answers, "127.0.0.1", 0)
        adapter = by_smtp(server.sockets[0].getsockname()[1], step_s=1.0, all_s=0.3)
        try:
            done = await asyncio.wait_for(adapter.send(message("email")), 5)
            await asyncio.wait_for(left.wait(), 5)
            return done
        finally:
            server.close()

    assert asyncio.run(drip()).state == "retry"


def test_nothing_is_sent_where_the_way_is_not_encrypted() -> None:
    post = Post()
    assert posted(post, Bare) == Outcome("retry", "tls") and post.got == []


def test_a_server_that_speaks_tls_from_the_start_is_spoken_to() -> None:
    post = Post()
    assert posted(post, Wrapped, security="tls").state == "handed_over" and len(post.got) == 1


def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    post = Post()
    with post_office(post) as port:
        stranger = Email("localhost", port, "borger@havneby.example", TOWN, ORIGIN)
        assert asyncio.run(stranger.send(message("email"))) == Outcome("retry", "tls") and post.got == []


def test_no_server_at_all_is_tried_again() -> None:
    with post_office(Post()) as port:
        pass
    assert asyncio.run(by_smtp(port).send(message("email"))) == Outcome("retry", "connection")


def test_a_password_that_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    assert posted(Post(), user="town", password=tmp_path / "none") == Outcome("retry", "password")


def test_an_e_mail_is_bare_text_that_wants_no_answer_from_machines() -> None:
    post = Post()
    assert posted(post, to="inger@rødby.example").state == "handed_over"
    to, raw = post.got[0]
    held = email.message_from_bytes(raw, policy=email.policy.default)
    assert to == "inger@xn--rdby-gra.example" and held["Message-ID"] == f"<{RUNG}@havneby.example>" and held["Auto-Submitted"] == "auto-generated"
    assert held["List-Unsubscribe"] == f"<{ORIGIN}/da/mine/reminders>" and held.get_content_type() == "text/plain" and held["Subject"] == "Nyt til dig"
    assert str(held["From"]) == f"{TOWN} <borger@havneby.example>" and held["Date"] and "نص عربي" in held.get_content()


# ---- SMS -----------------------------------------------------------------------------------------------------


def texted(answers: Gateway, text: str = "Der er nyt til dig.", to: str = PHONE, **more: Any) -> Outcome:
    async def once() -> Outcome:
        async with gateway(answers) as url:
            adapter = Sms(url, "Havneby", ssl_context=authority()[1], **more)
            try:
                return await adapter.send(message("sms", to, text))
            finally:
                await adapter.close()

    return asyncio.run(once())


@pytest.mark.parametrize(("answers", "outcome"), [
    (Gateway(), Outcome("handed_over", "200", "M1")), (Gateway(201, {"ids": [421332671]}), Outcome("handed_over", "200", "421332671")),
    (Gateway(202, {"messages": [{"messageId": "X-7", "status": "queued"}]}), Outcome("handed_over", "200", "X-7")),
    (Gateway(body={"error": {"code": "invalid_number", "text": "+4551234567 is not a number"}}), Outcome("failed", "invalid_number")),
    (Gateway(body={"error": "No credit"}), Outcome("failed", "rejected")), (Gateway(body={"status": "REJECTED", "id": "M1"}), Outcome("failed", "rejected")),
    (Gateway(body={"messages": [{"id": "M1", "status": "undeliverable"}]}), Outcome("failed", "rejected")),
    (Gateway(body={"success": False}), Outcome("failed", "rejected")), (Gateway(body={"errors": []} | {"id": "M1"}), Outcome("handed_over", "200", "M1")),
    (Gateway(body=b"<html>welcome</html>"), Outcome("retry", "unreadable")), (Gateway(body=b""), Outcome("retry", "unreadable")),
    (Gateway(body=b"[]"), Outcome("retry", "unreadable")), (Gateway(body=b'"OK"'), Outcome("retry", "unreadable")),
    (Gateway(body=b"{" * 100_000), Outcome("retry", "unreadable")), (Gateway(body=b" " * 10_000_000), Outcome("retry", "unreadable")),
    (Gateway(400), Outcome("failed", "400")), (Gateway(422), Outcome("failed", "422")), (Gateway(401), Outcome("retry", "401")),
    (Gateway(404), Outcome("retry", "404")), (Gateway(429), Outcome("retry", "429")), (Gateway(500), Outcome("retry", "500")),
    (Gateway(503), Outcome("retry", "503")), (Gateway(409), Outcome("handed_over", "409")),
    (Gateway(302, headers={"Location": "/other"}), Outcome("retry", "302")), (Gateway(307, headers={"Location": "/other"}), Outcome("retry", "307")),
    (Gateway(does="die"), Outcome("retry", "connection")),
], ids=lambda one: str(one)[:70])  # fmt: skip
def test_each_answer_of_a_gateway_has_its_outcome(answers: Gateway, outcome: Outcome) -> None:
    assert texted(answers) == outcome
    assert len(answers.got) <= 2  # a connection that died is tried anew by the client; a redirect is not followed


def test_a_gateway_that_hangs_is_left() -> None:
    assert texted(Gateway(does="hang"), timeout_s=0.2) == Outcome("retry", "timeout")


def test_a_gateway_nobody_vouches_for_gets_nothing() -> None:
    answers = Gateway()

    async def once() -> Outcome:
        async with gateway(answers) as url:
            adapter = Sms(url, "Havneby")
            try:
                return await adapter.send(message("sms"))
            finally:
                await adapter.close()

    assert asyncio.run(once()) == Outcome("retry", "certificate") and answers.got == []


def test_the_token_stands_in_a_file_and_may_change(tmp_path: Path) -> None:
    answers, token = Gateway(), tmp_path / "token"
    assert texted(answers, token=token) == Outcome("retry", "token") and answers.got == []
    token.write_text("abc\n")
    assert texted(answers, token=token).state == "handed_over" and answers.got[0][0]["authorization"] == "Bearer abc"


@pytest.mark.parametrize(("to", "sent"), [("51 23 45 67", "+4551234567"), ("0046701234567", "+46701234567"), ("+4551234567", "+4551234567")])
def test_a_number_goes_with_its_country(to: str, sent: str) -> None:
    answers = Gateway()
    texted(answers, to=to)
    assert msgspec.json.decode(answers.got[0][1])["to"] == sent


def test_a_gateway_gets_the_json_it_wants_and_a_text_stays_text() -> None:
    answers = Gateway()
    body = '{"sender": "{sender}", "message": "{text}", "recipients": [{"msisdn": "{digits}"}], "tags": ["{id}"]}'
    texted(answers, 'He said "{to}" \\ {id}', body=body)
    assert msgspec.json.decode(answers.got[0][1]) == {
        "sender": "Havneby", "message": 'He said "{to}" \\ {id}', "recipients": [{"msisdn": PHONE[1:]}], "tags": [RUNG],
    }  # fmt: skip


# ---- paper and the demo's folder -----------------------------------------------------------------------------


def paper(folder: Path) -> Paper:
    return Paper(folder, TOWN, f"{TOWN}, Torvet 1, 9999 Havneby")


@pytest.mark.parametrize("lang", ["da", "en", "ar"])
def test_a_letter_is_a_pdf_with_its_ticket_and_the_ticket_names_nobody(lang: str, tmp_path: Path) -> None:
    asyncio.run(paper(tmp_path).send(message("letter", lang=lang)))
    assert sorted(file.name for file in (tmp_path / "ready").iterdir()) == [f"{RUNG}.json", f"{RUNG}.pdf"]
    ticket = (tmp_path / "ready" / f"{RUNG}.json").read_text()
    held = msgspec.json.decode(ticket)
    assert held["post_before"] == "2027-03-03T12:00:00+00:00" and held["bytes"] == (tmp_path / "ready" / f"{RUNG}.pdf").stat().st_size
    assert "Inger" not in ticket and "Havnegade" not in ticket
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.rglob("*"))


@pytest.mark.parametrize(("place", "outcome"), [
    ("taken", Outcome("handed_over", "queued", RUNG)), ("done", Outcome("handed_over", "queued", RUNG)), ("failed", Outcome("failed", "failed")),
])  # fmt: skip
def test_what_the_printer_has_taken_is_not_made_again(place: str, outcome: Outcome, tmp_path: Path) -> None:
    asyncio.run(paper(tmp_path).send(message("letter")))
    (tmp_path / "ready" / f"{RUNG}.json").rename(tmp_path / place / f"{RUNG}.json")
    (tmp_path / "ready" / f"{RUNG}.pdf").unlink()
    assert asyncio.run(paper(tmp_path).send(message("letter"))) == outcome
    assert list((tmp_path / "ready").iterdir()) == [] and paper(tmp_path).withdraw(RUNG) is False
    assert paper(tmp_path).answers() == {"done": {RUNG: True}, "failed": {RUNG: False}, "taken": {}}[place]


def test_a_letter_is_withdrawn_until_it_is_fetched(tmp_path: Path) -> None:
    assert paper(tmp_path).withdraw(RUNG) is False
    asyncio.run(paper(tmp_path).send(message("letter")))
    assert paper(tmp_path).withdraw(RUNG) and list((tmp_path / "ready").iterdir()) == [] and paper(tmp_path).withdraw("../x") is False
    assert asyncio.run(paper(tmp_path).send(message("letter"))) == Outcome("failed", "withdrawn")


@pytest.mark.parametrize("name", ["paper", "folder letter", "folder sms", "folder email"])
def test_a_folder_that_cannot_be_written_is_tried_again(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert run(name, tmp_path / "file")[0] == [Outcome("retry", "disk")]


def test_the_demo_s_files_are_what_would_have_left(tmp_path: Path) -> None:
    for kind in ("sms", "email", "letter"):
        run(f"folder {kind}", tmp_path)
    assert (tmp_path / "sms" / f"{RUNG}.txt").read_text().startswith(f"{PHONE}\n\nDer er nyt til dig.")
    held = email.message_from_bytes((tmp_path / "email" / f"{RUNG}.eml").read_bytes(), policy=email.policy.default)
    assert held["To"] == MAIL and held.get_content().startswith("Der er nyt til dig.")
    with_text = pypdfium2.PdfDocument(tmp_path / "paper" / f"{RUNG}.pdf")
    assert "Der er nyt til dig." in with_text[0].get_textpage().get_text_range()
    with_text.close()


def test_the_demo_tells_a_helper_by_the_address_there_is(tmp_path: Path) -> None:
    made = Folder(tmp_path, TOWN, "Torvet 1", "borger@havneby.example", ORIGIN)
    for to, rung_id in ((PHONE, "a" * 32), (MAIL, "b" * 32)):
        asyncio.run(made.send(Message(rung_id, "helper", "da", to, "Der er noget at gøre.")))
    assert sorted(file.parent.name for file in tmp_path.rglob("*.*")) == ["email", "sms"]
