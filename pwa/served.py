"""What phones are given to run, by file name: the worker with its compiled templates, and pages' scripts."""

from functools import cache
from pathlib import Path

from i18n.catalogue import Message
from i18n.plurals import module as plural_module
from pwa.compile import compile_templates
from pwa.joined import joined
from pwa.lean import lean

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
EMERGENCY = "emergency.js"


@cache
def templates() -> tuple[str, list[Message]]:
    """Compiled once for the life of the process: they come with the code."""
    return compile_templates(TEMPLATES)


def made_modules(languages: list[str]) -> dict[str, str]:
    """The worker's two modules that nobody wrote."""
    return {"templates.js": templates()[0], "plurals.js": plural_module(languages)}


def worker_modules(languages: list[str]) -> dict[str, str]:
    """The worker, and the way out of it."""
    plain = written("worker")
    return {
        "worker.js": lean(joined({n: text for n, text in plain.items() if n != EMERGENCY} | made_modules(languages), "worker.js")),
        EMERGENCY: lean(plain[EMERGENCY]),
    }


def page_scripts() -> dict[str, str]:
    return {name: lean(text) for name, text in written("page").items()}


def written(folder: str) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in sorted((HERE / folder).glob("*.js"))}
