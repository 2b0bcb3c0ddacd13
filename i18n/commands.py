"""`medborger i18n …`: what translators and developers run. `backend/commands.py` hands in the sentences of the templates."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from i18n import check as checks, extract as extracting, po, pseudo, worker_words
from i18n.catalogue import DESK, DESK_LANGUAGES, EXPORT
from i18n.languages import PSEUDO, ROOM, languages
from i18n.messages import Asked, Sentence, of_pages, of_services, together
from i18n.new import add
from i18n.python_texts import of_code

Templates = Callable[[], Iterable[Asked]]
Letters = Callable[[Path], Iterable[Asked]]
STOPPING = ("da", "en")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="medborger i18n", description="Languages: sentences out, translations in.")
    verbs = made.add_subparsers(dest="verb", required=True)
    out = verbs.add_parser("extract", help="sources into every PO file; new is empty, changed is fuzzy")
    out.add_argument("--same-meaning", action="store_true", help="only commas or typos changed: translations stay valid")
    state = verbs.add_parser("status", help="how far each language is")
    test = verbs.add_parser("check", help="all checks, with file and line")
    test.add_argument("lang", nargs="?", default="")
    new = verbs.add_parser("new", help="start a language, e.g. new pl")
    new.add_argument("lang")
    tables = verbs.add_parser("formats", help="numbers and dates from CLDR into formats.json")
    tables.add_argument("lang", nargs="?", default="")
    show = verbs.add_parser("pseudo", help="the sentences in the two made-up languages of the tests")
    show.add_argument("lang", nargs="?", default="", choices=["", *PSEUDO])
    for verb in (out, state, test, new):
        verb.add_argument("--services", type=Path, default=None, metavar="DIR", help="a municipality's own DIR/*.toml and DIR/letters/*/*.txt")
    return made


def main(arguments: list[str], templates: Templates, services: Path, code: Path, letters: Letters, desk: Templates = list, export: Templates = list) -> int:
    """`templates` gives the templates' sentences, `desk` those of the staff's pages, `export` those of an archive; `services` is the folder of the shipped
    definitions; `code` that of Python files with sentences of what is sent; `letters` gives the sentences of the letter templates
    beside the services of a folder."""
    said = parser().parse_args(arguments)
    own = getattr(said, "services", None)
    sources = sources_of(templates, services, code, letters, own, desk, export)
    folder = (lambda code: own / code) if own else (lambda code: ROOM / code)
    match said.verb:
        case "extract":
            return extract(sources, folder, said.same_meaning)
        case "status":
            return status(sources, folder)
        case "check":
            return check(sources, folder, [said.lang] if said.lang else list(languages()), bool(own))
        case "new":
            return new(said.lang, sources, folder)
        case "formats":
            return formats([said.lang] if said.lang else list(languages()))
    return show_pseudo(sources, [said.lang] if said.lang else list(PSEUDO))


def sources_of(
    templates: Templates, services: Path, code: Path, letters: Letters, own: Path | None, desk: Templates, export: Templates = list
) -> dict[str, list[Sentence]]:
    """What each PO file should hold; a municipality's folder holds its services and letters alone."""
    if own:
        return {"services.po": of_services(own), "letters.po": together(letters(own))}
    return {
        "pages.po": of_pages([*templates(), *worker_words.asked()]), "services.po": of_services(services),
        "notices.po": of_code(code.rglob("*.py")), "letters.po": together(letters(services)), DESK: together(desk()),
        EXPORT: together(export()),
    }  # fmt: skip


def is_spoken(name: str, code: str) -> bool:
    """The staff's words exist in the languages the desk speaks."""
    return name != DESK or code in DESK_LANGUAGES


def extract(sources: dict[str, list[Sentence]], folder: Callable[[str], Path], same_meaning: bool = False) -> int:
    for code in languages():
        if code != "en":
            known = extracting.all_of(ROOM / code) | extracting.all_of(folder(code))
            for name, sentences in ((name, those) for name, those in sources.items() if is_spoken(name, code)):
                extracting.merge(code, folder(code) / name, sentences, known, same_meaning)
    return status(sources, folder)


def status(sources: dict[str, list[Sentence]], folder: Callable[[str], Path]) -> int:
    """Per language and journey. A sentence asked for in two journeys counts in both."""
    print(f"{'':10}{'':26}{'done':>8}{'outdated':>10}{'missing':>9}")
    for code, one in languages().items():
        if code == "en":
            print(f"{code:10}{'whole: English is the source':26}")
            continue
        for name, sentences in ((name, those) for name, those in sources.items() if is_spoken(name, code)):
            entries = {entry.key: entry for entry in read_or_nothing(folder(code) / name)}
            for journey, wanted in journeys(name, sentences).items():
                found = [entries.get(sentence.first.key) for sentence in wanted]
                done = sum(bool(entry and entry.done) for entry in found)
                fuzzy = sum(bool(entry and entry.fuzzy) for entry in found)
                print(f"{code:10}{journey:26}{done:>8}{fuzzy:>10}{len(found) - done - fuzzy:>9}   {one.state}")
    return 0


JOURNEYS = {"notices.po": "what is sent", "letters.po": "letters", DESK: "the desk", EXPORT: "the archive of all"}


def journeys(name: str, sentences: list[Sentence]) -> dict[str, list[Sentence]]:
    if name != "services.po":
        return {JOURNEYS.get(name, "every page"): sentences} if sentences else {}
    found: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        for service in dict.fromkeys(place.where.split("/")[0] for place in sentence.places):
            found.setdefault(service, []).append(sentence)
    return found


def read_or_nothing(path: Path) -> list[po.Entry]:
    return po.read(path)[1] if path.exists() else []


def check(sources: dict[str, list[Sentence]], folder: Callable[[str], Path], codes: list[str], own: bool = False) -> int:
    stopped = 0
    for code in codes:
        found = checks.check(code, sources, folder(code))
        for finding in found:
            print(finding)
        errors = sum(not finding.warning for finding in found)
        print(f"{code}: {errors} errors, {len(found) - errors} warnings")
        stopped += errors if code in STOPPING or own else 0
    return 1 if stopped else 0


def new(code: str, sources: dict[str, list[Sentence]], folder: Callable[[str], Path]) -> int:
    add(code, {name: those for name, those in sources.items() if is_spoken(name, code)}, folder)
    print(f"{folder(code)}: write under each English sentence, then: medborger i18n check {code}")
    return 0


def formats(codes: list[str]) -> int:
    from i18n import cldr  # Babel is for this desk only; a server never loads it

    for code in codes:
        print(cldr.write(languages()[code]))
    return 0


def show_pseudo(sources: dict[str, list[Sentence]], codes: list[str]) -> int:
    for code in codes:
        for sentences in sources.values():
            for sentence in sentences:
                for text in filter(None, (sentence.first.id, sentence.first.plural)):
                    print(f"{code}\t{pseudo.make(code, text)}")
    return 0
