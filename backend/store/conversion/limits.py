"""How much one file may cost, in one place: read by the server, by the child, and by the sentences people get."""

MAX_BYTES = 32 * 2**20
"""A photo as phones write them at 108 megapixels; at 200 most are larger still."""
MAX_PDF_BYTES = 12 * 2**20
MAX_RESULT = 16 * 2**20
MAX_PAGES = 50
MAX_PIXELS = 210_000_000
"""A phone's 200 megapixels, as JPEG, which is decoded at a smaller scale."""
MAX_PIXELS_WHOLE = 70_000_000
"""Of a kind that can only be decoded whole: 280 MB at 4 bytes a pixel, and as much again while it is made smaller."""
KEPT_PIXELS = 9_000_000
"""Enough to read a printed page. An area, not a side: a long screenshot stays readable."""
MAX_DECODED = 192 * 2**20
"""All streams of one PDF together, inflated, pictures aside."""

MEMORY = 896 * 2**20
"""Address space of the child, of which its libraries take some 200 MB."""
CPU_S = 15
WALL_S = 30

AT_ONCE = 2
WAITING = 16
"""Files that wait, of guests and of those signed in each; the next is asked to come again."""
LONGEST_WAIT_S = 25
