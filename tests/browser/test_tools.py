"""What the W3C's checker and Lighthouse say of our pages. Nightly: `make nightly` installs both in tests/nightly."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.survey import Survey
from tests.browser.town import Town

pytestmark = pytest.mark.nightly
TOOLS = Path(__file__).resolve().parents[1] / "nightly/node_modules"
VNU = TOOLS / "vnu-jar/build/dist/vnu.jar"
LIGHTHOUSE = TOOLS / "lighthouse/cli/index.js"
ASKED = ["accessibility", "best-practices", "seo"]
"""Not its mark for speed: `make bench` counts bytes and round trips, and a busy machine's clock says nothing."""


def found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is missing: this check has NOT run")
    return path


def need(file: Path) -> Path:
    if not file.exists():
        pytest.skip(f"{file} is missing: this check has NOT run. `make nightly` installs it")
    return file


@pytest.mark.parametrize("kind", ["guest", "signed in"])
@pytest.mark.parametrize("lang", ["da", "en", "ar"])
def test_p1_the_w3c_checker_finds_no_error(lang: str, kind: str, browser: Browser, peopled: Town, tmp_path: Path) -> None:
    """On the server's HTML, not the DOM, all files in one start."""
    java, jar = found("java"), need(VNU)
    pages = Survey(browser, peopled, lang, kind, looks=lambda *_, **__: None).of_server().html
    assert len(pages) > 20
    names = {}
    for at, (name, html) in enumerate(pages.items()):
        file = tmp_path / f"{at}.html"
        file.write_text(html, "utf-8")
        names[file.as_uri()] = name
    said = subprocess.run(
        [java, "-Xss4m", "-jar", str(jar), "--format", "json", "--no-langdetect", "--errors-only", "--stdout", "--exit-zero-always", *map(str, tmp_path.glob("*.html"))],
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    wrong = {f"{names.get(one.get('url', ''), '?')}: {one['message']} {one.get('extract', '')!r}" for one in json.loads(said.stdout)["messages"]}
    assert sorted(wrong) == []


@pytest.mark.parametrize("path", ["da/", "ar/services/rats/where"])
def test_lighthouse_gives_full_marks(path: str, town: Town) -> None:
    """The home page and a question."""
    node, program, chromium = found("node"), need(LIGHTHOUSE), found("chromium")
    said = subprocess.run(
        [node, str(program), f"{town.origin}/{path}", "--quiet", "--no-enable-error-reporting", "--output=json",
         f"--only-categories={','.join(ASKED)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"],
        capture_output=True, text=True, timeout=300, env=os.environ | {"CHROME_PATH": chromium},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    report = json.loads(said.stdout)
    lost = [
        f"{category}: {audit['title']} {json.dumps(audit.get('details', {}).get('items', []))[:300]}"
        for category in ASKED for ref in report["categories"][category]["auditRefs"]
        if ref["weight"] and (audit := report["audits"][ref["id"]])["score"] not in (1, None)
    ]  # fmt: skip
    assert lost == []
    assert {category: report["categories"][category]["score"] for category in ASKED} == dict.fromkeys(ASKED, 1)
