"""Whatever is wrong in a letter template is said with its line and what to write instead, before anybody is sent anything."""

from pathlib import Path

import msgspec
import pytest
from jinja2 import Environment

from backend.domain.lint.report import Mistakes
from backend.letters.filling import MOST, Room, Unfilled, fill
from backend.letters.sentences import of_text
from backend.letters.subset import PARSER
from backend.letters.template_files import LONGEST
from backend.letters.templates import Templates, check
from pwa.compile import Compiler
from pwa.source import parse as parse_page
from tests.letters.test_templates import SERVICES, SHIPPED, TEMPLATES, TOWN, WORDS

HEAD = """title = "A try"
status = "granted"

[[field]]
id = "paid_from"
kind = "date"
label = "First day"

[[field]]
id = "a_week"
kind = "amount"
label = "A week"

[[field]]
id = "cause"
kind = "choice"
label = "Why"
options = [{ is = "late", say = "Too late" }, { is = "other", say = "Other" }]

[[field]]
id = "how"
kind = "long_text"
label = "More"
optional = true

---
"""
TEXT = "".join(f'{{% block {name} %}}\n{{{{ t("Nothing.") }}}}\n{{% endblock %}}\n' for name in ("title", "what", "must", "by_when", "otherwise", "who"))
FIRST = HEAD.count("\n") + TEXT.count("\n") + 2
"""The first line inside the body."""


def letter(tmp_path: Path, body: str = '{{ t("Good day.") }}', head: str = HEAD, text: str = TEXT, service: str = "sick-pay") -> Path:
    file = tmp_path / "letters" / service / "try.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{head}{text}{{% block body %}}\n{body}\n{{% endblock %}}\n", "utf-8")
    return file


def mistakes(*made: object, **named: object) -> list[tuple[int, str, str]]:
    return [(one.line, one.text, one.hint) for one in check([letter(*made, **named)], SERVICES)]


def test_what_is_right_has_no_mistakes(tmp_path: Path) -> None:
    body = """## {{ t("Why") }}

{{ t("From {day} you get {amount}.", {"day": date(paid_from), "amount": money(a_week)}) }}
{% if cause == "late" %}
- {{ t("Too late.") }}
{% elif how and answers.first_day %}
- {{ how }}
{% endif %}
{% for row in told %}
- {{ row.ask }} {{ row.said }}
{% endfor %}
{{ t("Hello", {"ctx": "greeting"}) }} {{ tn("{n} week", "{n} weeks", figures.complaint) }} {{ phone(town_phone) }}
{{ date(last_days.complain) }} {% if not how %}{{ t("Nothing more.") }}{% endif %}"""
    assert mistakes(tmp_path, body) == []


@pytest.mark.parametrize(("body", "line", "text", "hint"), [
    ("Good day.", 0, "Bare text: “Good day.”.", 'Write {{ t("…") }}'),
    ("\n\n{{ t('a') }} and", 2, "Bare text: “and”.", "translated"),
    ("{{ paid_fro }}", 0, "There is nothing called `paid_fro`.", "Did you mean `paid_from`?"),
    ("{{ answers.frist_day }}", 0, "There is nothing called `answers.frist_day`.", "Did you mean `answers.first_day`?"),
    ("{{ last_days.complaint }}", 0, "There is nothing called `last_days.complaint`.", "`last_days.complain`"),
    ("{{ paid_from }}", 0, "`paid_from` is a date.", "Write date(paid_from)."),
    ("{{ t('From {d}.', {'d': paid_from}) }}", 0, "`paid_from` is a date.", "Write date(paid_from)."),
    ("{{ date(a_week) }}", 0, "`a_week` is an amount: date cannot write it.", "Write money(a_week)."),
    ("{{ date(name) }}", 0, "`name` is a text: date cannot write it.", "without a function"),
    ("{{ cause }}", 0, "`cause` is a choice, and no text.", "{% if"),
    ("{{ how }}", 0, "`how` may be empty.", "Write {% if how %} … {% endif %} around it."),
    ("{% if cause == 'lat' %}{{ t('a') }}{% else %}{{ t('b') }}{% endif %}", 0, "`cause` has no option `lat`.", "Did you mean `late`?"),
    ("{% if a_week > 3 %}{{ t('a') }}{% endif %}{{ t('b') }}", 0, "Only a choice is compared", "Write {% if"),
    ("{{ t('From {day}.') }}", 0, "The sentence has a place {day} and no value for it.", 'Add "day"'),
    ("{{ t('From {day}.', {'dag': date(paid_from)}) }}", 0, "The sentence has a place {day} and no value for it.", 'Add "day"'),
    ("{{ t('From today.', {'day': date(paid_from)}) }}", 0, "The sentence has no place {day}.", "Take the value away."),
    ("{{ t(name) }}", 0, "In t(…) the sentence stands in quotes.", "We have your papers"),
    ("{{ t('## Why') }}", 0, "A sentence is plain words", "Headings"),
    ("{{ t('<strong>Now</strong>') }}", 0, "A sentence is plain words", "Headings"),
    ("{{ t('a') }} - {{ t('b') }}", 0, "`-` in the middle of a text.", "at the start of a line"),
    ("##{{ t('a') }}", 0, "After `##` stand a space and a sentence.", "Write ## {{ t"),
    ("{% set a = 1 %}{{ t('a') }}", 0, "set cannot stand in a letter.", "t(…), if and for"),
    ("{% macro a() %}{% endmacro %}{{ t('a') }}", 0, "macro cannot stand in a letter.", ""),
    ("{% include 'x' %}{{ t('a') }}", 0, "include cannot stand in a letter.", ""),
    ("{% for a in range(10000000) %}{{ t('a') }}{% endfor %}{{ t('b') }}", 0, "A letter has one kind of loop.", "{% for row in told %}"),
    ("{% for a in told %}{% for b in told %}{{ t('a') }}{% endfor %}{% endfor %}{{ t('b') }}", 0, "A letter has one kind of loop.", "never one inside another"),
    ("{{ 'x' * 1000000000 }}", 0, "mul cannot stand here.", "Name a value"),
    ("{{ name|upper }}", 0, "A filter (|) cannot stand here.", "Name a value"),
    ("{{ name.upper() }}", 0, "There is no function `of that kind`.", ""),
    ("{{ name.__class__ }}", 0, "There is nothing called `name.__class__`.", ""),
    ("{{ ''.__class__.__mro__ }}", 0, "getattr cannot stand here.", ""),
    ("{{ cycler('a') }}", 0, "There is no function `cycler`.", "one of"),
    ("{{ t('a', day=1) }}", 0, "`t` takes its values as they stand.", "Write t("),
    ("{{ date(paid_from, 1) }}", 0, "`date` takes one value.", "Write date"),
    ("{{ t('a' }}", 0, "This cannot be read", "braces"),
    ("\n{% if how %}{{ how }}", 0, "This cannot be read", ""),
    ("{% if how %}{{ how }}{% endif %}", -1, "The block `body` may stay empty.", "{% else %}"),
    ("{% if cause == 'late' %}{{ t('a') }}{% elif how %}{{ how }}{% endif %}", -1, "The block `body` may stay empty.", "{% else %}"),
    ("{% endblock %}{% block who %}{{ t('a') }}", 0, "The block `who` stands here twice.", "into one"),
    ("{% endblock %}{% block whose %}{{ t('a') }}", 0, "There is no block `whose`.", "Did you mean `who`?"),
    ("{% if how %}" * 9 + "{{ t('a') }}" + "{% endif %}" * 9 + "{{ t('b') }}", 0, "More than 6 conditions stand inside one another.", "simpler"),
    ("{{ t('a') }}" + "{% if " + "not " * 5000 + "how %}{{ t('b') }}{% endif %}", None, "Too much stands inside one another.", "simpler"),
])  # fmt: skip
def test_a_mistake_in_the_text_says_its_line_and_what_to_write(tmp_path: Path, body: str, line: int | None, text: str, hint: str) -> None:
    found = mistakes(tmp_path, body)
    fitting = [(at, said, help) for at, said, help in found if said.startswith(text) and hint in help]
    assert fitting, found
    if line is not None and "cannot be read" not in text:
        assert fitting[0][0] == FIRST + line


@pytest.mark.parametrize(("old", "new", "line", "text", "hint"), [
    ('status = "granted"', 'status = "grantd"', 1, "The service has no outcome `grantd`.", "Did you mean `granted`?"),
    ('title = "A try"', 'titel = "A try"', 1, "Nobody knows the key `titel`.", "Did you mean `title`?"),
    ('kind = "date"', 'kind = "day"', 6, "The head does not fit: Invalid enum value 'day'", "neighbour"),
    ('kind = "date"', 'kind = date', 6, "This is not TOML", "quotes"),
    ('id = "paid_from"', 'id = "paid-from"', 5, "`paid-from` cannot be a name in the text.", "paid_from"),
    ('id = "a_week"', 'id = "paid_from"', 10, "Two fields are called `paid_from`.", "another name"),
    ('id = "how"', 'id = "today"', 1, "A field cannot be called `today`: that name is taken.", "another id"),
    ('kind = "long_text"', 'kind = "choice"', 21, "`how`: a choice has options, and nothing else has.", "options = ["),
    ('status = "granted"', 'reply_by = "a_week"', 1, "The head names `a_week`, which is no day.", "It is one of"),
    ("---\n", '[[action]]\nkind = "information"\n---\n', 26, "A button leads to one place.", "either `path`"),
    ("---\n", '[[action]]\nkind = "payment"\nurl = "http://pay.example"\n---\n', 28, "`http://pay.example` is no safe address.", "https://"),
    ("---\n", '[[action]]\nkind = "information"\npath = "mine/cases/{number}"\n---\n', 28, "`mine/cases/{number}` is no page of ours.", "{case}"),
    ("---\n", '[[action]]\nkind = "information"\npath = "/da/mine"\n---\n', 28, "`/da/mine` is no page of ours.", "{case}"),
    ("---\n", "-- -\n", 1, "No line `---` parts the head from the text.", "alone on a line"),
    ('label = "More"', 'label = "More"\nwidth = 3', 24, "Nobody knows the key `width`.", "It is one of"),
])  # fmt: skip
def test_a_mistake_in_the_head_says_its_line_and_what_to_write(tmp_path: Path, old: str, new: str, line: int, text: str, hint: str) -> None:
    found = mistakes(tmp_path, head=HEAD.replace(old, new, 1))
    assert any(at == line and said.startswith(text) and hint in help for at, said, help in found), found


def test_a_letter_without_one_of_the_five_answers_is_a_mistake(tmp_path: Path) -> None:
    found = mistakes(tmp_path, text=TEXT.replace("by_when", "when"))
    assert (1, "The block `by_when` is missing.", "Each letter has a title, the five answers and a body. “Nothing” is an answer.") in found


def test_what_notepad_does_to_a_file_is_no_mistake_but_its_old_encoding_is(tmp_path: Path) -> None:
    file = letter(tmp_path, '{{ t("Café.") }}')
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert check([file], SERVICES) == []
    file.write_bytes(file.read_text("utf-8-sig").encode("windows-1252"))
    (found,) = check([file], SERVICES)
    assert (found.line, found.text, found.hint) == (FIRST, "This file is not UTF-8 text.", "In Notepad: Save as, Encoding: UTF-8.")


def test_a_letter_of_a_service_nobody_has_a_letter_of_ten_thousand_lines_and_no_letter_at_all(tmp_path: Path) -> None:
    assert mistakes(tmp_path, service="sick-pya") == [(1, "There is no service `sick-pya`.", "Did you mean `sick-pay`?")]
    assert mistakes(tmp_path, "{{ t('a') }}\n" * LONGEST)[0][2] == f"At most {LONGEST}."
    assert check([tmp_path / "letters" / "rats" / "gone.txt"], SERVICES)[0].text == "This file cannot be read: No such file or directory."


def test_a_town_does_not_start_with_a_wrong_letter(tmp_path: Path) -> None:
    letter(tmp_path, "Bare.")
    with pytest.raises(Mistakes, match=r"try\.txt:\d+: Bare text"):
        Templates.load([SHIPPED, tmp_path], SERVICES, WORDS, TOWN)


def test_what_a_letter_may_say_a_page_may_say_too() -> None:
    for template in TEMPLATES.found.values():
        base = parse_page("layouts/letter.html", "".join(f"{{% block {name} %}}{{% endblock %}}" for name in ("title", "what", "must", "by_when", "otherwise", "who", "body")))
        page = parse_page("letter.html", '{% extends "layouts/letter.html" %}' + template.source)
        Compiler({"layouts/letter.html": base, "letter.html": page}).module()


@pytest.mark.parametrize("source", ["{{ name.__class__ }}", "{{ answers.items() }}", "{{ t.__globals__ }}", "{{ self }}", "{{ nobody }}", "{{ name.upper() }}", "{{ name.__doc__ }}", "{{ name['upper']() }}", "{% for a in told %}{{ name * 99999 }}{% endfor %}", "{{ t }}", "{{ told }}"])
def test_what_slips_by_the_check_still_reaches_nothing(source: str) -> None:
    """The sandbox by itself, as if nobody had looked at the template."""
    template = TEMPLATES.get("sick-pay", "granted")
    made = msgspec.structs.replace(template, file=source, source=TEXT + f"{{% block body %}}{source}{{% endblock %}}")
    with pytest.raises(Exception) as told:  # noqa: PT011 - any refusal will do
        fill(Room(WORDS["en"]), made, {"name": "Inger", "answers": {}, "told": [{}] * 200})
    assert not isinstance(told.value, MemoryError)


def test_a_text_that_grows_is_stopped_where_it_is_too_long() -> None:
    template = TEMPLATES.get("sick-pay", "granted")
    body = "{% block body %}{% for a in told %}" + "{{ name }}" * 50 + "{% endfor %}{% endblock %}"
    made = msgspec.structs.replace(template, file="long", source=TEXT + body)
    with pytest.raises(Unfilled) as told:
        fill(Room(WORDS["en"]), made, {"name": "x" * 300, "told": [{}] * 200})
    assert (told.value.name, told.value.why) == ("body", "long") and MOST["body"] < 200 * 50 * 300


def test_a_note_serves_the_sentence_after_it() -> None:
    source = '{% block title %}{# i18n: kind: status  {day} e.g. "Monday" #}{{ t("On {day}", {"day": name, "ctx": "a day"}) }} {{ t("Now") }}{% endblock %}'
    first, second = of_text(PARSER.parse(source), source, PARSER)
    assert (first.one, first.context, first.kind, first.note, first.block) == ("On {day}", "a day", "status", '{day} e.g. "Monday"', "title")
    assert (second.kind, second.note) == ("heading", "") and isinstance(PARSER, Environment)
