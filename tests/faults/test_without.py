"""A test that cannot go red proves nothing: each protection is taken out in a copy of the tree, and its tests fail there.

    MEDBORGER_NIGHTLY=1 .venv/bin/python -m pytest -m nightly tests/faults/test_without.py
"""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults import without
from tests.faults.without import Cut, Row

ROWS = without.rows()
WHERE = '''
from pathlib import Path

import backend
import tests.conftest

def test_all_is_of_this_tree():
    here = Path(__file__).parents[1]
    for room in (backend, tests.conftest):
        assert Path(room.__file__).is_relative_to(here), room.__file__
'''


def test_each_row_of_the_table_still_fits_the_tree() -> None:
    """In every run: else the table goes stale between two nights."""
    assert [wrong for row in ROWS for wrong in without.misfits(row, ROOT)] == []
    named = {test for row in ROWS for test in row.red}
    assert [test for test in sorted(named) if not is_there(test)] == []
    assert len({row.protection for row in ROWS}) == len(ROWS) and all(row.red and row.cuts for row in ROWS)


def is_there(test: str) -> bool:
    file, name = test.split("::")
    text = (ROOT / file).read_text("utf-8")
    return bool(re.search(rf"^def {name}\(", text, re.M)) if file.endswith(".py") else any(f"test({q}{name}{q}," in text for q in "'\"")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return without.copy_tree(tmp_path_factory.mktemp("without") / "tree")


@pytest.mark.nightly
@pytest.mark.fault
def test_the_copy_itself_is_green_and_runs_its_own_code(tree: Path) -> None:
    (tree / "tests/test_where.py").write_text(WHERE)
    named = ["tests/test_where.py::test_all_is_of_this_tree", *sorted({test for row in ROWS for test in row.red})]
    browsers = [test for test in named if test.startswith("tests/browser/")]  # apart, as `make test` does: a browser keeps its loop running
    said = without.said(browsers, tree) | without.said([test for test in named if test not in browsers], tree)
    assert {test: verdict for test, verdict in said.items() if not verdict.startswith((without.PASSED, without.SKIPPED + "allowed:"))} == {}


@pytest.mark.nightly
@pytest.mark.fault
def test_a_protection_that_no_test_watches_is_noticed(tree: Path) -> None:
    """The check can go red itself: on a test that stays green, on a cut that breaks the file, on a test that is not there."""
    watched, other, none = (f"tests/store/test_startup_checks.py::test_{name}" for name in (
        "an_sqlite_that_can_lose_commits_is_refused", "keys_beside_the_data_are_refused_but_the_demos", "none",
    ))  # fmt: skip
    file = "backend/store/startup_checks.py"
    gone = Row("gone", [Cut(file, "if version < connections.SAFE_VERSION:", "if False:")], [])
    broken = Row("broken", [Cut(file, "if version < connections.SAFE_VERSION:", "if no_such_name:")], [])
    with without.taken_out(gone, tree):
        assert {test: without.is_red(without.said([test], tree)[test]) for test in (watched, other, none)} == {watched: True, other: False, none: False}
    with without.taken_out(broken, tree):
        assert not without.is_red(without.said([watched], tree)[watched])
    for text in ("no such text", "def "):
        with pytest.raises(AssertionError), without.taken_out(Row("unfit", [Cut(file, text)], []), tree):
            pass


@pytest.mark.nightly
@pytest.mark.fault
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.protection)
def test_without_its_protection_a_test_goes_red(row: Row, tree: Path) -> None:
    with without.taken_out(row, tree):
        said = without.said(row.red, tree)
    if all(verdict.startswith(without.SKIPPED + "allowed:") for verdict in said.values()):
        pytest.skip(next(iter(said.values())).removeprefix(without.SKIPPED))
    assert {test: verdict for test, verdict in said.items() if not without.is_red(verdict)} == {}
    for test, verdict in said.items():
        print(f"{test}: {' '.join(verdict.split())[:200]}")
