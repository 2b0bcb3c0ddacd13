"""A letter template as a file: a head in TOML, a line `---`, then seven blocks in a small part of Jinja2.

`backend/services/letters/<service>/<template>.txt`; a municipality's own in `DIR/letters/<service>/<template>.txt`. The file
says what a caseworker fills in, which status the case gets, and the text with its five answers.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from backend.domain.letters import ANSWERS, ActionKind
from backend.domain.lint.positions import Lines
from backend.domain.lint.report import Mistake, did_you_mean
from backend.domain.lint.tables import of_toml
from backend.domain.services import Option, Question
from backend.letters.sentences import Sentence

BLOCKS = ("title", *ANSWERS, "body")
FOLDER = "letters"
GENERAL = "general"
"""The folder of letters that belong to no service."""
CUT = re.compile(r"^---[ \t]*$", re.M)
ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = 40_000
"""Characters of a file: ten pages of text."""
MOST_FIELDS = 30


class Field(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a caseworker fills in. `id` is its name in the text. Days "2026-12-01", amounts in minor units, choices by id."""

    id: str
    kind: Literal["date", "amount", "text", "long_text", "choice"]
    label: str
    hint: str = ""
    options: list[Option] = []
    optional: bool = False

    @property
    def question(self) -> Question:
        """The same as a question of ours: asked, read and judged by `domain/fields.py`, `reading.py` and `kinds.py`."""
        return Question(self.id, self.kind, self.label, hint=self.hint, options=self.options, optional=self.optional)


class Doing(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A button below the letter. `by`, `starts_at`: names of days in the text; `{case}` in `path` is the case's public id."""

    kind: ActionKind
    path: str = ""
    url: str = ""
    say: str = ""
    by: str = ""
    starts_at: str = ""
    place: str = ""


class Head(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`status`: an outcome of the service, "" where the case stays as it is. `one_language`: a caseworker writes it all herself."""

    title: str
    status: str = ""
    legal: bool = False
    reply: bool = False
    reply_by: str = ""
    one_language: bool = False
    field: list[Field] = []
    action: list[Doing] = []


class Template(Struct, frozen=True):
    """`service` "" for a letter of no service. `title_source`: what the desk calls it, in English."""

    id: str
    service: str
    status: str
    title_source: str
    fields: list[Field]
    actions: list[Doing]
    head: Head
    source: str
    """The whole text, the head blanked, so that lines count as in the file."""
    file: str
    sentences: list[Sentence] = []


def read(path: Path) -> tuple[str, list[Mistake]]:
    """The text with our line ends. Notepad's byte order mark and line ends are no mistakes; its old encoding is."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return "", [Mistake(str(path), line, "This file is not UTF-8 text.", "In Notepad: Save as, Encoding: UTF-8.")]
    except OSError as error:
        return "", [Mistake(str(path), 1, f"This file cannot be read: {error.strerror}.")]
    if len(text) > LONGEST:
        return "", [Mistake(str(path), 1, f"The file has {len(text)} characters.", f"At most {LONGEST}.")]
    return text.replace("\r\n", "\n").replace("\r", "\n"), []


def parse(path: Path) -> tuple[Template | None, list[Mistake]]:
    """The template as far as its head goes; its text is looked at by `subset.py`."""
    text, wrong = read(path)
    if wrong:
        return None, wrong
    cut = CUT.search(text)
    if not cut:
        return None, [Mistake(str(path), 1, "No line `---` parts the head from the text.", "Write --- alone on a line, after the head.")]
    head, wrong = read_head(text[: cut.start()], str(path))
    if head is None:
        return None, wrong
    service = "" if path.parent.name == GENERAL else path.parent.name
    source = "\n" * text[: cut.end()].count("\n") + text[cut.end() :]
    return Template(path.stem, service, head.status, head.title, head.field, head.action, head, source, str(path)), wrong


def read_head(text: str, file: str) -> tuple[Head | None, list[Mistake]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, said = of_toml(str(error), text)
        return None, [Mistake(file, line, said, "Compare with a neighbour: words stand in quotes.")]
    lines = Lines(text)
    found = [*unknown(raw, lines, file)]
    if found:
        return None, found
    try:
        head = msgspec.convert(raw, Head)
    except msgspec.ValidationError as error:
        table, at, key = place(str(error))
        return None, [Mistake(file, lines.of(table, at, key), f"The head does not fit: {str(error).split(' - at ')[0]}.", "Compare with a neighbour.")]
    return head, [*fields_wrong(head, lines, file)]


def unknown(raw: dict[str, Any], lines: Lines, file: str) -> list[Mistake]:
    """Keys nobody reads, with the one that was meant."""
    tables = [("", 0, raw, Head.__struct_fields__)]
    for name, kind in (("field", Field), ("action", Doing)):
        listed = raw.get(name, [])
        rows = listed if isinstance(listed, list) else []
        tables += [(name, at, row, kind.__struct_fields__) for at, row in enumerate(rows) if isinstance(row, dict)]
    return [
        Mistake(file, lines.of(table, at, key), f"Nobody knows the key `{key}`.", did_you_mean(key, known))
        for table, at, row, known in tables for key in row if key not in known
    ]  # fmt: skip


def place(error: str) -> tuple[str, int, str]:
    """(table, which, key) of msgspec's `$.field[0].kind`."""
    found = re.search(r"`\$\.?(?:(\w+)\[(\d+)\])?\.?(\w*)", error)
    return (found[1] or "", int(found[2] or 0), found[3]) if found else ("", 0, "")


def fields_wrong(head: Head, lines: Lines, file: str) -> list[Mistake]:
    found, seen = [], set()
    for at, one in enumerate(head.field):
        line = lines.of("field", at, "id")
        if not ID.fullmatch(one.id):
            found.append(Mistake(file, line, f"`{one.id}` cannot be a name in the text.", "Small letters, digits and _, for example paid_from."))
        if one.id in seen:
            found.append(Mistake(file, line, f"Two fields are called `{one.id}`.", "Give one another name."))
        if (one.kind == "choice") != bool(one.options):
            found.append(Mistake(file, line, f"`{one.id}`: a choice has options, and nothing else has.", 'Write options = [{ is = "late", say = "Too late" }].'))
        seen.add(one.id)
    for at, doing in enumerate(head.action):
        if bool(doing.path) == bool(doing.url):
            found.append(Mistake(file, lines.of("action", at), "A button leads to one place.", "Write either `path`, a page of ours, or `url`."))
        if doing.url and not doing.url.startswith("https://"):
            found.append(Mistake(file, lines.of("action", at, "url"), f"`{doing.url}` is no safe address.", "Write the whole address, from https:// on."))
        if re.search(r"[{}]|^/|\.\.|:", doing.path.replace("{case}", "")):
            found.append(Mistake(file, lines.of("action", at, "path"), f"`{doing.path}` is no page of ours.", "For example mine/cases/{case}, or services/passport."))
    if len(head.field) > MOST_FIELDS:
        found.append(Mistake(file, 1, f"{len(head.field)} fields.", f"At most {MOST_FIELDS}: nobody fills in more."))
    return found
