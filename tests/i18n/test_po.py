"""PO files: read as tools write them, written in one form, and never at the cost of a translation."""

from pathlib import Path

import polib
import pytest

from i18n import po
from i18n.extract import merge
from i18n.languages import languages
from i18n.messages import Asked, Sentence, together

WRAPPED = '''# Oversat af Inger
msgid ""
msgstr ""
"Language: da\\n"
"Plural-Forms: nplurals=2; plural=(n == 1 ? 0 : 1);\\n"

# en bemærkning
#. where: home   kind: text
#: page.html:3
#, python-brace-format, fuzzy
#| msgid "Good day {name}"
msgctxt "verb"
msgid ""
"Hello "
"{name}"
msgstr ""
"Hej "
"\\"{name}\\"\\n"

msgid "{n} day"
msgid_plural "{n} days"
msgstr[0] "{n} dag"
msgstr[1] "{n} dage"

#~ msgid "old"
#~ msgstr "gammel"
'''


def write(folder: Path, text: str) -> Path:
    path = folder / "pages.po"
    path.write_text(text, "utf-8")
    return path


def test_a_file_wrapped_by_an_editor_is_read(tmp_path: Path) -> None:
    _, (hello, day) = po.read(write(tmp_path, WRAPPED))
    assert (hello.context, hello.id, hello.forms) == ("verb", "Hello {name}", ['Hej "{name}"\n'])
    assert hello.fuzzy and hello.before == {"msgid": "Good day {name}"} and hello.remarks == ["en bemærkning"]
    assert (day.plural, day.forms) == ("{n} days", ["{n} dag", "{n} dage"])


def test_what_we_write_we_read_again_and_others_too(tmp_path: Path) -> None:
    _, entries = po.read(write(tmp_path, WRAPPED))
    out = tmp_path / "out.po"
    po.write(out, "da", entries)
    once = out.read_text("utf-8")
    po.write(out, "da", po.read(out)[1])
    assert out.read_text("utf-8") == once
    assert [entry.msgid for entry in polib.pofile(str(out))] == ["Hello {name}", "{n} day"]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ('msgid ""\nmsgstr ""\n\nmsgid "a\nmsgstr "b"\n', 4, "not-po"),
        ('msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgid "b"\nmsgstr "b"\n', 5, "twice"),
        ('msgid ""\nmsgstr ""\n\nmsgid "a"\n', 4, "half-an-entry"),
        ("hello\n", 1, "not-po"),
        ("", 1, "no-header"),
    ],
)
def test_a_broken_file_says_where(text: str, line: int, code: str, tmp_path: Path) -> None:
    with pytest.raises(po.PoError) as error:
        po.read(write(tmp_path, text))
    assert (error.value.line, error.value.code) == (line, code)


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    (tmp_path / "pages.po").write_bytes(b'msgid ""\nmsgstr "\xe6"\n')
    with pytest.raises(po.PoError, match="not-utf-8"):
        po.read(tmp_path / "pages.po")


def asked(*texts: str) -> list[Sentence]:
    return together([Asked(text, where="home", kind="text") for text in texts])


def merged(path: Path, *texts: str, same: bool = False) -> list[po.Entry]:
    merge("da", path, asked(*texts), {}, same)
    return po.read(path)[1]


def translated(path: Path, *texts: str) -> None:
    entries = merged(path, *texts)
    for entry in entries:
        entry.forms = [f"da {entry.id}"]
    po.write(path, "da", entries)


def test_a_new_sentence_is_empty_and_an_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "pages.po"
    translated(path, "Send it now")
    assert [(entry.id, entry.forms) for entry in merged(path, "Good day", "Send it now")] == [
        ("Good day", [""]), ("Send it now", ["da Send it now"]),
    ]  # fmt: skip


def test_a_changed_sentence_is_outdated_with_the_old_english_beside(tmp_path: Path) -> None:
    path = tmp_path / "pages.po"
    translated(path, "You need not pay for this")
    (entry,) = merged(path, "You must pay for this")
    assert entry.fuzzy and not entry.done
    assert entry.before == {"msgid": "You need not pay for this"} and entry.forms == ["da You need not pay for this"]
    (again,) = merged(path, "You must pay for this")
    assert again == entry, "a second run changes nothing"


def test_a_mended_comma_keeps_the_translation(tmp_path: Path) -> None:
    path = tmp_path / "pages.po"
    translated(path, "Call us and we help")
    (entry,) = merged(path, "Call us, and we help", same=True)
    assert entry.done and entry.forms == ["da Call us and we help"]


def test_another_sentence_does_not_inherit_a_translation(tmp_path: Path) -> None:
    path = tmp_path / "pages.po"
    translated(path, "Sign out")
    (entry,) = merged(path, "Where did you see the rat?")
    assert entry.forms == [""] and not entry.fuzzy


@pytest.mark.parametrize("path", [path for one in languages().values() for path in sorted(one.folder.glob("*.po"))], ids=str)
def test_the_kept_files_are_in_their_one_form(path: Path) -> None:
    _, entries = po.read(path)
    assert "\n".join([po.head(path.parent.name), *map(po.block, entries)]) == path.read_text("utf-8")
