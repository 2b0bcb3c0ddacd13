"""The few words the phone's worker says by itself on a locked screen. They travel inside the worker, in every language: a
push must show something even where the phone has lost all it kept."""

import json
from collections.abc import Iterable, Iterator

from i18n import catalogue
from i18n.messages import Asked

WORDS = {
    "news": ("There is news for you.", "on a locked phone, of anything at all", "push-body"),
    "unsent": ("Something on this phone is not sent yet.", "on a locked phone, after another sentence", "push-body"),
    "done": ("I have done it", "on a locked phone, under a reminder", "button"),
    "tomorrow": ("Remind me tomorrow", "on a locked phone, under a reminder", "button"),
}


def asked() -> Iterator[Asked]:
    for text, where, kind in WORDS.values():
        yield Asked(text, where=where, kind=kind, file="i18n/worker_words.py")


def module(codes: Iterable[str]) -> str:
    """The worker's `push/words.js`."""
    return f"export const words={json.dumps({code: said(code) for code in codes}, ensure_ascii=False, separators=(',', ':'))}\n"


def said(code: str) -> dict[str, str]:
    words = catalogue.load(code)
    return {"dir": words.dir} | {name: words.plain(text) for name, (text, _, _) in WORDS.items()}
