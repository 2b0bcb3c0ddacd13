"""Every page as a resident sees it, as pictures to look at.

    python -m tests.look.shots OUT [ADDRESS]     of a running demo; say MODES=light,dark,large,print to choose
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

MODES = {
    "light": {"width": 360, "scheme": "light", "text": "100"},
    "dark": {"width": 360, "scheme": "dark", "text": "100"},
    "large": {"width": 320, "scheme": "light", "text": "200"},
    "wide": {"width": 1280, "scheme": "light", "text": "100"},
    "print": {"width": 794, "scheme": "light", "text": "100"},
    "forced": {"width": 360, "scheme": "light", "text": "100"},
}
PAGES = ["", "services", "services?q=rotte", "services?q=zzz", "services/rats", "services/sick-pay", "services/passport", "services/change-of-address",
         "help", "sign-in", "activate", "mine/settings", "phone", "accessibility", "languages", "nowhere", "offline",
         "signed-out", "services/rats/where"]  # fmt: skip
SIGNED_IN = ["", "mine", "mine/access", "mine/settings", "sign-out", "services/sick-pay"]


def shoot(page: Page, out: Path, name: str, mode: str) -> None:
    page.evaluate("mode => document.documentElement.dataset.text = mode", MODES[mode]["text"])
    page.wait_for_timeout(120)
    page.screenshot(path=out / f"{name}-{mode}.png", full_page=True)


def visit(browser: Browser, address: str, lang: str, mode: str) -> Iterator[tuple[Page, str]]:
    how = MODES[mode]
    context = browser.new_context(
        viewport={"width": how["width"], "height": 740}, color_scheme=how["scheme"], java_script_enabled=True,
        forced_colors="active" if mode == "forced" else "none", service_workers="block",
    )  # fmt: skip
    page = context.new_page()
    if mode == "print":
        page.emulate_media(media="print")
    for path in PAGES:
        page.goto(f"{address}/{lang}/{path}")
        yield page, f"{path.replace('/', '_').replace('?', '_') or 'home'}"
    yield from rats(page, address, lang)
    page.goto(f"{address}/{lang}/sign-in")
    if page.locator("button[name=person]").count():
        page.locator("button[name=person]").first.click()
        for path in SIGNED_IN:
            page.goto(f"{address}/{lang}/{path}")
            yield page, f"in_{path.replace('/', '_') or 'home'}"
        for service in ("sick-pay", "change-of-address", "passport"):
            yield from walk(page, address, lang, service)
        page.goto(f"{address}/{lang}/mine")
        yield page, "in_mine-after"
        first = page.locator("a[href*='mine/cases/']")
        if first.count():
            page.goto(address + first.first.get_attribute("href"))
            yield page, "in_case"
    context.close()


def rats(page: Page, address: str, lang: str) -> Iterator[tuple[Page, str]]:
    page.goto(f"{address}/{lang}/services/rats/where")
    page.locator("main button.main").click()
    yield page, "rats_error"
    yield from walk(page, address, lang, "rats")


def walk(page: Page, address: str, lang: str, service: str) -> Iterator[tuple[Page, str]]:
    """Answers whatever stands there until the receipt."""
    page.goto(f"{address}/{lang}/services/{service}")
    page.locator("a.main").last.click()
    for at in range(40):
        here = page.url.split(f"/{service}/")[-1].split("?")[0].replace("/", "_")
        yield page, f"{service}_{at:02}_{here}"
        if here.startswith("done") or not page.locator("form#journey button.main").count():
            return
        fill(page, here)
        page.locator("form#journey button.main").click()


def fill(page: Page, here: str) -> None:
    form = page.locator("form#journey")
    boxes = form.locator("input[type=checkbox]").all()
    for box in boxes if here == "check" else boxes[:1]:  # "I do not know" does not stand beside another answer
        box.check(force=True)
    names = {radio.get_attribute("name") for radio in form.locator("input[type=radio]").all()}
    for name in names:
        options = form.locator(f"input[name='{name}']")
        wanted = options.last if name == "employers" else options.first
        wanted.check(force=True)
    for field in form.locator("input.typed:not([type=file]), textarea").all():
        if field.is_visible() and not field.input_value():
            field.fill(typed(field.get_attribute("id") or "", field.get_attribute("type") or ""))


def typed(name: str, kind: str) -> str:
    if kind == "tel":
        return "20 30 40 50"
    later = "2027" if any(word in name for word in ("return", "travel", "until")) else "2026"
    for ending, value in {"_day": "20", "_month": "november", "_year": later, "_postcode": "2100", "_town": "Havneby"}.items():
        if name.endswith(ending):
            return value
    return "Strandvej 12" if name.endswith("_street") else "Inger Holm"


def main(out: Path, address: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for mode in os.environ.get("MODES", "light").split(","):
            for lang in os.environ.get("LANGS", "da").split(","):
                for page, name in visit(browser, address, lang, mode):
                    shoot(page, out, f"{lang}-{name}", mode)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "http://localhost:8951")
