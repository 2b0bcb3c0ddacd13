"""A letter: a message with legal weight in a resident's mailbox. Field names after MeMo (the message model of Digital Post, 2023).

Above the legal text stand five answers in plain words; a sender cannot send without them. What a resident writes herself is
a message (`Written`), never a letter.
"""

from typing import Any, Literal

from msgspec import Struct

ActionKind = Literal["appointment", "confirm", "payment", "preparation", "information", "self_service", "sign_up", "sign"]
"""MeMo's Aftale, Bekræft, Betaling, Forberedelse, Information, Selvbetjening, Tilmelding, Underskriv."""
ANSWERS = ("what", "must", "by_when", "otherwise", "who")
"""What happened, what must I do, by when, what if I do not, who can help."""
TOWN = "town"
"""The sender that is the municipality itself."""


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
