"""A reminder on paper: readable by all, also aloud; and whatever stands in its words stays words."""

import io

import pikepdf
import pypdfium2
import pytest

from backend.letters.reminders import Paragraph, Reminder, paragraphs, pdf

TO = ["Inger Holm", "Havnegade 12, 2. tv.", "9999 Havneby"]


def reminder(text: str = "Gør det i dag.", lang: str = "da", direction: str = "ltr", to: list[str] = TO) -> Reminder:
    return Reminder(lang, direction, "Havneby", "Havneby, Torvet 1, 9999 Havneby", to, "Der er noget, du skal gøre", paragraphs(text))


def pages(made: bytes) -> list[str]:
    held = pypdfium2.PdfDocument(made)
    try:
        return [page.get_textpage().get_text_range() for page in held]
    finally:
        held.close()


def test_all_the_words_stand_in_the_letter() -> None:
    (text,) = pages(pdf(reminder("Dato\n\nFlytning\nSidste dag er onsdag den 3. marts 2027.\n\nRing 33 66 33 66")))
    for part in ("Havneby, Torvet 1", *TO, "Der er noget, du skal gøre", "Flytning", "onsdag den 3. marts 2027", "33 66 33 66"):
        assert part in text


def test_the_same_words_are_the_same_bytes() -> None:
    assert pdf(reminder()) == pdf(reminder())


@pytest.mark.parametrize(("lang", "direction"), [("da", "ltr"), ("en", "ltr"), ("ar", "rtl")])
def test_it_is_tagged_says_its_language_and_brings_its_fonts(lang: str, direction: str) -> None:
    with pikepdf.open(io.BytesIO(pdf(reminder("نص Text\nog mere", lang, direction)))) as held:
        assert held.Root.Lang == lang and held.Root.MarkInfo.Marked and "/StructTreeRoot" in held.Root
        fonts = held.pages[0].Resources.Font
        assert all("DejaVu" in str(font.BaseFont) for font in fonts.values()) and len(fonts) >= 2
        assert "/CreationDate" not in (held.docinfo or {})


@pytest.mark.parametrize("hostile", ['#read("/etc/passwd")', "*bold* $x$ #let x = 1", "</par> @label <label>", '"}, "to": ["x"]', "\\u{41} \\ // no comment"])
def test_words_are_never_read_as_commands(hostile: str) -> None:
    (text,) = pages(pdf(reminder(hostile, to=[hostile[:30], *TO[1:]])))
    assert hostile in text.replace("\r\n", " ").replace("  ", " ") or hostile[:20] in text


def test_a_long_letter_goes_on_over_numbered_pages() -> None:
    made = pages(pdf(reminder("\n\n".join(f"Ting {n}\nGør det senest onsdag den 3. marts 2027. " * 3 for n in range(20)))))
    assert len(made) > 1 and f"1 / {len(made)}" in made[0] and "Ting 19" in made[-1]


def test_the_address_stands_in_the_window_whatever_the_language() -> None:
    for lang, direction in (("da", "ltr"), ("ar", "rtl")):
        held = pypdfium2.PdfDocument(pdf(reminder("نص", lang, direction)))
        page = held[0].get_textpage()
        found = page.search("Holm" if direction == "rtl" else "Inger Holm").get_next()
        assert found
        left, bottom, _, top = page.get_charbox(found[0])
        mm = 72 / 25.4
        assert 20 * mm <= left <= 105 * mm and 842 - 90 * mm <= bottom < top <= 842 - 45 * mm
        held.close()


def test_bare_text_becomes_paragraphs_with_headings() -> None:
    assert paragraphs("One\n\nHead\ntwo\nlines\n\n\n") == [Paragraph("", "One"), Paragraph("Head", "two\nlines")]
