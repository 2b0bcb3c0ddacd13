"""Both renderers side by side: Jinja2 in this process, the compiled module in one long-lived node."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from backend.web.rendering.renderer import Renderer
from i18n import catalogue
from i18n.plurals import module as plural_module
from pwa.compile import compile_templates
from pwa.lean import lean
from tests.languages import ALL

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "pwa" / "templates"
LANGUAGES = ALL
ASSETS = {name: f"/a/{name}.0123456789.x" for name in ("css", "boot", "aloud", "passkey", "subscribe", "icon", "apple")}


@cache
def catalogues() -> dict[str, catalogue.Catalogue]:
    return {code: catalogue.load(code) for code in LANGUAGES}


def offered() -> list[dict[str, str]]:
    return [{"code": words.code, "name": words.about["name"], "dir": words.dir} for words in catalogues().values()]


def need_node() -> str:
    node = shutil.which("node")
    if node:
        return node
    if os.environ.get("CI") == "true":
        pytest.fail("node is missing: the two renderers are not compared")
    pytest.skip("NOT COMPARED: the parity of the two renderers needs node, which is not here")


def trees(pairs: dict[str, tuple[str, str]]) -> dict[str, bool]:
    """For each pair of modules, whether a parser of JavaScript reads the same program from both: the one inside node."""
    run = subprocess.run(
        [need_node(), "--expose-internals", Path(__file__).with_name("trees.cjs")],
        input=json.dumps(pairs), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


class Phone:
    """What the service worker would show."""

    def __init__(self, folder: Path, templates: Path = TEMPLATES) -> None:
        node = need_node()
        for file in ("runtime.js", "formats.js", "packing.js"):
            (folder / file).write_text(lean((ROOT / "pwa" / "worker" / "show" / file).read_text("utf-8")), "utf-8")
        compiled, keys = compile_templates(templates)
        for file, text in {"templates.js": compiled, "plurals.js": plural_module(LANGUAGES)}.items():
            (folder / file).write_text(text, "utf-8")
        (folder / "package.json").write_text('{"type": "module"}')
        script = Path(__file__).with_name("render.mjs")
        self.process = subprocess.Popen(
            [node, script, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        extra = {"languages": offered(), "assets": ASSETS}
        self.ask(bundles={code: {**bundle(words, keys), **extra} for code, words in catalogues().items()})

    def ask(self, **question: Any) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)


def bundle(words: catalogue.Catalogue, keys: list[catalogue.Message]) -> dict[str, Any]:
    """As `pwa/worker/show/packing.js` lays it out: the services' sentences by their marks."""
    made = catalogue.bundle(words, keys)
    said = {catalogue.mark(sentence): text for sentence, text in (catalogue.said(words) or {}).items()}
    return made | {"messages": made["messages"] | {"said": said}}


class Server:
    """What the server shows."""

    def __init__(self, templates: Path = TEMPLATES) -> None:
        self.renderer = Renderer(templates, catalogues(), offered())

    def ask(self, page: str, context: dict[str, Any], lang: str) -> dict[str, Any]:
        try:
            return {"html": self.renderer.render(page, context, lang, ASSETS)}
        except Exception as error:  # noqa: BLE001 - whichever it is, the phone must fail too
            return {"error": f"{type(error).__name__}: {error}"}


def same(phone: Phone, server: Server, page: str, context: dict[str, Any], lang: str) -> dict[str, Any]:
    """The server's answer, once both agree: equal bytes, or both raise."""
    here, there = server.ask(page, context, lang), phone.ask(page=page, context=context, lang=lang)
    if "html" in here and "html" in there:
        assert there["html"] == here["html"], f"{page} in {lang}"
    else:
        assert ("error" in here) == ("error" in there), f"{page} in {lang}: server {here}, phone {there}"
    return here
