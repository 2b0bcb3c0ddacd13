"""What a person wrote into a PDF, outside its pages' own text: values in a form, comments. Is it seen in the copy?"""

import ctypes
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from msgspec import Struct
from pikepdf import Array, Name

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""
HIDDEN, NO_VIEW = 1 << 1, 1 << 5
PASSWORD = 1 << 13
PUSH_BUTTON = 1 << 16
SCALE = 2
LEAST_CONTRAST = 40
COMMENTS = {
    "/Text", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Square", "/Circle", "/Line", "/Polygon", "/PolyLine",
    "/Ink", "/Stamp", "/Caret", "/FreeText",
}  # fmt: skip


class Value(Struct, frozen=True):
    """`text` is "" for a box that is ticked."""

    page: int
    name: str
    text: str
    at: Box


class Note(Struct, frozen=True):
    page: int
    text: str


def drawn_on(page: pikepdf.Page) -> Iterator[Any]:
    """Its annotations, but what is damaged and what nobody sees."""
    found = page.obj.get("/Annots", [])
    for each in found if isinstance(found, Array) else []:
        if isinstance(each, pikepdf.Dictionary) and not int(each.get("/F", 0)) & (HIDDEN | NO_VIEW):
            yield each


def values(pdf: pikepdf.Pdf) -> Iterator[Value]:
    for number, page in enumerate(pdf.pages):
        for field in drawn_on(page):
            if field.get("/Subtype") == Name.Widget and (text := value_of(field)) is not None:
                yield Value(number, full_name(field), text, rectangle(field))


def value_of(field: Any) -> str | None:
    """None where nothing is filled in that could be seen."""
    kind, flags, value = inherited(field, "/FT"), int(inherited(field, "/Ff") or 0), inherited(field, "/V")
    if kind == Name.Btn:
        is_ticked = str(field.get("/AS", value or "/Off")) not in ("/Off", "")
        return "" if is_ticked and not flags & PUSH_BUTTON else None
    if kind == Name.Tx and not flags & PASSWORD:
        return text_of(value)
    if kind == Name.Ch:
        chosen = list(value) if isinstance(value, Array) else [value]
        return text_of(shown_option(field, chosen[0])) if len(chosen) == 1 else None
    return None


def text_of(value: Any) -> str | None:
    if isinstance(value, pikepdf.Stream):
        value = value.read_bytes().decode("latin-1")
    return str(value) if isinstance(value, (pikepdf.String, str)) and squeezed(str(value)) else None


def shown_option(field: Any, value: Any) -> Any:
    """A list may show another word than the one it stores."""
    for option in inherited(field, "/Opt") or []:
        if isinstance(option, Array) and len(option) == 2 and str(option[0]) == str(value):
            return option[1]
    return value


def inherited(field: Any, key: str) -> Any:
    for _ in range(32):  # a parent may be its own
        if key in field:
            return field[key]
        if "/Parent" not in field:
            return None
        field = field["/Parent"]
    return None


def full_name(field: Any) -> str:
    return str(inherited(field, "/T") or "")


def rectangle(field: Any) -> Box:
    left, bottom, right, top = (float(one) for one in field["/Rect"])
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def notes(pdf: pikepdf.Pdf) -> Iterator[Note]:
    """Comments with words; answers to a comment are comments too."""
    for number, page in enumerate(pdf.pages):
        for each in drawn_on(page):
            text = str(each.get("/Contents", ""))
            if str(each.get("/Subtype", "")) in COMMENTS and squeezed(text):
                yield Note(number, text)


def drawn_anew(data: bytes) -> bytes:
    """Fields whose picture does not say what is filled in: the picture is taken away, so that it is drawn again."""
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
        for page in pdf.pages:
            for field in drawn_on(page):
                if inherited(field, "/FT") in (Name.Tx, Name.Ch) and "/AP" in field:
                    del field["/AP"]
        if "/AcroForm" in pdf.Root:
            pdf.Root.AcroForm.NeedAppearances = True
        new = io.BytesIO()
        pdf.save(new)
    return new.getvalue()


# ---- in the copy --------------------------------------------------------------------------------------------


class Sight:
    """A page of the copy, drawn once, and its letters with their places."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.page, self.text = page, page.get_textpage()
        self.picture = page.render(scale=SCALE).to_pil().convert("L")

    def letters(self, at: Box | None = None) -> list[int]:
        """Those in a box, or all; blanks are none."""
        found = [each for each in range(self.text.count_chars()) if squeezed(self.text.get_text_range(each, 1))]
        return [each for each in found if at is None or is_within(self.text.get_charbox(each, loose=True), at)]

    def has_ink(self, at: Box) -> bool:
        """Light and dark beside each other."""
        low, high = self.picture.crop(self.on_picture(at)).getextrema()
        return high - low > LEAST_CONTRAST

    def on_picture(self, at: Box) -> tuple[int, int, int, int]:
        """From points on the paper, however it is turned, to pixels; a pixel wider all round."""
        across, down = [], []
        for x, y in ((at[0], at[1]), (at[2], at[3])):
            to_x, to_y = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(self.page, 0, 0, *self.picture.size, 0, x, y, to_x, to_y)
            across.append(to_x.value)
            down.append(to_y.value)
        return min(across) - 1, min(down) - 1, max(across) + 2, max(down) + 2


def are_seen(paper: pdfium.PdfDocument, values: list[Value]) -> bool:
    sights: dict[int, Sight] = {}
    for value in values:
        if value.page not in sights:
            sights[value.page] = Sight(paper[value.page])
        if not is_seen(sights[value.page], value):
            return False
    return True


def is_seen(sight: Sight, value: Value) -> bool:
    """As text inside its field, each letter with ink: one that no font could draw has none. A tick: ink in its box."""
    if not value.text:
        return sight.has_ink(middle(value.at))
    inside = sight.letters(value.at)
    there = Counter(squeezed("".join(sight.text.get_text_range(each, 1) for each in inside)))
    return not Counter(squeezed(value.text)) - there and all(sight.has_ink(sight.text.get_charbox(each)) for each in inside)


def is_within(box: Box, field: Box) -> bool:
    """By its middle."""
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return field[0] - 1 <= across <= field[2] + 1 and field[1] - 1 <= up <= field[3] + 1


def middle(at: Box) -> Box:
    wide, high = (at[2] - at[0]) * 0.15, (at[3] - at[1]) * 0.15
    return at[0] + wide, at[1] + high, at[2] - wide, at[3] - high


def are_said(paper: pdfium.PdfDocument, notes: list[Note]) -> bool:
    """A mark often repeats the words it marks, and a text box is its words: those are on the page."""
    return all(squeezed(note.text) in squeezed(paper[note.page].get_textpage().get_text_range()) for note in notes)


def squeezed(text: str) -> str:
    """Letters only, in whatever form they were written: Arabic is stored as it is read, or as it is drawn."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(one for one in plain if not one.isspace() and unicodedata.category(one) not in ("Cc", "Cf", "Mn"))
