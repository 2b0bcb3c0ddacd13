"""Forty modules as one: the same functions, in an order in which each finds what it needs, and nothing that is not called."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from pwa.joined import Refused, joined
from pwa.served import worker_modules
from tests.pwa.twins import ROOT, need_node

ONE = "export const a = () => 1\nexport const b = () => 2\nexport class Odd extends Error {}\n"


def ran(text: str, folder: Path) -> list[object]:
    """What the module tells `say`, run as a phone would run it."""
    (folder / "joined.mjs").write_text(f"const told = []; const say = (x) => told.push(x)\n{text}\nconsole.log(JSON.stringify(told))")
    run = subprocess.run([need_node(), folder / "joined.mjs"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_each_way_of_taking_finds_what_is_offered(tmp_path: Path) -> None:
    text = joined({
        "one.js": ONE,
        "two-fold.js": "import { a as first, Odd } from './one.js'\nimport * as all from './one.js'\nconst a = 5\n"
        "export const f = () => [first(), all\n  .b(), ...[all.a()], a, new Odd('x').message, Object.keys(all)]\n",
        "worker.js": "import { f } from \"./two-fold.js\"\nimport{b}from'./one.js'\nsay(f())\nsay(b())\n",
    }, "worker.js")  # fmt: skip
    assert ran(text, tmp_path) == [[1, 2, 1, 5, "x", ["Odd", "a", "b"]], 2]


def test_what_nothing_calls_stays_at_home_and_what_runs_by_itself_does_not(tmp_path: Path) -> None:
    text = joined({
        "one.js": "const spare = (x) => left(x)\nconst left = (x) => x\nexport const used = () => 'used'\nexport const unused = async () => used()\n"
        "const made = (() => say('made'))()\nconst pair = (a) => a, other = say('other')\nconst late =\n  () => 3\n"
        "const hard = () => 1\nsay('ran')\nexport const told = [say('listed')]\nexport const plain = { x: 1 }\n",
        "never.js": "say('never')\n",
        "worker.js": "import { used } from './one.js'\nsay(used())\n",
    }, "worker.js")  # fmt: skip
    assert ran(text, tmp_path) == ["made", "other", "ran", "listed", "used"]
    assert not any(word in text for word in ("spare", "left", "unused", "late", "hard", "plain", "never"))


REFUSED = {
    "a circle": {"worker.js": "import * as one from './one.js'", "one.js": "import * as worker from './worker.js'"},
    "nowhere": {"worker.js": "import * as one from './one.js'"},
    "something not offered": {"worker.js": "import { c } from './one.js'\nc()", "one.js": ONE},
    "another way to take": {"worker.js": "import one from './one.js'", "one.js": ONE},
    "taking at run time": {"worker.js": "f(() => import('./one.js'))", "one.js": ONE},
    "another way to offer": {"worker.js": "import { a } from './one.js'\na()", "one.js": "const a = 1\nexport { a }"},
    "offering what has no name": {"worker.js": "import * as one from './one.js'", "one.js": "export default 1"},
    "offering a pair": {"worker.js": "import { a } from './one.js'\na()", "one.js": "export const [a] = [1]"},
    "one name twice": {"worker.js": "import { a } from './one.js'\nconst a = 1", "one.js": ONE},
    "a name of ours": {"worker.js": "import { a } from './one.js'\nf(_one, a)", "one.js": ONE},
}


@pytest.mark.parametrize("sources", REFUSED.values(), ids=REFUSED)
def test_what_it_does_not_know_is_refused(sources: dict[str, str]) -> None:
    with pytest.raises(Refused):
        joined(sources, "worker.js")


def test_the_worker_is_one_module_that_listens(tmp_path: Path) -> None:
    text = worker_modules(["da", "en", "ar"])["worker.js"]
    (tmp_path / "worker.mjs").write_text(text, "utf-8")
    script = "const heard = []; globalThis.addEventListener = (name) => heard.push(name); await import('./worker.mjs'); console.log(JSON.stringify(heard))"
    run = subprocess.run([need_node(), "--input-type=module", "-e", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == ["install", "activate", "fetch", "message", "sync", "push", "notificationclick", "pushsubscriptionchange"]
    assert "import" not in text.replace("import.meta", "")


def test_every_name_in_the_worker_is_somebody_s(tmp_path: Path) -> None:
    """A function left at home that somebody calls would be a name the type checker cannot find."""
    text = worker_modules(["da", "en", "ar"])["worker.js"]
    assert lost(text, tmp_path) == []
    assert lost(text + "\nnobodys()", tmp_path) != []


def lost(text: str, folder: Path) -> list[str]:
    (folder / "worker.js").write_text(text, "utf-8")
    need_node()
    options = ["--allowJs", "--checkJs", "--noEmit", "--strict", "false", "--target", "es2022", "--module", "esnext", "--lib", "es2022,webworker,webworker.iterable"]
    command = ["node", ROOT / "node_modules" / "typescript" / "bin" / "tsc", *options, folder / "worker.js"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert "error TS5" not in said and "error TS6" not in said, "the checker was asked wrongly"
    return [line for line in said.splitlines() if any(f"error {code}:" in line for code in ("TS2304", "TS2552", "TS2451", "TS18004", "TS1005"))]


def test_whatever_a_module_is_asked_for_it_offers() -> None:
    blocks = worker_modules(["da", "en", "ar"])["worker.js"].split("\n{")
    offered = {found[1]: set(found[2].split(",")) for found in re.finditer(r"var (_\w+)=\{([^{}]*)\}\}", "\n".join(blocks))}
    asked = 0
    for block in blocks:
        for parts, module in re.findall(r"const\{([^{}]*)\}=(_\w+)\b", block):
            assert {part.split(":")[0] for part in parts.split(",")} <= offered[module]
        for name, module in re.findall(r"const (\w+)=(_\w+)\b", block):
            found = set(re.findall(rf"(?<![\w$.'])(?:\.\.\.)?{name}\.([\w$]+)\(", block))
            asked += len(found)
            assert found <= offered[module], (name, found - offered[module])
    assert asked > 100
