"""What is made from the code is made at one start and read at the next, and is never believed when it is damaged."""

import os
import shutil
import time
from pathlib import Path

import pytest

from backend.web import build_cache as room
from backend.web.build_cache import BuildCache
from pwa import served


def dozen() -> bytes:
    return b"made" * 12


def never() -> bytes:
    raise AssertionError("made anew")


def test_what_was_made_at_one_start_is_read_at_the_next(tmp_path: Path) -> None:
    assert BuildCache(tmp_path / "made")("worker", b"sources", dozen) == dozen()
    assert BuildCache(tmp_path / "made")("worker", b"sources", never) == dozen()
    for name, made_of in (("worker", b"others"), ("templates", b"sources")):
        assert BuildCache(tmp_path / "made")(name, made_of, lambda: b"new") == b"new"


@pytest.mark.parametrize("damage", [lambda kept: b"", lambda kept: kept[:-1], lambda kept: kept[:40] + b"?" + kept[41:]])
def test_what_is_not_as_it_was_written_is_made_anew(tmp_path: Path, damage) -> None:
    BuildCache(tmp_path)("worker", b"sources", dozen)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert BuildCache(tmp_path)("worker", b"sources", dozen) == dozen()
    assert BuildCache(tmp_path)("worker", b"sources", never) == dozen()


def test_where_nothing_can_be_kept_it_is_made_each_time(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("a file where the folder should be")
    for _ in range(2):
        assert BuildCache(tmp_path / "made")("worker", b"sources", dozen) == dozen()


def test_what_no_start_asked_for_in_30_days_goes(tmp_path: Path) -> None:
    cache = BuildCache(tmp_path)
    for name in ("new", "old"):
        cache(name, b"sources", dozen)
    old = next(tmp_path.glob("old.*"))
    os.utime(old, (0, time.time() - (room.KEPT_DAYS + 1) * 86400))
    cache.sweep()
    assert [file.name.split(".")[0] for file in tmp_path.iterdir()] == ["new"]


@pytest.mark.parametrize("part", ["pwa/templates/home.html", "pwa/worker/domain/journeys.js", "pwa/lean.py", "i18n/plurals.py", "i18n/ar/formats.json"])
def test_a_change_of_anything_it_is_made_of_is_another_thing(tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, room_of in (("HERE", "pwa"), ("WORDS", "i18n")):
        shutil.copytree(getattr(served, name), tmp_path / room_of, ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setattr(served, name, tmp_path / room_of)
    before = served.made_of.__wrapped__()
    with (tmp_path / part).open("a") as file:
        file.write("\n")
    assert served.made_of.__wrapped__() != before


def test_the_worker_read_again_is_the_worker_made(tmp_path: Path) -> None:
    cache = BuildCache(tmp_path)
    assert served.worker_modules(["da", "ar"], cache) == served.worker_modules(["da", "ar"], BuildCache(tmp_path)) == served.worker_modules(["da", "ar"])
    assert served.templates(cache) == served.templates(BuildCache(tmp_path)) == served.templates()
