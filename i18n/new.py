"""A new language: its row in languages.toml, its tables, its empty files with Danish beside every sentence."""

from collections.abc import Callable
from pathlib import Path

from i18n import po
from i18n.extract import all_of
from i18n.formats import table
from i18n.languages import ROOM, language, languages
from i18n.messages import Sentence
from i18n.plurals import forms

NUMBERS_SHOWN = 4


def add(code: str, sources: dict[str, list[Sentence]], folder: Callable[[str], Path]) -> None:
    """Leaves everything alone that is already there. UnknownLocaleError for a code CLDR does not know."""
    from i18n import cldr  # Babel is for this desk only; a server never loads it

    if code not in languages():
        with (ROOM / "languages.toml").open("a", encoding="utf-8") as file:
            file.write(cldr.row(code))
        languages.cache_clear()
    if not (language(code).folder / "formats.json").exists():
        cldr.write(language(code))
    danish = all_of(ROOM / "da") | all_of(folder("da"))
    for name, sentences in sources.items():
        path = folder(code) / name
        if sentences and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            po.write(path, code, [empty(sentence, code, danish.get(sentence.first.key)) for sentence in sentences])


def empty(sentence: Sentence, code: str, danish: po.Entry | None) -> po.Entry:
    entry = sentence.entry()
    entry.forms = [""] * (len(forms(code)) if entry.plural else 1)
    entry.remarks = [f"da: {form}" for form in danish.forms] if danish else []
    if entry.plural:
        for index, numbers in enumerate(table(code)["plural"]["examples"]):
            entry.remarks.append(f"msgstr[{index}]: {', '.join(map(str, numbers[:NUMBERS_SHOWN]))}")
    return entry
