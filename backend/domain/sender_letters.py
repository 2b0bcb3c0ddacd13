"""A letter as a sender's program writes it, its mistakes (all at once), and what the sender is told of what became of it."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from msgspec import Struct

from backend.domain import texts
from backend.domain.letters import ANSWERS, Action, ActionKind, Letter, Summary, Text
from backend.domain.senders import Sender

State = Literal["received", "available", "on-paper", "opened", "withdrawn", "refused"]
WHY = ("unknown", "mistyped", "dead", "moved", "missing", "off", "damaged")
TEST_NUMBERS = {"0001": "unknown", "0002": "dead", "0003": "moved", "0004": "missing", "0005": "paper"}
"""What a test key answers, by the last four digits of the person number; any other: in the mailbox."""
PARTS = ("title", *ANSWERS, "body")
MOST = {"title": 200, "body": 40_000}
MOST_ANSWER, MOST_WORDS, MOST_ADDRESS = 1_000, 200, 500
MOST_LANGUAGES, MOST_ACTIONS, MOST_DAYS = 12, 8, 366
LANGUAGE = re.compile(r"[a-z]{2,3}")
PATH = re.compile(r"[a-z0-9][a-z0-9/-]*")
CLOCK_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


class SentText(Struct, forbid_unknown_fields=True):
    """One language version. `body`: paragraphs with an empty line between; "## " begins a heading, "- " a line of a list."""

    title: str = ""
    what: str = ""
    must: str = ""
    by_when: str = ""
    otherwise: str = ""
    who: str = ""
    body: str = ""


class SentAction(Struct, forbid_unknown_fields=True):
    """A button with its deadline: `url` (https), or `path`, a page here without the language."""

    kind: str = ""
    path: str = ""
    url: str = ""
    say: dict[str, str] = {}
    by: str = ""
    starts_at: str = ""
    ends_at: str = ""
    place: str = ""


class SenderLetter(Struct, forbid_unknown_fields=True):
    """`to`: person number. Whatever is left out is told with all other mistakes, not one by one."""

    to: str = ""
    original: str = "da"
    texts: dict[str, SentText] = {}
    discreet: dict[str, str] = {}
    actions: list[SentAction] = []
    is_mandatory: bool = False
    is_legal: bool = False
    do_not_deliver_until: str = ""
    post_type: str = ""
    case_number: str = ""
    number: str = ""


class LetterState(Struct):
    """`state`: received (and not there yet), available, on-paper (there, and printed too), opened, withdrawn, refused. `why`: of a
    refusal. `is_test`: reached nobody. Moments in the town's time, "" for not yet."""

    id: str
    state: State
    why: str
    sent_at: str
    available_at: str
    opened_at: str
    is_test: bool


Mistake = dict[str, Any]


def wrong(field: str, code: str, n: int = 0) -> Mistake:
    return {"field": field, "code": code, "say": "", "n": n}


def mistakes(said: SenderLetter, sender: Sender, now: datetime) -> Iterator[Mistake]:
    """`now` with the town's zone. The person number is looked at elsewhere."""
    if not said.texts or said.original not in said.texts:
        yield wrong(f"texts.{said.original[:8]}", "language-lacks")
    if len(said.texts) > MOST_LANGUAGES:
        yield wrong("texts", "too-many", MOST_LANGUAGES)
    for lang, text in said.texts.items():
        yield from text_mistakes(lang, text)
    if len(said.actions) > MOST_ACTIONS:
        yield wrong("actions", "too-many", MOST_ACTIONS)
    for at, action in enumerate(said.actions[:MOST_ACTIONS]):
        yield from action_mistakes(f"actions.{at}", action, now.date())
    for lang, words in said.discreet.items():
        yield from [wrong("discreet", "language")] if not LANGUAGE.fullmatch(lang) else []
        yield from short(f"discreet.{lang[:8]}", words)
    for name in ("post_type", "case_number", "number"):
        yield from short(name, getattr(said, name))
    if sender.is_private:
        yield from (wrong(name, "private") for name in ("is_mandatory", "is_legal") if getattr(said, name))
    if said.do_not_deliver_until:
        moment = moment_of(said.do_not_deliver_until, now)
        if moment is None:
            yield wrong("do_not_deliver_until", "moment")
        elif moment > now + timedelta(days=MOST_DAYS):
            yield wrong("do_not_deliver_until", "too-late", MOST_DAYS)


def text_mistakes(lang: str, text: SentText) -> Iterator[Mistake]:
    field = f"texts.{lang[:8]}"
    if not LANGUAGE.fullmatch(lang):
        yield wrong(field, "language")
        return
    for name in PARTS:
        words, most = getattr(text, name), MOST.get(name, MOST_ANSWER)
        if not texts.lines(words[: most + 1]):
            yield wrong(f"{field}.{name}", "letter-lacks")
        elif len(words) > most:
            yield wrong(f"{field}.{name}", "too-long", most)


def action_mistakes(field: str, action: SentAction, today: date) -> Iterator[Mistake]:
    if action.kind not in get_args(ActionKind):
        yield wrong(f"{field}.kind", "kind")
    if action.path and action.url:
        yield wrong(f"{field}.url", "two-addresses")
    if action.path and not PATH.fullmatch(action.path):
        yield wrong(f"{field}.path", "path")
    if action.url and not is_https(action.url):
        yield wrong(f"{field}.url", "https")
    if len(action.path) > MOST_ADDRESS or len(action.url) > MOST_ADDRESS:
        yield wrong(f"{field}.url", "too-long", MOST_ADDRESS)
    for lang, words in action.say.items():
        yield from [wrong(f"{field}.say", "language")] if not LANGUAGE.fullmatch(lang) else short(f"{field}.say.{lang}", words)
    yield from short(f"{field}.place", action.place)
    if action.by and (day_of(action.by) or date.min) < today:
        yield wrong(f"{field}.by", "day")
    for name in ("starts_at", "ends_at"):
        if (said := getattr(action, name)) and not is_clock_time(said):
            yield wrong(f"{field}.{name}", "moment")
    if action.ends_at and action.ends_at < action.starts_at:
        yield wrong(f"{field}.ends_at", "order")


def short(field: str, words: str) -> Iterator[Mistake]:
    if len(words) > MOST_WORDS:
        yield wrong(field, "too-long", MOST_WORDS)


def is_https(url: str) -> bool:
    """Printable ASCII, so that what is read is what is opened; no user name, which is there to deceive."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and url.isascii() and url.isprintable() and " " not in url
    except ValueError:
        return False


def day_of(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said, re.ASCII) else None
    except ValueError:
        return None


def is_clock_time(said: str) -> bool:
    try:
        return bool(CLOCK_TIME.fullmatch(said)) and said.isascii() and bool(datetime.fromisoformat(said))
    except ValueError:
        return False


def moment_of(said: str, now: datetime) -> datetime | None:
    """Without an offset it is the town's time, which `now` names; a day alone is its beginning."""
    try:
        found = datetime.fromisoformat(said)
        found = found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
        return max(found, now)
    except (ValueError, OverflowError):
        return None


def letter_of(said: SenderLetter, sender: Sender) -> Letter:
    """Of one without mistakes. The sender's name comes from the registry, never from what it writes."""
    return Letter(
        sender.id, sender.name, said.original, {lang: text_of(one) for lang, one in said.texts.items()},
        discreet={lang: texts.line(words) for lang, words in said.discreet.items()}, actions=[action_of(one) for one in said.actions],
        is_mandatory=said.is_mandatory, is_legal=said.is_legal,
        post_type=texts.line(said.post_type), case_number=texts.line(said.case_number), number=texts.line(said.number),
    )  # fmt: skip


def text_of(said: SentText) -> Text:
    body = [part.strip() for part in re.split(r"\n\s*\n", clean(said.body)) if part.strip()]
    return Text(texts.line(said.title), Summary(**{name: texts.lines(getattr(said, name)) for name in ANSWERS}), body)


def clean(body: str) -> str:
    """In pieces: `texts.lines` looks at no more than `texts.MOST` letters."""
    return "\n\n".join(texts.lines(part) for part in re.split(r"\n\s*\n", body.replace("\r\n", "\n").replace("\r", "\n")))


def action_of(said: SentAction) -> Action:
    kind: ActionKind = said.kind  # type: ignore[assignment]
    words = {lang: texts.line(one) for lang, one in said.say.items()}
    return Action(kind, said.path, said.url, words, said.by, said.starts_at, said.ends_at, texts.line(said.place))
