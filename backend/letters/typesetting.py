"""Typst: our templates and values in, a tagged PDF out."""

import threading
from functools import cache
from pathlib import Path

import typst

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
STANDARD = "ua-1"
"""PDF/UA: it can be read aloud."""
one_at_a_time = threading.Lock()
"""A compiler is used by one thread at a time."""


@cache
def compiler(template: str) -> typst.Compiler:
    """Fonts are read once."""
    return typst.Compiler(HERE / template, root=HERE, font_paths=[FONTS], ignore_system_fonts=True)


def typeset(template: str, inputs: dict[str, str]) -> bytes:
    """Takes some tens of milliseconds of the processor; raises RuntimeError where Typst cannot."""
    with one_at_a_time:
        return compiler(template).compile(format="pdf", pdf_standards=STANDARD, sys_inputs=inputs)
