"""Templates as trees: read, parsed, and refused with file and line."""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

PARSER = Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=True)


class Refused(ValueError):
    """A template says what cannot be rendered alike in two places. `code` is plain words for a developer."""

    def __init__(self, file: str, line: int, code: str) -> None:
        super().__init__(f"{file}:{line}: {code}")
        self.file, self.line, self.code = file, line, code


@dataclass(frozen=True)
class Source:
    """`file` as templates name it: "macros/fields.html"."""

    file: str
    text: str
    tree: nodes.Template

    @property
    def is_page(self) -> bool:
        return "/" not in self.file


def read_all(folder: Path | str) -> dict[str, Source]:
    """Every template under the folder, in one order everywhere."""
    root = Path(folder)
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.html"))
    return {file: parse(file, (root / file).read_text("utf-8")) for file in files}


def parse(file: str, text: str) -> Source:
    """Indentation goes, here and in `backend/web/rendering/renderer.py` alike; line numbers stay."""
    try:
        tree = PARSER.parse(re.sub(r"\n[ \t]+", "\n", text))
    except TemplateSyntaxError as error:
        raise Refused(file, error.lineno, error.message or "cannot be read") from error
    return Source(file, text, tree)
