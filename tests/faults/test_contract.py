"""R10: whatever is sent to an address of the contract, no 5xx comes back, and nothing the contract does not name."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.town import Town
from tests.conftest import NIGHTLY

EXAMPLES = 2000 if NIGHTLY else 300
SECONDS = 900 if NIGHTLY else 60
"""A budget of time for the whole run, spent on examples: no judgement by the clock."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,use_after_free"

pytestmark = [pytest.mark.fault, pytest.mark.long]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = Town(tmp_path_factory.mktemp("contract") / "data").start()
    running.stop()
    said = subprocess.run(
        [sys.executable, "-m", "backend.cli", "senders", "add", "Somebody", "--kind", "authority", "--per-minute", "100000", "--data", str(running.data), "--keys", str(running.data / "demo-keys")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    running.sender_key = said.stdout.split()[-1]  # type: ignore[attr-defined]
    running.start()
    yield running
    running.stop()


@pytest.mark.parametrize("who", ["a visitor", "a resident", "a sender"])
def test_no_request_breaks_the_server_or_the_contract(who: str, town: Town, tmp_path: Path) -> None:
    headers = ["-H", f"Origin: {town.origin}"]
    if who == "a resident":
        headers += ["-H", f"Cookie: {town.signed_in_cookie()}"]
    if who == "a sender":
        headers = ["-H", f"Authorization: Bearer {town.sender_key}", "--include-path-regex", "^/api/senders/"]  # type: ignore[attr-defined]
    command = [
        str(Path(sys.executable).with_name("st")), "run", f"{town.origin}/schema/openapi.json", *headers, "--checks", CHECKS,
        "--max-examples", str(EXAMPLES), "--max-time", str(SECONDS), "--seed", "1", "--phases", "examples,coverage,fuzzing",
        "--suppress-health-check", "all", "--request-timeout", "20", "--warnings", "off", "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=SECONDS * 4 + 120, env=os.environ | {"PYTHONWARNINGS": ""})
    assert said.returncode == 0, said.stdout[-6000:] + said.stderr[-2000:]
    assert town.is_running
