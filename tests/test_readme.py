"""What the README promises is there, and what is there stands in the README."""

import re
from pathlib import Path

import msgspec

from backend.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_explained() -> None:
    named = set(re.findall(r"`(\w+)`", README))
    assert sorted(field.name for field in msgspec.structs.fields(Settings) if field.name not in named) == []


def test_every_service_is_named() -> None:
    assert [file.stem for file in sorted((ROOT / "backend/services").glob("*.toml")) if f"`{file.stem}`" not in README] == []


def test_every_make_command_it_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert [name for name in re.findall(r"make ([a-z]+)\b", README) if not re.search(rf"^{name}:", makefile, re.M) and name not in {"make"}] == []


def test_every_file_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_folder_of_the_house_is_there() -> None:
    plan = README.split("## The house")[1].split("```")[1]
    tops = re.findall(r"^(\w+)/", plan, re.M)
    assert tops and [top for top in tops if not (ROOT / top).is_dir()] == []
