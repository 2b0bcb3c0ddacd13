"""Where settings come from: a TOML file as people's editors save it, and the environment as shells and units write it."""

import codecs
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

PREFIX = "MEDBORGER_"
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class BadSettings(Exception):
    """Settings that cannot be used; the text is for the operator: one plain sentence for each mistake."""


def file_values(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        return tomllib.loads(text_of(file))
    except FileNotFoundError:
        raise BadSettings(f"There is no settings file {file}.") from None
    except OSError as error:
        raise BadSettings(f"The settings file {file} cannot be read: {error.strerror}.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"The settings file {file} cannot be read: {error}") from None


def text_of(file: Path) -> str:
    """Notepad's marks at the start and its line ends are no mistake; a file in another encoding is told."""
    data = file.read_bytes()
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadSettings(f"The settings file {file} is not saved as UTF-8 (line {line}). Save it again with the encoding UTF-8.") from None


def environment_values(env: Mapping[str, str], kinds: Mapping[str, Any]) -> dict[str, Any]:
    """`kinds`: name → type. Lists stand there as JSON or, when they are words, with commas between."""
    values: dict[str, Any] = {}
    for name, kind in kinds.items():
        text = unquoted(env.get(PREFIX + name.upper(), ""))
        if text and "list[" in str(kind):
            values[name] = listed(PREFIX + name.upper(), text)
        elif text:
            values[name] = text
    return values


def unquoted(text: str) -> str:
    """`MEDBORGER_TOWN="Havneby"` in a file of a container keeps its quotes."""
    text = text.strip()
    return text[1:-1].strip() if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'" else text


def listed(name: str, text: str) -> Any:
    if text[:1] != "[":
        return text.split(",")
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise BadSettings(f"{name} begins with [ and is no JSON list. Write words with commas between, or a whole list.") from None
