"""The cells of the matrix: language × width × text × look × who serves, and what is looked at in each.

The whole product is 270 cells. Fifteen of them hold every pair of two values; all pages pass through those. The pages
people use most pass through the whole product.
"""

import json
from collections.abc import Iterator
from itertools import product

from msgspec import Struct

from tests.browser.gates import TEXT_SPACING, Eye, Findings
from tests.browser.phone import HEIGHT, WIDTH
from tests.languages import ALL

LANGUAGES = ALL
WIDTHS = (320, 360, 412)
TEXTS = (100, 200)
LOOKS = ("normal", "forced", "print")
SERVED = ("server", "no-script", "worker")
A4 = {"width": 642, "height": 971}
"""The sheet without its margins of 20 mm, in CSS px: from whatever phone it is printed."""
HEIGHTS = {320: 568, 360: 740, 412: 915, 1280: 800}
RULES_OF_LOOKS = {"s7", "s10", "t3"}
"""What is a matter of the normal look: forced colours draw their own grounds, and a printed page is not pressed."""
OF_REAL_LANGUAGES = {"html-lang-valid", "valid-lang"}
"""Rules of axe that no made-up language can keep."""
ON_PAPER = {"s9", "h7", "p1", "h1", "c1", "p10", "t5", "s8"}


class Cell(Struct, frozen=True):
    lang: str
    width: int
    text: int
    look: str
    served: str

    def __str__(self) -> str:
        return f"{self.lang}-{self.width}-{self.text}-{self.look}-{self.served}"


TABLE = """
da        100 normal no-script   100 print worker       200 forced server
en        200 forced worker      100 normal no-script   100 print server
ar        100 forced worker      200 print server       200 normal no-script
qps-long  100 normal server      200 print worker       100 forced no-script
qps-rtl   200 print no-script    100 forced server      100 normal worker
"""


def read(table: str) -> Iterator[Cell]:
    for line in table.split("\n"):
        lang, *rest = line.split() or [""]
        for at, width in enumerate(WIDTHS if lang else ()):
            text, look, served = rest[at * 3 : at * 3 + 3]
            yield Cell(lang, width, int(text), look, served)


FIFTEEN = [*read(TABLE)]
WIDE = Cell("da", 1280, 100, "normal", "server")
ALL = [Cell(*parts) for parts in product(LANGUAGES, WIDTHS, TEXTS, LOOKS, SERVED)]


def look_in(cell: Cell, eye: Eye, name: str, findings: Findings, lang: str, *, walk: bool = True) -> None:
    """One page in one cell; the phone is left as it was found, for what comes next is done by finger."""
    page, on_paper = eye.page, cell.look == "print"
    page.set_viewport_size(A4 if on_paper else {"width": cell.width, "height": HEIGHTS[cell.width]})
    eye.text_of_phone(cell.text)
    page.emulate_media(media="print" if on_paper else "screen", forced_colors="active" if cell.look == "forced" else "none")
    eye.open_eyes()
    findings.pages.append(name)
    if on_paper:
        take(findings, name, dict(zip(sorted(ON_PAPER), eye.some(*sorted(ON_PAPER)), strict=True)), cell)
    else:
        found = eye.ask(f"gates.run({json.dumps(TEXT_SPACING)})")["wrong"]
        (found["clipped"],) = eye.some("clipped")
        if cell.look == "forced":
            found = {rule: said for rule, said in found.items() if rule not in RULES_OF_LOOKS}
            (found["s12"],) = eye.some("s12")
        take(findings, name, found, cell)
        if cell.served != "no-script":  # without script no timer runs, and axe waits for one; its bytes are the server's
            for rule, said in eye.axe().items():
                if rule in OF_REAL_LANGUAGES and lang.startswith("qps"):
                    continue
                findings.add("axe", name, [f"{rule}: {one}" for one in said])
    page.emulate_media(media="screen", forced_colors="none")
    eye.text_of_phone(100)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def take(findings: Findings, name: str, found: dict[str, list[str]], cell: Cell) -> None:
    """At 320 px with twice the text a page may be wider than the screen (K1): written down, and no fault."""
    narrow = cell.width == 320 and cell.text == 200
    for rule, said in found.items():
        findings.add(f"{rule}-report" if narrow and rule in ("s9", "s10", "s11") else rule, name, said)
