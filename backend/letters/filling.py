"""A template, filled in one language: sandboxed Jinja2, our functions, and the text's own shape made plain."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import jinja2
from jinja2 import StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from backend.letters.expressions import FORMATS
from backend.letters.template_files import BLOCKS, Template
from backend.letters.values import BREAK, Said, piece, printed
from i18n.catalogue import NAME, Catalogue

MOST = {"title": 500, "body": 60_000}
"""Characters of a block when it is filled."""
MOST_ANSWER = 5_000
LIST = "- "
HEADING = "## "


class Unfilled(Exception):
    """What is missing, or does not fit: a name of the template, or a block. `line` of the file, 0 if it has none."""

    def __init__(self, name: str, line: int = 0, why: str = "") -> None:
        super().__init__(name)
        self.name, self.line, self.why = name, line, why


class Room(ImmutableSandboxedEnvironment):
    """The templates of one language."""

    def __init__(self, words: Catalogue) -> None:
        super().__init__(
            autoescape=False, undefined=StrictUndefined, finalize=lambda value: printed(value, words.dir),
            trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        )  # fmt: skip
        self.filters, self.tests = {}, {}
        self.globals = functions(words)
        self.made: dict[str, jinja2.Template] = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Names of our own tables, and nothing that Python has on its objects."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return self.undefined(name=attribute)

    getitem = getattr

    def of(self, template: Template) -> jinja2.Template:
        if template.file not in self.made:
            self.made[template.file] = self.from_string(template.source)
        return self.made[template.file]


def functions(words: Catalogue) -> dict[str, Callable[..., Said]]:
    made = words.formats

    def formatted(name: str) -> Callable[[Any], Said]:
        def write(value: Any) -> Said:
            return Said(getattr(made, name)(str(value) if not isinstance(value, int) else value))

        return write

    def t(text: str, values: Mapping[str, Any] = {}) -> Said:
        return filled(words.find((values.get("ctx", ""), text)).forms[0], values, words.dir)

    def tn(one: str, many: str, n: int, values: Mapping[str, Any] = {}) -> Said:
        found = words.find((values.get("ctx", ""), one), many)
        return filled(found.forms[words.form(found, n)], {**values, "n": Said(made.number(n))}, words.dir)

    return {"t": t, "tn": tn, **{name: formatted(name) for name in FORMATS}}


def filled(form: str, values: Mapping[str, Any], direction: str) -> Said:
    """One pass, so that a value which looks like a name stays text."""
    return Said(NAME.sub(lambda found: piece(values[found[1]], direction) if found[1] in values else found[0], form))


def fill(room: Room, template: Template, names: Mapping[str, Any]) -> dict[str, str]:
    """Block → text as the template shapes it. Raises `Unfilled`."""
    made = room.of(template)
    return {name: block(made, name, names) for name in BLOCKS}


def block(made: jinja2.Template, name: str, names: Mapping[str, Any]) -> str:
    parts: list[str] = []
    length = 0
    try:
        for part in made.blocks[name](made.new_context(dict(names))):
            length += len(part)
            if length > MOST.get(name, MOST_ANSWER):
                raise Unfilled(name, why="long")
            parts.append(part)
    except UndefinedError as error:
        raise Unfilled(named(str(error)), line_of(error, made), "missing") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise Unfilled(name, line_of(error, made), "kind") from error
    return "".join(parts)


def named(said: str) -> str:
    """The name in Jinja2's "'paid_from' is undefined"."""
    found = re.search(r"'([\w.]+)'", said)
    return found[1] if found else said


def line_of(error: BaseException, made: jinja2.Template) -> int:
    """The last line of the template on the way to the error."""
    line, step = 0, error.__traceback__
    while step:
        if step.tb_frame.f_globals.get("name") == made.name and step.tb_frame.f_code.co_filename == "<template>":
            line = made.get_corresponding_lineno(step.tb_lineno)
        step = step.tb_next
    return line


def one_line(text: str) -> str:
    """A title or an answer."""
    return " ".join(text.replace(BREAK, " ").split())


def paragraphs(text: str) -> list[str]:
    """A body as `domain.letters.Text` holds it. Empty lines part paragraphs; a heading ends with its line."""
    found: list[str] = []
    for part in re.split(r"\n[ \t]*\n", text):
        rows = [row.strip() for row in part.split("\n") if row.strip()]
        for kind, group in grouped(rows):
            found += shaped(kind, group)
    return found


def grouped(rows: list[str]) -> list[tuple[str, list[str]]]:
    """[("heading" | "list" | "text", lines)]. A line with no mark goes on from the one before."""
    found: list[tuple[str, list[str]]] = []
    for row in rows:
        kind = "heading" if row == "##" or row.startswith(HEADING) else "list" if row == "-" or row.startswith(LIST) else "text"
        if kind == "text" and found and found[-1][0] != "heading":
            found[-1][1].append(row)
        elif kind == "list" and found and found[-1][0] == "list":
            found[-1][1].append(row)
        else:
            found.append((kind, [row]))
    return found


def shaped(kind: str, rows: list[str]) -> list[str]:
    if kind == "text":
        return [" ".join(part.split(" ")) for part in " ".join(rows).split(BREAK) if part.strip()]
    if kind == "heading":
        said = one_line(rows[0][2:])
        return [HEADING + said] if said else []
    items: list[str] = []
    for row in rows:
        if row == "-" or row.startswith(LIST):
            items.append(row[2:])
        else:
            items[-1] += f" {row}"
    said = [LIST + one_line(item) for item in items if item.strip()]
    return ["\n".join(said)] if said else []


