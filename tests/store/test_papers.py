"""PDFs as people send them: what is filled in and drawn is kept as ink, or the paper is refused in words.

The kinds follow public reports: hexapdf 203 and 304, sejda 284, fillpdf 48, pdf_oxide 675 (values lost when a form is
flattened), paperless-ngx 1542 and pdf.js 13781 (forms of one program), paperless-ngx 8099 (locked), and the layers,
portfolios and notes of the PDF standard itself (ISO 32000-1).
"""

import io

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, String

from backend.domain.errors import BadFile
from backend.store.conversion import comparison, limits, papers, process

PAGE = (300, 200)


def saved(pdf, **more):
    kept = io.BytesIO()
    pdf.save(kept, **more)
    return kept.getvalue()


def paper(words="Hello", pages=1):
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=PAGE)
        page.obj.Resources = Dictionary(Font=Dictionary(F=helvetica(pdf)))
        page.obj.Contents = pdf.make_stream(f"BT /F 14 Tf 20 160 Td ({words}) Tj ET".encode("latin-1"))
    return pdf


def helvetica(pdf):
    return pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding))


def drawing(pdf, contents, size=(260, 30)):
    form = pdf.make_stream(contents.encode("latin-1"))
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, *size])
    form.Resources = Dictionary(Font=Dictionary(Helv=helvetica(pdf)))
    return form


def filled(value, looks=None, need=False, **more):
    """A form with one field; `looks` is what the field's picture draws."""
    pdf = paper()
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=value if isinstance(value, pikepdf.Object) else String(value),
            Rect=Array([20, 100, 280, 130]), F=4, DA=String("/Helv 12 Tf 0 g"),
        )  # fmt: skip
    )
    if looks is not None:
        field.AP = Dictionary(N=drawing(pdf, looks))
    for key, given in more.items():
        field[f"/{key}"] = given
    pdf.pages[0].obj.Annots = Array([field])
    fonts = Dictionary(Font=Dictionary(Helv=helvetica(pdf)))
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([field]), DR=fonts, NeedAppearances=need))
    return saved(pdf)


def with_note(kind, words, **more):
    pdf = paper("Hello world")
    note = Dictionary(Type=Name.Annot, Subtype=kind, Rect=Array([20, 150, 100, 180]), Contents=String(words), F=4)
    for key, given in more.items():
        note[f"/{key}"] = given
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
    return saved(pdf)


def kept(data):
    kind, safe = process.convert(data)
    assert kind == "application/pdf"
    return safe


def words_of(data):
    with pdfium.PdfDocument(data) as shown:
        return "\n".join(shown[number].get_textpage().get_text_range() for number in range(len(shown)))


def refused(data):
    with pytest.raises(BadFile) as error:
        process.convert(data)
    return error.value.why, error.value.n


AASE = "q BT /Helv 12 Tf 2 10 Td (\305se) Tj ET Q"
LOOKS = {
    "not drawn, and the program asked to": (None, True),
    "not drawn": (None, False),
    "drawn": (AASE, False),
    "drawn empty": ("/Tx BMC EMC", False),
    "drawn as it was before": ("q BT /Helv 12 Tf 2 10 Td (Aase?) Tj ET Q", False),
    "drawn with a letter lost": ("q BT /Helv 12 Tf 2 10 Td (?se) Tj ET Q", False),
}


@pytest.mark.parametrize("looks", LOOKS)
def test_what_is_filled_in_is_kept_as_ink_however_it_was_drawn(looks):
    safe = kept(filled("Åse", *LOOKS[looks]))
    assert "Åse" in words_of(safe) and "Hello" in words_of(safe)
    with pikepdf.open(io.BytesIO(safe)) as pdf:
        assert "/AcroForm" not in pdf.Root and "/Annots" not in pdf.pages[0].obj


@pytest.mark.parametrize("value", ["Łukasz Žižek", "Ærø, Østergade 7²", "12.345,50 kr.", "a; b: c."])
def test_letters_of_our_neighbours_are_kept(value):
    assert value.replace(" ", "") in words_of(kept(filled(value))).replace(" ", "")


@pytest.mark.parametrize("value", ["فاطمة الزهراء", "日本語", "हिन्दी", "A" * 80, "😀 Åse"])
def test_what_cannot_be_kept_as_ink_is_refused(value):
    """A font that has no such letter, or a field too short for it: the rest would be lost without a word."""
    assert refused(filled(value)) == ("differs", 0)


def test_a_value_in_a_hidden_field_or_a_password_is_nobodys_ink():
    assert kept(filled("0001", F=2)) and kept(filled("secret", looks="q Q", Ff=1 << 13))


def box(state, picture):
    pdf = paper()
    field = pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, T=String("yes"), V=Name(state), AS=Name(state), Rect=Array([20, 100, 40, 120]), F=4)
    )
    if picture is not None:
        field.AP = Dictionary(N=Dictionary(Yes=drawing(pdf, picture, (20, 20)), Off=drawing(pdf, "", (20, 20))))
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    return saved(pdf)


@pytest.mark.parametrize("picture", ["2 w 3 3 m 17 17 l S 3 17 m 17 3 l S", "1 w 0 0 20 20 re S", None])
def test_a_tick_is_kept_also_where_its_own_picture_does_not_show_it(picture):
    ticked, empty = kept(box("/Yes", picture)), kept(box("/Off", picture))
    with pytest.raises(BadFile):
        comparison.refuse_different(ticked, empty)


def test_a_choice_is_looked_for_by_the_word_it_shows():
    options = Array([Array([String("dk"), String("Danmark")]), Array([String("se"), String("Sverige")])])
    shown = "q BT /Helv 12 Tf 2 10 Td (Danmark) Tj ET Q"
    assert "Danmark" in words_of(kept(filled("dk", shown, FT=Name.Ch, Opt=options, Ff=1 << 17)))


@pytest.mark.parametrize("kind", ["/Text", "/Highlight", "/Ink", "/Stamp", "/Square"])
def test_a_note_that_no_page_shows_is_refused(kind):
    assert refused(with_note(Name(kind), "Please call me first")) == ("notes", 0)


def test_a_mark_that_repeats_the_words_it_marks_and_a_text_box_are_kept():
    assert kept(with_note(Name.Highlight, "Hello", QuadPoints=Array([20, 180, 100, 180, 20, 150, 100, 150]), C=Array([1, 1, 0])))
    pdf = paper()
    said = Dictionary(
        Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([20, 100, 280, 130]), Contents=String("My new address"), F=4,
        AP=Dictionary(N=drawing(pdf, "BT /Helv 12 Tf 2 10 Td (My new address) Tj ET")),
    )  # fmt: skip
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(said)])
    assert "My new address" in words_of(kept(saved(pdf)))


def test_a_drawn_signature_is_kept():
    pdf = paper()
    ink = Dictionary(Type=Name.Annot, Subtype=Name.Ink, Rect=Array([20, 20, 280, 60]), F=4, AP=Dictionary(N=drawing(pdf, "2 w 5 5 m 250 25 l S")))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(ink)])
    data = saved(pdf)
    comparison.refuse_different(data, kept(data))
    with pytest.raises(BadFile):
        comparison.refuse_different(data, papers.cleaned(data))


def layers(shown):
    pdf = paper()
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("layer")))
    page = pdf.pages[0].obj
    page.Resources.Properties = Dictionary(L=group)
    page.Contents = pdf.make_stream(b"BT /F 14 Tf 20 160 Td (Hello) Tj ET /OC /L BDC 20 20 200 80 re f EMC")
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(**{"ON" if shown else "OFF": Array([group])}))
    return saved(pdf)


@pytest.mark.parametrize("shown", [True, False])
def test_layers_stay_as_they_were_shown(shown):
    data = layers(shown)
    comparison.refuse_different(data, kept(data))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.Root.OCProperties
        without = saved(pdf)
    if not shown:
        with pytest.raises(BadFile):
            comparison.refuse_different(data, without)


def with_file(name, **spec):
    pdf = paper()
    pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, b"inside", filename=name, mime_type="text/xml")
    for key, given in spec.items():
        pdf.attachments[name].obj[f"/{key}"] = given
    return pdf


def test_files_inside_are_never_left_out_without_a_word():
    portfolio = with_file("letter.pdf")
    portfolio.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)
    pinned = with_note(Name.FileAttachment, "")
    for data in (saved(with_file("photo.jpg")), saved(portfolio), pinned, saved(with_file("bad.zip"))):
        assert refused(data) == ("inside", 0)


def test_an_invoice_that_says_the_same_again_for_machines_is_taken():
    assert b"inside" not in kept(saved(with_file("factur-x.xml", AFRelationship=Name.Alternative)))


@pytest.mark.parametrize("shell", ["no fields", "asks to be drawn"])
def test_a_form_that_only_one_program_can_draw_is_refused(shell):
    pdf = paper("Please wait...")
    pdf.Root.AcroForm = Dictionary(Fields=Array([]) if shell == "no fields" else Array([Dictionary(FT=Name.Tx, T=String("a"))]), XFA=pdf.make_stream(b"<xdp/>"))
    if shell == "asks to be drawn":
        pdf.Root.NeedsRendering = True
    assert refused(saved(pdf)) == ("form-program", 0)


def test_the_true_reason_is_said():
    assert refused(saved(paper(), encryption=pikepdf.Encryption(user="secret", owner="owner"))) == ("locked", 0)
    assert refused(saved(paper(pages=limits.MAX_PAGES + 1))) == ("too-many-pages", limits.MAX_PAGES)
    assert refused(saved(paper()) + bytes(limits.MAX_PDF_BYTES)) == ("pdf-too-large", limits.MAX_PDF_BYTES >> 20)
    assert refused(b"%PDF-1.7\nnothing") == ("broken", 0)


def test_a_paper_that_only_asks_not_to_be_printed_is_taken():
    data = saved(paper(), encryption=pikepdf.Encryption(user="", owner="owner", allow=pikepdf.Permissions(extract=False)))
    with pikepdf.open(io.BytesIO(kept(data))) as pdf:
        assert not pdf.is_encrypted


def test_a_paper_that_lost_its_last_pages_on_the_way_is_refused():
    whole = saved(paper(pages=9), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert {refused(whole[: len(whole) * part // 10]) for part in range(4, 10)} == {("broken", 0)}


def test_a_turned_and_cropped_page_stays_as_it_was():
    pdf = paper()
    page = pdf.pages[0].obj
    page.Rotate, page.CropBox = 90, Array([10, 10, 250, 190])
    data = saved(pdf)
    comparison.refuse_different(data, kept(data))
    turned = pikepdf.open(io.BytesIO(filled("Åse")))
    turned.pages[0].obj.Rotate = 270
    assert "Åse" in words_of(kept(saved(turned)))


def test_links_scripts_and_who_wrote_it_are_gone():
    pdf = paper()
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([20, 150, 100, 180]), A=Dictionary(S=Name.URI, URI=String("https://evil.example")))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.docinfo["/Author"] = "Inger Madsen"
    safe = kept(saved(pdf))
    with pikepdf.open(io.BytesIO(safe)) as shown:
        everything = shown.Root.unparse() + b"".join(each.unparse() for each in shown.objects)
    assert not {b"evil", b"alert", b"Inger"} & {word for word in (b"evil", b"alert", b"Inger") if word in everything + safe}


def test_a_copy_that_looks_otherwise_is_refused():
    """A word missing, a hair line missing, a page too few."""
    whole = saved(paper())
    for other in (paper(""), paper("Hallo"), paper(pages=2)):
        with pytest.raises(BadFile):
            comparison.refuse_different(whole, saved(other))
    lined = paper()
    lined.pages[0].obj.Contents = lined.make_stream(b"BT /F 14 Tf 20 160 Td (Hello) Tj ET .5 w 20 100 m 280 100 l S")
    with pytest.raises(BadFile):
        comparison.refuse_different(saved(lined), whole)
