"""What an operator installs: the units name verbs and options that exist, give little of the machine away, and the drill works."""

import configparser
import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from backend import cli
from backend.settings import Settings
from backend.store import backup, drill, keyring
from backend.store.backup import BackupWrong
from backend.store.database import FILE, Database
from tests.conftest import ROOT
from tests.store.conftest import add_person

DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
NOW = datetime(2026, 11, 27, 2, 30, tzinfo=UTC)


def unit(file: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment]
    read.read(file)
    return read


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.stem)
def test_each_unit_starts_a_verb_with_options_the_program_knows(file: Path) -> None:
    command = unit(file)["Service"]["ExecStart"].split()
    assert command[0] == "/opt/medborger/.venv/bin/medborger"
    assert cli.parser().parse_args(command[1:]).act


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.stem)
def test_each_unit_gives_away_little_of_the_machine(file: Path) -> None:
    said = unit(file)["Service"]
    assert said["ProtectSystem"] == "strict" and said["NoNewPrivileges"] == "yes" and said["CapabilityBoundingSet"] == ""
    assert said["User"] == "medborger" and said["UMask"] == "0077"


def test_each_timer_has_its_unit() -> None:
    assert [timer.stem for timer in DEPLOY.glob("*.timer") if not timer.with_suffix(".service").exists()] == []


def test_the_sample_settings_are_settings() -> None:
    said = tomllib.loads((DEPLOY / "town.toml").read_text("utf-8"))
    assert msgspec.convert(said, Settings, strict=False, dec_hook=lambda kind, value: kind(value)).town == "Havneby"


def test_the_container_installs_what_is_locked_and_runs_as_nobody_in_particular() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert "--require-hashes" in text and re.search(r"^USER medborger$", text, re.M)
    assert [name for name in re.findall(r"-r (\S+)", text) if not (ROOT / name).exists()] == []
    assert cli.parser().parse_args(["serve", "--settings", "/town.toml"]).act


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Path, Path]:
    """(data, keys, where the copies are), with one copy."""
    data, keys, to = tmp_path / "data", tmp_path / "keys", tmp_path / "copies"
    keyring.make(keys)
    Database(data, keyring.load(keys)).close()
    backup.backup(data, to, NOW)
    return data, keys, to


def test_the_drill_restores_the_newest_copy_and_leaves_nothing_behind(kept, tmp_path, monkeypatch) -> None:
    data, keys, to = kept
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    newest = backup.backup(data, to, NOW + timedelta(days=1))
    assert drill.drill(to, keyring.load(keys), [])[0] == newest
    assert list(scratch.iterdir()) == [] and (data / FILE).exists()


def test_a_damaged_copy_fails_the_drill_in_words(kept) -> None:
    _, keys, to = kept
    (_, copy), *_ = drill.copies(to)
    with (copy / FILE).open("r+b") as stream:
        stream.seek(5000)
        stream.write(b"x" * 4000)
    with pytest.raises(BackupWrong):
        drill.drill(to, keyring.load(keys), [])


def test_a_drill_with_other_keys_fails(tmp_path: Path) -> None:
    keys, others, data = tmp_path / "keys", tmp_path / "others", tmp_path / "data"
    keyring.make(keys)
    keyring.make(others)
    db = Database(data, keyring.load(keys))
    add_person(db, "p-inger")
    db.close()
    backup.backup(data, tmp_path / "copies", NOW)
    assert drill.drill(tmp_path / "copies", keyring.load(keys), [])
    with pytest.raises(BackupWrong, match="does not open"):
        drill.drill(tmp_path / "copies", keyring.load(others), [])


def test_a_drill_without_a_copy_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BackupWrong, match="medborger backup"):
        drill.drill(tmp_path, keyring.load(keys_in(tmp_path)), [])


@pytest.mark.parametrize("days_on", [36, 400])
def test_old_copies_go_but_never_the_newest_three(kept, days_on: int) -> None:
    data, _, to = kept
    for hour in range(1, 5):
        backup.backup(data, to, NOW + timedelta(hours=hour))
    (to / "medborger-20200101T000000+0000.partial").mkdir()
    (to / "something-else").mkdir()
    gone = drill.let_go(to, 35, NOW + timedelta(days=days_on))
    assert len(gone) == 2 and [path.name[10:25] for _, path in drill.copies(to)] == ["20261127T043000", "20261127T053000", "20261127T063000"]
    assert (to / "something-else").exists()


def test_a_young_copy_stays(kept) -> None:
    assert drill.let_go(kept[2], 35, NOW + timedelta(days=34)) == []


def keys_in(folder: Path) -> Path:
    keyring.make(folder / "keys")
    return folder / "keys"
