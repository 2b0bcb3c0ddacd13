"""What can be said of the look without opening a browser."""

import json
import re
import struct
from pathlib import Path

import brotli
import pytest

from pwa.lean import lean

ROOT = Path(__file__).parents[2]
CSS = ROOT / "pwa" / "css"
ICONS = ROOT / "pwa" / "icons"
SHEETS = sorted(CSS.glob("*.css"))
MANIFEST = json.loads((ROOT / "manifest.json").read_text("utf-8"))


def test_every_stylesheet_stands_in_the_order_once() -> None:
    order = (CSS / "order.txt").read_text("utf-8").split()
    assert sorted(order) == [sheet.name for sheet in SHEETS]
    assert order[0] == "layers.css"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_stylesheet_knows_start_and_end_but_no_left_or_right(sheet: Path) -> None:
    assert re.findall(r"(?<![\w-])(?:left|right)(?![\w-])|-(?:left|right)\b", sheet.read_text("utf-8")) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_block_is_short_enough_to_read(sheet: Path) -> None:
    assert len(sheet.read_text("utf-8").splitlines()) <= 60


def test_the_whole_stylesheet_is_small() -> None:
    whole = b"".join((CSS / name).read_bytes() for name in (CSS / "order.txt").read_text("utf-8").split())
    assert len(brotli.compress(whole)) <= 4500


def test_what_every_page_runs_is_under_two_kilobytes() -> None:
    boot = lean((ROOT / "pwa/page/boot.js").read_text("utf-8"))
    assert len(brotli.compress(boot.encode())) < 2000


@pytest.mark.parametrize("picture", [*MANIFEST["icons"], *MANIFEST["screenshots"]], ids=lambda picture: picture["src"])
def test_the_manifest_tells_the_truth_about_its_pictures(picture: dict[str, str]) -> None:
    found = (ICONS / picture["src"]).read_bytes()
    if picture["sizes"] != "any":
        assert "x".join(str(side) for side in struct.unpack(">II", found[16:24])) == picture["sizes"]
