"""Formats and plural rules out of CLDR, by Babel, into `<lang>/formats.json`. Runs at a developer's desk only.

A newer Babel shows as a diff of these files, which a person reads. Ours, for all languages: Latin digits,
the 24-hour clock, no zero before the hour.
"""

import json
import re
from pathlib import Path
from typing import Any

from babel import Locale

from i18n.languages import Language

ORDER = ("zero", "one", "two", "few", "many", "other")
REACH = [*range(2001), *(10**power * times for power in range(3, 8) for times in (1, 2, 3, 5, 11, 21))]
"""Whole numbers that meet every branch of CLDR's rules."""

LEAST = {"pl": 2, "bg": 2, "es": 2, "pt": 2}
"""CLDR's minimumGroupingDigits, which Babel does not carry: Polish writes 1234 and 12 345."""

Rule = tuple[str, Any]


def write(language: Language) -> Path:
    path = language.folder / "formats.json"
    path.parent.mkdir(exist_ok=True)
    rows = [f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in table(language).items()]
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")
    return path


def table(language: Language) -> dict[str, Any]:
    locale = Locale.parse(language.cldr)
    symbols = locale.number_symbols["latn"] if "latn" in locale.number_symbols else locale.number_symbols
    number = locale.decimal_formats[None]
    return {
        "plural": plural(locale),
        "number": {
            "group": symbols["group"], "sizes": list(number.grouping), "least": LEAST.get(locale.language, 1),
            "point": symbols["decimal"], "minus": symbols["minusSign"],
        },
        "money": money(locale, language.currency),
        "date": date_pattern(locale.date_formats["full"].pattern),
        "short_date": date_pattern(locale.date_formats["long"].pattern),
        "time": re.sub("H+", "{h}", str(locale.datetime_skeletons["Hm"])).replace("mm", "{m}"),
        "weekdays": [locale.days["format"]["wide"][day] for day in range(7)],
        "months": [locale.months["format"]["wide"][month] for month in range(1, 13)],
        "months_alone": [locale.months["stand-alone"]["wide"][month] for month in range(1, 13)],
        "months_short": [locale.months["format"]["abbreviated"][month] for month in range(1, 13)],
        "list": [locale.list_patterns["standard"][part] for part in ("2", "start", "middle", "end")],
    }  # fmt: skip


def money(locale: Locale, currency: str) -> str:
    pattern = locale.currency_formats["standard"].pattern.split(";")[0]
    return re.sub(r"[#,.0]+", "{n}", pattern).replace("¤", currency)


def date_pattern(pattern: str) -> str:
    """CLDR's `EEEE 'den' d. MMMM y` as our `{W} den {d}. {M} {y}`."""
    names = {"EEEE": "{W}", "MMMM": "{M}", "LLLL": "{M}", "d": "{d}", "y": "{y}"}
    parts = re.findall(r"'([^']*)'|([EMLdy]+)|([^'EMLdy]+)", pattern)
    return "".join(quoted or names.get(field, "") or other for quoted, field, other in parts)


def plural(locale: Locale) -> dict[str, Any]:
    """The forms whole numbers can reach, in CLDR's order, and one expression for the header, Python and JavaScript."""
    tests = {form: reduce(rule) for form, rule in locale.plural_form.abstract}
    judge = {form: eval(python(rule), {}) for form, rule in tests.items()}  # noqa: S307 - our own text
    def form_of(n: int) -> str:
        return next((form for form, holds in judge.items() if holds(n)), "other")
    reached = {form_of(n) for n in REACH}
    forms = [form for form in ORDER if form in reached]
    rule = str(len(forms) - 1)
    for index, form in reversed(list(enumerate(forms[:-1]))):
        rule = f"{c(tests[form])} ? {index} : {rule}"
    return {"forms": forms, "rule": rule, "examples": [examples(form, form_of) for form in forms]}


def examples(form: str, form_of: Any) -> list[int]:
    """Up to four numbers a translator sees at the box; a form that holds one number shows one."""
    return [n for n in REACH if form_of(n) == form][:4]


def reduce(rule: Any) -> Any:
    """CLDR's tree with `v w f t c e` (fractions and powers) set to zero and what then is constant folded away."""
    kind, parts = rule
    if kind in ("and", "or"):
        left, right = reduce(parts[0]), reduce(parts[1])
        decisive = kind == "or"
        if decisive in (left, right):
            return decisive
        if left is (not decisive):
            return right
        return left if right is (not decisive) else (kind, left, right)
    if kind == "not":
        inner = reduce(parts[0])
        return (not inner) if isinstance(inner, bool) else ("not", inner)
    _, value, (_, ranges) = parts
    spans = [(low[1][0], high[1][0]) for low, high in ranges]
    modulus = 0
    if value[0] == "mod":
        modulus, value = value[1][1][1][0], value[1][0]
    if value[0] not in "ni":
        return any(low <= 0 <= high for low, high in spans)
    return ("in", modulus, spans)


def c(rule: Any, outer: str = "") -> str:
    """The rule as an expression that C, gettext and JavaScript read alike."""
    if rule[0] == "not":
        if rule[1][0] == "in" and all(low == high for low, high in rule[1][2]):
            return " && ".join(f"{operand(rule[1][1])} != {low}" for low, _ in rule[1][2])
        return f"!({c(rule[1])})"
    if rule[0] in ("and", "or"):
        sign = {"and": " && ", "or": " || "}[rule[0]]
        text = sign.join(c(part, rule[0]) for part in rule[1:])
        return f"({text})" if outer and outer != rule[0] else text
    _, modulus, spans = rule
    n = operand(modulus)
    tests = [f"{n} == {low}" if low == high else f"{n} >= {low} && {n} <= {high}" for low, high in spans]
    text = " || ".join(f"({test})" if "&&" in test and len(tests) > 1 else test for test in tests)
    return f"({text})" if len(tests) > 1 and outer == "and" else text


def operand(modulus: int) -> str:
    return f"n % {modulus}" if modulus else "n"


def python(rule: Any) -> str:
    if isinstance(rule, bool):
        return f"lambda n: {rule}"
    text = c(rule).replace("&&", "and").replace("||", "or").replace("!(", "not (")
    return f"lambda n: {text}"


def row(code: str) -> str:
    """A new language's block for `languages.toml`. UnknownLocaleError when CLDR does not know the code."""
    locale = Locale.parse(code)
    name = str(locale.get_language_name(code) or code)
    return (
        f'\n[{code}]\nname = "{name[:1].upper() + name[1:]}"\n'
        f'dir = "{"rtl" if locale.text_direction == "rtl" else "ltr"}"\n'
        f'cldr = "{code}"\ncurrency = "kr."\nfallback = "en"\nstate = "draft"\nfrom = "people"\nrole = ""\ndate = ""\n'
    )
