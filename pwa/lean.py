"""A module without its comments and blanks: a third of the bytes a phone fetches, and the same program.

Not a minifier: names stay. Strings, templates and regular expressions are left alone, and so is every line end that a
statement could end at. A test reads both texts with a real parser and finds the same tree.
"""

import re
from collections.abc import Iterator

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


ENDS_NO_LINE = set("{([,=>?:&|<*%")
BEGINS_NO_LINE = set("})],=>?:&|<*%.")
STICKY = set("+-/.?")
"""Two of these side by side could mean something else: `a + +b`, `a / /b/`, `a ? .5 : b`."""


def lean(source: str) -> str:
    pieces = list(tokens(source))
    texts = [text for _, text in pieces]
    out: list[str] = []
    last = "\n"
    for at, (gap, text) in enumerate(pieces):
        if is_spare(texts, at):
            continue
        out.append((gap if gap and is_needed(gap, last, text) else "") + text)
        last = text
    return "".join(out) + "\n"


def is_spare(texts: list[str], at: int) -> bool:
    """The last comma of a list; the brackets of `(x) =>` where nothing stands before them that could call."""
    if texts[at] == ",":
        return texts[at + 1] in ")]}" and texts[at - 1] not in ",["
    start = at if texts[at] == "(" else at - 2 if texts[at] == ")" else -1
    if start < 1 or texts[start + 2 : start + 5] != [")", "=", ">"]:
        return False
    return texts[start] == "(" and is_word(texts[start + 1][0]) and texts[start - 1] in ALONE


ALONE = set("=(,:?[{&|>")


def is_needed(gap: str, before: str, after: str) -> bool:
    if gap == "\n":
        return before not in ENDS_NO_LINE and after not in BEGINS_NO_LINE
    if before[-1] in STICKY and after[0] in STICKY:
        return True
    return is_word(before[-1]) and (is_word(after[0]) or after[0] == ".")


def is_word(sign: str) -> bool:
    return sign.isalnum() or sign in "_$"


def tokens(source: str) -> Iterator[tuple[str, str]]:
    """Each piece of the program, and what stood before it: nothing, a blank or a line end. Comments are gone."""
    gap, at, last, is_first = "", 0, "", True
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
        yield "" if is_first else gap, text
        gap, last, at, is_first = "", text, at + len(text), False


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
