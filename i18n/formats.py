"""Numbers, money, days and clocks in a language, from its table. The twin of `pwa/worker/show/formats.js`.

Text comes back plain, never escaped. What cannot be read raises: ValueError here, RangeError there.
"""

import json
import re
import tomllib
from datetime import date as Day
from functools import cache
from typing import Any

from i18n.languages import ROOM, language, languages

BIGGEST = 2**53 - 1
CALLING = re.compile(r"\+(45|[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d{4,14})")
"""Country codes of one, two and three digits (ITU E.164)."""


@cache
def table(code: str) -> dict[str, Any]:
    """English tables serve the pseudo-languages."""
    found = language(code)
    folder = found.folder if (found.folder / "formats.json").exists() else language("en").folder
    return json.loads((folder / "formats.json").read_text("utf-8"))


def date_words() -> tuple[list[list[str]], list[str]]:
    """(for each month what it is called in any language we carry, words around a date that say nothing)."""
    more = tomllib.loads((ROOM / "month_names.toml").read_text("utf-8"))
    tables = [table(code) for code in languages()]
    lists = [each[kind] for each in tables for kind in ("months", "months_alone", "months_short")]
    months = [[names[n].rstrip(".") for names in lists] + [name for one in more.values() for name in one["months"][n]] for n in range(12)]
    return months, [word for one in more.values() for word in one["fillers"]]


class Formats:
    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table

    def number(self, n: int) -> str:
        if type(n) is not int or abs(n) > BIGGEST:
            raise ValueError("number")
        how = self.table["number"]
        return (how["minus"] if n < 0 else "") + self.grouped(str(abs(n)))

    def grouped(self, digits: str) -> str:
        how = self.table["number"]
        first, size = how["sizes"]
        if len(digits) < first + how["least"]:
            return digits
        head, tail = digits[:-first], digits[-first:]
        while head:
            head, tail = head[:-size], head[-size:] + how["group"] + tail
        return tail

    def money(self, minor: int) -> str:
        """Minor units: 123450 is 1.234,50 kr. Whole amounts stand without decimals."""
        if type(minor) is not int or abs(minor) > BIGGEST:
            raise ValueError("money")
        how = self.table["number"]
        whole, rest = divmod(abs(minor), 100)
        text = self.grouped(str(whole)) + (how["point"] + f"{rest:02}" if rest else "")
        return (how["minus"] if minor < 0 else "") + self.table["money"].replace("{n}", text)

    def date(self, day: str) -> str:
        return self.dated(self.table["date"], day)

    def short_date(self, day: str) -> str:
        return self.dated(self.table["short_date"], day)

    def dated(self, pattern: str, day: str) -> str:
        found = read_day(day)
        return (
            pattern.replace("{W}", self.table["weekdays"][found.weekday()])
            .replace("{M}", self.table["months"][found.month - 1])
            .replace("{d}", str(found.day))
            .replace("{y}", str(found.year))
        )

    def time(self, at: str) -> str:
        """"14:30", or a whole timestamp, whose own clock is read: the municipality's."""
        found = re.fullmatch(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T)?([01][0-9]|2[0-3]):([0-5][0-9]).*", at, re.S)
        if not found:
            raise ValueError("time")
        return self.table["time"].replace("{h}", str(int(found[1]))).replace("{m}", found[2])

    def weekday(self, day: int | str) -> str:
        """1 is Monday; or a date."""
        number = day if type(day) is int else read_day(day).isoweekday()
        if not 1 <= number <= 7:
            raise ValueError("weekday")
        return self.table["weekdays"][number - 1]

    def month(self, month: int) -> str:
        if type(month) is not int or not 1 <= month <= 12:
            raise ValueError("month")
        return self.table["months_alone"][month - 1]

    def phone(self, number: str) -> str:
        """+4533663366 is 33 66 33 66; others keep their country code. Anything else stands as it is."""
        found = CALLING.fullmatch(number)
        if not found:
            return number
        pairs = re.sub(r"(\d\d)(?=\d\d)", r"\1 ", found[2])
        return pairs if found[1] == "45" else f"+{found[1]} {pairs}"

    def list(self, texts: list[str]) -> str:
        two, start, middle, end = self.table["list"]
        if len(texts) < 3:
            return join(two, *texts) if len(texts) == 2 else "".join(texts)
        text = join(end, texts[-2], texts[-1])
        for before in reversed(texts[1:-2]):
            text = join(middle, before, text)
        return join(start, texts[0], text)


def join(pattern: str, first: str, second: str) -> str:
    return re.sub(r"\{([01])\}", lambda found: (first, second)[int(found[1])], pattern)


def read_day(day: str) -> Day:
    found = re.match(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])", day)
    if not found:
        raise ValueError("day")
    return Day(int(found[1]), int(found[2]), int(found[3]))
