"""How many taps of an unsteady hand are lost, and how many do something else than was meant, on every kind of page."""

from pathlib import Path
from typing import Any

from tests.bench.load import line
from tests.browser.phone import Phone
from tests.browser.town import Town
from tests.languages import LOOKED_AT

SCRIPT = (Path(__file__).parents[1] / "browser" / "taps.js").read_text("utf-8")
PAGES = ("", "services", "help", "sign-in", "accessibility", "languages", "mine/settings", "services/rats", "services/rats/what", "services/sick-pay")
LANGUAGES = LOOKED_AT


def run(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    town = Town(folder / "town").start()
    try:
        with sync_playwright() as tools:
            browser = tools.chromium.launch(executable_path=chromium())
            for lang in LANGUAGES:
                with Phone(browser, town, lang) as phone:
                    report(lang, [(page or "home", measured(phone, page)) for page in PAGES])
            browser.close()
    finally:
        town.stop()


def chromium() -> str:
    import shutil

    return shutil.which("chromium-headless-shell") or shutil.which("chromium") or "chromium"


def measured(phone: Phone, page: str) -> list[dict[str, Any]]:
    phone.go(page)
    phone.page.evaluate(SCRIPT)
    return phone.page.evaluate("taps()")


def report(lang: str, pages: list[tuple[str, list[dict[str, Any]]]]) -> None:
    for page, rows in pages:
        wrong, lost = (100 * sum(row[kind] for row in rows) / len(rows) for kind in ("wrong", "lost"))
        worst = max(rows, key=lambda row: row["wrong"] + row["lost"])
        line(f"taps, {lang} {page}: wrong {wrong:.2f} %, lost {lost:.2f} % of {len(rows)} targets", f"worst: {worst['what']} {100 * worst['wrong']:.1f} / {100 * worst['lost']:.1f}", "<= 0.20 and <= 4.00")
