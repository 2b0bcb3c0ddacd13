"""A PDF with its pages as they look and nothing else: no scripts, no actions, no files inside.

What is filled in and drawn on it becomes part of the page. What a page cannot show (comments, files inside, forms that
only one program can draw) is refused in words, never left out.
"""

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Name

from backend.domain.errors import BadFile
from backend.store.conversion import comparison, limits, written

MAY_STAY = {"/Type", "/Pages", "/OCProperties", "/Lang", "/Version"}
"""Of the whole paper: its pages, and which layers are shown."""
HIDDEN_IN_PAGE = ("/AA", "/Annots", "/Metadata", "/PieceInfo", "/Thumb", "/B", "/Tabs", "/StructParents")
HOLDS_MORE = {"/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D"}
SAME_AGAIN = {"/Alternative", "/Source", "/Data"}
"""An invoice's figures once more, for machines (PDF/A-3, EN 16931): the page says the same."""


def rewrite(data: bytes) -> bytes:
    if len(data) > limits.MAX_PDF_BYTES:
        raise BadFile("pdf-too-large", limits.MAX_PDF_BYTES >> 20)
    with opened(data) as pdf:
        refuse_too_much(pdf)
        refuse_cut_off(pdf, data)
        refuse_what_no_page_shows(pdf)
        values, notes = list(written.values(pdf)), list(written.notes(pdf))
        has_ink_to_keep = any("/Annots" in page.obj for page in pdf.pages)
        plain = resaved(pdf) if pdf.is_encrypted else data
    if not has_ink_to_keep:
        return compared(plain, cleaned(plain), values, notes)
    try:
        return flattened(plain, values, notes)
    except BadFile as differs:
        if differs.why != "differs" or not values:
            raise
    return flattened(written.drawn_anew(plain), values, notes)


def flattened(plain: bytes, values: list[written.Value], notes: list[written.Note]) -> bytes:
    return compared(plain, cleaned(comparison.flatten(plain)), values, notes)


def compared(before: bytes, after: bytes, values: list[written.Value], notes: list[written.Note]) -> bytes:
    with pdfium.PdfDocument(after) as shown:
        if not written.are_said(shown, notes):
            raise BadFile("notes")
        if not written.are_seen(shown, values):
            raise BadFile("differs")
    comparison.refuse_different(before, after)
    return after


def opened(data: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise BadFile("locked") from None


def resaved(pdf: pikepdf.Pdf) -> bytes:
    """Without the owner's password, which asks programs not to print or copy."""
    new = io.BytesIO()
    pdf.save(new, encryption=False)
    return new.getvalue()


def refuse_too_much(pdf: pikepdf.Pdf) -> None:
    if len(pdf.pages) > limits.MAX_PAGES:
        raise BadFile("too-many-pages", limits.MAX_PAGES)
    left = limits.MAX_DECODED
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream):
            left -= decoded_size(each, left)
            if left < 0:
                raise BadFile("too-heavy")


def decoded_size(stream: pikepdf.Stream, most: int) -> int:
    """Bytes, inflated piece by piece and thrown away, no more than a little over `most`; a chain of filters is followed
    to the last one that inflates. A picture counts by its pixels, which have a bound of their own."""
    if stream.get("/Subtype") == Name.Image:
        wide, high = (size if isinstance(size := stream.get(side), int) else 0 for side in ("/Width", "/Height"))
        if wide * high > limits.MAX_PIXELS_WHOLE:
            raise BadFile("too-many-pixels")
        return 0
    filters = stream.get("/Filter", [])
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    pieces: Iterator[bytes] = iter([stream.read_raw_bytes()])
    for _ in range(next((at for at, name in enumerate(names) if name not in ("/FlateDecode", "/Fl")), len(names))):
        pieces = inflated(pieces)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            break
    return size


def inflated(pieces: Iterator[bytes], at_once: int = 2**20) -> Iterator[bytes]:
    """What is damaged in it ends it: the libraries read no further either."""
    opener = zlib.decompressobj()
    for piece in pieces:
        while piece:
            try:
                yield opener.decompress(piece, at_once)
            except zlib.error:
                return
            piece = opener.unconsumed_tail


def refuse_cut_off(pdf: pikepdf.Pdf, data: bytes) -> None:
    """A paper that lost its end can often be opened, with fewer pages than it had."""
    said = pdf.Root.Pages.get("/Count", 0)
    if b"%%EOF" not in data[-2048:] and pdf.get_warnings():
        raise BadFile("broken")
    if not len(pdf.pages) or (isinstance(said, int) and said != len(pdf.pages)):
        raise BadFile("broken")


def refuse_what_no_page_shows(pdf: pikepdf.Pdf) -> None:
    form = pdf.Root.get("/AcroForm", {})
    if "/XFA" in form and (pdf.Root.get("/NeedsRendering", False) or not len(form.get("/Fields", []))):
        raise BadFile("form-program")
    if "/Collection" in pdf.Root or any(not is_same_again(file) for file in files_inside(pdf)):
        raise BadFile("inside")
    if any(note.get("/Subtype") in HOLDS_MORE for page in pdf.pages for note in written.drawn_on(page)):
        raise BadFile("inside")


def files_inside(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for name in pdf.attachments:
        yield pdf.attachments[name].obj


def is_same_again(file: Any) -> bool:
    name = str(file.get("/UF", file.get("/F", ""))).lower()
    return str(file.get("/AFRelationship", "")) in SAME_AGAIN and name.endswith(".xml")


def cleaned(data: bytes) -> bytes:
    """Only what hangs on the pages is written again."""
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
        for key in [key for key in pdf.Root.keys() if key not in MAY_STAY]:
            del pdf.Root[key]
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        for page in pdf.pages:
            for hidden in HIDDEN_IN_PAGE:
                if hidden in page.obj:
                    del page.obj[hidden]
        for each in pdf.objects:
            if isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)) and each.get("/Subtype") in (Name.Image, Name.Form):
                for hidden in ("/Metadata", "/PieceInfo", "/OPI"):
                    if hidden in each:
                        del each[hidden]
        new = io.BytesIO()
        pdf.save(new, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return new.getvalue()
