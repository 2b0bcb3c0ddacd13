"""What phones are given to run, by file name: the worker with its compiled templates, and pages' scripts."""

from pathlib import Path

from pwa import compile
from pwa.joined import joined
from pwa.lean import lean

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
EMERGENCY = "emergency.js"


def worker_modules(languages: list[str]) -> dict[str, str]:
    """The worker, and the way out of it."""
    plain = written("worker")
    return {
        "worker.js": lean(joined({n: text for n, text in plain.items() if n != EMERGENCY} | compile.modules(TEMPLATES, languages), "worker.js")),
        EMERGENCY: lean(plain[EMERGENCY]),
    }


def page_scripts() -> dict[str, str]:
    return {name: lean(text) for name, text in written("page").items()}


def written(folder: str) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in sorted((HERE / folder).glob("*.js"))}
