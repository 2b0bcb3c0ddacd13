"""Is a language right, as far as a machine can tell? Every finding says file, line and what to do, in plain words.

The numbers are those of the translation rules. What fails falls back by itself; only da and en stop a release.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from i18n import po
from i18n.catalogue import DESK, DESK_LANGUAGES, EXPORT, FILES, MARK, NAME, marks, names, stray
from i18n.formats import table
from i18n.languages import ROOM
from i18n.messages import EXAMPLES, Sentence
from i18n.plurals import forms, header
from i18n.readability import LEAST_WORDS, SHORT_FORMS, score

MAX = {"push-title": 40, "push-body": 120, "sms": 160}
SMS_OTHER = 70
RUNNING = {"text", "hint", "error", "status", "legal", "question"}
LIX_EASY, LIX_TEXT, LONGEST, AVERAGE = 30, 35, 20, 15
HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u061c]")
JOINERS = re.compile("[\u200c\u200d]")
JOINED = {"fa", "ur", "ckb", "hi"}
ENDS = {"۔": ".", "。": ".", "।": ".", "؟": "?", "？": "?", "：": ":", "！": "!", "…": "…"}
SCRIPTS = {"ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "ckb": "ARABIC", "uk": "CYRILLIC", "ti": "ETHIOPIC", "hi": "DEVANAGARI", "zh": "CJK"}
"""Languages in Latin letters have none of these; a Cyrillic "о" in a Polish word looks right and is not."""

SAYINGS = {
    "unreadable": ("Filen kan ikke læses: {more}", "The file cannot be read: {more}"),
    "header": ("Filens hoved skal være vores: {more}", "The file's header must be ours: {more}"),
    "missing": ("Mangler oversættelse", "Not translated"),
    "extra": ("Står ikke længere i kilden; kør extract", "No longer in the sources; run extract"),
    "absent": ("Står i kilden, ikke i filen; kør extract", "In the sources, not in the file; run extract"),
    "fuzzy": ("Den engelske tekst er ændret; ret, og fjern fuzzy", "The English has changed; mend it and remove fuzzy"),
    "names": ("Navnene i {{ }} skal være de samme: {more}", "The names in {{ }} must be the same: {more}"),
    "brace": ("En tuborgklamme står alene", "A brace stands alone"),
    "flag": ("Mærket python-brace-format mangler", "The flag python-brace-format is missing"),
    "forms": ("Der skal være {more} former, alle udfyldt", "There must be {more} forms, all filled"),
    "marks": ("Mærkerne <link>, <strong> skal være de samme", "The marks <link>, <strong> must be the same"),
    "length": ("For lang: {more}", "Too long: {more}"),
    "same": ("Ens med {more}: er det ment?", "The same as {more}: is it meant?"),
    "banned": ("Ordet bruger vi ikke: {more}", "We do not use the word: {more}"),
    "term": ("Fast ord ikke brugt: {more}", "Settled term not used: {more}"),
    "fixed": ("Ordlyden ligger fast: {more}", "The wording is settled: {more}"),
    "proper": ("Navnet skal stå, som det er: {more}", "The name stands as it is: {more}"),
    "lix": ("For svær tekst: {more}", "Too hard a text: {more}"),
    "sentence": ("For lang sætning: {more}", "Too long a sentence: {more}"),
    "hidden": ("Usynligt tegn: {more}", "Invisible character: {more}"),
    "ending": ("Slutter anderledes end den engelske: {more}", "Ends unlike the English: {more}"),
    "script": ("Forkert skrift: {more}", "Wrong script: {more}"),
    "numbers": ("Tallene er ikke de samme: {more}", "The numbers differ: {more}"),
    "twice": ("Samme engelske har to oversættelser: {more}", "The same English has two translations: {more}"),
    "example": ("Et eksempel mangler på: {more}", "An example is missing for: {more}"),
    "space": ("Mellemrum først eller sidst", "Space at the start or end"),
    "long-word": ("Sæt blød bindestreg (U+00AD), hvor ordet må deles: {more}", "Put a soft hyphen (U+00AD) where the word may part: {more}"),
}
WARNINGS = {"same", "term"}
LONG_WORD = re.compile(r"[^\W\d_]{12,}")
"""With 200 % text on a screen of 320 px a heading holds some eleven letters in a line, and few browsers bring a
dictionary for every language: what is longer would break anywhere. A soft hyphen parts a word for this rule."""
HEADINGS = {"heading", "question"}


@dataclass(frozen=True)
class Finding:
    file: str
    line: int
    code: str
    more: str = ""
    text: str = ""
    warning: bool = False

    def __str__(self) -> str:
        da, en = (saying.format(more=self.more) for saying in SAYINGS[self.code])
        mark = " (w)" if self.warning else ""
        shown = f"\n    “{self.text[:90]}”" if self.text else ""
        return f"{self.file}:{self.line}: {self.code}{mark}  {da} / {en}{shown}"


@cache
def glossary() -> dict:
    return tomllib.loads((ROOM / "glossary.toml").read_text("utf-8"))


def check(code: str, sources: dict[str, list[Sentence]], folder: Path) -> list[Finding]:
    """`sources` per file name: what the file should hold. English has no file: its sources are judged themselves."""
    if code == "en":
        return [finding for name, wanted in sources.items() for finding in english(wanted, name)]
    found: list[Finding] = []
    seen: dict[po.Key, tuple[str, tuple[str, ...]]] = {}
    running: dict[str, list[str]] = {}
    for name in (*FILES, EXPORT, *([DESK] if code in DESK_LANGUAGES else [])):
        wanted = {sentence.first.key: sentence for sentence in sources.get(name, [])}
        path = folder / name
        place = f"{path.parent.name}/{name}"
        if not path.exists():
            found += [Finding(place, 1, "absent", text=sentence.first.id) for sentence in wanted.values()]
            continue
        try:
            entries = checked_header(path, code, found, place)
        except po.PoError as error:
            found.append(Finding(place, error.line, "unreadable", error.code))
            continue
        keys = {entry.key for entry in entries}
        found += [Finding(place, 1, "absent", text=one.first.id) for key, one in wanted.items() if key not in keys]
        for entry in entries:
            if entry.key not in wanted:
                found.append(Finding(place, entry.line, "extra", text=entry.id))
                continue
            sentence = wanted[entry.key]
            found += entry_findings(entry, sentence, code, place)
            if entry.done:
                before = seen.setdefault(entry.key, (place, tuple(entry.forms)))
                if before[1] != tuple(entry.forms):
                    found.append(Finding(place, entry.line, "twice", before[0], entry.id))
                if RUNNING & set(sentence.kinds):
                    for page in {one.where.split(",")[0].split("/")[0] for one in sentence.places}:
                        running.setdefault(f"{name} {page}", []).append(filled(entry.forms[-1]))
    return found + (list(hard_texts(running)) if code == "da" else [])


def checked_header(path: Path, code: str, found: list[Finding], place: str) -> list[po.Entry]:
    text, entries = po.read(path)
    lines = dict(line.split(": ", 1) for line in text.strip().split("\n") if ": " in line)
    if lines.get("Language") != code:
        found.append(Finding(place, 1, "header", f"Language: {code}"))
    if lines.get("Plural-Forms") != header(code):
        found.append(Finding(place, 1, "header", f"Plural-Forms: {header(code)}"))
    return entries


def entry_findings(entry: po.Entry, sentence: Sentence, code: str, place: str) -> Iterator[Finding]:
    def finding(what: str, more: str = "", text: str = "") -> Finding:
        return Finding(place, entry.line, what, more, text or entry.id, what in WARNINGS)

    if entry.fuzzy:
        yield finding("fuzzy")
        return
    count = len(forms(code)) if entry.plural else 1
    if not any(entry.forms):
        yield finding("missing")
        return
    if len(entry.forms) != count or not all(entry.forms):
        yield finding("forms", str(count))
        return
    if "{" in entry.id and "python-brace-format" not in entry.flags:
        yield finding("flag")
    numbers = table(code)["plural"]["examples"]
    for index, form in enumerate(entry.forms):
        source = entry.plural if entry.plural and index else entry.id
        wanted, given = names(entry.plural or entry.id), names(form)
        if entry.plural and len(numbers[index]) == 1:
            given = given | {"n"}
        if wanted != given:
            yield finding("names", ", ".join(sorted(wanted ^ given)), form)
        if stray(form):
            yield finding("brace", text=form)
        if marks(form) != marks(entry.id) or "<" in MARK.sub("", form):
            yield finding("marks", text=form)
        for what, more in words(form, source, sentence, code, bool(entry.plural)):
            yield finding(what, more, form)
    if entry.forms[0] == entry.id and re.search(r"[^\W\d_]{4}", NAME.sub("", entry.id)) and not is_name(entry.id):
        yield finding("same", "en")


def words(form: str, source: str, sentence: Sentence, code: str, plural: bool) -> Iterator[tuple[str, str]]:
    """One form as text: `source` is the English it stands for."""
    kinds = set(sentence.kinds)
    book = glossary()
    limit = max_length(sentence, code)
    if limit and len(graphemes(filled(form))) > limit:
        yield "length", f"{len(graphemes(filled(form)))} > {limit}"
    if form != form.strip():
        yield "space", ""
    if HIDDEN.search(form) or (JOINERS.search(form) and code not in JOINED):
        yield "hidden", f"U+{ord((HIDDEN.search(form) or JOINERS.search(form))[0]):04X}"  # type: ignore[index]
    yield from (("proper", name) for name in book["names"] if name in source and name not in form)
    fixed = book["fixed"].get(code, {}).get(sentence.first.id)
    if kinds & HEADINGS and code not in SCRIPTS:
        yield from (("long-word", word) for word in LONG_WORD.findall(filled(form)))
    form = form.replace("\u00ad", "")  # where a long word may part is the translator's to say
    if fixed and fixed != form:
        yield "fixed", fixed
    if "search words" in kinds:
        return
    yield from (("banned", word) for word in banned(form, code, kinds))
    if ending(form) != ending(source):
        yield "ending", f"“{ending(source) or 'no sign'}”"
    said, meant = (numbers_in(text, code) for text in (form, source))
    if not plural and said != meant:
        yield "numbers", ", ".join(sorted(set(said) ^ set(meant)))
    yield from (("script", word) for word in wrong_script(form, code))
    for term, row in book["terms"].items():
        if code in row and matches(term, source) and not matches(row[code], form):
            yield "term", f"{term} → {row[code]}"
    longest = score(filled(form)).longest
    if code == "da" and longest > LONGEST:
        yield "sentence", f"{longest} > {LONGEST}"


def english(wanted: list[Sentence], name: str) -> Iterator[Finding]:
    """The sources themselves, where a translator could not mend them."""
    for sentence in wanted:
        text = f"{sentence.first.id} {sentence.first.plural}".strip()
        place = (sentence.first.file or name, sentence.first.line)
        if "search words" in sentence.kinds:
            continue
        for word in banned(text, "en", set(sentence.kinds)):
            yield Finding(*place, "banned", word, sentence.first.id)
        if HIDDEN.search(text):
            yield Finding(*place, "hidden", f"U+{ord(HIDDEN.search(text)[0]):04X}", sentence.first.id)  # type: ignore[index]
        if stray(text) or "<" in MARK.sub("", text):
            yield Finding(*place, "brace", text=sentence.first.id)
        for form in (sentence.first.id, sentence.first.plural):
            longest = score(filled(form)).longest
            if longest > LONGEST + 4:  # English runs longer than Danish, which glues its compounds
                yield Finding(*place, "sentence", f"{longest} > {LONGEST + 4}", form)
        notes = " ".join(sentence.notes)
        lacking = [one for one in names(text) if f"{{{one}}} e.g." not in notes]
        if lacking:
            yield Finding(*place, "example", ", ".join(sorted(lacking)), sentence.first.id)


def hard_texts(running: dict[str, list[str]]) -> Iterator[Finding]:
    """LIX and the average sentence, over the running text of each page and each service."""
    for page, texts in running.items():
        whole = "\n".join(text for text in texts if text.rstrip()[-1:] in ".?!")
        found = score(whole)
        if found.words < LEAST_WORDS:
            continue
        place = f"da/{page}"
        if found.lix > LIX_TEXT:
            yield Finding(place, 0, "lix", f"LIX {found.lix:.0f} > {LIX_TEXT}")
        if found.average > AVERAGE:
            yield Finding(place, 0, "sentence", f"⌀ {found.average:.1f} > {AVERAGE}")


def banned(text: str, code: str, kinds: set[str]) -> list[str]:
    book = glossary()
    listed = book["banned"].get(code, []) + (book["banned_in_errors"].get(code, []) if "error" in kinds else [])
    bare = NAME.sub(" ", MARK.sub("", text))
    return [word for word in listed if matches(word, bare)]


def matches(pattern: str, text: str) -> bool:
    """Whole words, in any case; a star stands for any letters there."""
    body = re.escape(pattern.strip("*"))
    start = r"\w*" if pattern.startswith("*") else r"(?<!\w)"
    end = r"\w*" if pattern.endswith("*") else r"(?!\w)"
    flags = 0 if pattern.isupper() else re.I
    return bool(re.search(start + body + end, text, flags))


def max_length(sentence: Sentence, code: str) -> int:
    """An SMS in another script than Latin holds fewer signs."""
    said = re.search(r"\bmax:\s*(\d+)", " ".join(sentence.notes))
    most = MAX | {"sms": SMS_OTHER} if code in SCRIPTS else MAX
    return int(said[1]) if said else min((most[kind] for kind in sentence.kinds if kind in most), default=0)


def filled(form: str) -> str:
    return NAME.sub(lambda found: EXAMPLES.get(found[1], "Mohammad Abdirahman"), MARK.sub("", form))


def graphemes(text: str) -> list[str]:
    return [sign for sign in unicodedata.normalize("NFC", text) if not unicodedata.combining(sign)]


def ending(text: str) -> str:
    last = SHORT_FORMS.sub(r"\1", MARK.sub("", text)).rstrip()[-1:]
    last = ENDS.get(last, last)
    return last if last in ".?!:…" else ""


def numbers_in(text: str, code: str) -> list[str]:
    """Numbers, clocks and phone numbers by their digits: "1,000" is "1.000" in Danish. Arabic says 1 and 2 in the word."""
    folded = "".join(str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign for sign in NAME.sub("", text))
    digits = (re.sub(r"\D", "", found) for found in re.findall(r"\d+(?:[.,:\u00a0 ]?\d+)*", folded))
    return sorted(found for found in digits if code != "ar" or found not in ("1", "2"))


def wrong_script(form: str, code: str) -> list[str]:
    bare = re.sub(r"\S+@\S+", " ", NAME.sub(" ", MARK.sub("", form)))
    allowed = {part for name in glossary()["names"] + glossary()["latin"] for part in name.split()}
    if code in SCRIPTS:
        digits = re.findall(r"[٠-٩۰-۹]+", bare)
        return [word for word in re.findall(r"[A-Za-zÀ-ɏ]{2,}", bare) if word not in allowed] + digits
    return [word for word in re.findall(r"[^\W\d_]+", bare) if any(
        unicodedata.name(sign, "").split()[0] in ("CYRILLIC", "GREEK", "ARABIC") for sign in word)]  # fmt: skip


def is_name(text: str) -> bool:
    return text in glossary()["names"]
