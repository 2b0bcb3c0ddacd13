"""A page is a template and a context. Here Jinja2 renders it; on the phone the compiled twin gives the same bytes.

Strict beyond Jinja2's own StrictUndefined: a missing name raises where it is read, not where it is used, because
that is what the phone does. What templates may say is checked by `pwa/compile.py`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, nodes
from jinja2.runtime import LoopContext
from markupsafe import Markup

from i18n.catalogue import BIGGEST, Catalogue

FORMATS = ("number", "money", "date", "short_date", "time", "weekday", "month", "phone", "list")
FUNCTIONS = ("t", "tn", "say", "plain", "plain_n", "plain_say", *FORMATS)


class Missing(StrictUndefined):
    def __new__(cls, *args: Any, **named: Any) -> "Missing":
        raise KeyError(named.get("name") or "missing")


class Tight(BaseLoader):
    """Templates without their indentation: a kilobyte less on the first visit. The compiler reads them the same way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        path = self.folder / template
        if not path.is_file():
            raise TemplateNotFound(template)
        return re.sub(r"\n[ \t]+", "\n", path.read_text("utf-8")), str(path), None


class Strict(Environment):
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """A call means our function, also on a page whose context holds a `number` or a `date` of its own."""
        tree = super()._parse(source, name, filename)
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in FUNCTIONS:
                call.node.name = f"call_{call.node.name}"
        for joined in tree.find_all(nodes.Concat):
            joined.nodes = [strictly(part, self) for part in joined.nodes]
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        return obj[attribute] if type(obj) is dict else read(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return obj[argument]


def strictly(part: nodes.Expr, environment: Environment) -> nodes.Call:
    """`~` alone would join the word None to an address; what it joins must be printable like the rest."""
    check = nodes.Name("call_printable", "load", lineno=part.lineno, environment=environment)
    return nodes.Call(check, [part], [], None, None, lineno=part.lineno, environment=environment)


def read(obj: Any, attribute: str) -> Any:
    """`loop.index` and an imported macro; nothing else has attributes."""
    if type(obj) is LoopContext or type(obj).__name__ == "TemplateModule":
        return getattr(obj, attribute)
    raise TypeError(attribute)


def printable(value: Any) -> Any:
    """Text and whole numbers; a bool is neither."""
    if isinstance(value, str) or (type(value) is int and abs(value) <= BIGGEST):
        return value
    raise TypeError(f"cannot print {type(value).__name__}")


def length(value: Any) -> int:
    """Of lists only: of text, Python counts code points and JavaScript something else."""
    if type(value) is not list:
        raise TypeError("length")
    return len(value)


class Renderer:
    def __init__(
        self, templates_dir: Path | str, catalogues: Mapping[str, Catalogue], languages: Iterable[dict[str, str]] = ()
    ) -> None:
        """`languages`: those offered to readers, `{code, name, dir}` each; all of `catalogues` unless said."""
        offered = list(languages) or [
            {key: words.about[key] for key in ("code", "name", "dir")} for words in catalogues.values()
        ]
        loader = Tight(Path(templates_dir))
        self.rooms = {code: room(loader, words, offered) for code, words in catalogues.items()}

    def render(self, page: str, context: Mapping[str, Any], lang: str, assets: Mapping[str, str]) -> str:
        return self.rooms[lang].get_template(f"{page}.html").render(context, assets=assets)


def room(loader: Tight, words: Catalogue, offered: list[dict[str, str]], kind: type[Strict] = Strict) -> Environment:
    """One environment per language: its functions are globals, so that macros see them too. `kind`: for tests that watch."""
    environment = kind(
        loader=loader, autoescape=True, undefined=Missing, finalize=printable, auto_reload=False, cache_size=-1,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters = {"length": length}
    environment.globals = {"lang": words.about, "languages": offered, "call_printable": printable}
    environment.globals |= {f"call_{name}": function for name, function in functions(words).items()}
    return environment


def functions(words: Catalogue) -> dict[str, Callable[..., str]]:
    return {
        "t": lambda text, values={}: Markup(words.t(text, values)),  # noqa: S704 - escaped there
        "tn": lambda one, many, n, values={}: Markup(words.tn(one, many, n, values)),  # noqa: S704
        "say": lambda sentence, values={}: Markup(words.say(sentence, values)),  # noqa: S704
        "plain": words.plain,
        "plain_n": words.plain_n,
        "plain_say": words.plain_say,
        **{name: getattr(words.formats, name) for name in FORMATS},
    }
