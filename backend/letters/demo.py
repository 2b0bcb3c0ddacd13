"""The letters that lie in the demo's mailboxes when it begins, so that a new user sees one at once: `demo.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from backend.domain.letters import ANSWERS, TOWN, Action, Letter, Summary, Text
from i18n.catalogue import Catalogue

FILE = Path(__file__).with_name("demo.toml")
LANGUAGES = ("da", "en", "ar")


class Waiting(Struct, frozen=True):
    """`to`: a name of the made-up town. `is_read`: it was opened on the day it came."""

    to: str
    letter: Letter
    sent_at: datetime
    is_read: bool


def waiting(now: datetime, words: Mapping[str, Catalogue]) -> Iterator[Waiting]:
    """`words`: the catalogues that say a day in each language."""
    for number, said in enumerate(tomllib.loads(FILE.read_text("utf-8"))["letter"], 1):
        days = {name: (now + timedelta(days=said[name])).date().isoformat() for name in ("by", "on") if name in said}
        yield Waiting(said["to"], letter(said, days, words, number), now - timedelta(days=said["sent"]), said.get("read", False))


def letter(said: dict[str, Any], days: dict[str, str], words: Mapping[str, Catalogue], number: int) -> Letter:
    return Letter(
        sender=TOWN, sender_name=said["sender"], original=LANGUAGES[0],
        texts={lang: text(said[lang], {name: words[lang].formats.date(day) for name, day in days.items()}) for lang in LANGUAGES},
        actions=[action(one, said, days) for one in said.get("action", [])], may_reply=said.get("reply", False),
        is_mandatory=said.get("mandatory", False), is_legal=said.get("legal", False), service=said.get("service", ""), number=f"B 222 333 {443 + number}",
    )  # fmt: skip


def text(said: dict[str, Any], days: dict[str, str]) -> Text:
    def put(sentence: str) -> str:
        for name, day in days.items():
            sentence = sentence.replace(f"{{{name}}}", day)
        return sentence

    return Text(put(said["title"]), Summary(*(put(said[name]) for name in ANSWERS)), [put(part) for part in said["body"]])


def action(one: dict[str, Any], said: dict[str, Any], days: dict[str, str]) -> Action:
    starts_at = f"{days['on']}T{said['at']}" if "on" in days else ""
    return Action(one["kind"], path=one.get("path", ""), by=days.get("by", ""), starts_at=starts_at, place=said.get("place", ""))
