"""The two pictures the manifest shows before someone installs: the front page of a running demo.

    python -m tests.look.screens [ADDRESS]
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).parents[2] / "pwa" / "icons"
SIZES = {"narrow": (360, 740), "wide": (1280, 800)}


def main(address: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for name, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{address}/da/")
            page.screenshot(path=ICONS / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8951")
