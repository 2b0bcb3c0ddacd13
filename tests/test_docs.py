"""What the pages in docs/ say is so: every key of the service format, its example, and every file they name."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from backend.domain import definitions, services
from backend.domain.letters import ActionKind
from backend.letters import templates
from backend.letters.expressions import FORMATS, NAMES, TABLES as TABLES_OF_A_LETTER
from backend.letters.template_files import Doing, Field, Head
from tests.conftest import ROOT

DOCS = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "deploy").glob("*.md")])
FORMAT = (ROOT / "docs" / "service-format.md").read_text("utf-8")
TABLES = {
    "Service": services.Service, "Question": services.Question, "Option": services.Option, "Must": services.Must, "Group": services.Group,
    "Ending": services.Ending, "Figure": services.Figure, "Deadline": services.Deadline, "Outcome": services.Outcome,
    "Task": services.Task, "Tick": services.Tick, "Bring": services.Bring,
}  # fmt: skip
LAID_OUT = {"questions", "groups", "endings", "figures", "deadlines", "outcomes", "tasks", "ticks", "brings", "items"}
"""Made from the tables of the file, not written in it."""


@pytest.mark.parametrize("table", TABLES)
def test_every_key_of_a_service_file_is_explained(table: str) -> None:
    named = set(re.findall(r"`(\w+)`", FORMAT))
    keys = {field.encode_name for field in msgspec.structs.fields(TABLES[table])} - LAID_OUT
    assert sorted(keys - named) == []


def test_every_kind_and_shape_is_named() -> None:
    named = set(re.findall(r"`([\w-]+)`", FORMAT))
    assert sorted({*get_args(services.Kind), *get_args(services.Shape), *get_args(services.SignIn)} - named) == []


def test_the_example_is_a_service(tmp_path: Path) -> None:
    example = FORMAT.split("```toml\n")[1].split("```")[0]
    assert definitions.read(example, "lost-key.toml").id == "lost-key"


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not (page.parent / link).exists()]
    paths = {path for path in re.findall(r"`((?:backend|pwa|push|i18n|tests|deploy|docs)/[\w./-]+)`", text) if "<" not in path and "*" not in path}
    assert links + sorted(path for path in paths if not (ROOT / path).exists()) == []


def test_no_comment_cites_a_page_that_is_not_here() -> None:
    """"services.md 2.2" leads nowhere for whoever has only this repository."""
    here = {page.name for page in DOCS}
    files = [file for folder in ("backend", "pwa", "push", "i18n", "tests") for kind in ("py", "js", "mjs", "html", "css", "sql", "toml", "json") for file in (ROOT / folder).rglob(f"*.{kind}")]
    cited = [
        f"{file.relative_to(ROOT)}: {name}" for file in files if "node_modules" not in file.parts and file.name != "test_docs.py"
        for name in re.findall(r"\b([a-z-]+\.md)\b", file.read_text("utf-8")) if name not in here
    ]  # fmt: skip
    assert cited == []


LETTER = (ROOT / "docs" / "letter-format.md").read_text("utf-8")


def test_the_example_of_a_letter_is_a_letter(tmp_path: Path) -> None:
    file = tmp_path / "letters" / "rats" / "bin.txt"
    file.parent.mkdir(parents=True)
    file.write_text(LETTER.split("```text\n")[1].split("```")[0], "utf-8")
    assert templates.check([file], definitions.load([ROOT / "backend" / "services"])) == []


def test_every_key_kind_and_name_of_a_letter_is_explained() -> None:
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", LETTER.split("## The head")[1]))))
    keys = {one.encode_name for kind in (Head, Field, Doing) for one in msgspec.structs.fields(kind)}
    kinds = {*get_args(msgspec.structs.fields(Field)[1].type), *get_args(ActionKind)}
    assert sorted({*keys, *kinds, *NAMES, *TABLES_OF_A_LETTER, *FORMATS} - named) == []
