"""What phones are given to run, by file name: the worker's modules with the compiled templates, and pages' scripts."""

from pathlib import Path

from pwa import compile
from pwa.lean import lean

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"


def worker_modules(languages: list[str]) -> dict[str, str]:
    return leaned(HERE / "worker") | compile.modules(TEMPLATES, languages)


def page_scripts() -> dict[str, str]:
    return leaned(HERE / "page")


def leaned(folder: Path) -> dict[str, str]:
    return {file.name: lean(file.read_text("utf-8")) for file in sorted(folder.glob("*.js"))}
