"""The sentences of Python code: `w.plain("…")` and `w.plain_n("…", "…", n)`, each with a note for translators in the line above."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from i18n.messages import Asked, Sentence, together

NOTE = re.compile(r"\s*# i18n: where: (.*?)  kind: ([\w-]+)(?:  (.*))?$")


class NoNote(Exception):
    """A sentence no translator could place, or no sentence at all. The text says file and line."""


def of_code(paths: Iterable[Path]) -> list[Sentence]:
    return together(one for path in sorted(paths) for one in sentences(path))


def sentences(path: Path) -> Iterator[Asked]:
    """In the order of the file."""
    text = path.read_text("utf-8")
    lines = text.split("\n")
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if call.func.attr in ("plain", "plain_n"):
            yield asked(call, path.name, lines)


def asked(call: ast.Call, file: str, lines: list[str]) -> Asked:
    said = [node.value for node in call.args[: 1 + (call.func.attr == "plain_n")] if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    if len(said) != 1 + (call.func.attr == "plain_n"):
        raise NoNote(f"{file}:{call.lineno}: a sentence stands as it is, in quotes: nothing else can be translated")
    found = note(lines, call.args[0].lineno)
    if found is None:
        raise NoNote(f"{file}:{call.lineno}: above a sentence stands `# i18n: where: …  kind: …`")
    where, kind, more = found.groups()
    return Asked(said[0], "".join(said[1:]), where=where, kind=kind, note=more or "", file=file, line=call.lineno)


def note(lines: list[str], line: int) -> re.Match[str] | None:
    """In the line above the sentence."""
    return NOTE.match(lines[line - 2]) if line > 1 else None
