"""XML of MeMo messages, read and written by the standard library's expat alone: no document type and so no entity, nothing fetched
from outside, and an end to size, depth and number."""

import re
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from msgspec import Struct

NAMESPACE = "https://DigitalPost.dk/MeMo-1"
MOST_BYTES = 20 * 2**20
MOST_DEPTH = 24
MOST_NODES = 20_000
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class BadMemo(ValueError):
    """A sentence for whoever has the file."""


class Node(Struct):
    """One element. `tag`: the local name for MeMo's own, "{namespace}name" for others."""

    tag: str
    attributes: dict[str, str] = {}
    text: str = ""
    children: list["Node"] = []

    def first(self, tag: str) -> "Node | None":
        return next((one for one in self.children if one.tag == tag), None)

    def every(self, tag: str) -> "list[Node]":
        return [one for one in self.children if one.tag == tag]

    def said(self, tag: str) -> str:
        found = self.first(tag)
        return found.text.strip() if found else ""


def parse(data: bytes) -> Node:
    """No document type, so no entity of its own and nothing outside is ever asked for; depth, number and size have an end.
    Raises `BadMemo`."""
    if len(data) > MOST_BYTES:
        raise BadMemo(f"The file is larger than {MOST_BYTES >> 20} MB.")
    parser, root, path, count = expat.ParserCreate(namespace_separator=" "), Node(""), [], 0
    path.append(root)

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(path) > MOST_DEPTH or count > MOST_NODES:
            raise BadMemo("The file holds more elements, or deeper ones, than a message has.")
        node = Node(named(name), {named(key): value for key, value in attributes.items()})
        path[-1].children.append(node)
        path.append(node)

    def refuse(*_: Any) -> None:
        raise BadMemo("The file has a document type (<!DOCTYPE …>), which a message never has.")

    def text(part: str) -> None:
        pieces[id(path[-1])].append(part) if id(path[-1]) in pieces else pieces.update({id(path[-1]): [part]})

    def end(_: str) -> None:
        node = path.pop()
        said = "".join(pieces.pop(id(node), []))
        node.text = "" if node.children and not said.strip() else said

    pieces: dict[int, list[str]] = {}
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler, parser.ExternalEntityRefHandler = refuse, refuse, refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BadMemo(f"The file is no XML: {error}") from None
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        if isinstance(error, BadMemo):
            raise
        raise BadMemo("The file is in an encoding nobody knows.") from None
    return root.children[0]


def named(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return local if space in ("", NAMESPACE) else f"{{{space}}}{local}"


class Spaces:
    """Prefixes for namespaces that are not MeMo's own, in the order they come."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def tag(self, name: str) -> str:
        space, brace, local = name.rpartition("}")
        if not brace:
            return f"memo:{local}"
        return f"{self.known.setdefault(space[1:], f'n{len(self.known) + 1}')}:{local}"


def rendered(node: Node, spaces: Spaces, top: bool = False) -> str:
    inner = "".join(rendered(one, spaces) for one in node.children) + xml(node.text)
    tag = spaces.tag(node.tag)
    said = "".join(f' {spaces.tag(key) if key[:1] == "{" else key}="{xml(value, quoted=True)}"' for key, value in node.attributes.items())
    if top:
        said = f' xmlns:memo="{NAMESPACE}"' + "".join(f' xmlns:{short}="{xml(space, quoted=True)}"' for space, short in spaces.known.items()) + said
    return f"<{tag}{said}>{inner}</{tag}>"


def xml(text: str, quoted: bool = False) -> str:
    """Without what no XML can hold."""
    more = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"} if quoted else {"\r": "&#13;"}
    return escape(CONTROL.sub("", text), more)
