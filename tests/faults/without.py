"""A copy of the tree with one protection taken out, and what the tests named beside it say there.

`without.toml` holds the rows. Only a failed check counts as red: a test that is missing, skipped, or broken by the
cut itself (a name that is gone, a file that cannot be read) has proven nothing.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as xml
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.conftest import ROOT

TABLE = Path(__file__).with_name("without.toml")
LEFT_OUT = (".git", ".venv", "node_modules", "__pycache__", ".pytest_cache", ".hypothesis")
HANGS_S = 900
"""A limit for what hangs, no measure."""
NO_PROOF = re.compile(r"(NameError|UnboundLocalError|ImportError|ModuleNotFoundError|SyntaxError|ReferenceError|[\w.]*CalledProcessError|[\w.]*TimeoutExpired|fixture '.*' not found)")
PASSED, SKIPPED = "passed", "skipped: "


class Cut(Struct, frozen=True, forbid_unknown_fields=True):
    """`take` stands exactly once in `file`; `put` takes its place."""

    file: str
    take: str
    put: str = ""


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """With all of `cuts` made, each test of `red` (file::name) must fail."""

    protection: str
    cuts: list[Cut]
    red: list[str]


def rows() -> list[Row]:
    return msgspec.convert(tomllib.loads(TABLE.read_text("utf-8"))["row"], list[Row])


def copy_tree(to: Path) -> Path:
    """As the tree lies now, committed or not; what is installed is shared."""
    shutil.copytree(ROOT, to, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for shared in (".venv", "node_modules"):
        (to / shared).symlink_to(ROOT / shared)
    return to


def misfits(row: Row, tree: Path) -> list[str]:
    """The cuts that cannot be made; [] when all can."""
    found = [(cut, (tree / cut.file).read_text("utf-8").count(cut.take)) for cut in row.cuts]
    return [f"{cut.file} holds this {times} times: {cut.take}" for cut, times in found if times != 1]


@contextmanager
def taken_out(row: Row, tree: Path) -> Iterator[None]:
    assert misfits(row, tree) == []
    whole = {cut.file: (tree / cut.file).read_text("utf-8") for cut in row.cuts}
    try:
        for cut in row.cuts:
            text = (tree / cut.file).read_text("utf-8").replace(cut.take, cut.put)
            if cut.file.endswith(".py"):
                compile(text, cut.file, "exec")
            (tree / cut.file).write_text(text, "utf-8")
        yield
    finally:
        for file, text in whole.items():
            (tree / file).write_text(text, "utf-8")


def said(tests: list[str], tree: Path) -> dict[str, str]:
    """Test -> "passed", "skipped: why", "failed: why", or another word for what proves nothing. One table of a row
    may name tests of both languages."""
    python = [test for test in tests if ".py::" in test]
    return (of_pytest(python, tree) if python else {}) | {test: of_node(test, tree) for test in tests if test not in python}


def surroundings(tree: Path) -> dict[str, str]:
    """Of an ordinary run, wherever this one runs: its sizes, and a skip that shows as one."""
    kept = {name: value for name, value in os.environ.items() if name not in ("MEDBORGER_NIGHTLY", "CI") and not name.startswith("PYTEST")}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "PATH": f"{tree / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"}


def of_pytest(tests: list[str], tree: Path) -> dict[str, str]:
    report = tree / "report.xml"
    report.unlink(missing_ok=True)
    command = [
        sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib --strict-markers",
        "-q", "--junitxml", report, *tests,
    ]  # fmt: skip
    run = subprocess.run(command, cwd=tree, env=surroundings(tree), timeout=HANGS_S, capture_output=True, text=True)
    if run.returncode not in (0, 1) or not report.exists():
        return {test: f"nothing: pytest ended with {run.returncode}: {run.stdout[-1500:]}{run.stderr[-500:]}" for test in tests}
    cases = list(xml.parse(report).iter("testcase"))
    return {test: judged([verdict(case) for case in cases if is_of(case, test)]) for test in tests}


def is_of(case: xml.Element, test: str) -> bool:
    file, name = test.split("::")
    return case.get("name", "").split("[")[0] == name and case.get("classname") == file.removesuffix(".py").replace("/", ".")


def verdict(case: xml.Element) -> str:
    for kind, word in (("error", "error: "), ("failure", "failed: "), ("skipped", SKIPPED)):
        if (found := case.find(kind)) is not None:
            return word + (found.get("message") or found.text or "")
    return PASSED


def judged(verdicts: list[str]) -> str:
    """Of one test with all its parameters: one that failed is enough."""
    if not verdicts:
        return "nothing: no such test ran"
    return next((one for word in ("error", "failed", "skipped") for one in verdicts if one.startswith(word)), PASSED)


def of_node(test: str, tree: Path) -> str:
    file, name = test.split("::")
    command = ["node", "--test", "--test-reporter=tap", f"--test-name-pattern=^{re.escape(name)}$", file]
    run = subprocess.run(command, cwd=tree, env=surroundings(tree), timeout=HANGS_S, capture_output=True, text=True)
    line = re.search(rf"^ *(not ok|ok) \d+ - {re.escape(name)}$(.*?)^ *\.\.\.$", run.stdout, re.M | re.S)
    if not line:
        return f"nothing: no such test ran: {run.stdout[-1500:]}{run.stderr[-500:]}"
    if line[1] == "ok":
        return PASSED
    why = re.search(r"^ *error: *(?:\|-)?\s*(.*?)^ *(?:code|name|stack):", line[2], re.M | re.S)
    return "failed: " + (why[1].strip() if why else line[2])


def is_red(verdict: str) -> bool:
    return verdict.startswith("failed: ") and not NO_PROOF.match(verdict.removeprefix("failed: "))
