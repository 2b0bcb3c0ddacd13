"""Sources → PO files, without losing a translation: new is empty, changed is fuzzy with the old English beside it."""

from difflib import SequenceMatcher
from pathlib import Path

from i18n import po
from i18n.catalogue import entries_of
from i18n.messages import Sentence
from i18n.plurals import forms

ALIKE = 0.6
"""How like the old English the new must be, to be offered the old translation for mending."""


def merge(code: str, path: Path, sentences: list[Sentence], elsewhere: dict[po.Key, po.Entry], same_meaning: bool) -> None:
    """Writes the file only when something in it changes. PoError for a file we could not read: nothing is lost then."""
    held = po.read(path)[1] if path.exists() else []
    old = {entry.key: entry for entry in held}
    wanted = {sentence.first.key for sentence in sentences}
    loose = [entry for entry in held if entry.key not in wanted and any(entry.forms)]
    fresh = []
    for sentence in sentences:
        entry = sentence.entry()
        before = old.get(entry.key)
        if before:
            keep(entry, before)
        elif known := elsewhere.get(entry.key):
            entry.forms = list(known.forms)
        elif moved := likest(entry, loose):
            loose.remove(moved)
            follow(entry, moved, same_meaning)
        shape(entry, code)
        fresh.append(entry)
    if fresh and (not path.exists() or written(code, fresh) != path.read_text("utf-8")):
        path.parent.mkdir(parents=True, exist_ok=True)
        po.write(path, code, fresh)
    elif not fresh and path.exists():
        path.unlink()


def written(code: str, entries: list[po.Entry]) -> str:
    return "\n".join([po.head(code), *(po.block(entry) for entry in entries)])


def keep(entry: po.Entry, before: po.Entry) -> None:
    entry.forms, entry.remarks, entry.before = list(before.forms), before.remarks, dict(before.before)
    entry.flags = [*(["fuzzy"] if before.fuzzy else []), *entry.flags]
    if before.plural != entry.plural and any(before.forms):
        outdated(entry, before)


def follow(entry: po.Entry, moved: po.Entry, same_meaning: bool) -> None:
    entry.forms, entry.remarks = list(moved.forms), moved.remarks
    if moved.fuzzy or not same_meaning:
        outdated(entry, moved)


def outdated(entry: po.Entry, before: po.Entry) -> None:
    entry.flags = ["fuzzy", *(flag for flag in entry.flags if flag != "fuzzy")]
    entry.before = before.before or {"msgid": before.id, **({"msgid_plural": before.plural} if before.plural else {})}


def shape(entry: po.Entry, code: str) -> None:
    """As many boxes as the language has forms."""
    count = len(forms(code)) if entry.plural else 1
    entry.forms = (entry.forms + [""] * count)[:count]


def likest(entry: po.Entry, loose: list[po.Entry]) -> po.Entry | None:
    """The sentence this one was before somebody changed it: alike, and asked for in the same place."""
    where = entry.notes[0].split("   ")[0]
    ranked = [
        (SequenceMatcher(None, entry.id, other.id).ratio(), index)
        for index, other in enumerate(loose)
        if other.notes and other.notes[0].split("   ")[0] == where and bool(other.plural) == bool(entry.plural)
    ]
    best = max(ranked, default=(0.0, 0))
    return loose[best[1]] if best[0] >= ALIKE else None


def all_of(folder: Path) -> dict[po.Key, po.Entry]:
    """Every finished entry of a language: a sentence already said elsewhere need not be said twice."""
    return {entry.key: entry for path in sorted(folder.glob("*.po")) for entry in entries_of(path) if entry.done}
