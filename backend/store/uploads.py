"""What a phone sends is made safe before it is kept: decoded, and written anew without what was hidden in it."""

import io
from collections.abc import Callable

from PIL import Image, ImageOps

from backend.domain.errors import BadFile

MOST_BYTES = 10 * 2**20
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 3000
"""Enough to read a printed page; half the bytes of what newer phones take."""
MOST_PAGES = 50

APPLE_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")
PICTURES = ("JPEG", "PNG", "WEBP", "GIF", "BMP")

Image.MAX_IMAGE_PIXELS = None  # ours is lower, and is asked before a pixel is decoded


def make_safe(data: bytes) -> tuple[str, bytes]:
    """(content type, new bytes). Raises `BadFile` with its `why`; "heic" asks for an ordinary photo."""
    if not data:
        raise BadFile("empty")
    if len(data) > MOST_BYTES:
        raise BadFile("too-large")
    if data[4:8] == b"ftyp":
        raise BadFile("heic" if data[8:12] in APPLE_BRANDS else "wrong-kind")
    if data.startswith(b"%PDF-"):
        return "application/pdf", clean(plain_pdf, data)
    return "image/jpeg", clean(plain_picture, data)


def clean(anew: Callable[[bytes], bytes], data: bytes) -> bytes:
    """The libraries raise all sorts of errors on hostile bytes; every one of them means: broken."""
    try:
        return anew(data)
    except BadFile:
        raise
    except Exception as error:
        raise BadFile("broken") from error


def plain_picture(data: bytes) -> bytes:
    """Upright, no larger than needed, as JPEG; place, time, owner and whatever was appended are gone."""
    try:
        picture = Image.open(io.BytesIO(data), formats=PICTURES)
    except Image.UnidentifiedImageError:
        raise BadFile("wrong-kind") from None
    if picture.width * picture.height > MOST_PIXELS:
        raise BadFile("too-large")
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if picture.has_transparency_data:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA"))
    new = io.BytesIO()
    blank = Image.new("RGB", picture.size)
    blank.paste(picture.convert("RGB"))
    blank.save(new, "JPEG", quality=85)
    return new.getvalue()


def plain_pdf(data: bytes) -> bytes:
    """Pages only: no scripts, no actions, no files inside; what was filled in is kept as ink."""
    import pikepdf  # 12 MB of memory that most instances rarely need

    with pikepdf.open(io.BytesIO(data)) as pdf:
        if len(pdf.pages) > MOST_PAGES:
            raise BadFile("too-large")
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("screen")
        safe = pikepdf.new()
        for page in pdf.pages:
            for hidden in ("/AA", "/Annots", "/Metadata", "/PieceInfo", "/Thumb", "/B"):
                if hidden in page.obj:
                    del page.obj[hidden]
            safe.pages.append(page)
        new = io.BytesIO()
        safe.save(new)
    return new.getvalue()
