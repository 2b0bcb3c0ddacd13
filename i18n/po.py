"""PO files, read as translators' tools write them and written in one fixed form: no wrapping, no dates.

The reader is ours so that a running server needs no Babel, and so that a mistake has a line number.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from i18n.plurals import header

KEYWORD = re.compile(r'(#\| *)?(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+(".*")\s*')
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}

Key = tuple[str, str]
"""(context, English). A message without context has "" there."""


class PoError(ValueError):
    def __init__(self, file: Path, line: int, code: str) -> None:
        super().__init__(f"{file}:{line}: {code}")
        self.file, self.line, self.code = file, line, code


@dataclass
class Entry:
    id: str
    context: str = ""
    plural: str = ""
    forms: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """`#.` lines, ours: where, kind, what it means."""
    remarks: list[str] = field(default_factory=list)
    """`#` lines, the translator's; never touched."""
    flags: list[str] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    """`#|` lines: the English an outdated translation was made from."""
    line: int = 0

    @property
    def key(self) -> Key:
        return (self.context, self.id)

    @property
    def fuzzy(self) -> bool:
        return "fuzzy" in self.flags

    @property
    def done(self) -> bool:
        return not self.fuzzy and bool(self.forms) and all(self.forms)


def read(path: Path) -> tuple[str, list[Entry]]:
    """The header text and the entries in file order. PoError with the line of the first thing we cannot read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PoError(path, 1, "not-utf-8") from error
    entries: list[Entry] = []
    now = Entry("")
    values: dict[tuple[str, int, bool], str] = {}
    last: tuple[str, int, bool] | None = None

    def close() -> None:
        nonlocal now, values, last
        if any(not old for _, _, old in values):
            entries.append(finished(now, values, path))
        now, values, last = Entry(""), {}, None

    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line:
            close()
        elif line.startswith("#~"):
            continue  # obsolete: kept by some editors, nothing to us
        elif line.startswith("#") and not line.startswith("#|"):
            if ("msgstr", 0, False) in values:
                close()
            note(now, line)
        else:
            old = line.startswith("#|")
            found = KEYWORD.fullmatch(line)
            if found:
                word, index = found[2], int(found[3] or 0)
                if not old and word in ("msgctxt", "msgid") and ("msgstr", 0, False) in values:
                    close()
                last = (word, index, old)
                if last in values:
                    raise PoError(path, number, "twice")
                values[last] = unquoted(found[4], path, number)
                if word == "msgid" and not old:
                    now.line = number
            elif last and line.removeprefix("#|").strip().startswith('"'):
                values[last] += unquoted(line.removeprefix("#|").strip(), path, number)
            else:
                raise PoError(path, number, "not-po")
    close()
    if not entries or entries[0].id:
        raise PoError(path, 1, "no-header")
    return entries[0].forms[0], entries[1:]


def note(entry: Entry, line: str) -> None:
    if line.startswith("#,"):
        entry.flags += [flag.strip() for flag in line[2:].split(",") if flag.strip()]
    elif line.startswith("#."):
        entry.notes.append(line[2:].strip())
    elif not line.startswith("#:"):
        entry.remarks.append(line[1:].strip())


def unquoted(text: str, path: Path, number: int) -> str:
    if not STRING.fullmatch(text):
        raise PoError(path, number, "bad-string")
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[0]), text[1:-1])


def finished(entry: Entry, values: dict[tuple[str, int, bool], str], path: Path) -> Entry:
    if ("msgid", 0, False) not in values or ("msgstr", 0, False) not in values:
        raise PoError(path, entry.line or 1, "half-an-entry")
    for (word, index, old), value in sorted(values.items()):
        if old:
            entry.before[word] = value
        elif word == "msgstr":
            if index != len(entry.forms):
                raise PoError(path, entry.line, "form-missing")
            entry.forms.append(value)
        else:
            setattr(entry, {"msgctxt": "context", "msgid": "id", "msgid_plural": "plural"}[word], value)
    return entry


def write(path: Path, code: str, entries: list[Entry]) -> None:
    """The canonical file: whole or not at all."""
    text = "\n".join([head(code), *(block(entry) for entry in entries)])
    fresh = path.with_suffix(".po.new")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)


def head(code: str) -> str:
    lines = [
        f"Language: {code}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {header(code)}",
    ]
    return 'msgid ""\nmsgstr ""\n' + "".join(quoted(line + "\n") + "\n" for line in lines)


def block(entry: Entry) -> str:
    lines = [f"# {remark}".rstrip() for remark in entry.remarks] + [f"#. {note}" for note in entry.notes]
    if entry.flags:
        lines.append("#, " + ", ".join(entry.flags))
    lines += [f"#| {word} {quoted(entry.before[word])}" for word in ("msgctxt", "msgid", "msgid_plural") if word in entry.before]
    if entry.context:
        lines.append(f"msgctxt {quoted(entry.context)}")
    lines.append(f"msgid {quoted(entry.id)}")
    if entry.plural:
        lines.append(f"msgid_plural {quoted(entry.plural)}")
        lines += [f"msgstr[{index}] {quoted(form)}" for index, form in enumerate(entry.forms)]
    else:
        lines.append(f"msgstr {quoted(entry.forms[0] if entry.forms else '')}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """JSON escapes the same few characters that PO does, once it may keep letters as they are."""
    return json.dumps(text, ensure_ascii=False)
