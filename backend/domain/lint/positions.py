"""Where things stand in a TOML file: `tomllib` tells what is there, not where."""

import re

HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_-]+)\s*(?:\.\s*([A-Za-z0-9_-]+)\s*)?\]\]?")
KEY = re.compile(r"^\s*\"?([A-Za-z0-9_-]+)\"?\s*=")


class Lines:
    """The tables of a text and their keys, by line. Lines inside a long string are no headers."""

    def __init__(self, text: str) -> None:
        self.headers: list[tuple[str, int, int]] = []
        """(table, how many of that name stand before, line)"""
        self.keys: dict[tuple[str, int, str], int] = {}
        table, at = "", 0
        for number, line in enumerate(outside_strings(text), start=1):
            if found := HEADER.match(line):
                table = found[2]
                at = len([name for name, _, _ in self.headers if name == table]) if found[1] == "[[" else 0
                self.headers.append((table, at, number))
                if found[3]:
                    self.keys.setdefault((table, at, found[3]), number)
            elif found := KEY.match(line):
                self.keys.setdefault((table, at, found[1]), number)

    def order(self, tables: list[str]) -> list[tuple[str, int]]:
        """Tables of these names as they stand in the file."""
        return [(name, at) for name, at, _ in self.headers if name in tables]

    def of(self, table: str, at: int = 0, key: str = "") -> int:
        """The line of a key; of its table when it is not there; else the first."""
        header = next((line for name, number, line in self.headers if (name, number) == (table, at)), 1)
        return self.keys.get((table, at, key), header)


def outside_strings(text: str) -> list[str]:
    """The lines, empty where a string of several lines goes on."""
    lines, inside = [], ""
    for line in text.split("\n"):
        lines.append("" if inside else line)
        for quote in re.findall(r'"""|\'\'\'', line):
            if inside in ("", quote):
                inside = "" if inside else quote
    return lines
