"""Contexts for every template, drawn from what the template itself reads: a new page is covered the day it is written.

A shape is what templates do with a value: its parts, its rows, the literals it is compared with, the formatter that
prints it. From the shape a seeded generator draws contexts, ordinary and hostile.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from pwa.compile import FORMATS, MESSAGES, ORDER, SENTENCES, WORLD, Compiler
from pwa.source import Source

HOSTILE = [
    "", "0", "Inger Holm", "<b>", "</style><script>alert(1)</script>", "\"quoted\" & 'single'", "`${x}`", "\\", "\\u2028",
    "a\u2028b\u2029c", "{{7*7}}", "{name}", "{n}", "<link>x</link>", "<strong>", "</a>", "👩‍👩‍👧‍👦 family", "عائشة بنت محمد", "\u202egnp.exe",
    "\u2068open", "line\nbreak\ttab\rreturn", "Nguyễn", "ß" * 40, "&amp;&lt;", "constructor", "__proto__", "toString", "\x00null", "\ufeffx",
]  # fmt: skip
DAYS = ["2026-11-24", "2026-01-01T00:00+01:00", "2024-02-29T23:59+01:00", "1999-12-31T09:05", "2026-11-26T10:15"]
BAD_DAYS = ["", "2026-02-30", "2026-13-01", "tomorrow", "0000-01-01", "2025-02-29T10:00"]
TIMES = ["09:00", "2026-11-26T14:30+01:00", "00:00", "23:59"]
NUMBERS = [0, 1, 2, 3, 5, 10, 11, 21, 99, 100, 101, 102, 999, 1000, 1001, 12345, 1_000_000]
PHONES = ["+4533663366", "+4712345678", "+35312345678", "33663366", "", "+1555", "<a>"]
CONDITION = ["", "yes", 0, 1]


@dataclass
class Shape:
    parts: dict[str, "Shape"] = field(default_factory=dict)
    rows: "Shape | None" = None
    literals: set[Any] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)

    def part(self, name: str) -> "Shape":
        return self.parts.setdefault(name, Shape())

    def each(self) -> "Shape":
        self.rows = self.rows or Shape()
        return self.rows


class Reader:
    """Walks a page and everything it calls, and notes what is done with each value."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self.sources = sources
        self.compiler = Compiler(sources)
        self.macros = {
            name: (node, file)
            for file, source in sources.items()
            for node in source.tree.body
            if isinstance(node, nodes.Macro)
            for name in [node.name]
        }

    def shape(self, file: str) -> Shape:
        root = Shape()
        source = self.sources[file]
        base = self.compiler.base(source)
        for one in [source, *([self.sources[base]] if base else [])]:
            for node in one.tree.body:
                if not isinstance(node, nodes.Macro):
                    self.visit(node, {}, root, 0)
        return root

    def visit(self, node: nodes.Node, own: dict[str, Shape], root: Shape, depth: int) -> None:
        match node:
            case nodes.For():
                rows = self.of(node.iter, own, root, depth)
                inner = {**own, node.target.name: rows.each() if rows else Shape(), "loop": Shape()}
                for child in [*node.body, *node.else_]:
                    self.visit(child, inner, root, depth)
            case nodes.Compare():
                self.compare(node, own, root, depth)
            case nodes.If():
                for leaf in leaves(node.test):
                    shape = self.of(leaf, own, root, depth) if not isinstance(leaf, nodes.Compare) else None
                    if shape:
                        shape.uses.add("tested")
                for child in node.iter_child_nodes():
                    self.visit(child, own, root, depth)
            case nodes.Expr():
                self.of(node, own, root, depth)
            case _:
                for child in node.iter_child_nodes():
                    self.visit(child, own, root, depth)

    def compare(self, node: nodes.Compare, own: dict[str, Shape], root: Shape, depth: int) -> None:
        left, right = node.expr, node.ops[0].expr
        for one, other in ((left, right), (right, left)):
            shape = self.of(one, own, root, depth)
            if shape and isinstance(other, nodes.Const):
                shape.literals.add(other.value)
            if shape and node.ops[0].op in ORDER:
                shape.uses.add("number")

    def of(self, node: nodes.Node, own: dict[str, Shape], root: Shape, depth: int) -> Shape | None:
        """The shape an expression stands for, if it is a value of the context; visits what is inside."""
        match node:
            case nodes.Name():
                if node.name in own:
                    return own[node.name]
                return None if node.name in (*WORLD, "assets", "loop") else root.part(node.name)
            case nodes.Getattr() | nodes.Getitem():
                shape = self.of(node.node, own, root, depth)
                key = node.attr if isinstance(node, nodes.Getattr) else node.arg.value
                return shape.part(key) if shape else None
            case nodes.Filter():
                shape = self.of(node.node, own, root, depth)
                if shape:
                    shape.each()
                return None
            case nodes.Call():
                self.call(node, own, root, depth)
                return None
        for child in node.iter_child_nodes():
            self.visit(child, own, root, depth)
        return None

    def call(self, node: nodes.Call, own: dict[str, Shape], root: Shape, depth: int) -> None:
        name = node.node.name if isinstance(node.node, nodes.Name) else node.node.attr
        shapes = [self.of(argument, own, root, depth) for argument in node.args]
        if isinstance(node.node, nodes.Name) and name in (*FORMATS, *SENTENCES, *MESSAGES):
            used = name if name in FORMATS else "say" if name in SENTENCES else "count"
            which = 2 if name in MESSAGES else 0
            if len(shapes) > which and shapes[which]:
                shapes[which].uses.add(used)
        elif depth < 6 and name in self.macros:
            macro, _ = self.macros[name]
            inner = {argument.name: shape or Shape() for argument, shape in zip(macro.args, shapes, strict=True)}
            for argument, given in zip(macro.args, node.args, strict=True):
                if isinstance(given, nodes.Const | nodes.Concat | nodes.Call):
                    inner[argument.name] = Shape()  # worked out on the page, not in the context
            for child in macro.body:
                self.visit(child, inner, root, depth + 1)


def leaves(test: nodes.Node) -> Iterator[nodes.Node]:
    if isinstance(test, nodes.And | nodes.Or | nodes.Not):
        for child in test.iter_child_nodes():
            yield from leaves(child)
    else:
        yield test


def draw(shape: Shape, chance: random.Random, wild: float, sentences: list[str]) -> Any:
    """`wild`: how often a value is one the page was not made for."""
    if shape.rows is not None:
        return [draw(shape.rows, chance, wild, sentences) for _ in range(chance.choice([0, 1, 2, 3]))]
    if shape.parts:
        if chance.random() < (0.3 if "tested" in shape.uses else wild / 4):
            return {}
        return {name: draw(part, chance, wild, sentences) for name, part in shape.parts.items()}
    return scalar(shape, chance, wild, sentences)


def scalar(shape: Shape, chance: random.Random, wild: float, sentences: list[str]) -> Any:
    odd = chance.random() < wild
    if "tested" in shape.uses and not shape.literals and chance.random() < 0.3:
        return chance.choice(["", 0])
    if shape.uses & {"date", "short_date", "time"}:
        good = TIMES if shape.uses == {"time"} else DAYS[1:] if "time" in shape.uses else DAYS
        return chance.choice(BAD_DAYS if odd else good)
    if "weekday" in shape.uses:
        return chance.choice([0, 8, "x"] if odd else [1, 2, 7, *DAYS])
    if shape.uses & {"number", "money", "count"} and not shape.literals - {0, 1}:
        return chance.choice([-1, 2**53, "3"] if odd else NUMBERS)
    if "list" in shape.uses:
        return chance.choices(HOSTILE, k=chance.choice([0, 1, 2, 3, 4]))
    if shape.uses & {"number", "money", "count"}:
        return chance.choice([*NUMBERS, *(one for one in shape.literals if isinstance(one, int))])
    if "phone" in shape.uses:
        return chance.choice(PHONES)
    if shape.literals and chance.random() < 0.8:
        return chance.choice(sorted(shape.literals, key=str))
    if "say" in shape.uses:
        return chance.choice(["", *HOSTILE, *sentences * 2])
    return chance.choice([*HOSTILE, *CONDITION, None if odd else "x"])


def contexts(reader: Reader, file: str, sentences: list[str], count: int) -> Iterator[dict[str, Any]]:
    """The same ones every run. Every tenth lacks a name: there both renderers must raise, or neither read it."""
    shape = reader.shape(file)
    chance = random.Random(file)  # noqa: S311 - a test's dice
    for index in range(count):
        context = draw(shape, chance, 0.0 if index % 3 else 0.05, sentences)
        context = context or {name: draw(part, chance, 0, sentences) for name, part in shape.parts.items()}
        if index % 10 == 9 and context:
            context.pop(chance.choice(sorted(context)))
        yield context
