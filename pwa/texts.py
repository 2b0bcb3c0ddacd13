"""The words of templates: which sentences they ask for, where and as what, and that no word escapes translation.

Walks a template in reading order and keeps track of where in the HTML it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import nodes

from i18n.messages import Asked
from pwa.source import PARSER, Refused, Source, read_all

TAG = re.compile(r"<!--.*?-->|<!doctype[^>]*>|<(/?)([a-z][a-z0-9-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.I | re.S)
LETTER = re.compile(r"[^\W\d_]")
ENTITY = re.compile(r"&#?\w+;")
SPOKEN = re.compile(r"\b(alt|title|aria-label|aria-description|placeholder|label)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
CONTENT = re.compile(r"<meta[^>]*name=\"(?:description|apple-mobile-web-app-title)\"[^>]*content=\"([^\"]*)\"", re.I)
VOID = set("area base br col embed hr img input link meta source track wbr".split())
KINDS = {
    "h1": "heading", "h2": "heading", "h3": "heading", "legend": "question", "button": "button", "a": "link",
    "title": "title", "label": "label", "summary": "button", "th": "label", "dt": "label",
}  # fmt: skip
NOTE = re.compile(r"^\s*i18n:\s*(.*)$", re.S)
SHOWN = {"t", "tn"}
PLAIN = {"plain", "plain_n"}


@dataclass
class Place:
    """How far the HTML has come: the open elements, and the unfinished tag if we stand inside one."""

    open: list[tuple[str, str]] = field(default_factory=list)
    tag: str = ""

    def copy(self) -> "Place":
        return Place(list(self.open), self.tag)

    def read(self, text: str) -> Iterator[str]:
        """Goes over the text and gives back what a reader would see or hear of it."""
        text = self.tag + text
        self.tag = ""
        at = 0
        while at < len(text):
            start = text.find("<", at)
            seen = text[at : start if start >= 0 else len(text)]
            if not self.is_named and not self.in_script:
                yield seen
            if start < 0:
                return
            found = TAG.match(text, start)
            if not found:
                self.tag = text[start:]
                yield from spoken(self.tag)
                return
            yield from spoken(found[0])
            self.take(found)
            at = found.end()

    def take(self, found: re.Match[str]) -> None:
        closing, name, attributes = found[1], (found[2] or "").lower(), found[3] or ""
        if not name or name in VOID or attributes.endswith("/"):
            return
        if closing:
            while self.open and self.open.pop()[0] != name:
                pass
        else:
            self.open.append((name, attributes))

    @property
    def is_named(self) -> bool:
        """Inside an element that says its own language: a language's name, "Sprog / Language"."""
        return any(re.search(r"\blang=\"[a-z]", attributes) for name, attributes in self.open if name != "html")

    @property
    def in_script(self) -> bool:
        return any(name in ("script", "style", "svg") for name, _ in self.open)

    @property
    def is_bare(self) -> bool:
        """Where an element would break the page: inside a tag, or a title."""
        return bool(self.tag) or any(name in ("title", "textarea", "option") for name, _ in self.open)

    @property
    def kind(self) -> str:
        if self.tag:
            return "label"
        for name, _ in reversed(self.open):
            if name in KINDS:
                return KINDS[name]
        return "text"


def spoken(tag: str) -> Iterator[str]:
    for found in SPOKEN.finditer(tag):
        yield found[2] or found[3] or ""
    for found in CONTENT.finditer(tag):
        yield found[1]


class Walk:
    """One template: its sentences in reading order, its complaints as Refused."""

    def __init__(self, source: Source, slots: dict[str, Place]) -> None:
        self.source = source
        self.asked: list[Asked] = []
        self.notes = notes(source)
        self.extends = any(isinstance(node, nodes.Extends) for node in source.tree.body)
        self.slots = slots
        """Where each block of the layout stands, so that a page's title is known to be a title."""

    def run(self) -> list[Asked]:
        place = Place()
        for node in self.source.tree.body:
            self.visit(node, place)
        return self.asked

    def visit(self, node: nodes.Node, place: Place) -> None:
        match node:
            case nodes.TemplateData():
                for text in place.read(node.data):
                    self.refuse_words(text, node)
            case nodes.Call() if isinstance(node.node, nodes.Name):
                self.ask(node, place)
                self.children(node, place)
            case nodes.Macro():
                self.children(node, Place(tag="<x" if in_tag(node) else ""))
            case nodes.Block() if self.extends:
                self.children(node, self.slots.get(node.name, Place()).copy())
            case nodes.Block():
                self.slots[node.name] = place.copy()
                self.children(node, place)
            case nodes.If():
                self.branches(node, place)
            case _:
                self.children(node, place)

    def children(self, node: nodes.Node, place: Place) -> None:
        for child in node.iter_child_nodes():
            self.visit(child, place)

    def branches(self, node: nodes.If, place: Place) -> None:
        """Each branch starts where the first did; the page goes on from the first."""
        before = place.copy()
        self.visit(node.test, place)
        for child in node.body:
            self.visit(child, place)
        for other in node.elif_:
            self.branches(other, before.copy())
        rest = before.copy()
        for child in node.else_:
            self.visit(child, rest)

    def refuse_words(self, text: str, node: nodes.Node) -> None:
        if LETTER.search(ENTITY.sub("", text)):
            line = node.lineno + text[: len(text) - len(text.lstrip())].count("\n")
            raise Refused(self.source.file, line, f"text outside t(): {' '.join(text.split())[:40]!r}")

    def ask(self, node: nodes.Call, place: Place) -> None:
        name = node.node.name
        if place.is_bare and name in (*SHOWN, "say"):
            raise Refused(self.source.file, node.lineno, f"{name} in an attribute or a title: use plain")
        if name not in (*SHOWN, *PLAIN):
            return
        texts = [argument.value for argument in node.args[:2] if isinstance(argument, nodes.Const)]
        if not texts:
            return
        many = texts[1] if name in ("tn", "plain_n") and len(texts) > 1 else ""
        context = ""
        if node.args and isinstance(node.args[-1], nodes.Dict):
            for item in node.args[-1].items:
                if isinstance(item.key, nodes.Const) and item.key.value == "ctx" and isinstance(item.value, nodes.Const):
                    context = item.value.value
        said, kind, note = self.note(texts[0])
        self.asked.append(
            Asked(texts[0], many, context, said or self.where, kind or place.kind, note, self.source.file, node.lineno)
        )

    @property
    def where(self) -> str:
        return self.source.file.removesuffix(".html")

    def note(self, text: str) -> tuple[str, str, str]:
        """What the `{# i18n: … #}` just before this call says: where, kind, the rest."""
        waiting = self.notes.get(text)
        note = waiting.pop(0) if waiting else ""
        where = re.search(r"\bwhere:\s*(.*?)(?=\s{2,}|$)", note)
        kind = re.search(r"\bkind:\s*([\w-]+)", note)
        rest = re.sub(r"\bwhere:\s*.*?(?=\s{2,}|$)|\bkind:\s*[\w-]+", "", note)
        return where[1] if where else "", kind[1] if kind else "", " ".join(rest.split())


def in_tag(macro: nodes.Macro) -> bool:
    """A macro that makes attributes begins with one."""
    first = next((node.data for node in macro.find_all(nodes.TemplateData) if node.data), "")
    return bool(re.match(r"\s+[a-z-]+=", first))


def notes(source: Source) -> dict[str, list[str]]:
    """Per sentence, the note before each of its calls, in order. A note serves the first call after it."""
    found: dict[str, list[str]] = {}
    note, last = "", ""
    for _, token, value in PARSER.lex(source.text):
        said = NOTE.match(value) if token == "comment" else None  # noqa: S105 - a kind of token, not a secret
        if said:
            note = said[1]
        elif token == "string" and last in (*SHOWN, *PLAIN):  # noqa: S105
            found.setdefault(value[1:-1], []).append(note)
            note = last = ""
        elif token == "name":  # noqa: S105
            last = value
        elif not (token == "operator" and value == "("):  # noqa: S105
            last = ""
    return found


def asked(sources: Iterable[Source]) -> list[Asked]:
    slots: dict[str, Place] = {}
    layouts_first = sorted(sources, key=lambda source: any(isinstance(node, nodes.Extends) for node in source.tree.body))
    return [one for source in layouts_first for one in Walk(source, slots).run()]


def asked_in(folder: Path | str) -> list[Asked]:
    return asked(read_all(folder).values())


def check_texts(sources: Iterable[Source]) -> None:
    """Refused, with file and line, for a word that nobody could translate."""
    asked(sources)
