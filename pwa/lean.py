"""A module without its comments and indentation: a third of the bytes a phone fetches, and the same program.

Not a minifier: names stay, lines stay lines. Strings, templates and regular expressions are left alone.
"""

import re

PIECE = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
  | (?P<space>\s+)
  | (?P<word>[\w$]+)
  | (?P<sign>.)
    """,
    re.X | re.S,
)
REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
BEFORE_REGEX = ("(", ",", "=", ":", "[", "!", "&", "|", "?", "{", "}", ";", ">", "return", "")
"""A slash after one of these begins a regular expression; after anything else it divides."""


def lean(source: str) -> str:
    out: list[str] = []
    gap, at, last = "", 0, ""
    while at < len(source):
        found = PIECE.match(source, at)
        assert found, "the last alternative takes any character"
        kind, text = found.lastgroup, found[0]
        pattern = REGEX.match(source, at) if text[0] == "/" and last in BEFORE_REGEX else None
        if pattern and source[at + 1] not in "/*":
            text = pattern[0]
        elif kind in ("comment", "space"):
            gap = "\n" if "\n" in gap + text else gap or " "
            at = found.end()
            continue
        elif text == "`":
            text = source[at : template_end(source, at + 1)]
        out.append((gap if out else "") + text)
        gap, last, at = "", text, at + len(text)
    return "".join(out) + "\n"


def template_end(source: str, at: int) -> int:
    """Past the closing backtick, over any `${ … }` and the templates inside it."""
    depth = 0
    while source[at] != "`" or depth:
        if source[at] == "\\":
            at += 2
        elif source.startswith("${", at):
            depth, at = depth + 1, at + 2
        elif source[at] == "`":
            at = template_end(source, at + 1)
        else:
            depth += (source[at] == "{") - (source[at] == "}") if depth else 0
            at += 1
    return at + 1
