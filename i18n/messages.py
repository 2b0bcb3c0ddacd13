"""What there is to translate: the sentences of templates and of service definitions, in one fixed order."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from i18n.languages import ROOM, UNCHECKED
from i18n.po import Entry, Key

SENTENCES = {
    "title": "heading", "wish": "link", "for_whom": "text", "ask": "question", "hint": "hint", "say": "text",
    "more": "question", "loses": "text", "next": "text", "send": "button", "bring": "text", "unit": "text",
}  # fmt: skip
"""The keys of a service file that hold a sentence for people, and what it is there. `words` is one list."""
SAY = {"must": "error", "options": "button"}
WORDS_NOTE = (
    "What people type when they look for this. Write your language's own everyday words, as many as you like,"
    " with common misspellings, and a comma between them."
)
EXAMPLES = {
    "n": "2", "date": "Tuesday, 24 November 2026", "day": "Monday", "time": "14.30", "from": "9.00", "to": "16.00",
    "name": "Inger Holm", "town": "Havneby", "phone": "33 66 33 66", "amount": "1.234,50 kr.", "number": "3",
    "total": "7", "title": "Report rats", "language": "Dansk", "max": "100", "reference": "M 224 763",
    "received_at": "Tuesday, 24 November 2026", "account_end": "4321",
}  # fmt: skip


@dataclass
class Asked:
    """One place that asks for a sentence, with what a translator wants to know."""

    id: str
    plural: str = ""
    context: str = ""
    where: str = ""
    kind: str = "text"
    note: str = ""
    file: str = ""
    line: int = 0

    @property
    def key(self) -> Key:
        return (self.context, self.id)


@dataclass
class Sentence:
    """One entry of a PO file: all its places together."""

    first: Asked
    places: list[Asked] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(place.kind for place in self.places))

    @property
    def notes(self) -> list[str]:
        """`where` and `kind`, then what the source says, then an example for each value."""
        where = list(dict.fromkeys(place.where for place in self.places))
        lines = [f"where: {'; '.join(where[:3])}{' …' if len(where) > 3 else ''}   kind: {', '.join(self.kinds)}"]
        said = list(dict.fromkeys(place.note for place in self.places if place.note))
        lines += said
        for name in sorted(set(re.findall(r"\{(\w+)\}", self.first.id + self.first.plural))):
            if not any(f"{{{name}}} e.g." in note for note in said) and name in EXAMPLES:
                lines.append(f'{{{name}}} e.g. "{EXAMPLES[name]}"')
        return lines

    def entry(self) -> Entry:
        flags = ["python-brace-format"] if "{" in self.first.id + self.first.plural else []
        return Entry(self.first.id, self.first.context, self.first.plural, [], self.notes, [], flags)


def together(places: Iterable[Asked]) -> list[Sentence]:
    found: dict[Key, Sentence] = {}
    for place in places:
        found.setdefault(place.key, Sentence(place)).places.append(place)
    return list(found.values())


def of_pages(templates: Iterable[Asked]) -> list[Sentence]:
    ours = Asked(UNCHECKED, where="every page of a language nobody has checked", kind="status", file="i18n/languages.py")
    return together([*templates, ours, *of_manifest(ROOM.parent / "pwa" / "manifest.json")])


def of_manifest(path: Path) -> Iterator[Asked]:
    """`"{Sentence}"` in the web app's manifest: what a phone shows about us outside of our own pages."""
    for line, text in enumerate(path.read_text("utf-8").split("\n"), 1):
        for said in re.findall(r'"\{([^"{}]+)\}"', text):
            yield Asked(said, where="the phone's own list of what is installed", kind="text", file=path.name, line=line)


def of_services(folder: Path) -> list[Sentence]:
    places: list[Asked] = []
    for path in sorted(folder.glob("*.toml")):
        places += Definition(path).places()
    return together(places)


class Definition:
    """One service's file. TOML's reader drops comments and line numbers, so both are looked up in the text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = path.read_text("utf-8").split("\n")

    def places(self) -> Iterator[Asked]:
        data = tomllib.loads("\n".join(self.lines))
        service = data.pop("service", {})
        name = str(service.get("id", self.path.stem))
        yield from self.sentences(service, name, "service")
        yield from self.sentences(data, name, "")

    def sentences(self, table: dict[str, Any], where: str, parent: str) -> Iterator[Asked]:
        for key, value in table.items():
            if key == "words" and isinstance(value, list):
                yield self.asked(", ".join(value), where, "search words", WORDS_NOTE)
            elif key in SENTENCES:
                kind = SAY.get(parent, SENTENCES[key]) if key == "say" else SENTENCES[key]
                for one in value if isinstance(value, list) else [value]:
                    if isinstance(one, dict):  # [[bring]] stands beside bring = [...]
                        yield from self.inside(one, where, key)
                    elif isinstance(one, str) and one:
                        yield self.asked(one, where, kind)
            elif isinstance(value, dict):
                yield from self.inside(value, where, key)
            elif isinstance(value, list):
                for row in value:
                    if isinstance(row, dict):
                        yield from self.inside(row, where, key)

    def inside(self, table: dict[str, Any], where: str, parent: str) -> Iterator[Asked]:
        place = table.get("id")
        yield from self.sentences(table, f"{where}/{place}" if isinstance(place, str) else where, parent)

    def asked(self, text: str, where: str, kind: str, note: str = "") -> Asked:
        line = self.line(text)
        above = re.match(r"\s*#\s*i18n:\s*(.*)", self.lines[line - 2]) if line > 1 else None
        return Asked(text, where=where, kind=kind, note=note or (above[1] if above else ""), file=self.path.name, line=line)

    def line(self, text: str) -> int:
        return next((number for number, line in enumerate(self.lines, 1) if f'"{text}"' in line), 1)
