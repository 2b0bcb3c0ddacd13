"""Letters as MeMo messages (the message model of Denmark's Digital Post, version 1.2; 1.1 is read too), in and out.

Element names and their order are those of the public description. Nothing here was tried against the official test environment.
What a letter has no place for is kept under `memo` as it came, and goes out again: what comes in and goes out is the same message.

In a MeMo message the five answers and the text are a file (`text/plain`) per language. Ours are written so that they come back
as they were: each answer a paragraph after its heading. A message of somebody else has no five answers; then it is a letter
with empty ones, which `letters.lacking` names and which is not sent before somebody has written them.
"""

import base64
import binascii
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.domain.letters import ANSWERS, Action, ActionKind, Document, Letter, Summary, Text
from backend.letters.memo_xml import BadMemo, Node, Spaces, parse, rendered

VERSION = "1.2"
READ = ("1.1", "1.2")
PLAIN = "text/plain"
KINDS: dict[ActionKind, str] = {
    "appointment": "AFTALE", "confirm": "BEKRAEFT", "payment": "BETALING", "preparation": "FORBEREDELSE", "information": "INFORMATION",
    "self_service": "SELVBETJENING", "sign_up": "TILMELDING", "sign": "UNDERSKRIV",
}  # fmt: skip
OF_CODE = {code: kind for kind, code in KINDS.items()}
MARKS = {"what": "What has happened", "must": "What you must do", "by_when": "By when", "otherwise": "If you do nothing", "who": "Who can help"}
"""Above each answer in the file. In English in every language: a mark for programs, which a letter shown here never has."""
HEADER = (
    "messageType", "messageUUID", "messageID", "messageCode", "label", "notification", "additionalNotification", "reply", "replyByDateTime",
    "doNotDeliverUntilDate", "mandatory", "legalNotification", "postType", "Sender", "Recipient", "ContentData", "ForwardData", "ReplyData",
)  # fmt: skip
"""In the order of the description."""


class Message(Struct, frozen=True):
    """A letter and what stands around it. `recipient`: a person number (idType CPR) or a company number (CVR). `reply_to`: the
    `messageUUID`s of the thread, the newest first. `files`: content of the further documents, by `Document.id`."""

    letter: Letter
    uuid: str
    recipient: str
    sender_number: str
    created_at: datetime
    id_type: str = "CPR"
    not_before: str = ""
    reply_to: list[str] = []
    files: dict[str, bytes] = {}


# In


def read(data: bytes, zone: ZoneInfo) -> Message:
    """Times of a letter are the town's. Raises `BadMemo`."""
    root = parse(data)
    header, body = root.first("MessageHeader"), root.first("MessageBody")
    if root.tag != "Message" or header is None or body is None or (main := body.first("MainDocument")) is None:
        raise BadMemo("The file is no MeMo message: it needs Message with MessageHeader, MessageBody and MainDocument.")
    if (version := root.attributes.get("memoVersion", "")) not in READ:
        raise BadMemo(f"The message is of MeMo version {version or 'none'}; read are {', '.join(READ)}.")
    sender, recipient = header.first("Sender") or Node(""), header.first("Recipient") or Node("")
    texts, kept_files = texts_of(main, header.said("label"))
    documents, files = documents_of(body)
    content = header.first("ContentData")
    case = content.first("CaseID") if content else None
    letter = Letter(
        sender=sender.said("senderID"), sender_name=sender.said("label"), original=next(iter(texts)), texts=texts,
        actions=[action_of(one, zone) for one in main.every("Action")], documents=documents,
        discreet={next(iter(texts)): header.said("notification")} if header.said("notification") else {},
        may_reply=header.said("reply") in ("true", "1"), reply_by=day_of(header.said("replyByDateTime"), zone),
        is_mandatory=header.said("mandatory") in ("true", "1"), is_legal=header.said("legalNotification") in ("true", "1"),
        post_type=header.said("postType"), case_number=case.said("caseID") if case else "", number=header.said("messageID"),
        memo=kept(root, header, body, main, sender, recipient, kept_files),
    )  # fmt: skip
    thread = [one.said("messageUUID") for one in header.every("ReplyData")]
    return Message(
        letter, header.said("messageUUID"), recipient.said("recipientID"), sender.said("senderID"), moment(body.said("createdDateTime")),
        recipient.said("idType"), header.said("doNotDeliverUntilDate"), thread, files,
    )  # fmt: skip


def texts_of(main: Node, label: str) -> tuple[dict[str, Text], list[Node]]:
    """By language; and the files of the main document that are no plain text (PDF, HTML), which are kept as they are."""
    found, others = {}, []
    for file in main.every("File"):
        lang = file.said("language").lower()
        if file.said("encodingFormat") == PLAIN and lang not in found:
            found[lang] = text_of(decoded(file).decode("utf-8", "replace"), label)
        else:
            others.append(file)
    if not found:
        lang = others[0].said("language").lower() if others else "da"
        found[lang] = Text(label, Summary("", "", "", "", ""), [])
    return found, others


def text_of(written: str, label: str) -> Text:
    """The first line is the title; then the five answers, each under its mark, if they are there; the rest is the text."""
    parts = [part for part in re.split(r"\n[ \t]*\n", written.replace("\r\n", "\n").replace("\r", "\n").strip("\n")) if part.strip()]
    answers = dict.fromkeys(ANSWERS, "")
    marks = [part.split("\n", 1) for part in parts[1:6]]
    if [one[0] for one in marks] == [f"{mark}:" for mark in MARKS.values()]:
        answers = {name: one[1] if len(one) > 1 else "" for name, one in zip(ANSWERS, marks, strict=True)}
        return Text(parts[0], Summary(**answers), parts[6:])
    return Text(label, Summary(**answers), parts)


def documents_of(body: Node) -> tuple[list[Document], dict[str, bytes]]:
    """One for each file of a further document; its id is "document/file" by place."""
    documents, files = [], {}
    for at, one in enumerate(body.every("AdditionalDocument")):
        for place, file in enumerate(one.every("File")):
            id = f"{at}/{place}"
            documents.append(Document(id, file.said("filename"), file.said("encodingFormat"), file.said("language").lower()))
            files[id] = decoded(file)
    return documents, files


def decoded(file: Node) -> bytes:
    try:
        return base64.b64decode("".join(file.said("content").split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadMemo(f"The content of the file “{file.said('filename')[:80]}” is no base64.") from None


def action_of(node: Node, zone: ZoneInfo) -> Action:
    """An action of a kind that is not of the eight is something to read about."""
    kind = OF_CODE.get(node.said("actionCode").upper().replace("Æ", "AE"), "information")
    point, booked = node.first("EntryPoint"), node.first("Reservation")
    says = {"da": node.said("label")} if node.said("label") else {}
    return Action(
        kind, url=point.said("url") if point else "", say=says, by=day_of(node.said("endDateTime"), zone),
        starts_at=wall_time(booked.said("startDateTime"), zone) if booked else "", ends_at=wall_time(booked.said("endDateTime"), zone) if booked else "",
        place=booked.said("location") if booked else "",
    )  # fmt: skip


def moment(said: str) -> datetime:
    try:
        return datetime.fromisoformat(said.replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadMemo(f"“{said[:40]}” is no moment; write 2026-11-24T08:30:00Z.") from None


def day_of(said: str, zone: ZoneInfo) -> str:
    """The last day on which it can be done: an end at midnight belongs to the day before."""
    return (moment(said).astimezone(zone) - timedelta(seconds=1)).date().isoformat() if said else ""


def wall_time(said: str, zone: ZoneInfo) -> str:
    return moment(said).astimezone(zone).strftime("%Y-%m-%dT%H:%M") if said else ""


CARRIED = {
    "header": {*HEADER} - {"messageCode", "additionalNotification", "ForwardData"},
    "sender": {"senderID", "label"}, "recipient": {"recipientID", "idType"},
    "body": {"createdDateTime", "MainDocument", "AdditionalDocument"},
}  # fmt: skip


def kept(root: Node, header: Node, body: Node, main: Node, sender: Node, recipient: Node, files: list[Node]) -> dict[str, Any]:
    """What a letter has no place for, by where it stood. The nodes whose whole is more than what we carry are kept whole."""
    found: dict[str, Any] = {"version": root.attributes["memoVersion"], "type": header.said("messageType")}
    found["header"] = [plain(one) for one in header.children if one.tag not in CARRIED["header"]]
    found["sender"] = [plain(one) for one in sender.children if one.tag not in CARRIED["sender"]]
    found["recipient"] = [plain(one) for one in recipient.children if one.tag not in CARRIED["recipient"]]
    found["content"] = [plain(one) for content in header.every("ContentData") for one in content.children]
    found["replies"] = [plain(one) for one in header.every("ReplyData")]
    found["body"] = [plain(one) for one in body.children if one.tag not in CARRIED["body"]]
    found["actions"] = [plain(one) for one in main.every("Action")]
    found["main"] = [plain(one) for one in main.children if one.tag not in ("File", "Action")]
    found["files"] = [plain(one) for one in files]
    found["names"] = {one.said("language").lower(): one.said("filename") for one in main.every("File") if one.said("encodingFormat") == PLAIN}
    found["documents"] = [[plain(part) for part in one.children if part.tag != "File"] for one in body.every("AdditionalDocument")]
    found["label"] = header.said("label")
    return found


def plain(node: Node) -> list[Any]:
    """As JSON: [tag, text, attributes, children]."""
    return [node.tag, node.text, node.attributes, [plain(one) for one in node.children]]


def node_of(said: list[Any]) -> Node:
    return Node(said[0], dict(said[2]), said[1], [node_of(one) for one in said[3]])


# Out


def write(message: Message, zone: ZoneInfo) -> bytes:
    """UTF-8. Raises `BadMemo` for what MeMo has no place for."""
    letter = message.letter
    memo = letter.memo
    root = Node("Message", {"memoVersion": memo.get("version", VERSION)}, children=[header_of(message, zone), body_of(message, zone)])
    if root.attributes["memoVersion"] == "1.1":
        root.attributes["memoSchVersion"] = "1.1.0"
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + rendered(root, Spaces(), top=True).encode()


def header_of(message: Message, zone: ZoneInfo) -> Node:
    letter, memo = message.letter, message.letter.memo
    title = memo.get("label") or letter.texts[letter.original].title
    said = {
        "messageType": memo.get("type") or "DIGITALPOST", "messageUUID": message.uuid, "messageID": letter.number, "label": title,
        "notification": letter.discreet.get(letter.original, ""), "reply": "true" if letter.may_reply else "false",
        "replyByDateTime": end_of_day(letter.reply_by, zone), "doNotDeliverUntilDate": message.not_before,
        "mandatory": "true" if letter.is_mandatory else "false", "legalNotification": "true" if letter.is_legal else "false",
        "postType": letter.post_type,
    }  # fmt: skip
    found = [Node(tag, text=text) for tag, text in said.items() if text]
    sender = [Node("senderID", text=message.sender_number), Node("label", text=letter.sender_name), *nodes(memo, "sender")]
    if "sender" not in memo:
        sender.append(Node("idType", text="CVR"))
    recipient = [Node("recipientID", text=message.recipient), Node("idType", text=message.id_type), *nodes(memo, "recipient")]
    found += [Node("Sender", children=ordered(sender, SENDER)), Node("Recipient", children=ordered(recipient, RECIPIENT))]
    content = nodes(memo, "content")
    if not content and letter.case_number:
        content = [Node("CaseID", children=[Node("caseID", text=letter.case_number), Node("caseSystem", text="Medborger")])]
    found += [Node("ContentData", children=content)] if content else []
    found += nodes(memo, "replies") or [Node("ReplyData", children=[Node("messageUUID", text=one)]) for one in message.reply_to]
    return Node("MessageHeader", children=ordered([*found, *nodes(memo, "header")], HEADER))


SENDER = ("senderID", "idType", "idTypeLabel", "label", "AttentionData", "ContactPoint", "Representative")
RECIPIENT = ("recipientID", "idType", "idTypeLabel", "label", "AttentionData", "ContactPoint")


def ordered(found: list[Node], order: tuple[str, ...]) -> list[Node]:
    """What the description does not name stands last, as it came."""
    return sorted(found, key=lambda one: order.index(one.tag) if one.tag in order else len(order))


def nodes(memo: dict[str, Any], name: str) -> list[Node]:
    return [node_of(one) for one in memo.get(name, [])]


def body_of(message: Message, zone: ZoneInfo) -> Node:
    letter, memo = message.letter, message.letter.memo
    names = memo.get("names", {})
    files = [
        file_node(names.get(lang, f"{lang}.txt"), PLAIN, lang, written(text).encode()) for lang, text in letter.texts.items() if text.body or any_answer(text)
    ]  # fmt: skip
    actions = nodes(memo, "actions") or [action_node(one, message, zone) for one in letter.actions]
    main = Node("MainDocument", children=[*nodes(memo, "main"), *files, *nodes(memo, "files"), *actions])
    created = Node("createdDateTime", text=stamp(message.created_at))
    return Node("MessageBody", children=[created, main, *documents_out(message), *nodes(memo, "body")])


def any_answer(text: Text) -> bool:
    return any(getattr(text.summary, name) for name in ANSWERS)


def written(text: Text) -> str:
    if not any_answer(text):
        return "\n\n".join(text.body)
    answers = [f"{MARKS[name]}:\n{getattr(text.summary, name)}" for name in ANSWERS]
    return "\n\n".join([text.title, *answers, *text.body])


def documents_out(message: Message) -> list[Node]:
    """Files of one further document stand together, as they came; each of ours is one of its own."""
    grouped: dict[str, list[Node]] = {}
    for one in message.letter.documents:
        if one.id not in message.files:
            raise BadMemo(f"The content of “{one.name}” is missing.")
        grouped.setdefault(one.id.partition("/")[0], []).append(file_node(one.name, one.kind, one.lang or message.letter.original, message.files[one.id]))
    around = message.letter.memo.get("documents", [])
    found = []
    for at, files in enumerate(grouped.values()):
        other = [node_of(one) for one in around[at]] if at < len(around) else []
        before = [one for one in other if one.tag != "Action"]
        found.append(Node("AdditionalDocument", children=[*before, *files, *(one for one in other if one.tag == "Action")]))
    return found


def file_node(name: str, kind: str, lang: str, content: bytes) -> Node:
    said = {"encodingFormat": kind, "filename": name, "language": lang, "content": base64.b64encode(content).decode()}
    return Node("File", children=[Node(tag, text=text) for tag, text in said.items()])


def action_node(action: Action, message: Message, zone: ZoneInfo) -> Node:
    label = action.say.get(message.letter.original) or next(iter(action.say.values()), "") or KINDS[action.kind].capitalize()
    found = [Node("label", text=label), Node("actionCode", text=KINDS[action.kind])]
    if action.by:
        found.append(Node("endDateTime", text=end_of_day(action.by, zone)))
    if action.starts_at:
        title = message.letter.texts[message.letter.original].title
        booked = {
            "description": title, "reservationUUID": message.uuid, "abstract": title, "location": action.place,
            "startDateTime": stamp(local(action.starts_at, zone)), "endDateTime": stamp(local(action.ends_at or action.starts_at, zone)),
        }  # fmt: skip
        found.append(Node("Reservation", children=[Node(tag, text=text) for tag, text in booked.items()]))
    if action.url:
        found.append(Node("EntryPoint", children=[Node("url", text=action.url)]))
    return Node("Action", children=found)


def local(said: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=zone)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def end_of_day(day: str, zone: ZoneInfo) -> str:
    return stamp(datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), zone)) if day else ""
