"""Draws the PNG icons from the SVG in headless Chromium: `python -m tests.look.draw_icons`. Run by hand when the icon changes."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parents[2] / "pwa" / "icons"
MADE = {"icon-192.png": (192, 1.0, ""), "icon-512.png": (512, 1.0, ""), "maskable-512.png": (512, 0.7, "#0b5a4e"), "apple.png": (180, 0.86, "#0b5a4e")}
"""File -> size in pixels, how much of it the drawing takes, and the ground behind (a mask cuts into the ground)."""


def draw() -> None:
    svg = (HERE / "icon.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (size, share, ground) in MADE.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f'<body style="margin:0;display:grid;place-items:center;block-size:100vh;background:{ground or "transparent"}">'
                f'<div style="inline-size:{round(size * share)}px">{svg}</div>'
            )
            page.screenshot(path=HERE / name, omit_background=not ground)
            page.close()
        browser.close()


if __name__ == "__main__":
    draw()
