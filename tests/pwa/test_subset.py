"""Whatever could not be rendered alike in two places is refused when the phone's code is built, with file and line."""

from pathlib import Path

import pytest

from pwa.compile import compile_templates
from pwa.source import Refused

LAYOUT = "<!doctype html><title>{% block title %}{% endblock %}</title>{% block main %}{% endblock %}"
MACROS = "{% macro row(a, b) %}{{ a }}{{ b }}{% endmacro %}"


def build(folder: Path, page: str, macros: str = MACROS) -> str:
    (folder / "macros").mkdir(exist_ok=True)
    (folder / "layout.html").write_text(LAYOUT)
    (folder / "macros" / "rows.html").write_text(macros)
    (folder / "page.html").write_text(page)
    return compile_templates(folder)[0]


def in_block(body: str) -> str:
    """On line 4 of a page."""
    return (
        '{% extends "layout.html" %}\n{% from "macros/rows.html" import row %}\n'
        "{% block main %}\n" + body + "\n{% endblock %}"
    )


REFUSED = {
    "a truth printed": "{{ True }}",
    "nothing printed": "{{ None }}",
    "a fraction printed": "{{ 1.5 }}",
    "a comparison printed": "{{ a == b }}",
    "a list printed": "{{ [a] }}",
    "a dict printed": '{{ {"a": b} }}',
    "two comparisons at once": "{% if 1 < a < 3 %}{% endif %}",
    "order of what may be text": "{% if a < b %}{% endif %}",
    "membership": "{% if a in b %}{% endif %}",
    "a test": "{% if a is defined %}{% endif %}",
    "or as a value": '{{ a or "" }}',
    "an inline if without else": "{{ a if b }}",
    "a dict walked": "{% for a in b.items() %}{% endfor %}",
    "two names in a loop": "{% for a, b in c %}{% endfor %}",
    "a filter in a loop": "{% for a in b | reverse %}{% endfor %}",
    "a condition in a loop": "{% for a in b if c %}{% endfor %}",
    "loop outside of a loop": "{{ loop.index }}",
    "the loop's cycle": "{% for a in b %}{{ loop.cycle(1) }}{% endfor %}",
    "the loop's depth": "{% for a in b %}{{ loop.depth }}{% endfor %}",
    "a Python method's name": "{{ a.items }}",
    "a Python method's name in brackets": '{{ a["get"] }}',
    "a Python method": '{{ a.replace("x", "y") }}',
    "a hidden name": "{{ a.__class__ }}",
    "a key that varies": "{{ a[b] }}",
    "safe": "{{ a | safe }}",
    "another filter": "{{ a | upper }}",
    "set": '{% set a = "x" %}',
    "arithmetic": "{{ a + 1 }}",
    "a negative": "{{ -a }}",
    "a slice": "{{ a[1:2] }}",
    "~ on a number": "{{ a ~ 1 }}",
    "with": "{% with a = b %}{% endwith %}",
    "include": '{% include "layout.html" %}',
    "caller": "{% call row(1, 2) %}{% endcall %}",
    "a filter block": "{% filter upper %}{% endfilter %}",
    "a block in a block": "{% block inner %}{% endblock %}",
    "a named argument": "{{ row(a=1, b=2) }}",
    "too few arguments": "{{ row(a) }}",
    "too many arguments": "{{ row(a, b, c) }}",
    "a macro as a value": "{{ row }}",
    "an unknown call": "{{ gettext(a) }}",
    "a text that varies": "{{ t(a) }}",
    "an empty text": '{{ t("") }}',
    "values that vary": '{{ t("Hello {name}", a) }}',
    "a value too few": '{{ t("Hello {name}") }}',
    "a value too many": '{{ t("Hello", {"name": a}) }}',
    "a link without address": '{{ t("See <link>it</link>") }}',
    "HTML as a value": '{{ t("Hello {name}", {"name": t("you")}) }}',
    "a macro as a message's value": '{{ t("Hello {name}", {"name": row(a, b)}) }}',
    "a count without {n}": '{{ tn("One day", "{n} days", a) }}',
    "a count whose forms differ": '{{ tn("{n} day", "{n} days {x}", a, {"x": b}) }}',
    "a count filled by hand": '{{ tn("{n} day", "{n} days", a, {"n": a}) }}',
    "one English with two plurals": '{{ tn("{n} day", "{n} days", a) }}{{ tn("{n} day", "{n} nights", a) }}',
    "a literal for say": '{{ say("Hello") }}',
    "a format of two things": "{{ number(a, b) }}",
    "words outside t": "<p>Hello</p>",
    "words in a spoken attribute": '<img alt="A rat" src="/a">',
    "words in a label": '<nav aria-label="More"></nav>',
    "HTML in an attribute": '<nav aria-label="{{ t("More") }}"></nav>',
    "a service's HTML in an attribute": '<nav aria-label="{{ say(a) }}"></nav>',
    "HTML in a text box": '<textarea>{{ t("More") }}</textarea>',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_broken_rule_is_refused_with_file_and_line(body: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        build(tmp_path, in_block(body))
    assert (refused.value.file, refused.value.line) == ("page.html", 4)
    assert str(refused.value).startswith("page.html:4: ")


ELSEWHERE = {
    "unclosed": ("{% if a %}", 1),
    "text outside of a block": ('{% extends "layout.html" %}\n<p>', 2),
    "an unknown layout": ('{% extends "nowhere.html" %}', 1),
    "an unknown block": ('{% extends "layout.html" %}\n{% block side %}{% endblock %}', 2),
    "an unknown import": ('{% extends "layout.html" %}\n{% from "nowhere.html" import x %}', 2),
    "an unknown macro": ('{% extends "layout.html" %}\n{% from "macros/rows.html" import x %}', 2),
    "an import with context": ('{% extends "layout.html" %}\n{% from "macros/rows.html" import row with context %}', 2),
    "a name of ours": ('{% extends "layout.html" %}\n{% import "macros/rows.html" as t %}', 2),
    "an if around a block's import": ('{% extends "layout.html" %}\n{% if a %}{% endif %}', 2),
    "HTML in the title": ('{% extends "layout.html" %}\n{% block title %}{{ t("Home") }}{% endblock %}', 2),
}


@pytest.mark.parametrize(("page", "line"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_page_that_could_not_be_built_is_refused(page: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        build(tmp_path, page)
    assert (refused.value.file, refused.value.line) == ("page.html", line)


IN_MACROS = {
    "a free name": "{% macro row(a, b) %}\n{{ c }}{% endmacro %}",
    "the page's assets": "{% macro row(a, b) %}\n{{ assets.css }}{% endmacro %}",
    "a default": '{% macro row(a, b="x") %}{% endmacro %}',
    "its caller": "{% macro row(a, b) %}\n{{ caller() }}{% endmacro %}",
    "more arguments": "{% macro row(a, b) %}\n{{ varargs }}{% endmacro %}",
    "an argument named as a function": "{% macro row(a, date) %}{% endmacro %}",
}


@pytest.mark.parametrize("macros", IN_MACROS.values(), ids=IN_MACROS)
def test_a_macro_knows_only_its_arguments(macros: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        build(tmp_path, in_block(""), macros)
    assert refused.value.file == "macros/rows.html"


def test_two_macros_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        build(tmp_path, "{% macro row(a) %}{% endmacro %}")


def test_everything_the_subset_allows_is_built(tmp_path: Path) -> None:
    page = in_block(
        '{% for it in rows %}{{ loop.index }}{{ row(it.a, it["b"]) }}{% else %}{{ t("None") }}{% endfor %}'
        '{% if (a or not b) and rows | length > 1 %}{{ a ~ "x" }}{% elif a == "y" %}{{ "`${1}\\\\" }}{% endif %}'
        '{{ t("See <link>{name}</link>", {"name": a, "link": b, "ctx": "verb"}) }}{{ plain("None") }}'
        '<b lang="da">Sprog</b><span title="{{ plain_say(a) }}">{{ say(a if b else c) }}</span>'
    )
    source = build(tmp_path, page)
    assert "Sprog" in source
    assert compile_templates(tmp_path)[1] == [("", "None", ""), ("verb", "See <link>{name}</link>", "")]


def test_values_of_one_name_inside_each_other_stay_apart(tmp_path: Path) -> None:
    page = in_block("{% for it in rows %}{% for it in it.rows %}{% for b in it %}{{ row(b.x, it.y) }}{% endfor %}{% endfor %}{% endfor %}")
    source = build(tmp_path, page)
    assert 'L(G($,"rows"),(a)=>H`${L(G(a,"rows"),(c)=>H`${L(c,(d)=>H`${$0(G(d,"x"),G(c,"y"))}`)}`)}`)' in source


def test_no_sentence_travels_in_the_phone_s_code(tmp_path: Path) -> None:
    assert "None" not in build(tmp_path, in_block('{{ t("None") }}'))
