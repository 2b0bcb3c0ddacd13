"""A service file, read: TOML in, `Service` out, or every mistake with its line and a suggestion."""

import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from backend.domain.lint import logic, reachability, tables
from backend.domain.lint.positions import Lines
from backend.domain.lint.report import Mistake, Mistakes, Report
from backend.domain.services import Service

TABLES = {
    "question": "questions", "group": "groups", "ending": "endings", "deadline": "deadlines", "outcome": "outcomes",
    "task": "tasks", "tick": "ticks", "bring": "brings",
}  # fmt: skip
"""A table of the file → its field of `Service`."""


def read(text: str, file: str) -> Service:
    """Raises `Mistakes`."""
    lines = Lines(text)
    raw = parse(text, file)
    found = inspected(raw, lines)
    if found:
        raise Mistakes([msgspec.structs.replace(each, file=file) for each in found])
    return msgspec.convert(laid_out(raw, lines), Service)


def inspected(raw: dict[str, Any], lines: Lines) -> list[Mistake]:
    """By line. What stands on a broken table is looked at when that is mended."""
    report = Report(raw, lines)
    for room in (tables, logic, reachability):
        if not report.found:
            room.look(report)
    return sorted(report.found, key=lambda mistake: mistake.line)


def parse(text: str, file: str) -> dict[str, Any]:
    try:
        return plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line, said = tables.of_toml(str(error), text)
        raise Mistakes([Mistake(file, line, said, "Compare with a neighbour: strings stand in quotes, lists in [ ].")]) from error


def plain(value: Any) -> Any:
    """TOML's own days as text, as everywhere else."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def laid_out(raw: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """The tables of the file as the fields of `Service`."""
    named = {field: raw.get(table, []) for table, field in TABLES.items()}
    items = [item(kind, raw[kind][at]["id"]) for kind, at in lines.order(["question", "ending"])]
    send = raw.get("check", {}).get("send", "")
    return {**raw["service"], **named, "figures": raw.get("figure", {}), "send": send, "items": items}


def item(kind: str, id: str) -> str:
    return f"{kind[0]}:{id}"


def check(paths: Iterable[Path], published: dict[str, Service] | None = None) -> list[Mistake]:
    """Every mistake of every file, and what does not go with the others or with a version already published."""
    found: list[Mistake] = []
    seen: dict[str, Path] = {}
    for path in paths:
        try:
            service = read(path.read_text("utf-8"), str(path))
        except Mistakes as wrong:
            found += wrong.found
        except (OSError, UnicodeDecodeError) as error:
            found.append(Mistake(str(path), 1, f"This file cannot be read: {error}", "Save it as UTF-8 text."))
        else:
            found += tables.of_neighbours(service, path, seen, published or {})
            seen.setdefault(service.id, path)
    return found


def load(dirs: Iterable[Path]) -> dict[str, Service]:
    """The services of these folders by id, in the order of folders and names. Raises `Mistakes`."""
    paths = [path for folder in dirs for path in sorted(Path(folder).glob("*.toml"))]
    found = check(paths)
    if found:
        raise Mistakes(found)
    services = [read(path.read_text("utf-8"), str(path)) for path in paths]
    if found := [each for service, path in zip(services, paths, strict=True) for each in tables.of_other_services(service, path, services)]:
        raise Mistakes(found)
    return {service.id: service for service in services}
