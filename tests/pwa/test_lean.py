"""What the phone runs is what we wrote, only shorter."""

import json
import subprocess
from pathlib import Path

import pytest

from pwa.lean import lean
from tests.pwa.twins import ROOT, need_node

WRITTEN = {
    "a comment at the end": ("const a = 1 // one\nconst b = 2", "const a = 1\nconst b = 2\n"),
    "a comment of its own": ("// why\n/** @type {x} */\nconst a = 1\n", "const a = 1\n"),
    "a comment inside a line": ("f(/** @type {any} */ a, b)", "f( a, b)\n"),
    "indentation": ("if (a) {\n    b()\n  }", "if (a) {\nb()\n}\n"),
    "an address": ("const a = 'https://x' + \"//\"", "const a = 'https://x' + \"//\"\n"),
    "a quote in a pattern": ("a.replace(/[&\"'<>]/g, f) // x", "a.replace(/[&\"'<>]/g, f)\n"),
    "a slash in a pattern": ("const p = /^\\/w\\/[/]/ // x", "const p = /^\\/w\\/[/]/\n"),
    "a division": ("const a = b / 2 / c // x", "const a = b / 2 / c\n"),
    "a pattern returned": ("return /'/.test(a)", "return /'/.test(a)\n"),
    "a template": ("const a = `x // y\n  ${f({ b: `/* z */` })} /* kept */`  // gone", "const a = `x // y\n  ${f({ b: `/* z */` })} /* kept */`\n"),
    "a comment between lines": ("a\n/* x\n y */\nb", "a\nb\n"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "short"), WRITTEN.values(), ids=WRITTEN)
def test_only_comments_and_indentation_go(source: str, short: str) -> None:
    assert lean(source) == short


def test_every_module_of_the_worker_is_still_a_module(tmp_path: Path) -> None:
    node = need_node()
    shortened = {path: lean(path.read_text("utf-8")) for path in sorted((ROOT / "pwa").rglob("*.js"))}
    for index, text in enumerate(shortened.values()):
        (tmp_path / f"{index}.mjs").write_text(text, "utf-8")
    script = (
        "import {readdirSync, readFileSync} from 'node:fs'; import vm from 'node:vm';"
        "for (const f of readdirSync('.').filter(f => f.endsWith('.mjs'))) new vm.SourceTextModule(readFileSync(f, 'utf8'))"
    )
    command = [node, "--experimental-vm-modules", "--no-warnings", "--input-type=module", "-e", script]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_shortening_twice_changes_nothing_more() -> None:
    for path in (ROOT / "pwa" / "worker").glob("*.js"):
        once = lean(path.read_text("utf-8"))
        assert json.dumps(lean(once)) == json.dumps(once)
