"""An installed Medborger is whole: built as a wheel, unpacked elsewhere, run from a folder that is not the checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("backend", "i18n", "push", "pwa")
NOT_SHIPPED = {".pyc", ".ts", ".md"}
"""Compiled files, types for the editor, notes for translators."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built in a copy: building writes beside what it builds."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE", "requirements.in", "manifest.json"):
        shutil.copy(ROOT / file, source / file)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, source]
    made = subprocess.run(build, capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, made.stdout + made.stderr
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    site = wheel.parent / "site"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    return site


def shipped(root: Path) -> set[str]:
    files = [file for room in ROOMS for file in (root / room).rglob("*") if file.is_file()]
    return {str(file.relative_to(root)) for file in files if file.suffix not in NOT_SHIPPED}


def test_everything_of_the_rooms_comes_along_and_nothing_else(installed: Path) -> None:
    assert shipped(installed) == shipped(ROOT)
    tops = {path.name for path in installed.iterdir()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)


def outside(installed: Path, folder: Path, *said: str) -> subprocess.CompletedProcess[str]:
    """As it runs where only the wheel is installed: this checkout is not on the way."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MEDBORGER_", "PYTHON"))}
    return subprocess.run([sys.executable, *said], cwd=folder, env=env | {"PYTHONPATH": str(installed)}, capture_output=True, text=True, timeout=120)


SERVED = """
import sys
from pathlib import Path
from litestar.testing import TestClient
import backend
from backend import app
from backend.identity import demo
from backend.settings import Settings
from backend.store import keyring
from backend.store.database import Database

site, data = Path(sys.argv[1]), Path(sys.argv[2])
assert Path(backend.__file__).is_relative_to(site), backend.__file__
settings = Settings(data=data, demo=True, drafts_offered=True, origin="https://town.example")
keyring.make(settings.key_folder)
db = Database(data, keyring.load(settings.key_folder))
demo.seed(db)
db.close()
with TestClient(app.create(settings), base_url="https://town.example") as phone:
    for path in ("/da/", "/ar/services/rats/where", "/sw.js", "/manifest.json?lang=da", "/api/content/ar", "/healthz"):
        answer = phone.get(path)
        assert answer.status_code == 200 and answer.content, (path, answer.status_code)
    assert "Jeg har set en rotte" in phone.get("/da/services/rats").text
print("served")
"""


def test_a_town_is_served_from_it(installed: Path, tmp_path: Path) -> None:
    ran = outside(installed, tmp_path, "-c", SERVED, str(installed), str(tmp_path / "data"))
    assert ran.returncode == 0 and ran.stdout.endswith("served\n"), ran.stdout + ran.stderr


def test_its_command_works_from_any_folder(installed: Path, tmp_path: Path) -> None:
    ran = outside(installed, tmp_path, "-m", "backend.cli", "i18n", "check")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    ran = outside(installed, tmp_path, "-m", "backend.cli", "services", "check", str(installed / "backend/services/rats.toml"))
    assert ran.stdout == "No mistakes found.\n", ran.stderr
