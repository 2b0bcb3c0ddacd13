"""A letter on paper: her language first, the Danish after it, readable by all; many in one file, each on a sheet of its own."""

import io

import pikepdf
import pypdfium2
import pytest

from backend.domain.letters import Part, parts
from backend.letters.paper import Printable, letter_pdf, printable
from backend.letters.reminders import Reminder, paragraphs, pdf
from tests.letters.test_templates import HOSTILE, TEMPLATES, WORDS, composed, given

TO = ["Inger Holm", "Havnegade 12, 2. tv.", "9999 Havneby"]
MM = 72 / 25.4


def paper(service: str = "sick-pay", id: str = "refused", lang: str = "da", to: list[str] = TO, **changes: object) -> Printable:
    letter = composed(service, id, **changes)
    return printable(letter, WORDS[lang], WORDS["da"], to=to, town="Havneby", sender="Havneby, Torvet 1, 9999 Havneby", phone="+4533663366", on="2026-11-27")


def pages(made: bytes) -> list[str]:
    held = pypdfium2.PdfDocument(made)
    try:
        return [page.get_textpage().get_text_range() for page in held]
    finally:
        held.close()


def test_the_five_answers_stand_before_the_text_and_the_phone_after_it() -> None:
    text = " ".join(" ".join(pages(letter_pdf([paper()]))).split())
    order = ["Havneby, Torvet 1", *TO[:2], "fredag den 27. november 2026", "Du får ikke", "Hvad er der sket?", "Hvad skal jeg gøre?", "Hvornår senest?",
             "Hvad hvis jeg ikke gør det?", "Hvem kan hjælpe mig?", "Hvad vi har besluttet", "Første linje.", "Spørgsmål? Ring 33 66 33 66."]  # fmt: skip
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)


def test_another_language_comes_first_and_the_danish_after_it() -> None:
    found = pages(letter_pdf([paper(lang="en")]))
    assert "You do not get sick pay" in found[0] and "Du får ikke" not in found[0]
    assert "The same letter in Danish. It is the one that counts." in found[-1] and "Du får ikke" in found[-1]


@pytest.mark.parametrize("lang", ["da", "en", "ar"])
def test_it_is_tagged_says_its_language_and_brings_its_fonts(lang: str) -> None:
    made = letter_pdf([paper(lang=lang)])
    with pikepdf.open(io.BytesIO(made)) as held:
        assert held.Root.Lang == lang and held.Root.MarkInfo.Marked and "/StructTreeRoot" in held.Root
        assert b"pdfuaid" in bytes(held.Root.Metadata.read_bytes())
        assert all("DejaVu" in str(font.BaseFont) for font in held.pages[0].Resources.Font.values())
    assert made == letter_pdf([paper(lang=lang)])


def test_each_letter_begins_on_a_sheet_of_its_own_and_counts_its_own_pages() -> None:
    many = [paper("sick-pay", "refused"), paper("rats", "closed"), paper("passport", "time", lang="ar")]
    alone = [len(pages(letter_pdf([one]))) for one in many]
    found = pages(letter_pdf(many, both_sides=False))
    assert len(found) == sum(alone) and "1 / 2" in found[0] and "2 / 2" in found[1]
    assert [at for at, text in enumerate(found) if "Havneby, Torvet 1" in text] == [0, alone[0], alone[0] + alone[1]]
    backs = pages(letter_pdf(many))
    assert all(at % 2 == 0 for at, text in enumerate(backs) if "Havneby, Torvet 1" in text)


def test_what_is_read_is_at_least_14_points() -> None:
    held = pypdfium2.PdfDocument(letter_pdf([paper(to=["X", "Y"])]))
    page = held[0].get_textpage()
    at = page.search("Hvad vi har besluttet").get_next()[0]
    assert page.get_text_range(at, 4) == "Hvad"
    smallest = {round(one.get_matrix().a * one.get_font_size(), 1) for one in held[0].get_objects(filter=[1]) if one.get_bounds()[3] < 842 - 100 * MM and one.get_bounds()[1] > 22 * MM}
    held.close()
    assert min(smallest) >= 14


def test_six_lines_of_an_address_stand_in_the_window_whatever_the_language() -> None:
    for lang in ("da", "ar"):
        held = pypdfium2.PdfDocument(letter_pdf([paper(lang=lang, to=[*TO[:2], "Bygning 7", "c/o Jensen", "Opgang B", TO[2]])]))
        page = held[0].get_textpage()
        for word in ("Holm", "9999"):
            boxes, search = [], page.search(word)
            while (hit := search.get_next()) is not None:
                boxes.append(page.get_charbox(hit[0]))
            assert any(20 * MM <= left <= 105 * MM and 842 - 90 * MM <= bottom < top <= 842 - 50 * MM for left, bottom, _, top in boxes)
        held.close()


@pytest.mark.parametrize("to", [[], ["Inger"], ["x"] * 7])
def test_an_address_that_does_not_fit_the_window_is_refused(to: list[str]) -> None:
    with pytest.raises(ValueError, match="address"):
        paper(to=to)


def test_arabic_runs_from_right_to_left() -> None:
    held = pypdfium2.PdfDocument(letter_pdf([paper(lang="ar")]))
    page = held[0].get_textpage()
    hit = page.search("33 66 33 66").get_next() or page.search("33").get_next()
    boxes = [one.get_bounds() for one in held[0].get_objects(filter=[1])]
    right = [one for one in boxes if one[2] > 185 * MM]
    held.close()
    assert hit and len(right) >= 8  # the lines begin at the right margin


@pytest.mark.parametrize("hostile", [*HOSTILE, '#read("/etc/passwd")', "*b* $x$ #let x = 1", '"}], "to": ["x"]', "@label <label> \\u{41}"])
def test_words_are_never_read_as_commands(hostile: str) -> None:
    template = TEMPLATES.get("sick-pay", "refused")
    fields = {**given(template).fields, "reasons": hostile[:4000]}
    found = "".join(pages(letter_pdf([paper(fields=fields, to=[hostile[:60].replace("\n", " "), *TO[1:]])])))
    assert "Hvad vi har besluttet" in found and "root:" not in found


def test_a_reminder_and_a_letter_share_one_sheet() -> None:
    made = pdf(Reminder("da", "ltr", "Havneby", "Havneby, Torvet 1", TO, "Der er noget", paragraphs("Gør det i dag.")))
    reminder, letter = pypdfium2.PdfDocument(made), pypdfium2.PdfDocument(letter_pdf([paper()]))
    boxes = [held[0].get_textpage().get_charbox(held[0].get_textpage().search("Inger Holm").get_next()[0]) for held in (reminder, letter)]
    assert boxes[0] == boxes[1]


def test_a_body_is_headings_lists_and_text() -> None:
    body = ["## Why", "One.", "- a\n- b", "- c\nnot a point\n- d", "two\n## lines", "  "]
    assert parts(body) == [
        Part("heading", "Why"), Part("text", "One."), Part("list", items=["a", "b"]), Part("list", items=["c"]), Part("text", "not a point"),
        Part("list", items=["d"]), Part("text", "two"), Part("text", "## lines"),
    ]  # fmt: skip
