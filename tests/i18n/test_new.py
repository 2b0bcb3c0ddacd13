"""A language begins with one command, and a translator has all that is needed beside each sentence."""

import shutil
from pathlib import Path

import pytest

from backend import commands as commands_of
from i18n import commands, formats, languages, new, plurals, po
from pwa.texts import asked_in
from tests.pwa.twins import ROOT, TEMPLATES


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of our languages, so that a trial leaves nothing behind."""
    copy = tmp_path / "i18n"
    shutil.copytree(languages.ROOM, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for module in (languages, new, commands):
        monkeypatch.setattr(module, "ROOM", copy)
    caches = (languages.languages, formats.table, plurals.rule, plurals.forms)
    for cached in caches:
        cached.cache_clear()
    yield copy
    monkeypatch.undo()
    for cached in caches:
        cached.cache_clear()


def test_polish_starts_with_its_three_boxes_and_the_danish_beside(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["new", "pl"], lambda: asked_in(TEMPLATES), ROOT / "backend" / "services", ROOT / "push", commands_of.letters) == 0
    header, entries = po.read(room / "pl" / "pages.po")
    assert "Language: pl" in header and "nplurals=3" in header
    counted = next(entry for entry in entries if entry.plural)
    assert len(counted.forms) == 3 and "msgstr[1]: 2, 3, 4, 22" in counted.remarks
    back = next(entry for entry in entries if entry.id == "Back")
    assert back.remarks == ["da: Tilbage"] and back.forms == [""]
    assert (languages.language("pl").name, languages.language("pl").state) == ("Polski", "draft")
    assert formats.table("pl")["weekdays"][1] == "wtorek"


def test_a_language_from_right_to_left_says_so(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands.main(["new", "fa"], lambda: [], ROOT / "backend" / "services", ROOT / "push", commands_of.letters)
    assert languages.language("fa").dir == "rtl"


def test_starting_twice_loses_nothing(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = (["new", "pl"], lambda: asked_in(TEMPLATES), ROOT / "backend" / "services", ROOT / "push", commands_of.letters)
    commands.main(*start)
    before = {path: path.read_bytes() for path in room.rglob("*") if path.is_file()}
    commands.main(*start)
    assert {path: path.read_bytes() for path in room.rglob("*") if path.is_file()} == before
