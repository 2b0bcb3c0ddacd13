"""Every page in the fifteen cells of the matrix, the most used pages in all 270, and every page once on a wide screen.

The made-up languages are part of it: one is 40 % longer than English, one is mirrored.
"""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser

from tests.browser import matrix, readers
from tests.browser.answering import Journey
from tests.browser.gates import Eye, Findings
from tests.browser.matrix import ALL, FIFTEEN, LANGUAGES, SERVED, WIDE, Cell
from tests.browser.phone import Phone
from tests.browser.survey import Survey
from tests.browser.town import Town

pytestmark = pytest.mark.nightly
KINDS = ["guest", "signed in"]
MOST_USED = ["", "services", "services/rats", "services/rats/where", "mine"]
"""Home, finding a service, its start, a question, and what is one's own."""


def named(cells: list[Cell]) -> list[object]:
    return [pytest.param(cell, id=f"cell-{cell}") for cell in cells]


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A demo's town with a reader for every step, in the made-up languages too."""
    running = readers.invite(Town(tmp_path_factory.mktemp("cells") / "data", env={"MEDBORGER_PSEUDO": "1"})).start()
    yield running
    running.stop()


def wrong(findings: Findings) -> dict[str, list[str]]:
    """What is written down only for people to read ends in "-report"."""
    return {rule: list(dict.fromkeys(said)) for rule, said in findings.wrong.items() if said and not rule.endswith("-report")}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", named([*FIFTEEN, WIDE]))
def test_every_page_holds_in_its_cells(cell: Cell, kind: str, browser: Browser, peopled: Town) -> None:
    survey = Survey(browser, peopled, cell.lang, kind, partial(matrix.look_in, cell), script=cell.served != "no-script")
    found = survey.of_phone() if cell.served == "worker" else survey.of_server()
    assert len(found.html) > 20, "the survey has not found the pages"
    bad = wrong(found)
    if cell.served == "no-script":
        bad.pop("e2", None)  # nothing moves the focus to the summary without script; test_gates.py asks for it with
    assert bad == {}


@pytest.mark.parametrize("served", SERVED)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_most_used_pages_hold_in_every_cell(lang: str, served: str, browser: Browser, peopled: Town) -> None:
    found = Findings()
    with Phone(browser, peopled, lang, script=served != "no-script", worker=served == "worker") as phone:
        phone.sign_in(readers.METTE)
        phone.own()
        if served == "worker":
            phone.settle_worker()
        eye = Eye(phone)
        for path in MOST_USED:
            phone.go(path)
            if path.count("/") == 2:
                Journey(phone, path.split("/")[1]).begin()
            for cell in ALL:
                if (cell.lang, cell.served) == (lang, served):
                    matrix.look_in(cell, eye, f"{lang} {path} {cell}", found, lang)
    assert len(found.pages) == len(MOST_USED) * 18
    assert wrong(found) == {}


def test_the_fifteen_hold_every_pair_of_two_values() -> None:
    def pairs(cells: list[Cell]) -> set[tuple[object, ...]]:
        parts = [(cell.lang, cell.width, cell.text, cell.look, cell.served) for cell in cells]
        return {(a, one[a], b, one[b]) for one in parts for a in range(5) for b in range(a + 1, 5)}

    assert len(FIFTEEN) == 15 and len(ALL) == 270
    assert pairs(ALL) - pairs(FIFTEEN) == set()
