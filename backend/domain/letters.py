"""A letter: a message with legal weight in a resident's mailbox. Field names after MeMo (the message model of Digital Post, 2023).

Above the legal text stand five answers in plain words; a sender cannot send without them. What a resident writes herself is
a message (`Written`), never a letter.
"""

import re
from collections.abc import Iterable
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from backend.domain import search
from backend.domain.reminders import Reminder

ActionKind = Literal["appointment", "confirm", "payment", "preparation", "information", "self_service", "sign_up", "sign"]
"""MeMo's Aftale, Bekræft, Betaling, Forberedelse, Information, Selvbetjening, Tilmelding, Underskriv."""
ANSWERS = ("what", "must", "by_when", "otherwise", "who")
"""What happened, what must I do, by when, what if I do not, who can help."""
TOWN = "town"
"""The sender that is the municipality itself."""
UNREAD = "unread"
DO = "do."
"""A rule that is an action of a letter, by its place: "do.0"."""
FIELD = re.compile(r"\{(\w+)\}")


class Summary(Struct, frozen=True):
    """The five answers, none empty: "Nothing" is an answer."""

    what: str
    must: str
    by_when: str
    otherwise: str
    who: str


class Text(Struct, frozen=True):
    """One language version. `body`: paragraphs of plain text; one that begins with "## " is a heading, lines that begin
    with "- " are a list. Nothing in it is ever read as markup."""

    title: str
    summary: Summary
    body: list[str]


class Action(Struct, frozen=True, omit_defaults=True):
    """One button, one thing to do, one deadline. `path`: a page of ours without the language ("services/passport");
    `url`: https, elsewhere. `say`: the button's words per language; {} for the kind's own. Days "2026-12-01", times local wall time."""

    kind: ActionKind
    path: str = ""
    url: str = ""
    say: dict[str, str] = {}
    by: str = ""
    starts_at: str = ""
    ends_at: str = ""
    place: str = ""


class Document(Struct, frozen=True, omit_defaults=True):
    """A further document: a file of the letter's case, or one stored with the letter. `lang` "" for none."""

    id: str
    name: str
    kind: str
    lang: str = ""


class Letter(Struct, frozen=True, omit_defaults=True):
    """What is sealed in the letter's row. `texts` by language, `original` is the one with legal weight."""

    sender: str
    sender_name: str
    original: str
    texts: dict[str, Text]
    discreet: dict[str, str] = {}
    """A title without a sensitive word, per language, for a locked screen; {} for "You have a letter"."""
    actions: list[Action] = []
    documents: list[Document] = []
    may_reply: bool = False
    reply_by: str = ""
    """Last day to answer; "" for none."""
    is_mandatory: bool = False
    is_legal: bool = False
    """MeMo's mandatory and legalNotification: the second names legal effect, a private sender cannot set it."""
    post_type: str = ""
    case_number: str = ""
    service: str = ""
    number: str = ""
    """The letter's own reference, to read out on the telephone."""
    memo: dict[str, Any] = {}
    """Fields of an imported MeMo message that we keep and do not use."""


class Written(Struct, frozen=True, omit_defaults=True):
    """What is sealed in a message's row. `files`: as a file question's answer, {"id", "name", "bytes", "sha256"}."""

    text: str
    lang: str
    sent_at: str
    files: list[dict[str, Any]] = []
    title: str = ""
    """What she wrote under: the letter's title, or the subject's words."""


def text_in(letter: Letter, lang: str) -> tuple[str, Text]:
    """(language, version) for a reader of `lang`: hers, else the original."""
    found = letter.texts.get(lang)
    return (lang, found) if found else (letter.original, letter.texts[letter.original])


def lacking(letter: Letter) -> list[tuple[str, str]]:
    """[(language, which of the five answers, or "title", "body" or "text")] for whatever is empty: such a letter is not sent."""
    if letter.original not in letter.texts:
        return [(letter.original, "text")]
    found = []
    for lang, text in letter.texts.items():
        found += [(lang, name) for name in ANSWERS if not getattr(text.summary, name).strip()]
        found += [(lang, "title")] if not text.title.strip() else []
        found += [(lang, "body")] if not any(part.strip() for part in text.body) else []
    return found


def filled(text: Text, values: dict[str, str]) -> Text:
    """A version of a letter to many, as one of them reads it: "{name}" gives way to her value, where there is one. A value is
    never looked at again, so braces in it stay."""
    if not values:
        return text

    def put(said: str) -> str:
        return FIELD.sub(lambda found: values.get(found[1], found[0]), said)

    summary = Summary(**{name: put(getattr(text.summary, name)) for name in ANSWERS})
    return replace(text, title=put(text.title), summary=summary, body=[put(part) for part in text.body])


def is_to_do(action: Action) -> bool:
    """Something merely to read about is a button, no duty."""
    return action.kind != "information" or bool(action.by)


def to_do(actions: list[Action]) -> int:
    """One bit for each action, in their order, that waits to be done."""
    return sum(1 << place for place, action in enumerate(actions) if is_to_do(action))


def reminders(letter: Letter, is_paper: bool) -> list[Reminder]:
    """That there is a letter, and each thing to do until it is done. Who gets it on paper need not be told that it came."""
    weight = "heavy" if letter.is_legal else "normal"
    there = [] if is_paper else [Reminder(UNREAD, "tell", "light")]
    return there + [
        Reminder(f"{DO}{place}", "act", weight if action.by or action.starts_at else "light", last_day=action.by or action.starts_at[:10], starts_at="" if action.by else action.starts_at)
        for place, action in enumerate(letter.actions) if is_to_do(action)
    ]  # fmt: skip


def words(letter: Letter) -> str:
    """What a letter is found by, each word once, folded as `folded` folds what is asked: of every language version."""
    said: list[str] = [letter.sender_name, letter.case_number, letter.number]
    for text in letter.texts.values():
        said += [text.title, *(getattr(text.summary, name) for name in ANSWERS), *text.body]
    return " ".join(dict.fromkeys(folded(" ".join(said))))


def folded(said: str) -> Iterable[str]:
    """Words without case and marks, and "aa" as "å": Aabenraa is Åbenrå."""
    return [word.replace("aa", "a") for word in search.words_of(said)]


class Part(Struct, frozen=True):
    """Of a body: a "heading", a "text", or a "list" with `items`."""

    kind: Literal["heading", "text", "list"]
    text: str = ""
    items: list[str] = []


def parts(body: list[str]) -> list[Part]:
    """A body as it is laid out, on a page and on paper alike. A line without a mark in a list is text of its own."""
    found: list[Part] = []
    for paragraph in body:
        listed: list[str] = []
        for at, line in enumerate(paragraph.split("\n")):
            if line.startswith("- "):
                listed.append(line[2:].strip())
                continue
            found, listed = [*found, *([Part("list", items=listed)] if listed else [])], []
            if at == 0 and line.startswith("## "):
                found.append(Part("heading", line[3:].strip()))
            elif line.strip():
                found.append(Part("text", line.strip()))
        found += [Part("list", items=listed)] if listed else []
    return found
