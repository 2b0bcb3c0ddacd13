"""The paper a person takes home from the desk: the code in large print, the square to scan, whom to call.

One HTML file without scripts or links to anything, so that it prints from any machine.
"""

from collections.abc import Callable
from html import escape

import segno

from backend.identity.activation import Made

STYLE = """
body { font: 18pt/1.4 sans-serif; max-width: 17cm; margin: 1.5cm auto; }
h1 { font-size: 24pt; } .code { font: bold 34pt/1.6 monospace; letter-spacing: .08em; white-space: nowrap; }
svg { width: 6cm; height: 6cm; display: block; margin-block: .5cm; } .address { font-size: 12pt; overflow-wrap: anywhere; }
"""


def paper(
    made: Made, address: str, *, town: str, phone: str, until: str, t: Callable[[str], str], lang: str, dir: str
) -> str:
    """`address` ends in "#CODE"; `until` is the last moment in words; `t` words a sentence in the person's language."""
    born = f"<p>{t('When were you born?')}</p>" if made.needs_born else ""
    place = escape(address.partition("#")[0])
    return f"""<!doctype html>
<html lang="{lang}" dir="{dir}">
<head><meta charset="utf-8"><title>{t("Your code")} – {escape(town)}</title><style>{STYLE}</style></head>
<body>
<p>{escape(town)}</p>
<h1>{t("Your code")}</h1>
<p><bdi>{escape(made.name)}</bdi></p>
<p class="code" dir="ltr">{made.code}</p>
{square(address)}
<p class="address" dir="ltr">{place}</p>
{born}<p>{escape(until)}</p>
<p>{t("Call us")}: <bdi dir="ltr">{escape(phone)}</bdi></p>
</body>
</html>
"""


def square(address: str) -> str:
    """The QR as a drawing inside the page."""
    return segno.make(address, error="m").svg_inline(scale=4, border=4)


def terminal(address: str) -> list[str]:
    """The QR in half blocks, for a terminal: a line of text for two rows of modules, light on dark or dark on light."""
    rows = [[bool(module) for module in row] for row in segno.make(address, error="m").matrix_iter(border=2)]
    rows += [[False] * len(rows[0])] if len(rows) % 2 else []
    halves = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    return ["".join(halves[pair] for pair in zip(*two, strict=True)) for two in zip(rows[::2], rows[1::2], strict=True)]
