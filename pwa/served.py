"""What phones are given to run, by file name: the worker with its compiled templates, and pages' scripts."""

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

import i18n
from i18n.catalogue import Message
from i18n.plurals import module as plural_module
from i18n.worker_words import module as words_module
from pwa.compile import compile_templates
from pwa.joined import joined
from pwa.lean import lean

HERE = Path(__file__).parent
WORDS = Path(i18n.__file__).parent
TEMPLATES = HERE / "templates"
EMERGENCY = "emergency.js"


Cached = Callable[[str, bytes, Callable[[], bytes]], bytes]
"""`cached(name, made_of, make)`: what `make()` gives, or what it gave before for the same sources."""


def anew(name: str, made_of: bytes, make: Callable[[], bytes]) -> bytes:
    return make()


@cache
def made_of() -> bytes:
    """A hash of all that could decide how the modules come out: every file of the two rooms, and Jinja2."""
    said = hashlib.sha256(version("jinja2").encode())
    for room in (HERE, WORDS):
        for file in sorted(room.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                said.update(hashlib.sha256(file.name.encode()).digest() + hashlib.sha256(file.read_bytes()).digest())
    return said.digest()


@cache
def compiled() -> bytes:
    return json.dumps(compile_templates(TEMPLATES)).encode()


def templates(cached: Cached = anew) -> tuple[str, list[Message]]:
    """As `compile_templates`."""
    text, messages = json.loads(cached("templates", made_of(), compiled))
    return text, [tuple(one) for one in messages]


def made_modules(languages: Iterable[str], compiled_templates: str) -> dict[str, str]:
    """The worker's modules that nobody wrote."""
    codes = list(languages)
    return {"show/templates.js": compiled_templates, "show/plurals.js": plural_module(codes), "push/words.js": words_module(codes)}


def worker_modules(languages: list[str], cached: Cached = anew) -> dict[str, str]:
    """The worker, and the way out of it."""
    made = cached("worker", made_of() + ",".join(languages).encode(), lambda: put_together(tuple(languages), templates(cached)[0]))
    return json.loads(made)


@cache
def put_together(languages: tuple[str, ...], compiled_templates: str) -> bytes:
    made = made_modules(languages, compiled_templates)
    plain = written("worker")
    return json.dumps({
        "worker.js": lean(joined({n: text for n, text in plain.items() if n != EMERGENCY} | made, "worker.js")),
        EMERGENCY: lean(plain[EMERGENCY]),
    }).encode()  # fmt: skip


def page_scripts() -> dict[str, str]:
    return {name: lean(text) for name, text in written("page").items()}


def written(folder: str) -> dict[str, str]:
    """Path below the folder -> text."""
    root = HERE / folder
    return {file.relative_to(root).as_posix(): file.read_text("utf-8") for file in sorted(root.rglob("*.js"))}
