"""Sentences of Python code reach the translators, with the note above them; what nobody could translate is refused."""

from pathlib import Path

import pytest

from i18n.python_texts import NoNote, of_code


def read(tmp_path: Path, text: str) -> list[tuple[str, str, str, str]]:
    (tmp_path / "words.py").write_text(text)
    return [(one.first.id, one.first.plural, one.first.where, one.first.kind) for one in of_code([tmp_path / "words.py"])]


def test_a_sentence_is_found_with_its_note(tmp_path: Path) -> None:
    assert read(tmp_path, "def f(w):\n    # i18n: where: SMS  kind: sms  {n} e.g. \"2\"\n    return w.plain_n('{n} day', '{n} days', 2)\n") == [("{n} day", "{n} days", "SMS", "sms")]


def test_the_note_stands_above_the_sentence_where_the_call_is_long(tmp_path: Path) -> None:
    assert read(tmp_path, "x = w.plain(\n    # i18n: where: letter  kind: text\n    'Good day.',\n)\n") == [("Good day.", "", "letter", "text")]


@pytest.mark.parametrize("text", ["w.plain('Good day.')\n", "# i18n: where: letter  kind: text\nw.plain(name)\n", "# where: letter\nw.plain('Good day.')\n",
                                  "# i18n: where: letter  kind: text\nw.plain_n('one', many, 2)\n", "# i18n: where: letter  kind: text\nw.plain(f'{n} days')\n"])  # fmt: skip
def test_what_nobody_could_translate_is_refused_with_file_and_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoNote, match=r"words\.py:[12]: "):
        read(tmp_path, text)
