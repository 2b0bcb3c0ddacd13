"""A letter to many as an operator writes it: one TOML file with every language's text. Form: docs/letters.md.

What is missing, in whichever language, is told before anything leaves.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, get_args
from urllib.parse import urlsplit

from msgspec import Struct

from backend.domain.letters import ANSWERS, FIELD, TOWN, Action, ActionKind, Letter, Summary, Text
from backend.domain.lint.report import did_you_mean

ORIGINAL = "da"
"""The language with legal weight."""
PARTS = ("title", *ANSWERS, "body")
MOST = {"title": 200, "body": 40_000}
MOST_ANSWER = 1_000
SETTINGS = {"languages": list, "fields": list, "legal": bool, "mandatory": bool, "reply": bool, "reply_by": str, "action": list}
ACTION = {"kind", "path", "url", "by", "place", "say"}
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class BadLetter(Exception):
    """A sentence for the operator for each mistake of the file."""


class Written(Struct, frozen=True):
    """`fields`: what a list must say of each recipient."""

    letter: Letter
    fields: list[str]


def read(text: str, offered: Sequence[str], known: Sequence[str], town: str, today: str) -> Written:
    """The file has each language that is offered here, or names fewer; `known` ones more are welcome. Raises `BadLetter`."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadLetter(f"The file is no TOML: {error}") from None
    wrong = list(mistakes(found, offered, known, today))
    if wrong:
        raise BadLetter("\n".join(wrong))
    texts = {lang: made(found[lang]) for lang in wanted(found, offered, known)}
    actions = [Action(one["kind"], one.get("path", ""), one.get("url", ""), one.get("say", {}), str(one.get("by", "")), place=one.get("place", ""))
               for one in found.get("action", [])]  # fmt: skip
    letter = Letter(
        TOWN, town, ORIGINAL, texts, actions=actions, may_reply=found.get("reply", False), reply_by=str(found.get("reply_by", "")),
        is_mandatory=found.get("mandatory", True), is_legal=found.get("legal", False),
    )  # fmt: skip
    return Written(letter, list(found.get("fields", [])))


def wanted(found: dict[str, Any], offered: Sequence[str], known: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([ORIGINAL, *found.get("languages", offered), *(lang for lang in known if lang in found)]))


def made(said: dict[str, str]) -> Text:
    body = [part.strip() for part in re.split(r"\n\s*\n", said["body"].replace("\r\n", "\n")) if part.strip()]
    return Text(said["title"].strip(), Summary(**{name: said[name].strip() for name in ANSWERS}), body)


def mistakes(found: dict[str, Any], offered: Sequence[str], known: Sequence[str], today: str) -> Iterator[str]:
    for name in found:
        if name not in SETTINGS and name not in known:
            yield f"`{name}` is no language of ours, and no setting of a letter. {did_you_mean(name, [*known, *SETTINGS])}"
    for name, kind in SETTINGS.items():
        if not isinstance(found.get(name, kind()), (date, kind) if name == "reply_by" else kind):
            yield f"`{name}` does not fit. Write for example: {EXAMPLES[name]}"
            return
    fields = found.get("fields", [])
    if not all(isinstance(name, str) and NAME.fullmatch(name) and name != "cpr" for name in fields):
        yield f"`fields` are small letters, digits and _, as in {EXAMPLES['fields']}"
        return
    for lang in wanted(found, offered, known):
        yield from text_mistakes(lang, found.get(lang), fields)
    for at, action in enumerate(found.get("action", []), 1):
        yield from action_mistakes(f"action {at}", action, today)
    if found.get("reply_by") and not is_day_to_come(found["reply_by"], today):
        yield f"`reply_by` is a day that is not over: {EXAMPLES['reply_by']}"


EXAMPLES = {
    "languages": 'languages = ["da", "en"]', "fields": 'fields = ["amount", "pay_by"]', "legal": "legal = true", "mandatory": "mandatory = false",
    "reply": "reply = true", "reply_by": 'reply_by = "2027-03-01"', "action": "[[action]]",
}  # fmt: skip


def text_mistakes(lang: str, said: Any, fields: Sequence[str]) -> Iterator[str]:
    if said is None:
        yield f"The language {lang} is missing: [{lang}] with {', '.join(PARTS)}. Or name those it is written in: {EXAMPLES['languages']}"
        return
    if not isinstance(said, dict):
        yield f"[{lang}] is a table with {', '.join(PARTS)}."
        return
    for name in said.keys() - set(PARTS):
        yield f"[{lang}] `{name}` is no part of a letter. {did_you_mean(name, PARTS)}"
    for name in PARTS:
        written = said.get(name, "")
        if not isinstance(written, str) or not written.strip():
            yield f"[{lang}] `{name}` is missing: a letter is not sent without it. “Nothing” is an answer."
        elif len(written) > MOST.get(name, MOST_ANSWER):
            yield f"[{lang}] `{name}` has {len(written)} signs; at most {MOST.get(name, MOST_ANSWER)}."
    named = {name for part in PARTS for name in FIELD.findall(str(said.get(part, "")))}
    for name in sorted(named - set(fields)):
        yield f"[{lang}] names {{{name}}}, which is not in `fields`."
    for name in (name for name in fields if name not in named):
        yield f"[{lang}] does not name {{{name}}}, which is in `fields`."


def action_mistakes(place: str, action: Any, today: str) -> Iterator[str]:
    if not isinstance(action, dict) or action.get("kind") not in get_args(ActionKind):
        yield f"{place}: `kind` is one of {', '.join(get_args(ActionKind))}."
        return
    for name in action.keys() - ACTION:
        yield f"{place}: `{name}` is not known. {did_you_mean(name, ACTION)}"
    url, path = action.get("url", ""), action.get("path", "")
    if url and (urlsplit(str(url)).scheme != "https" or not urlsplit(str(url)).hostname):
        yield f"{place}: `url` begins with https://."
    if path and not re.fullmatch(r"[a-z0-9/-]+", str(path)):
        yield f"{place}: `path` is a page of ours without the language, as services/passport."
    if "by" in action and not is_day_to_come(action["by"], today):
        yield f'{place}: `by` is a day that is not over, as by = "2027-03-01".'
    if not isinstance(action.get("say", {}), dict) or not isinstance(action.get("place", ""), str):
        yield f'{place}: `say` is the button\'s words per language, `place` a text, as say = {{ da = "Betal" }}.'


def is_day_to_come(said: Any, today: str) -> bool:
    try:
        return date.fromisoformat(str(said)) >= date.fromisoformat(today)
    except ValueError:
        return False
