"""Every template, in every language, over contexts of every kind: the phone's bytes are the server's bytes."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from i18n import catalogue
from i18n.languages import languages
from pwa.compile import SERVERS_OWN, compiled
from pwa.source import read_all
from tests.pwa.contexts import HOSTILE, NUMBERS, Reader, contexts
from tests.pwa.twins import LANGUAGES, TEMPLATES, Phone, Server, catalogues, same

SOURCES = read_all(TEMPLATES)
BASES = {Reader(SOURCES).compiler.base(source) for source in SOURCES.values()}
MADE = [file for file, source in SOURCES.items() if source.is_page and file not in BASES]
PAGES = [file for file in MADE if file not in SERVERS_OWN]
PER_PAGE = 60


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    phone = Phone(tmp_path_factory.mktemp("phone"))
    yield phone
    phone.close()


@pytest.fixture(scope="module")
def server() -> Server:
    return Server()


def sentences() -> list[str]:
    return sorted(key[1] for key in catalogues()["da"].spoken)[:80]


@pytest.mark.parametrize("file", PAGES)
def test_phone_and_server_show_the_same_bytes(file: str, phone: Phone, server: Server) -> None:
    reader, page = Reader(SOURCES), file.removesuffix(".html")
    shown = 0
    for index, context in enumerate(contexts(reader, file, sentences(), PER_PAGE)):
        for lang in LANGUAGES if index < 10 else [LANGUAGES[index % len(LANGUAGES)]]:
            shown += "html" in same(phone, server, page, context, lang)
    assert shown >= PER_PAGE / 3, "most contexts should be ones the page was made for"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_is_said_alike_for_every_value(lang: str, phone: Phone) -> None:
    words, chance = catalogues()[lang], random.Random(lang)  # noqa: S311 - a test's dice
    compiler = compiled(TEMPLATES)
    compiler.module()
    for number, (context, one, many) in enumerate(compiler.messages):
        for _ in range(3):
            values = {name: chance.choice([*HOSTILE, 0, 7, 2**53 - 1]) for name in names(one)}
            values |= {"link": chance.choice(HOSTILE)} if "<link>" in one else {}
            if many:
                n = chance.choice(NUMBERS)
                rest = {name: value for name, value in values.items() if name != "n"}
                here, there = words.tn(one, many, n, {**rest, **ctx(context)}), ["tn", [number, n, rest]]
                bare, bare_there = words.plain_n(one, many, n, {**rest, **ctx(context)}), ["plain_n", [number, n, rest]]
            else:
                here, there = words.t(one, {**values, **ctx(context)}), ["t", [number, values]]
                bare, bare_there = words.plain(one, {**values, **ctx(context)}), ["plain", [number, values]]
            assert phone.ask(lang=lang, call=there[0], args=there[1]) == {"html": here}
            assert phone.ask(lang=lang, call=bare_there[0], args=bare_there[1]) == {"html": bare}


def names(text: str) -> list[str]:
    from i18n.catalogue import NAME

    return NAME.findall(text)


def ctx(context: str) -> dict[str, str]:
    return {"ctx": context} if context else {}


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_every_sentence_of_the_services_is_said_alike_by_its_english_and_by_its_mark(lang: str, phone: Phone) -> None:
    words = catalogues()[lang]
    for sentence in catalogue.said(words) or ():
        for name in (sentence, catalogue.mark(sentence)):
            assert phone.ask(lang=lang, call="say", args=[name]) == {"html": words.say(sentence)}
            assert phone.ask(lang=lang, call="plain_say", args=[name]) == {"html": words.plain_say(sentence)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_counts_take_the_same_form_from_nought_to_ten_million(lang: str, phone: Phone) -> None:
    compiler = compiled(TEMPLATES)
    compiler.module()
    counted = [(number, one, many) for number, (context, one, many) in enumerate(compiler.messages) if many and not context]
    number, one, many = next((found for found in counted if set(names(found[1])) == {"n"}))
    for n in [*range(0, 2001), *(10**power for power in range(3, 8))]:
        assert phone.ask(lang=lang, call="tn", args=[number, n]) == {"html": catalogues()[lang].tn(one, many, n)}


@pytest.mark.parametrize("n", [-1, 1.5, True, "1", None, 2**53])
def test_what_is_no_count_is_refused_on_both_sides(n: object, phone: Phone) -> None:
    with pytest.raises((ValueError, TypeError)):
        catalogues()["da"].tn("{n} thing fits", "{n} things fit", n)  # type: ignore[arg-type]
    assert "error" in phone.ask(lang="da", call="tn", args=[0, n])


FORMATTED = {
    "number": [*NUMBERS, -1, -1234567, 10**15, 2**53 - 1, 2**53, 1.5, "7", True, None],
    "money": [0, 5, 99, 100, 101, 123450, -123450, 10**12, 2**53, "1", None],
    "date": ["2026-11-24", "2026-11-24T10:00", "2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0001-01-01", "x", "", "2026-1-1", "2026-11-241"],
    "short_date": ["2026-11-24", "9999-12-31", "2026-00-10"],
    "time": ["09:05", "00:00", "24:00", "2026-11-24T14:30+01:00", "9:00", "", "12:60"],
    "weekday": [1, 7, 0, 8, "2026-11-24", "2026-11-24T10:00", ""],
    "month": [1, 12, 0, 13, "1"],
    "phone": ["+4533663366", "+4712345678", "+12025550123", "+35312345678", "+999123456", "33663366", "", "+45336633661", "+45<b>"],
    "list": [[], ["a"], ["a", "b"], ["a", "b", "c"], ["{0}", "{1}", "$1", "$&"], ["a"] * 7],
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", FORMATTED)
def test_formats_agree(name: str, lang: str, phone: Phone) -> None:
    for value in FORMATTED[name]:
        there = phone.ask(lang=lang, call=name, args=[value])
        try:
            here = {"html": getattr(catalogues()[lang].formats, name)(value)}
        except (ValueError, TypeError, AttributeError):
            assert "error" in there, f"{name}({value!r}): the phone said {there}"
        else:
            assert there == here


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_day_of_a_century_has_the_same_name(lang: str, phone: Phone) -> None:
    chance = random.Random(lang)  # noqa: S311 - a test's dice
    for _ in range(400):
        day = f"{chance.randint(1950, 2050)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        assert phone.ask(lang=lang, call="date", args=[day]) == {"html": catalogues()[lang].formats.date(day)}


def test_every_offered_language_is_compared() -> None:
    assert set(languages()) <= set(LANGUAGES)


def test_every_sentence_of_the_templates_was_shown(server: Server) -> None:
    """Else the contexts above miss a branch, and the bytes there were never compared."""
    words = catalogues()["en"]
    seen: set[str] = set()
    environment = server.renderer.rooms["en"]
    for name in ("t", "tn", "plain", "plain_n"):
        spoken = environment.globals[f"call_{name}"]

        def heard(text: str, *rest: object, spoken: object = spoken) -> object:
            seen.add(text)
            return spoken(text, *rest)  # type: ignore[operator]

        environment.globals[f"call_{name}"] = heard
    environment.cache.clear()  # type: ignore[union-attr]
    reader = Reader(SOURCES)
    for file in PAGES:
        for context in contexts(reader, file, sentences(), 6 * PER_PAGE):
            server.ask(file.removesuffix(".html"), context, "en")
    compiler = compiled(TEMPLATES)
    compiler.module()
    assert {one for _, one, _ in compiler.messages} - seen == set()
    assert words.code == "en"


def test_no_template_is_left_out() -> None:
    assert {Path(file).name for file in MADE} | BASES - {""} == {path.name for path in TEMPLATES.glob("*.html")}


@pytest.mark.parametrize("file", SERVERS_OWN)
def test_a_page_of_the_server_alone_is_shown_there_and_unknown_to_the_phone(file: str, phone: Phone, server: Server) -> None:
    page = file.removesuffix(".html")
    drawn = list(contexts(Reader(SOURCES), file, sentences(), PER_PAGE))
    assert sum("html" in server.ask(page, context, "da") for context in drawn) >= PER_PAGE / 3
    assert "error" in phone.ask(page=page, context=drawn[0], lang="da")


def test_the_phone_s_routes_know_which_pages_are_the_server_s() -> None:
    routes = (TEMPLATES.parent / "worker" / "routes.js").read_text("utf-8")
    kept = re.search(r"const SERVER = /\^\(([^)]*)\)", routes)
    steps = re.findall(r"'?([\w-]+)'?: 'server'", routes)
    assert kept and {file.removesuffix(".html") for file in SERVERS_OWN} <= {*kept[1].split("|"), *steps}
