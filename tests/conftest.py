"""What every test may ask for. Rooms add their own beside their tests."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
NIGHTLY = bool(os.environ.get("MEDBORGER_NIGHTLY"))

settings.register_profile("every-run", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("nightly" if NIGHTLY else "every-run")


def pytest_report_header() -> str:
    return f"medborger: {'nightly' if NIGHTLY else 'every run'}, Python {sys.version.split()[0]}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


GROUP = re.compile(r"^tests/push/test_firefox\w*\.py|\b(?:pages|cell)-[^\[\]]+\]$")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadgroup`: what ends in the same `pages-…` or `cell-…` of its id is done by the same process,
    and so is a file whose tests share one Firefox.

    xdist's own way, the mark `xdist_group`, does nothing since pytest 9.2 (it writes into a name that is no longer
    read): every process then surveyed every page."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Grouped(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            found = GROUP.search(nodeid)
            return found[0] if found else nodeid

    return Grouped(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """In CI a missing tool is a failure: a check that did not run must not look like one that passed.

    A skip that is right on every machine says so: `pytest.skip("allowed: …")`."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail") and "allowed:" not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr}"
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT
