"""A letter goes out as a MeMo message and comes back the same; a message of somebody else comes in and goes out the same."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest

from backend.domain.letters import Action, ActionKind, Document, Letter, Text, lacking
from backend.letters import memo, memo_xml
from backend.letters.memo import Message
from backend.letters.memo_xml import BadMemo
from tests.written import letter

ZONE = ZoneInfo("Europe/Copenhagen")
UUID = "3f0c7a52-1f4e-4d0b-9a3d-6b1c2d3e4f50"
AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
SAMPLES = Path(__file__).parent / "memo"


def message(one: Letter | None = None, **said: Any) -> Message:
    return Message(one or letter(sender="12345678", actions=[]), UUID, "0101904711", "12345678", AT, **said)


def back(sent: Message) -> Message:
    """Out, in, and without what only a message in XML has."""
    found = memo.read(memo.write(sent, ZONE), ZONE)
    return msgspec.structs.replace(found, letter=msgspec.structs.replace(found.letter, memo={}))


EVERY = [
    Action(kind, url=f"https://town.example/{kind}", say={"da": f"Gør det: {kind}"}, by="2026-12-08") for kind in get_args(ActionKind) if kind != "appointment"
] + [Action("appointment", say={"da": "Kom"}, starts_at="2026-12-01T10:00", ends_at="2026-12-01T10:30", place="Rådhuset & <kantinen>")]  # fmt: skip


def test_a_letter_goes_out_and_comes_back_the_same_with_all_eight_kinds_of_action() -> None:
    one = letter(
        sender="12345678", actions=EVERY, reply_by="2027-01-31", is_legal=True, discreet={"da": "Du har et brev"}, post_type="FLYTNING", case_number="S-1",
        service="", documents=[Document("0/0", "bilag å.pdf", "application/pdf", "da"), Document("1/0", "kort.png", "image/png", "da")],
    )  # fmt: skip
    sent = message(one, not_before="2026-12-01", reply_to=["11111111-1111-4111-8111-111111111111"], files={"0/0": b"%PDF-1.7\0", "1/0": bytes(range(256))})
    assert {action.kind for action in EVERY} == set(get_args(ActionKind)) == set(memo.KINDS)
    assert back(sent) == sent


@pytest.mark.parametrize("body", [["## Hvad\n", "- a\n- b"], ["x & <b>y</b> ]]> \"'"], ["عربي \u200f نص"], ["What has happened:", "x"], ["line\nbreak\ttab"]])
def test_whatever_a_text_holds_comes_back(body: list[str]) -> None:
    one = letter(sender="1", actions=[], service="")
    one = msgspec.structs.replace(one, texts={lang: msgspec.structs.replace(text, body=[part.strip("\n") for part in body]) for lang, text in one.texts.items()})
    assert back(message(one)).letter.texts == one.texts


@pytest.mark.parametrize("day", ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-12-31", "2028-02-29"])
def test_a_last_day_is_the_same_day_whatever_the_clocks_do(day: str) -> None:
    one = letter(sender="12345678", service="", actions=[Action("payment", say={"da": "Betal"}, by=day)], reply_by=day)
    assert back(message(one)).letter == one


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.xml")), ids=lambda file: file.stem)
def test_a_message_comes_in_and_goes_out_the_same(file: Path) -> None:
    """Element by element: prefixes and blanks between elements may differ, nothing else."""
    data = file.read_bytes()
    assert memo.parse(memo.write(memo.read(data, ZONE), ZONE)) == memo.parse(data)


def test_a_message_of_another_system_is_read_as_far_as_a_letter_goes_and_the_rest_is_kept() -> None:
    found = memo.read((SAMPLES / "tax.xml").read_bytes(), ZONE)
    one = found.letter
    assert (one.sender, one.sender_name, one.number, one.case_number) == ("87654321", "Prøvestyrelsen", "PS-77", "77-2026")
    assert (one.is_mandatory, one.is_legal, one.may_reply, one.reply_by) == (True, True, True, "2026-12-31")
    assert [(each.kind, each.by, each.url, each.starts_at, each.place) for each in one.actions] == [
        ("payment", "2026-12-31", "https://betal.example/77", "", ""), ("appointment", "", "", "2026-12-01T10:00", "Lokale 2"),
    ]  # fmt: skip
    assert found.files == {"0/0": b"%PDF-1.7 bilag"} and [each.name for each in one.documents] == ["bilag.pdf"]
    assert (found.recipient, found.not_before, found.reply_to) == ("0101904711", "2026-11-30", ["22222222-2222-4222-8222-222222222222"])
    assert "Representative" in str(one.memo["sender"]) and "KLEdata" in str(one.memo["content"]) and "TechnicalDocument" in str(one.memo["body"])


def test_a_message_without_the_five_answers_is_a_letter_that_is_not_sent() -> None:
    found = memo.read((SAMPLES / "plain.xml").read_bytes(), ZONE).letter
    assert found.texts["da"].body == ["Hej.", "Vi har fået din ansøgning."] and {name for _, name in lacking(found)} == {"what", "must", "by_when", "otherwise", "who"}


def test_elements_stand_in_the_order_of_the_description() -> None:
    one = letter(sender="1", reply_by="2027-01-31", discreet={"da": "Brev"}, post_type="x", case_number="S-1")
    header = memo.parse(memo.write(message(one, not_before="2026-12-01"), ZONE)).children[0]
    places = [memo.HEADER.index(each.tag) for each in header.children]
    assert places == sorted(places) and len(places) > 12


BOMB = b'<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><m>&b;</m>'
OUTSIDE = b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>'
SAMPLE = (SAMPLES / "plain.xml").read_bytes()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no XML"), (b"<a>", "no XML"), (b"<a/>", "no MeMo message"), (BOMB, "document type"), (OUTSIDE, "document type"), (b'<!DOCTYPE m SYSTEM "http://x/y"><m/>', "document type"),
        (b"<a>" * 200 + b"</a>" * 200, "deeper"), (b"<a>" + b"<b/>" * 30_000 + b"</a>", "more elements"), (b"<?xml version='1.0' encoding='klingon'?><a/>", "no"),
        (b"\xff\xfe<", "no XML"), (SAMPLE.replace(b'"1.2"', b'"2.0"'), "version 2.0"), (SAMPLE.replace(b"<memo:content>", b"<memo:content>%"), "base64"),
        (SAMPLE.replace(b"2026-11-24T08:30:00Z", b"yesterday"), "no moment"), (SAMPLE.replace(b"2026-11-24T08:30:00Z", b""), "no moment"), (b" " * (memo_xml.MOST_BYTES + 1), "larger"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_in_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(BadMemo, match=says):
        memo.read(data, ZONE)


def test_a_further_document_without_its_content_does_not_go_out() -> None:
    with pytest.raises(BadMemo, match="bilag"):
        memo.write(message(letter(documents=[Document("0/0", "bilag.pdf", "application/pdf")])), ZONE)


def test_text_that_no_xml_can_hold_goes_out_without_it() -> None:
    one = letter(sender="1\x00", actions=[], service="")
    one = msgspec.structs.replace(one, sender_name="A\x08B\ud800", texts={"da": Text("T\x01", one.texts["da"].summary, ["a"])})
    assert memo.read(memo.write(message(one), ZONE), ZONE).letter.sender_name == "AB"


def test_cut_anywhere_a_message_is_refused_and_never_breaks() -> None:
    data = (SAMPLES / "tax.xml").read_bytes().rstrip()
    for end in range(0, len(data), 37):
        with pytest.raises(BadMemo):
            memo.read(data[:end], ZONE)


def test_the_sample_holds_what_it_says() -> None:
    assert base64.b64encode("Hej.\n\nVi har fået din ansøgning.".encode()) in SAMPLE
