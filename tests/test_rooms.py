"""The house plan, kept: who may import whom, where the SQL is, and what no room does."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ROOMS = {
    "domain": "backend/domain",
    "store": "backend/store",
    "identity": "backend/identity",
    "web": "backend/web",
    "desk": "backend/desk",
    "letters": "backend/letters",
    "push": "push",
    "i18n": "i18n",
    "compile": "pwa",
}
WIRING = {"backend/app.py", "backend/cli.py", "backend/commands.py", "backend/key_commands.py", "backend/ladder_commands.py", "backend/letter_commands.py", "backend/notice_commands.py", "backend/logs.py", "backend/person_commands.py", "backend/sender_commands.py", "backend/serving.py", "backend/staff_commands.py", "backend/watchdog.py"}
"""The files of no room: they may know everyone, and hold no SQL and no rule about citizens. `settings/` is values that they
hand to the rooms."""

MAY_IMPORT = {
    "domain": {"domain"},
    "store": {"store", "domain"},
    "identity": {"identity", "domain", "store"},
    "web": {"web", "domain", "store", "identity", "letters", "i18n", "settings"},
    "desk": {"desk", "web", "domain", "store", "identity", "letters", "i18n", "settings"},
    "letters": {"letters", "domain", "i18n"},
    "push": {"push", "domain", "store", "letters", "i18n"},
    "i18n": {"i18n"},
    "compile": {"compile", "i18n"},
    "settings": {"settings"},
}
LIBRARIES = {
    "domain": {"msgspec"},
    "store": {"msgspec", "sqlite_utils", "pysqlite3", "cryptography", "PIL", "pikepdf", "pillow_heif", "pypdfium2"},
    "identity": {"msgspec", "webauthn", "argon2", "joserfc", "httpx", "cryptography", "segno", "stdnum"},
    "web": {"msgspec", "litestar", "jinja2", "markupsafe", "brotli"},
    "desk": {"msgspec", "litestar", "jinja2", "markupsafe", "segno"},
    "letters": {"msgspec", "joserfc", "cryptography", "rfc8785", "icalendar", "typst", "pyhanko", "jinja2"},
    "push": {"msgspec", "webpush", "jwt", "aiohttp", "yarl", "cryptography", "holidays"},
    "i18n": {"babel"},
    "compile": {"jinja2", "markupsafe"},
    "settings": {"msgspec"},
}


def room_of(path: Path) -> str:
    """The room of a file or of a dotted name written as a path; '' for the wiring."""
    place = path.as_posix()
    if f"{place}/".startswith("backend/settings/") or place == "backend/settings":
        return "settings"
    return next((room for room, folder in ROOMS.items() if place == folder or place.startswith(folder + "/")), "")


def sources() -> Iterator[Path]:
    for top in ("backend", "push", "i18n", "pwa"):
        yield from sorted((ROOT / top).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every dotted name a file imports, wherever in the file; relative ones made whole."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            name = ".".join([*base, *((node.module or "").split(".") if node.module else [])])
            yield from ((node.lineno, f"{name}.{alias.name}") for alias in node.names)


def wrong_arrows(path: Path) -> Iterator[str]:
    here = path.relative_to(ROOT)
    room = room_of(here)
    if not room:
        return
    for line, name in imports(path):
        top = name.split(".")[0]
        if top in {"backend", "push", "i18n", "pwa"}:
            there = room_of(Path(name.replace(".", "/")))
            if there not in MAY_IMPORT[room]:
                yield f"{here}:{line}: {room} may not import {name}"
        elif top not in sys.stdlib_module_names and top not in LIBRARIES[room]:
            yield f"{here}:{line}: {room} may not use {top}; style of the house, section 1"


def test_all_arrows_point_inwards() -> None:
    assert [wrong for path in sources() for wrong in wrong_arrows(path)] == []


def test_every_file_of_no_room_is_one_of_the_few_that_know_everyone() -> None:
    outside = {path.relative_to(ROOT).as_posix() for path in sources() if not room_of(path.relative_to(ROOT)) and path.name != "__init__.py"}
    assert outside == WIRING


def test_no_file_uses_the_sqlite_of_the_system() -> None:
    """The system's library may be one that loses rows (the WAL bug of 3.7 to 3.51): only the one driver is used."""
    found = [f"{path.relative_to(ROOT)}:{line}" for path in sources() for line, name in imports(path) if name.split(".")[0] == "sqlite3"]
    assert found == []


SQL = re.compile(r"\b(SELECT\s+[\w*(.,\s'\"]+\s+FROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX)|PRAGMA)\b")


def test_sql_is_written_only_in_the_store() -> None:
    found = []
    for path in sources():
        if room_of(path.relative_to(ROOT)) == "store":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_the_browser_is_never_asked_to_print_a_number_or_a_date() -> None:
    """The phone's tables differ from the server's: only our own format tables print."""
    assert matches("pwa/**/*.js", re.compile(r"\bIntl\b|\.toLocale\w+\(|\.localeCompare\(")) == []


@pytest.mark.parametrize("file", ["domain/*", "show/formats"])
def test_the_engine_reads_no_clock_and_no_date_of_the_browser(file: str) -> None:
    """Days are numbers made from year, month and day; "today" is handed in, and the server judges again with its own."""
    assert matches(f"pwa/worker/{file}.js", re.compile(r"\bnew Date\b|\bDate\.\w+|Math\.random|\bcrypto\b|\bfetch\b")) == []


def test_the_worker_imports_nothing_at_run_time() -> None:
    """`import()` fails in a service worker, and a handler added late is never called."""
    assert matches("pwa/worker/**/*.js", re.compile(r"\bimport\s*\(|^await\b", re.M)) == []


def test_no_script_sends_a_page_away_or_shows_a_box() -> None:
    """P10, P13, U11: nothing pops up, nothing sounds, nothing shakes."""
    words = re.compile(r"(?<![.\w])(alert|confirm|prompt)\s*\(|\.showModal\(|navigator\.vibrate|new Audio\(|wakeLock")
    assert matches("pwa/**/*.js", words) == []


def test_no_script_makes_code_or_markup_from_text() -> None:
    assert matches("pwa/**/*.js", re.compile(r"\beval\s*\(|new Function\b|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write")) == []


def test_css_knows_start_and_end_but_no_left_and_right() -> None:
    found = []
    for path in sorted((ROOT / "pwa/css").rglob("*.css")):
        text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), path.read_text("utf-8"), flags=re.S)
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(r"(?<![\w])(left|right)(?![\w])|-(left|right)\b", line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_templates_hold_no_style_script_or_handler_of_their_own() -> None:
    words = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:|\sdisabled|\splaceholder=|<select|<dialog|autofocus", re.I)
    assert matches("pwa/templates/**/*.html", words) == []


def matches(pattern: str, words: re.Pattern[str]) -> list[str]:
    """`file:line: text` of every hit outside comments."""
    found = []
    for path in sorted(ROOT.glob(pattern)):
        text = path.read_text("utf-8")
        if path.suffix == ".js":
            text = re.sub(r"/\*.*?\*/", lambda hit: "\n" * hit[0].count("\n"), text, flags=re.S)
            text = re.sub(r"(?<![:'\"`\\])//[^\n]*", "", text)
        else:
            text = re.sub(r"\{#.*?#\}", lambda hit: "\n" * hit[0].count("\n"), text, flags=re.S)
        lines = text.splitlines()
        for hit in words.finditer(text):
            number = text.count("\n", 0, hit.start())
            found.append(f"{path.relative_to(ROOT)}:{number + 1}: {lines[number].strip()}")
    return found


def test_every_library_of_a_room_is_pinned() -> None:
    """A library enters its row in the commit that needs it, and only pinned ones can."""
    named = {"PIL": "pillow", "sqlite_utils": "sqlite-utils", "argon2": "argon2-cffi", "stdnum": "python-stdnum", "pillow_heif": "pillow-heif", "jwt": "pyjwt"}
    later = {"pyhanko"}
    pinned = {line.split("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line}
    used = set().union(*LIBRARIES.values()) - later
    assert sorted(name for name in used if named.get(name, name) not in pinned) == []


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"])
def test_locked_parts_name_hashes_and_no_address(file: str) -> None:
    text = (ROOT / file).read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text


def test_npm_parts_name_hashes_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"integrity"' in text
    assert '"resolved"' not in text


def test_the_project_runs_on_the_parts_it_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["requires-python"] == ">=3.11"


def test_long_files_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """A report, not a limit: files to look at again."""
    files = [*sources(), *ROOT.glob("pwa/**/*.js"), *ROOT.glob("pwa/**/*.css"), *ROOT.glob("pwa/templates/**/*.html")]
    long = sorted(((len(path.read_text("utf-8").splitlines()), path.relative_to(ROOT)) for path in files), reverse=True)
    with capsys.disabled():
        print("".join(f"\n  {length:>5} lines: {path}" for length, path in long if length > 250))
