"""Which pages are alike: two that took the same turns through the same template differ in their words alone.

A page's features are read from its context, without a browser: which branch of which `if` was taken and whether a list
had none, one or more rows, in the page's template and in every macro it calls; and whether it says one of the longest
sentences, or the longest words, that any service has for that place in this language. `Shapes.new` is true for a page
with a feature that no page before had. So the time to look at pages grows with the templates, not with the services.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import nodes

from backend.domain.services import Service
from backend.web.rendering.renderer import Strict, Tight, room
from i18n import catalogue
from tests.browser.stations import SERVICES
from tests.pwa.twins import ASSETS, TEMPLATES

Feature = tuple[str, ...]
"""("question", "macros/fields.html", "if 3: yes"), or ("longest", "question.ask", the English sentence)."""


class Traced(Strict):
    """Templates that tell `call_seen` each turn they take."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for number, node in enumerate([*tree.find_all(nodes.If)]):
            node.body.insert(0, self.tell(f"{name}", f"if {number}: yes"))
            if not node.elif_:
                node.else_.insert(0, self.tell(f"{name}", f"if {number}: no"))
        for number, node in enumerate([*tree.find_all(nodes.For)]):
            node.else_.insert(0, self.tell(f"{name}", f"for {number}: no row"))
            node.body.insert(0, self.tell(f"{name}", f"for {number}: row", nodes.Getattr(nodes.Name("loop", "load"), "first", "load")))
        nodes.Node.set_environment(tree, self)
        return tree

    def tell(self, file: str, turn: str, *more: nodes.Expr) -> nodes.Output:
        call = nodes.Call(nodes.Name("call_seen", "load"), [nodes.Const(file), nodes.Const(turn), *more], [], None, None)
        return nodes.Output([call], lineno=1)


class Shapes:
    """What has been seen in one language, by one kind of reader, from one renderer."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.seen: set[Feature] = set()

    def new(self, context: Mapping[str, Any]) -> bool:
        """Whether this page shows something new; from then on it is known."""
        found = features(context, self.lang)
        is_new = not found <= self.seen
        self.seen |= found
        return is_new


def features(context: Mapping[str, Any], lang: str) -> set[Feature]:
    """Of one page; `context` is what the JSON of its address says."""
    turns, environment = tracer(lang)
    turns.clear()
    environment.get_template(f"{context['page']}.html").render(context, assets=ASSETS)
    return {(context["page"], *turn) for turn in turns} | {("longest", *place) for place in longest(lang) if place[1] in set(texts(context))}


@cache
def tracer(lang: str) -> tuple[set[tuple[str, str]], Strict]:
    """The turns taken since they were last cleared, and who takes them."""
    turns: set[tuple[str, str]] = set()

    def seen(file: str, turn: str, first: bool = True) -> str:
        turns.add((file, turn if first else f"{turn}s"))
        return ""

    languages = [{key: catalogue.load(code).about[key] for key in ("code", "name", "dir")} for code in ("da", "en", "ar")]
    environment = room(Tight(Path(TEMPLATES)), catalogue.load(lang), languages, Traced)
    environment.globals["call_seen"] = seen
    return turns, environment


@cache
def longest(lang: str) -> set[tuple[str, str]]:
    """For each place a service has for sentences ("question.ask"): the longest in this language, and the one with the longest word."""
    words, shown = catalogue.load(lang), shown_sentences()
    said: dict[str, set[str]] = {}
    for service in SERVICES.values():
        for place, text in sentences(service):
            said.setdefault(place, set()).add(text)
    found: set[tuple[str, str]] = set()
    for place, held in said.items():
        spoken = sorted(held & shown)
        if spoken:
            found.add((place, max(spoken, key=lambda text: len(words.plain_say(text)))))
            found.add((place, max(spoken, key=lambda text: max(map(len, words.plain_say(text).split())))))
    return found


@cache
def shown_sentences() -> set[str]:
    """The services' sentences as English has them, without words that only the search reads."""
    danish = catalogue.load("da")
    return {text for context, text in danish.spoken if not danish.find((context, text)).is_searched}


def sentences(service: Service) -> Iterator[tuple[str, str]]:
    """Every text of a service with its place, e.g. ("questions.ask", "Where is the rat?")."""

    def within(value: Any, place: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, msgspec.Struct):
            for name in value.__struct_fields__:
                yield from within(getattr(value, name), f"{place}.{name}".lstrip("."))
        elif isinstance(value, Mapping | list | tuple):
            for part in value.values() if isinstance(value, Mapping) else value:
                yield from within(part, place)

    yield from within(service, "")


def texts(context: Any) -> Iterator[str]:
    if isinstance(context, str):
        yield context
    elif isinstance(context, Mapping | list):
        for part in context.values() if isinstance(context, Mapping) else context:
            yield from texts(part)


def turns_with_elements() -> set[tuple[str, str]]:
    """Every turn that leads to elements, a list or a macro. A turn with words alone needs no eye: words are held as texts."""
    environment = tracer("da")[1]
    found: set[tuple[str, str]] = set()
    for file in sorted(TEMPLATES.rglob("*.html")):
        name = file.relative_to(TEMPLATES).as_posix()
        tree = environment.parse(file.read_text("utf-8"), name)
        for body in bodies(tree):
            told = body[0].nodes[0].args
            if any(holds_elements(node) for node in body[1:]):
                found.add((told[0].value, told[1].value))
    return found


def bodies(tree: nodes.Template) -> Iterator[list[Any]]:
    """What follows each turn, the call that tells it first."""
    for node in tree.find_all((nodes.If, nodes.For)):
        yield node.body
        if isinstance(node, nodes.For) or not node.elif_:
            yield node.else_


def holds_elements(node: nodes.Node) -> bool:
    words = [node, *node.find_all((nodes.TemplateData, nodes.For, nodes.Call))]
    return any(
        isinstance(one, nodes.For)
        or isinstance(one, nodes.TemplateData) and "<" in one.data
        or isinstance(one, nodes.Call) and isinstance(one.node, nodes.Getattr)
        for one in words
    )  # fmt: skip
