"""Real Chromium, real server, real worker. Everything here runs on loopback."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import readers
from tests.browser.phone import Phone
from tests.browser.town import Town
from tests.conftest import NIGHTLY

CHROMIUM = ["chromium", "chromium-browser", "google-chrome"]
LEAN = ["chromium-headless-shell"]
"""The same engine without the browser's own windows, which take a third of the work here. Nightly runs use the whole one."""
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--force-color-profile=srgb"]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    program = next((found for name in (CHROMIUM if NIGHTLY else LEAN + CHROMIUM) if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    running = playwright.chromium.launch(executable_path=program, args=QUIET, headless=True)
    yield running
    running.close()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One running demo town for the tests that only look at it or write in a session of their own."""
    running = Town(tmp_path_factory.mktemp("town") / "data").start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A demo's town with a reader for every step."""
    running = readers.invite(Town(tmp_path_factory.mktemp("peopled") / "data")).start()
    yield running
    running.stop()


@pytest.fixture
def own_town(tmp_path: Path) -> Iterator[Town]:
    """A running demo town of this test's own: it may stop it, kill it, start it again."""
    running = Town(tmp_path / "data").start()
    yield running
    running.kill()


@pytest.fixture
def phone(browser: Browser, town: Town) -> Iterator[Callable[..., Phone]]:
    """`phone(lang="ar", script=False)`: as many as the test needs, on the shared town unless `town=` says another."""
    opened: list[Phone] = []

    def take(lang: str = "da", town: Town = town, **more: Any) -> Phone:
        opened.append(Phone(browser, town, lang, **more))
        return opened[-1]

    yield take
    for one in opened:
        one.close()


@pytest.fixture
def page_without_script(phone: Callable[..., Phone]) -> Phone:
    return phone(script=False)
