"""Looking at a page with every check there is, and writing down what is wrong under the id of its rule."""

import json
import shutil
import subprocess
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.browser.phone import HEIGHT, WIDTH, Phone
from tests.languages import RTL

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ";\n".join(Path(__file__).with_name(name).read_text("utf-8") for name in ("checks.js", "taps.js"))
MOST_WRONG, MOST_LOST = 0.002, 0.04
"""Of the taps of an unsteady hand, all targets of a page together."""
TAB = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
AXE_MORE = ["color-contrast-enhanced", "target-size", "label-content-name-mismatch", "p-as-heading", "focus-order-semantics",
            "identical-links-same-purpose"]  # fmt: skip
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""


AXE_SAYS = """globalThis.say = (options) => axe.run(document, options).then((found) => JSON.stringify(found.violations.map((bad) =>
  [bad.id, bad.nodes.map((node) => `${node.target[0]}: ${node.failureSummary.split(/\\s+/).join(' ').slice(0, 200)}`)])))"""
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": AXE_TAGS},
    "rules": {"color-contrast": {"enabled": False}} | {rule: {"enabled": True} for rule in AXE_MORE},
    "resultTypes": ["violations"], "preload": False, "iframes": False,
}  # fmt: skip
"""No `preload`: no rule that we run reads style sheets, and fetching them would be refused by the page's own policy.
No `color-contrast`: `color-contrast-enhanced` asks 7:1 (4.5:1 of large text) of the same words, and it takes a third."""


@cache
def axe_core() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")


class Eye:
    """Checks the pages a phone shows, from a script world of its own: page and policy stay untouched. One for each phone.

    `with_axe`: axe comes with each page, which is quicker where nearly each is looked at."""

    def __init__(self, phone: Phone, with_axe: bool = False) -> None:
        self.phone = phone
        self.page: Page = phone.page
        self.tools: CDPSession = phone.devtools()
        self.world = 0
        self.comes_with_axe = with_axe
        self.axe_loaded = False
        if with_axe:
            self.tools.send("Page.enable")
            self.tools.send("Page.addScriptToEvaluateOnNewDocument", {"source": f"{axe_core()}; {AXE_SAYS}", "worldName": "gates"})

    def open_eyes(self) -> None:
        """Anew after each navigation."""
        frame = self.tools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.world = self.tools.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "gates"})["executionContextId"]
        self.axe_loaded = self.comes_with_axe
        self.ask(CHECKS, value=False)

    def ask(self, expression: str, value: bool = True) -> Any:
        said = self.tools.send("Runtime.evaluate", {"expression": expression, "contextId": self.world, "awaitPromise": True, "returnByValue": value})
        if "exceptionDetails" in said:
            raise AssertionError(said["exceptionDetails"].get("exception", {}).get("description", said["exceptionDetails"]["text"]))
        return said["result"].get("value")

    def some(self, *rules: str) -> list[list[str]]:
        return self.ask(f"{json.dumps(rules)}.map(gates.one)")

    def axe(self) -> dict[str, list[str]]:
        """Violations by axe's own rule id."""
        if not self.axe_loaded:
            self.ask(f"{axe_core()}; {AXE_SAYS}", value=False)
            self.axe_loaded = True
        return dict(json.loads(self.ask(f"say({json.dumps(AXE_OPTIONS)})")))

    def text_of_phone(self, percent: int) -> None:
        """The browser's own text size, as a person sets it once for all pages."""
        self.tools.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * percent // 100, "fixed": 13 * percent // 100}})

    def tab_walk(self) -> list[str]:
        """Tab through the whole page: each stop is seen, ringed, and none is met twice."""
        stops = self.ask("gates.walk()")
        for _ in range(stops + 1):
            self.tools.send("Input.dispatchKeyEvent", TAB)
        walked = self.ask("gates.walked()")
        wrong: list[str] = []
        seen: set[int] = set()
        for said in walked:
            if said is None or said["key"] in seen:
                break
            seen.add(said["key"])
            wrong += said["wrong"]
        if len(seen) < stops - 1:
            wrong.append(f"the Tab key reaches {len(seen)} of {stops} stops")
        return wrong


class Findings:
    """What is wrong, by rule: {"t1": ["da services/rats: <a> …"]}, and what was looked at."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = defaultdict(list)
        self.pages: list[str] = []
        self.html: dict[str, str] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.texts: dict[str, list[str]] = {}

    def add(self, rule: str, page: str, found: list[str]) -> None:
        self.wrong[rule] += [f"{page}: {one}" for one in found]


def look(eye: Eye, name: str, findings: Findings, lang: str, *, walk: bool = True) -> None:
    """Every check of one page: at 360 px with all, at 320 px with 200 % text what that can break.

    What changes the layout of the whole page is changed once: text size, width, text size back, width back."""
    page = eye.page
    eye.open_eyes()
    findings.pages.append(name)
    said = eye.ask(f"gates.run({json.dumps(TEXT_SPACING)})")
    for rule, found in said["wrong"].items():
        findings.add(rule, name, found)
    meta = said["meta"]
    if meta["lang"] != lang or meta["dir"] != ("rtl" if lang in RTL else "ltr"):
        findings.add("lang", name, [f"says {meta['lang']} {meta['dir']}"])
    findings.texts[name] = said["text"]
    for rule, found in eye.axe().items():
        findings.add("axe", name, [f"{rule}: {one}" for one in found])
    page.emulate_media(forced_colors="active")
    findings.add("s12", name, *eye.some("s12"))
    page.emulate_media(forced_colors="none")
    if walk:
        findings.add("t8", name, eye.tab_walk())
    findings.add("taps", name, unsteady(eye.ask("taps()")))
    eye.text_of_phone(200)
    for found in eye.some("clipped", "sideways"):
        findings.add("s2", name, found)
    page.set_viewport_size({"width": 320, "height": 568})
    for rule, found in zip(("s11", "broken", "s2-report"), eye.some("s11", "broken", "sideways"), strict=True):
        findings.add(rule, name, found)
    eye.text_of_phone(100)
    findings.add("s9", name, *eye.some("s9"))
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def unsteady(rows: list[dict[str, Any]]) -> list[str]:
    """`rows`: for each target, the share of taps lost and of taps that do something else."""
    wrong, lost = (sum(row[kind] for row in rows) / max(1, len(rows)) for kind in ("wrong", "lost"))
    if wrong <= MOST_WRONG and lost <= MOST_LOST:
        return []
    worst = sorted(rows, key=lambda row: row["wrong"] + row["lost"])[-3:]
    return [f"{wrong:.2%} of taps hit something else, {lost:.2%} nothing: {', '.join(row['what'] for row in worst)}"]


def html_mistakes(pages: dict[str, str]) -> list[str]:
    """html-validate over server HTML (not the DOM, where mistakes are mended already), all pages in one start."""
    node = shutil.which("node")
    assert node, "node is missing"
    script = Path(__file__).with_name("html-validate.mjs")
    said = subprocess.run([node, str(script)], input=json.dumps(pages), capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def banned_words(lang: str) -> list[str]:
    """The glossary's lists of words no page says, for one language."""
    glossary = tomllib.loads((ROOT / "i18n/glossary.toml").read_text("utf-8"))
    return list(collect(glossary.get("banned", {}).get(lang, [])))


def collect(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    return [word for part in parts for word in collect(part)]
