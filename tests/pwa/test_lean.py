"""What the phone runs is what we wrote, only shorter."""

import json
from pathlib import Path

import pytest

from pwa.lean import lean
from tests.pwa.twins import ROOT, trees

WRITTEN = {
    "a comment at the end": ("const a = 1 // one\nconst b = 2", "const a=1\nconst b=2\n"),
    "a comment of its own": ("// why\n/** @type {x} */\nconst a = 1\n", "const a=1\n"),
    "a comment inside a line": ("f(/** @type {any} */ a, b)", "f(a,b)\n"),
    "indentation": ("if (a) {\n    b()\n  }", "if(a){b()}\n"),
    "an address": ("const a = 'https://x' + \"//\"", "const a='https://x'+\"//\"\n"),
    "a quote in a pattern": ("a.replace(/[&\"'<>]/g, f) // x", "a.replace(/[&\"'<>]/g,f)\n"),
    "a slash in a pattern": ("const p = /^\\/w\\/[/]/ // x", "const p=/^\\/w\\/[/]/\n"),
    "a division": ("const a = b / 2 / c // x", "const a=b/2/c\n"),
    "a pattern returned": ("return /'/.test(a)", "return/'/.test(a)\n"),
    "a template": ("const a = `x // y\n  ${f({ b: `/* z */` })} /* kept */`  // gone", "const a=`x // y\n  ${f({ b: `/* z */` })} /* kept */`\n"),
    "a comment between lines": ("a\n/* x\n y */\nb", "a\nb\n"),
    "signs that must not meet": ("a + +b - -c / /d/.e ? .5 : 1 .f", "a+ +b- -c/ /d/.e? .5:1 .f\n"),
    "a line that ends": ("a = b\n(c)\n;[d]\n++e", "a=b\n(c)\n;[d]\n++e\n"),
    "a line that goes on": ("a = b\n  ? c\n  : d &&\n  e", "a=b?c:d&&e\n"),
    "a list's last comma": ("f([a, b,\n], { c, })", "f([a,b],{c})\n"),
    "a list with gaps": ("[a, , ]", "[a,,]\n"),
    "brackets around one name": ("f((a) => a, async (b) => b, g(c))", "f(a=>a,async(b)=>b,g(c))\n"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "short"), WRITTEN.values(), ids=WRITTEN)
def test_only_comments_and_indentation_go(source: str, short: str) -> None:
    assert lean(source) == short


def test_every_script_is_the_same_tree_as_written(tmp_path: Path) -> None:
    pairs = {path: lean(path.read_text("utf-8")) for path in sorted((ROOT / "pwa").rglob("*.js"))}
    assert len(pairs) > 30
    said = trees({path.name: (path.read_text("utf-8"), text) for path, text in pairs.items()})
    assert {name for name, alike in said.items() if not alike} == set()


def test_another_tree_would_be_seen() -> None:
    assert trees({"a": ("a\n(b)", "a;(b)"), "b": ("a + b", "a+b")}) == {"a": False, "b": True}


def test_shortening_twice_changes_nothing_more() -> None:
    for path in (ROOT / "pwa" / "worker").glob("*.js"):
        once = lean(path.read_text("utf-8"))
        assert json.dumps(lean(once)) == json.dumps(once)
