"""A letter as tagged PDF (PDF/UA-1), against the same text on the same sheet through WeasyPrint. Time of the processor, so a figure
is that of one core. Every letter has words of its own: neither side may print one from memory."""

import gc
import html
import logging
import time
from collections.abc import Callable
from pathlib import Path

from backend.letters.paper import Printable, Version, letter_pdf, printable
from backend.letters.typesetting import FONTS
from tests.bench.load import line
from tests.letters.test_templates import TEMPLATES, WORDS, given

COUNT, ROUNDS = 30, 3
REASON = (
    "Vi har set på dine timer i {n} uger før den {n}. dag. Du havde {n} timer i alt. For at få sygedagpenge skal du have haft mindst "
    "240 timer i de sidste 6 måneder. Derfor kan vi ikke sige ja i sag {n}."
)
CSS = """
@font-face { font-family: D; src: url("DejaVuSans.ttf") }
@font-face { font-family: D; font-weight: bold; src: url("DejaVuSans-Bold.ttf") }
@page { size: A4; margin: 20mm 20mm 22mm; @bottom-left { content: string(foot); font: 11pt D }
  @bottom-right { content: counter(page) " / " counter(pages); font: 11pt D } }
body { font: 14pt/1.4 D } h1 { font-size: 20pt; margin: 0 0 3mm } h2 { font-size: 16pt; margin: 5mm 0 2mm; break-after: avoid }
.to { margin-top: 25mm; height: 45mm; width: 85mm; font-size: 12pt; overflow: hidden } .to small { font-size: 8pt; display: block }
.on { text-align: end; font-size: 12pt; margin-top: 2mm } .answers { background: #f0f0f0; padding: 5mm; border-radius: 2mm }
.answers h2 { font-size: 14pt; margin: 2mm 0 } .foot { string-set: foot content(); display: none } p { margin: 0 0 3mm }
.town { position: absolute; top: 0; inset-inline-end: 0; font-weight: bold }
"""


def run(folder: Path) -> None:
    for lang in ("da", "ar"):
        letters = [one(lang, at) for at in range(ROUNDS * COUNT * 2)]
        alone = best(lambda batch: [letter_pdf([each]) for each in batch], letters[: ROUNDS * COUNT])
        together = best(letter_pdf, letters[ROUNDS * COUNT :])
        line(f"letters as PDF, {lang}, one core: ours, each by itself", f"{COUNT / alone:,.0f} a second")
        line("  ours, all in one file", f"{COUNT / together:,.0f} a second")
        peer = weasyprint()
        if peer is None:
            line("  WeasyPrint", "missing", "make test brings it; it needs Pango")
            continue
        theirs = best(lambda batch, make=peer: [make([each]) for each in batch], letters[: ROUNDS * COUNT])
        line("  the same text through WeasyPrint, each by itself", f"{COUNT / theirs:,.0f} a second")
        line("  ours is quicker", f"{theirs / alone:.1f}x")
        theirs_together = best(peer, letters[ROUNDS * COUNT :])
        line("  WeasyPrint, all in one file", f"{COUNT / theirs_together:,.0f} a second")
        line("  ours is quicker", f"{theirs_together / together:.1f}x")


def one(lang: str, at: int) -> Printable:
    template = TEMPLATES.get("sick-pay", "refused")
    reasons = "\n\n".join(REASON.format(n=at * 7 + part) for part in range(3))
    letter = TEMPLATES.compose(template, given(template, fields={"cause": "work", "reasons": reasons}, case_number=f"M {at:03} 763"), [lang])
    return printable(
        letter, WORDS[lang], WORDS[lang], to=[f"Inger Holm {at}", f"Havnegade {at}", "9999 Havneby"], town="Havneby",
        sender="Havneby, Torvet 1, 9999 Havneby", phone="+4533663366", on="2026-11-27",
    )  # fmt: skip


def best(make: Callable[[list[Printable]], object], letters: list[Printable]) -> float:
    """Seconds of the processor for `COUNT` letters, the quickest of the rounds; every round has letters of its own."""
    took = []
    for at in range(ROUNDS):
        gc.collect()
        began = time.process_time()
        make(letters[at * COUNT : (at + 1) * COUNT])
        took.append(time.process_time() - began)
    return min(took)


def weasyprint() -> Callable[[list[Printable]], bytes] | None:
    try:
        from weasyprint import CSS as Sheet, HTML  # noqa: PLC0415 - a peer, not a part of ours
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    except (ImportError, OSError):  # OSError: without Pango
        return None
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    fonts = FontConfiguration()
    sheet = Sheet(string=CSS, base_url=f"{FONTS}/", font_config=fonts)

    def make(letters: list[Printable]) -> bytes:
        made = [HTML(string=page([each])).render(stylesheets=[sheet], font_config=fonts) for each in letters]
        whole = made[0].copy([sheet for each in made for sheet in each.pages])
        return whole.write_pdf(pdf_variant="pdf/ua-1")

    return make


def page(letters: list[Printable]) -> str:
    lang = letters[0].versions[0]
    body = "".join(f"<article>{head(each)}{''.join(map(version, each.versions))}</article>" for each in letters)
    return f'<!doctype html><html lang="{lang.lang}" dir="{lang.dir}"><title>{html.escape(lang.title)}</title><body>{body}'


def head(each: Printable) -> str:
    to = "<br>".join(map(html.escape, each.to))
    return (
        f'<p class=foot>{html.escape(each.foot)}</p><p class=town>{html.escape(each.town)}</p><div class=to dir=ltr><small>{html.escape(each.sender)}</small>'
        f"<br>{to}</div><p class=on>{html.escape(each.versions[0].dated)}</p>"
    )


def version(one: Version) -> str:
    answers = "".join(f"<h2>{html.escape(each.heading)}</h2><p>{html.escape(each.text)}</p>" for each in one.answers)
    return f"<h1>{html.escape(one.title)}</h1><section class=answers>{answers}</section>{''.join(map(part, one.parts))}<p><b>{html.escape(one.help)}</b></p>"


def part(one: object) -> str:
    if one.kind == "list":
        return f"<ul>{''.join(f'<li>{html.escape(item)}</li>' for item in one.items)}</ul>"
    tag = "h2" if one.kind == "heading" else "p"
    return f"<{tag}>{html.escape(one.text)}</{tag}>"
