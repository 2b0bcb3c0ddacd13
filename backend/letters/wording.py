"""What there is to translate in letter templates, for `medborger i18n extract` and `check`: their text, and what the desk reads."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateSyntaxError

from backend.domain.lint.report import Mistake, Mistakes
from backend.letters.sentences import of_text
from backend.letters.subset import PARSER
from backend.letters.template_files import FOLDER, Template, parse
from i18n.messages import Asked
from i18n.python_texts import sentences


def asked(folder: Path) -> Iterator[Asked]:
    """In the order of folders, names and lines. Raises `Mistakes` for a file that cannot be read."""
    for path in sorted(folder.glob(f"{FOLDER}/*/*.txt")):
        one, wrong = parse(path)
        if one is None or wrong:
            raise Mistakes(wrong)
        yield from of_template(one, path)


def of_code() -> Iterator[Asked]:
    """What our own paper says around a letter."""
    return sentences(Path(__file__).with_name("paper.py"))


def of_template(one: Template, path: Path) -> Iterator[Asked]:
    place, file = f"letter {path.parent.name}/{path.stem}", f"{path.parent.name}/{path.name}"
    try:
        tree = PARSER.parse(one.source)
    except TemplateSyntaxError as error:
        raise Mistakes([Mistake(str(path), error.lineno, f"This cannot be read: {error.message}.")]) from error
    for said in of_text(tree, one.source, PARSER):
        yield Asked(said.one, said.many, said.context, f"{place}, {said.block}", said.kind, said.note, file, said.line)
    for doing in one.actions:
        if doing.say:
            yield Asked(doing.say, where=place, kind="button", file=file, line=1)
    yield Asked(one.title_source, where=f"the desk, {place}", kind="label", file=file, line=1)
    for field in one.fields:
        yield Asked(field.label, where=f"the desk, {place}", kind="label", file=file, line=1)
        if field.hint:
            yield Asked(field.hint, where=f"the desk, {place}", kind="label", file=file, line=1)
        for option in field.options:
            yield Asked(option.say, where=f"the desk, {place}", kind="label", file=file, line=1)
