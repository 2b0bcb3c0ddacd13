"""Each gate has been seen to fail: one page without a fault, then the same page with one fault at a time."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from backend.web.middleware.headers import PAGE_HEADERS, SECURITY
from tests.browser.gates import Eye, Findings, html_mistakes, look
from tests.browser.phone import Phone
from tests.browser.town import Town

PAGE = """<!doctype html>
<html lang="da" dir="ltr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Rotter</title>
<link rel="stylesheet" href="/look.css"><link rel="manifest" href="/manifest.json?lang=da"></head>
<body>
<header><a href="/da/">Forside</a><a href="#languages">Sprog / Language</a></header>
<main id="main">
<form id="journey" method="post" action="/da/services/rats/inside" novalidate>
<fieldset><legend><h1>Er rotten inde eller ude?</h1></legend>
<label class="row"><input type="radio" id="a" name="inside" value="in"><span>Inde i huset</span></label>
<label class="row"><input type="radio" id="b" name="inside" value="out"><span>Ude i haven</span></label>
</fieldset>
<p id="hint">Vi kommer hurtigere, når den er inde.</p>
<button class="main" name="do" value="continue" type="submit">Fortsæt</button>
</form>
</main>
<footer id="languages"><a href="tel:+4533663366">33 66 33 66</a><a href="/da/accessibility">Tilgængelighedserklæring</a>
<a href="/en/services/rats/inside" lang="en" hreflang="en">English</a></footer>
</body></html>"""
CSS = """
html { font-size: 125% } body { font: 1rem/1.5 sans-serif; margin: 0 16px; color: #111; background: #fff; display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; overflow-wrap: anywhere }
h1 { font-size: 1.4rem; margin: 0 } fieldset { border: 0; padding: 0; margin: 0; min-width: 0 } p { margin: 0 }
a, .row, button { display: block; min-height: 68px; box-sizing: border-box; margin-block: 16px; padding: 12px; border: 2px solid #333; color: #111; border-radius: 4px }
button { font: inherit; inline-size: 100%; background: #fff }
:focus-visible { outline: 4px solid #004488; outline-offset: 2px } .row:has(:focus-visible) { outline: 4px solid #004488; outline-offset: 2px }
"""
FAULTS = {
    "s1": lambda html, css: (html, css + "#hint { font-size: 15px }"),
    "s2": lambda html, css: (html, css + "#hint { inline-size: 15em }"),
    "s5": lambda html, css: (html, css + "#hint { font-style: italic }"),
    "s7": lambda html, css: (html, css + "footer a { border: 0; text-decoration: none }"),
    "s8": lambda html, css: (html.replace(">English<", '><img alt="English" src="data:,"><'), css),
    "s9": lambda html, css: (html, css + "#hint { inline-size: 400px }"),
    "s10": lambda html, css: (html, css + "#hint { font-size: 16px; block-size: 1.5em; overflow: hidden }"),
    "s11": lambda html, css: (html, css + "header { position: sticky; inset-block-start: 0; background: #fff }"),
    "s12": lambda html, css: (html, css + "footer a { border: 0; box-shadow: 0 0 0 2px #333; text-decoration: none; background: #eee }"),
    "t1": lambda html, css: (html, css + "footer a { min-height: 0; padding: 4px }"),
    "t2": lambda html, css: (html, css + "footer a { margin: 0 } footer { display: grid; gap: 2px }"),
    "taps": lambda html, css: (html, css + "footer a { min-height: 48px; padding: 0; margin: 0 } footer { display: grid; gap: 8px }"),
    "broken": lambda html, css: (html.replace("Er rotten", "Rottebekæmpelsesmyndighederne"), css),
    "t3": lambda html, css: (html, css + "fieldset { position: relative } fieldset::after { content: ''; position: absolute; inset: 0 0 0 60% }"),
    "t4": lambda html, css: (html.replace("initial-scale=1", "initial-scale=1, user-scalable=no"), css),
    "t5": lambda html, css: (html, css + "@keyframes turn { to { rotate: 1turn } } #hint { animation: turn 1s infinite }"),
    "t7": lambda html, css: (html.replace('value="continue"', 'value="continue" disabled'), css),
    "t8": lambda html, css: (html, css.replace(":focus-visible {", ":focus-visible { outline: none !important;")),
    "p1": lambda html, css: (html.replace("<p id", "<h1>To</h1><p id"), css),
    "p2": lambda html, css: (html.replace("<p id", '<label class="row">Hvor? <select name="s"><option>A</select></label><p id'), css),
    "p3": lambda html, css: (html.replace("</form>", '<button class="main" name="do" value="send" type="submit">Send</button></form>'), css),
    "p6": lambda html, css: (html.replace('href="/da/"', 'href="/da/help"'), css),
    "w9": lambda html, css: (html.replace("Vi kommer hurtigere", '<span class="foreign" lang="en" dir="ltr">We come sooner</span>'), css),
    "p10": lambda html, css: (html.replace("<p id", "<dialog open>Hov</dialog><p id"), css),
    "p11": lambda html, css: (html.replace('<a href="/da/acc', '<a target="_blank" href="/da/acc'), css),
    "f5": lambda html, css: (html.replace("<p id", '<input placeholder="Skriv her" name="q"><p id'), css),
    "f6": lambda html, css: (html.replace("<p id", '<label class="row">Navn<input name="q" autocomplete="off"></label><p id'), css),
    "f10": lambda html, css: (html.replace("#languages", "#main").replace('hreflang="en"', "").replace('lang="en"', ""), css),
    "e1": lambda html, css: (html.replace(" novalidate", ""), css),
    "h1": lambda html, css: (html.replace("33 66 33 66", "Ring"), css),
    "l2": lambda html, css: (html.replace("/da/accessibility", "/da/help"), css),
    "c1": lambda html, css: (html.replace("<p id", '<p style="color: #111" id'), css),
    "u2": lambda html, css: (html.replace("lang=da", "lang=en"), css),
    "lang": lambda html, css: (html.replace('lang="da"', 'lang="da-x"'), css),
    "axe": lambda html, css: (html, css + "#hint { color: #707070 }"),
}


@pytest.fixture(scope="module", params=[False, True], ids=["axe-when-asked", "axe-with-the-page"])
def shown(request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], Findings]]:
    """Shows a made-up page, under our own headers, to all the gates, as `Eye` looks at the phone's pages and the server's."""
    nowhere = Town(tmp_path_factory.mktemp("nowhere"))
    with Phone(browser, nowhere, worker=False) as phone:
        body, eye = {}, Eye(phone, with_axe=request.param)
        phone.context.route("**/*", lambda route: route.fulfill(**body.get(route.request.url.rsplit("/", 1)[1], {"body": "", "status": 404})))

        def show(html: str, css: str) -> Findings:
            body.update({"look.css": {"body": css, "content_type": "text/css"}, "page": {"body": html, "headers": SECURITY | PAGE_HEADERS | {"content-type": "text/html; charset=utf-8"}}})
            phone.go("page")
            found = Findings()
            look(eye, "page", found, "da")
            return found

        show.eye = eye
        yield show


@pytest.mark.parametrize("shown", [False], indirect=True)
@pytest.mark.parametrize("fault", [None, "taps", "t1", "t3"])
def test_the_taps_that_are_asked_tell_where_every_tap_ends(fault: str | None, shown: Any) -> None:
    shown(*(FAULTS[fault](PAGE, CSS) if fault else (PAGE, CSS)))
    assert shown.eye.ask("taps(4)") == shown.eye.ask("taps(1)") != []


def test_a_page_without_a_fault_passes_all_gates(shown: Callable[[str, str], Findings]) -> None:
    found = shown(PAGE, CSS)
    assert {rule: said for rule, said in found.wrong.items() if said} == {}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_is_seen_by_its_gate(rule: str, shown: Callable[[str, str], Findings]) -> None:
    assert shown(*FAULTS[rule](PAGE, CSS)).wrong[rule] != []


def test_invalid_html_is_seen() -> None:
    bad = PAGE.replace("<p id", "<label><h1>x</h1></label><p id")
    assert html_mistakes({"good": PAGE}) == []
    assert any("element-permitted-content" in one for one in html_mistakes({"bad": bad}))
