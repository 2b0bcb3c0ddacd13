"""A day as people write it, in three fields or all in one. The twin of `pwa/worker/domain/dates.js`.

Day, month, year, as the page asks for them; the year first where it has four digits (ISO 8601). A month may be a name in any
of our languages. What can be read in more than one way is not read: the person is asked again.
"""

import re
from collections.abc import Callable
from typing import Any

from backend.domain import days, texts

DateWords = dict[str, list[Any]]
"""`months`: for each of the twelve its names; `fillers`: words that say nothing. As `texts.letters` writes them."""
NO_WORDS: DateWords = {"months": [], "fillers": []}
Fits = Callable[[str], bool]
"""Can this day be meant? It settles the century of a year written with two digits."""

TOKEN = re.compile("[0-9]+|[^0-9 .,/\\\\_:;|()'\"-]+")
PARTS = ["day", "month", "year"]


def read(typed: list[str], words: DateWords, today: str, fits: Fits) -> tuple[str, str, str]:
    """(day, "", ""), or ("", code of the problem, field to mend) from what stands in the fields day, month and year.

    All three empty: "date-empty".
    """
    fields = [tokens(text, words) for text in typed]
    everything = [token for field in fields for token in field]
    if not everything:
        return "", "date-empty", "day"
    if [] in fields and (whole := in_order(everything)):
        return settled(*whole, words, today, fits)
    if [] in fields:
        part = PARTS[fields.index([])]
        return "", f"{part}-empty", part
    if any(len(field) > 1 for field in fields):
        part = next(part for part, field in zip(PARTS, fields, strict=True) if len(field) > 1)
        return "", "date-wrong" if part == "day" else f"{part}-wrong", part
    return settled(fields[0][0], fields[1][0], fields[2][0], False, words, today, fits)


def read_text(typed: str, words: DateWords = NO_WORDS, fits: Fits = lambda day: False) -> str:
    """A day in one text, "" if it is none. Two digits are a year only where `fits` says which."""
    found, problem, _ = read([typed, "", ""], words, "", fits)
    return found if not problem else ""


def tokens(typed: str, words: DateWords) -> list[str]:
    """Numbers, and month names of one word or more: "24. كانون الثاني 2026" is three."""
    found: list[str] = []
    was_word = False
    for token in TOKEN.findall(texts.letters(texts.digits(typed))):
        is_word = not is_number(token)
        if is_word and token in words["fillers"]:
            continue
        if is_word and was_word:
            found[-1] += " " + token
        else:
            found.append(token)
        was_word = is_word
    return found


def is_number(token: str) -> bool:
    return "0" <= token[0] <= "9"


def in_order(found: list[str]) -> tuple[str, str, str, bool] | None:
    """(day, month, year, "could the first be the year too?") of a whole date; None when it is not a whole one."""
    if len(found) == 1 and len(found[0]) == 8 and is_number(found[0]):
        day_first = "19" <= found[0][4:6] <= "21"
        return (found[0][:2], found[0][2:4], found[0][4:], False) if day_first else (found[0][6:], found[0][4:6], found[0][:4], False)
    named = [at for at, token in enumerate(found) if not is_number(token)]
    if len(found) != 3 or len(named) > 1:
        return None
    if named:
        first, last = [token for token in found if is_number(token)]
        return (last, found[named[0]], first, False) if len(first) == 4 else (first, found[named[0]], last, False)
    if len(found[0]) == 4:
        return found[2], found[1], found[0], False
    return found[0], found[1], found[2], len(found[2]) == 2


def settled(
    day: str, month: str, year: str, is_doubtful: bool, words: DateWords, today: str, fits: Fits
) -> tuple[str, str, str]:
    m = month_of(month, words)
    if m == 0:
        return "", "month-wrong", "month"
    years = years_of(year)
    if not years:
        return "", "year-wrong", "year"
    if not re.fullmatch("[0-9]{1,2}", day):
        return "", "date-wrong", "day"
    real = [days.written(y, m, int(day)) for y in years if days.of(y, m, int(day))]
    if not real:
        return "", "date-wrong", "day"
    if is_doubtful and any(days.of(y, m, int(year)) for y in years_of(day)) and day != year:
        return "", "year-wrong", "year"
    return of_century(real, today, fits)


def of_century(real: list[str], today: str, fits: Fits) -> tuple[str, str, str]:
    """Of the same day in two centuries the one that can be meant. If neither can, the later not far ahead: the limit speaks."""
    if len(real) == 1:
        return real[0], "", ""
    fitting = [day for day in real if fits(day)]
    if len(fitting) == 1:
        return fitting[0], "", ""
    if fitting or today == "":
        return "", "year-wrong", "year"
    return real[1] if int(real[1][:4]) <= int(today[:4]) + 20 else real[0], "", ""


def month_of(typed: str, words: DateWords) -> int:
    """1 to 12, from a number or a name; 0 when it is neither, or the name of two."""
    if is_number(typed):
        number = int(typed) if len(typed) <= 2 else 0
        return number if 1 <= number <= 12 else 0
    return named(typed, words) or twice_named(typed, words)


def named(name: str, words: DateWords) -> int:
    found = [number for number, names in enumerate(words["months"], 1) if name in names]
    return found[0] if len(found) == 1 else 0


def twice_named(typed: str, words: DateWords) -> int:
    """"كانون الثاني/يناير": as newspapers write it for readers of two countries."""
    parts = typed.split(" ")
    for at in range(1, len(parts)):
        first, second = named(" ".join(parts[:at]), words), named(" ".join(parts[at:]), words)
        if first == second != 0:
            return first
    return 0


def years_of(typed: str) -> list[int]:
    """1900 to 2199. Two digits are a year of the last century or of this one. Years of other calendars are none."""
    if re.fullmatch("[0-9]{2}", typed):
        return [1900 + int(typed), 2000 + int(typed)]
    return [int(typed)] if re.fullmatch("(19|20|21)[0-9]{2}", typed) else []
