"""The sentences of letter templates: what translators are asked for, with a note above each where it needs one."""

import re
from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, nodes
from msgspec import Struct

NOTE = re.compile(r"^\s*i18n:\s*(.*)$", re.S)
KIND = re.compile(r"\bkind:\s*([\w-]+)")
ASK = {"t": 1, "tn": 2}
"""Functions that say a sentence, and how many of their arguments are forms of it."""
KINDS = {"title": "heading"}


class Sentence(Struct, frozen=True):
    """`context` tells two meanings of one English word apart. `note` is the translator's."""

    one: str
    many: str
    context: str
    block: str
    kind: str
    note: str
    line: int


def of_text(tree: nodes.Template, source: str, parser: Environment) -> list[Sentence]:
    """In the order of the text. Calls that say no literal sentence are left to `subset.py`."""
    waiting = notes(source, parser)
    return [sentence(call, block.name, waiting) for block in tree.find_all(nodes.Block) for call in calls(block)]


def calls(block: nodes.Block) -> Iterator[nodes.Call]:
    found = [call for call in block.find_all(nodes.Call) if isinstance(call.node, nodes.Name) and call.node.name in ASK]
    for call in sorted(found, key=lambda one: one.lineno):
        said = call.args[: ASK[call.node.name]]
        if len(said) == ASK[call.node.name] and all(isinstance(one, nodes.Const) and isinstance(one.value, str) for one in said):
            yield call


def sentence(call: nodes.Call, block: str, waiting: dict[str, list[str]]) -> Sentence:
    said = [one.value for one in call.args[: ASK[call.node.name]]]
    note = waiting[said[0]].pop(0) if waiting.get(said[0]) else ""
    kind = KIND.search(note)
    rest = " ".join(KIND.sub("", note).split())
    return Sentence(said[0], "".join(said[1:]), context(call), block, kind[1] if kind else KINDS.get(block, "text"), rest, call.lineno)


def context(call: nodes.Call) -> str:
    last: Any = call.args[-1]
    items = last.items if isinstance(last, nodes.Dict) else []
    return next((item.value.value for item in items if item.key.value == "ctx" and isinstance(item.value, nodes.Const)), "")


def notes(source: str, parser: Environment) -> dict[str, list[str]]:
    """Per sentence, the `{# i18n: … #}` before each of its calls; a note serves the first call after it."""
    found: dict[str, list[str]] = {}
    note, last = "", ""
    for _, token, value in parser.lex(source):
        said = NOTE.match(value) if token == "comment" else None  # noqa: S105 - a kind of token, not a secret
        if said:
            note = said[1]
        elif token == "string" and last in ASK:  # noqa: S105
            found.setdefault(value[1:-1], []).append(note)
            note = last = ""
        elif token == "name":  # noqa: S105
            last = value
        elif not (token == "operator" and value == "("):  # noqa: S105
            last = ""
    return found
