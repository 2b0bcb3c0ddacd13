"""The worker's modules as one file, in the order in which they need each other: one request instead of forty.

Every module becomes a block, so that no two names meet; what it offers is one object outside of it. A function that
nothing calls stays at home. Our modules are plain, and so this may be: whatever it does not know is refused.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pwa.lean import tokens

IMPORT = re.compile(r"import\s*(?:\*\s*as\s+(\w+)|\{([^}]*)\})\s*from\s*(['\"])(\.{1,2}/[\w./-]+)\.js\3")
DECLARED = re.compile(r"(export\s+)?(?:const|class|let)\s+([\w$]+)(?=\s*[=,{\s])")
WORD = re.compile(r"[\w$]+")
BEGIN = {"import", "export", "const", "let", "class", "function", "async"}
GOES_ON = set("=><?:&|+-*/,.(%")
"""A line that ends or begins with one of these is no line of its own."""
GOES_ON_BEFORE = GOES_ON - set("(-+/")


class Refused(ValueError):
    """A module says what cannot be joined."""


@dataclass
class Statement:
    text: str
    name: str = ""
    is_offered: bool = False
    is_idle: bool = False
    """Does nothing by itself: without it, only whoever names it would notice."""
    words: set[str] = field(default_factory=set)


@dataclass
class Module:
    name: str
    statements: list[Statement]
    taken: dict[str, tuple[str, str]]
    """Local name -> (module, what it offers; "" for all of it)."""
    kept: set[int] = field(default_factory=set)

    @property
    def label(self) -> str:
        return "_" + re.sub(r"\W", "_", self.name)


def joined(sources: Mapping[str, str], first: str) -> str:
    """`sources`: path below the worker's folder -> text. `first`: the file that a worker would start from."""
    modules = {name.removesuffix(".js"): read(name.removesuffix(".js"), text) for name, text in sources.items()}
    order = list(dict.fromkeys(in_order(modules, first.removesuffix(".js"), ())))
    check(modules, order)
    offered = keep(modules, order)
    return "".join(block(modules[name], modules, offered[name]) for name in order if modules[name].kept)


def in_order(modules: dict[str, Module], name: str, above: tuple[str, ...]) -> Iterator[str]:
    if name in above or name not in modules:
        raise Refused(f"{name}: {'a circle' if name in above else 'no such module'}: {' > '.join(above)}")
    for other, _ in modules[name].taken.values():
        yield from in_order(modules, other, (*above, name))
    yield name


def read(name: str, source: str) -> Module:
    taken: dict[str, tuple[str, str]] = {}
    statements = []
    for text in split(source):
        found = IMPORT.fullmatch(text.strip())
        if found:
            taken |= takes(found, posixpath.dirname(name))
        elif re.match(r"import\b|export\s*(?:\{|\*|default)", text) or "import(" in text:
            raise Refused(f"{name}: {text[:60]}")
        else:
            statements.append(statement(text))
    return Module(name, statements, taken)


def takes(found: re.Match[str], folder: str) -> dict[str, tuple[str, str]]:
    other = posixpath.normpath(posixpath.join(folder, found[4]))
    if found[1]:
        return {found[1]: (other, "")}
    pairs = [one.split(" as ") for one in found[2].split(",") if one.strip()]
    return {pair[-1].strip(): (other, pair[0].strip()) for pair in pairs}


def split(source: str) -> Iterator[str]:
    """Into statements of the outermost level."""
    depth, text, last = 0, "", ""
    for gap, piece in tokens(source):
        is_new = piece in BEGIN or not (last in GOES_ON or piece in GOES_ON_BEFORE)
        if depth == 0 and gap == "\n" and text and is_new:
            yield text
            text, gap = "", ""
        depth += (piece in "([{") - (piece in ")]}")
        text, last = text + gap + piece, piece
    yield text


def statement(text: str) -> Statement:
    found = DECLARED.match(text)
    if text.startswith("export") and not (found and found[1]):
        raise Refused(text[:60])
    words = set(WORD.findall(text))
    if not found:
        return Statement(text, words=words)
    return Statement(text.removeprefix(found[1] or ""), found[2], bool(found[1]), is_idle(text), words - {found[2]})


ARROW = re.compile(r"(?:export\s+)?const\s+[\w$]+\s*=\s*(?:async\s*)?(?:[\w$]+|(\())")
FUNCTION = re.compile(r"(?:export\s+)?const\s+[\w$]+\s*=\s*(?:async\s+)?function\b")
CLASS = re.compile(r"(?:export\s+)?class\s+\w+\s+extends\s+Error\s*\{\s*\}\s*$")
PLAIN = re.compile(r"(?:export\s+)?const\s+[\w$]+\s*=\s*(?:'[^']*'|\"[^\"]*\"|\d+|\[[^()`]*\]|\{[^()`]*\})\s*$")


def is_idle(text: str) -> bool:
    """One function, one kind of error or one plain value, and nothing after it."""
    if CLASS.match(text) or PLAIN.match(text):
        return True
    depth = 0
    pieces = [piece for _, piece in tokens(text)]
    for piece in pieces:
        depth += (piece in "([{") - (piece in ")]}")
        if depth == 0 and piece == ",":
            return False
    if FUNCTION.match(text):
        return pieces[-1] == "}"
    return bool(ARROW.match(text)) and is_arrow(pieces[pieces.index("=") + 1 :])


def is_arrow(pieces: list[str]) -> bool:
    """`(a, b) => …` or `a => …`, not a call of something in brackets."""
    pieces = pieces[1:] if pieces[0] == "async" else pieces
    depth = at = 0
    for at, piece in enumerate(pieces):
        depth += (piece in "([{") - (piece in ")]}")
        if depth == 0:
            break
    if pieces[at + 1 : at + 3] != ["=", ">"]:
        return False
    return pieces[at + 3] != "{" or closes(pieces[at + 3 :])


def closes(pieces: list[str]) -> bool:
    """The brace that opens first is closed by the last piece."""
    depth = 0
    for at, piece in enumerate(pieces):
        depth += (piece in "([{") - (piece in ")]}")
        if depth == 0:
            return at == len(pieces) - 1
    return False


def check(modules: dict[str, Module], order: list[str]) -> None:
    labels = {modules[name].label for name in order}
    for name in order:
        module = modules[name]
        for local, (other, wanted) in module.taken.items():
            if wanted and wanted not in {each.name for each in modules[other].statements if each.is_offered}:
                raise Refused(f"{name}: {other} offers no {wanted}")
            if local in {each.name for each in module.statements}:
                raise Refused(f"{name}: {local} twice")
        for each in module.statements:
            if labels & each.words:
                raise Refused(f"{name}: {labels & each.words} is a name of ours")


def keep(modules: dict[str, Module], order: list[str]) -> dict[str, set[str]]:
    """Marks what runs and what that names; gives back what each module offers to others."""
    offered: dict[str, set[str]] = {name: set() for name in order}
    waiting = [(name, at) for name in order for at, each in enumerate(modules[name].statements) if not each.is_idle]
    while waiting:
        name, at = waiting.pop()
        module = modules[name]
        if at in module.kept:
            continue
        module.kept.add(at)
        for other, wanted in named(module, module.statements[at], modules):
            if other != name:
                offered[other].add(wanted)
            waiting += [(other, n) for n, each in enumerate(modules[other].statements) if each.name == wanted]
    return offered


def named(module: Module, one: Statement, modules: dict[str, Module]) -> Iterator[tuple[str, str]]:
    """Whatever a statement may mean by its words; rather one too many."""
    own = {each.name for each in module.statements}
    for word in one.words:
        if word in own:
            yield module.name, word
        elif word in module.taken:
            other, wanted = module.taken[word]
            offered = {each.name for each in modules[other].statements if each.is_offered}
            yield from ((other, each) for each in ({wanted} if wanted else parts_of(word, one.text, offered)))


def parts_of(module: str, text: str, offered: set[str]) -> set[str]:
    """Which of its functions a statement asks a module for; all of them where the module itself is the value."""
    asked: set[str] = set()
    pieces = ["", *(piece for _, piece in tokens(text)), "", ""]
    for at, piece in enumerate(pieces):
        if piece[:1] == "`":
            asked |= set(re.findall(rf"(?<![\w$]){re.escape(module)}\s*\.\s*([\w$]+)", piece))
        elif piece == module and pieces[at + 1] == ".":
            asked.add(pieces[at + 2])
        elif piece == module and pieces[at - 1] != ".":
            return offered
    return asked & offered


def block(module: Module, modules: dict[str, Module], offered: set[str]) -> str:
    kept = [each for at, each in enumerate(module.statements) if at in module.kept]
    words = set().union(*(each.words for each in kept))
    taken = {local: found for local, found in module.taken.items() if local in words}
    lines = []
    for other in dict.fromkeys(other for other, _ in taken.values()):
        parts = [wanted if wanted == local else f"{wanted}:{local}" for local, (of, wanted) in taken.items() if of == other and wanted]
        whole = [local for local, (of, wanted) in taken.items() if of == other and not wanted]
        lines += [f"const {local}={modules[other].label}" for local in whole]
        lines += [f"const{{{','.join(parts)}}}={modules[other].label}"] if parts else []
    lines += [each.text for each in kept]
    lines += [f"var {module.label}={{{','.join(sorted(offered))}}}"] if offered else []
    return "{\n" + "\n".join(lines) + "\n}\n"
