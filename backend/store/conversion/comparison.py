"""Both papers drawn page by page and laid over each other."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageChops

from backend.domain.errors import BadFile

LONGEST_SIDE = 1200
BLOCK = 8
MOST_DIFFERENT = {"L": 20, "RGB": 48}
"""Of 255, on average in a block of 8 by 8 pixels (about 2 mm): a lost hair line is 32, edges that moved by rounding 8; in
colours 27, since a field's letters have coloured edges and a page's have not."""


def flatten(data: bytes) -> bytes:
    """What is filled in and drawn on the pages becomes part of them, as it is seen."""
    with with_forms(data) as paper:
        for number in range(len(paper)):
            page = paper[number]
            page.render(scale=0.05)  # marks that bring no picture of their own get one when they are first drawn
            if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_FAIL:
                raise BadFile("differs")
            page.close()
        new = io.BytesIO()
        paper.save(new)
    return new.getvalue()


@contextmanager
def with_forms(data: bytes) -> Iterator[pdfium.PdfDocument]:
    paper = pdfium.PdfDocument(data)
    paper.init_forms()
    try:
        yield paper
    finally:
        paper.close()


def refuse_different(before: bytes, after: bytes) -> None:
    with with_forms(before) as original, with_forms(after) as safe:
        if len(original) != len(safe):
            raise BadFile("differs")
        for number in range(len(original)):
            refuse_different_page(drawn(original[number]), drawn(safe[number]))


def refuse_different_page(before: Image.Image, after: Image.Image) -> None:
    if before.size != after.size:
        raise BadFile("differs")
    for mode, bound in MOST_DIFFERENT.items():
        blocks = ImageChops.difference(before.convert(mode), after.convert(mode)).reduce(BLOCK).convert("RGB")
        if max(high for _, high in blocks.getextrema()) > bound:
            raise BadFile("differs")


def drawn(page: pdfium.PdfPage) -> Image.Image:
    scale = min(LONGEST_SIDE / max(*page.get_size(), 1), 4)
    try:
        return page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    finally:
        page.close()
