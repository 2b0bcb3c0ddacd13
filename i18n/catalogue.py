"""Sentences out: look up, fall back, fill. The twin of the second half of `pwa/worker/show/runtime.js`.

Read once when the process starts. A translation that could not be filled (names or marks unlike the English)
is left out then and falls back, so that filling cannot fail before a reader.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from i18n import po, pseudo
from i18n.formats import BIGGEST, Formats, table
from i18n.languages import ALWAYS, PSEUDO, UNCHECKED, chain, language
from i18n.plurals import forms, rule

log = logging.getLogger("medborger.words")

FILES = ("pages.po", "services.po", "notices.po", "letters.po")
OWN = ("services.po", "letters.po")
"""What a municipality's folder may hold, in `<lang>/`."""
DESK = "desk.po"
"""The staff's own words, in the languages the desk speaks."""
DESK_LANGUAGES = ("da", "en")
EXPORT = "export.po"
"""What an archive of all that is kept about somebody says around it: in every language, and never on a phone."""
ON_THE_PHONE = ("pages.po", "services.po")
NAME = re.compile(r"\{(\w+)\}")
MARK = re.compile(r"</?(?:link|strong)>")
PIECE = re.compile(r"""\{(\w+)\}|<(/?)(link|strong)>|[&"'<>]""")
ESCAPED = {"&": "&amp;", '"': "&#34;", "'": "&#39;", "<": "&lt;", ">": "&gt;"}
ENTITIES = str.maketrans(ESCAPED)
OPEN, CLOSE = "\u2068", "\u2069"
BARE = {**dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e")), 0xA0: " ", 0x202F: " "}
"""What direction marks and fixed spaces become where no HTML carries them. U+200C stays: Persian needs it."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Text:
    """The forms of one sentence, in the language they were found in."""

    lang: str
    forms: tuple[str, ...]
    is_searched: bool = False
    """Words that people look for a service by: the server's search knows them, no page shows them."""


class Catalogue:
    """All sentences of one language, its fallbacks folded in."""

    def __init__(self, code: str, texts: dict[po.Key, Text], spoken: frozenset[po.Key] = frozenset()) -> None:
        self.language = language(code)
        self.code, self.dir = code, self.language.dir
        self.texts = texts
        self.spoken = spoken
        """The keys of the services' own sentences: what `say` may meet; at the desk also the labels of letters' fields."""
        self.formats = Formats(table(code))
        self.ready: dict[str, str] = {}

    @cached_property
    def about(self) -> dict[str, Any]:
        """What templates know as `lang`."""
        found = self.language
        return {
            "code": found.code, "dir": found.dir, "name": found.name, "state": found.state,
            "notices": [] if self.code in ALWAYS or found.state != "draft" else self.notices(),
        }  # fmt: skip

    def notices(self) -> list[dict[str, str]]:
        own = self.plain(UNCHECKED) if self.find(("", UNCHECKED)).lang == self.code else ""
        texts = {self.code: own, "da": load("da").plain(UNCHECKED), "en": UNCHECKED}
        return [{"code": code, "dir": language(code).dir, "text": text} for code, text in texts.items() if text]

    def t(self, text: str, values: Values = {}) -> str:
        """HTML: escaped, values isolated, a fallback in its own element."""
        if not values:
            if text not in self.ready:
                self.ready[text] = self.html(self.find(("", text)), 0, values)
            return self.ready[text]
        return self.html(self.find((values.get("ctx", ""), text)), 0, values)

    def tn(self, one: str, many: str, n: int, values: Values = {}) -> str:
        found = self.find((values.get("ctx", ""), one), many)
        return self.html(found, self.form(found, n), {**values, "n": self.formats.number(n)})

    def say(self, sentence: str, values: Values = {}) -> str:
        """A service's own sentence; "" stays ""."""
        return self.html(self.said(sentence), 0, values) if sentence else ""

    def plain(self, text: str, values: Values = {}) -> str:
        """For attributes, <title>, SMS: nothing escaped, no isolates, no marks, no element around a fallback."""
        return fill_plain(self.find((values.get("ctx", ""), text)).forms[0], values)

    def plain_n(self, one: str, many: str, n: int, values: Values = {}) -> str:
        found = self.find((values.get("ctx", ""), one), many)
        return fill_plain(found.forms[self.form(found, n)], {**values, "n": self.formats.number(n)})

    def plain_say(self, sentence: str, values: Values = {}) -> str:
        return fill_plain(self.said(sentence).forms[0], values) if sentence else ""

    def said(self, sentence: str) -> Text:
        """Only among the services' sentences, as on the phone."""
        key = ("", sentence)
        return self.find(key) if key in self.spoken else Text("en", (sentence,))

    def find(self, key: po.Key, many: str = "") -> Text:
        return self.texts.get(key) or Text("en", (key[1], many) if many else (key[1],))

    def form(self, found: Text, n: int) -> int:
        if type(n) is not int or not 0 <= n <= BIGGEST:
            raise ValueError("count")
        return rule(found.lang)(n)

    def html(self, found: Text, form: int, values: Values) -> str:
        text = fill(found.forms[form], values)
        if found.lang == self.code:
            return text
        return f'<span class="foreign" lang="{found.lang}" dir="{language(found.lang).dir}">{text}</span>'


def fill(form: str, values: Values) -> str:
    """One pass, so that a value which looks like a name or a mark stays text."""

    def piece(found: re.Match[str]) -> str:
        name, closing, mark = found.groups()
        if name:
            return OPEN + escape(printable(values[name])) + CLOSE if name in values else found[0]
        if mark == "strong":
            return f"<{closing}strong>"
        if mark:
            return "</a>" if closing else f'<a href="{escape(printable(values["link"]))}">'
        return ESCAPED[found[0]]

    return PIECE.sub(piece, form)


def fill_plain(form: str, values: Values) -> str:
    def name(found: re.Match[str]) -> str:
        return printable(values[found[1]]) if found[1] in values else found[0]

    return NAME.sub(name, MARK.sub("", form)).translate(BARE)


def printable(value: Any) -> str:
    """Text and whole numbers, nothing that only looks like them."""
    if type(value) is str:
        return value
    if type(value) is int and abs(value) <= BIGGEST:
        return str(value)
    raise TypeError("value")


def escape(text: str) -> str:
    return text.translate(ENTITIES)


def load(code: str, extra_dirs: Iterable[Path | str] = (), files: Iterable[str] = FILES) -> Catalogue:
    """The language and its fallbacks; `extra_dirs` hold a municipality's `<lang>/services.po` and `<lang>/letters.po`."""
    extra, files = [Path(folder) for folder in extra_dirs], tuple(files)
    if code in PSEUDO:
        return Pseudo(code, *read_all("da", files, extra))
    texts: dict[po.Key, Text] = {}
    spoken: set[po.Key] = set()
    for step in reversed(chain(code)):
        found, heard = read_all(step, files, extra)
        texts |= found
        spoken |= heard
    return Catalogue(code, {} if code == "en" else texts, frozenset(spoken))


def read_all(code: str, files: Iterable[str], extra: list[Path]) -> tuple[dict[po.Key, Text], frozenset[po.Key]]:
    texts: dict[po.Key, Text] = {}
    spoken: set[po.Key] = set()
    for path in [language(code).folder / name for name in files] + [folder / code / name for folder in extra for name in OWN]:
        for entry in entries_of(path):
            if entry.done and fits(entry, code):
                texts[entry.key] = Text(code, tuple(entry.forms), any("kind: search words" in note for note in entry.notes))
                if path.name in (OWN if DESK in files else OWN[:1]):
                    spoken.add(entry.key)
            elif entry.done:
                log.warning("unusable lang=%s text=%r", code, entry.id)
    return texts, frozenset(spoken)


def entries_of(path: Path) -> list[po.Entry]:
    """A file that is missing or broken costs its own sentences, never the service."""
    if not path.exists():
        return []
    try:
        return po.read(path)[1]
    except po.PoError as error:
        log.error("unreadable file=%s line=%d code=%s", error.file, error.line, error.code)
        return []


def fits(entry: po.Entry, code: str) -> bool:
    """Same names and marks in every form; `{n}` may be missing where the form is one number."""
    if len(entry.forms) != (len(forms(code)) if entry.plural else 1):
        return False
    numbers = table(code)["plural"]["examples"]
    for index, form in enumerate(entry.forms):
        wanted, given = names(entry.plural or entry.id), names(form)
        if entry.plural and len(numbers[index]) == 1:
            given = given | {"n"}
        if wanted != given or marks(form) != marks(entry.id) or stray(form):
            return False
    return True


def names(text: str) -> set[str]:
    return set(NAME.findall(text))


def marks(text: str) -> list[str]:
    return MARK.findall(text)


def stray(text: str) -> bool:
    """A brace that opens or closes nothing."""
    return bool(re.search(r"[{}]", NAME.sub("", text)))


class Pseudo(Catalogue):
    """Every sentence found, none real: for tests of length and direction."""

    def __init__(self, code: str, texts: dict[po.Key, Text], spoken: frozenset[po.Key]) -> None:
        super().__init__(code, texts, spoken)
        self.made: dict[tuple[po.Key, str], Text] = {}

    def find(self, key: po.Key, many: str = "") -> Text:
        found = self.made.get((key, many))
        if not found:
            found = Text(self.code, tuple(pseudo.make(self.code, form) for form in ((key[1], many) if many else (key[1],))))
            self.made[key, many] = found
        return found


Message = tuple[str, str, str]
"""(context, English, English for many or ""): what a template asks for."""


def bundle(catalogue: Catalogue, asked: Iterable[Message]) -> dict[str, Any]:
    """What the phone needs of a language. `asked` is what `pwa.compile.compile_templates` found: the compiled templates hold
    numbers into that list, so each sentence travels once, in the reader's language alone. The services' sentences
    (`said`) are packed with the services.
    """
    return {
        "language": catalogue.about,
        "formats": {name: value for name, value in catalogue.formats.table.items() if name not in ("plural", "months_short")},
        "messages": {"asked": [packed(catalogue.find((context, one), many), catalogue.code) for context, one, many in asked]},
    }


def said(catalogue: Catalogue) -> dict[str, Any] | None:
    """English -> what stands for it on the phone: the services' own sentences. None in English: they are themselves."""
    if catalogue.code == "en":
        return None
    found = {
        key[1]: packed(catalogue.find(key), catalogue.code)
        for key in sorted(catalogue.spoken)
        if not key[0] and not catalogue.texts[key].is_searched
    }
    if len({mark(sentence) for sentence in found}) < len(found):
        raise ValueError("two sentences of the services share a mark: change a word in one of the newest")
    return found


def mark(sentence: str) -> str:
    """What a phone finds a sentence by, that has no English: FNV-1a of its UTF-8, eight hexadecimal digits."""
    found = 0x811C9DC5
    for byte in sentence.encode():
        found = (found ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{found:08x}"


def packed(found: Text, code: str) -> Any:
    """A text; its forms; or, where it is a fallback, `[forms, lang, dir]` in an object the phone can tell apart."""
    value = found.forms[0] if len(found.forms) == 1 else list(found.forms)
    if found.lang == code:
        return value
    return {"in": found.lang, "dir": language(found.lang).dir, "text": value}

