"""Bytes on the wire: what a first visit costs, headers counted; what the worker and one language cost, as sent, in brotli.

A part weighs what would not travel without it.
"""

import http.client
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli

from tests.bench.load import line
from tests.browser.town import Town
from tests.languages import LOOKED_AT

LIMIT = 10_000
LANGUAGES = LOOKED_AT
MARK = 8
"""Signs per sentence, `i18n.catalogue.mark`."""
PARTS = re.compile(r'<(?:link rel="(?:stylesheet|icon|manifest)" href|script src)="([^"]+)"')
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')


def run(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    town = Town(folder / "town").start()
    try:
        first_visits(town)
        other_pages(town)
        worker(town)
        content(town)
    finally:
        town.stop()


def wire(town: Town, path: str) -> tuple[int, str]:
    """(bytes on the wire, headers included; the text) of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", town.port, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": "br", "Accept": "text/html,*/*", "Host": f"localhost:{town.port}"})
    answer = connection.getresponse()
    body = answer.read()
    head = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n") + sum(len(f"{name}: {value}\r\n") for name, value in answer.getheaders())
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    packed = answer.getheader("Content-Encoding") == "br"
    return head + len(body), (brotli.decompress(body) if packed else body).decode("utf-8", "replace")


def first_visits(town: Town) -> None:
    for lang in LANGUAGES:
        size, page = wire(town, f"/{lang}/")
        parts = {path: wire(town, path)[0] for path in PARTS.findall(page)}
        said = ", ".join(f"{Path(urlsplit(path).path).name.split('.')[0]} {bytes}" for path, bytes in parts.items())
        line(f"first visit, home, {lang}: page {size}, {said}", f"{size + sum(parts.values())} B", f"<= {LIMIT}")


def other_pages(town: Town) -> None:
    pages = ["services", "help", "sign-in", "accessibility", "languages", "mine/settings"]
    pages += [f"services/{service}" for service in ("sick-pay", "change-of-address", "rats", "passport")]
    for lang in LANGUAGES:
        sizes = {}
        for page in pages:
            size, text = wire(town, f"/{lang}/{page}")
            sizes[page] = size + sum(wire(town, path)[0] for path in STYLE.findall(text))
        heaviest = max(sizes, key=lambda page: sizes[page])
        line(f"page and stylesheet, the heaviest of {len(pages)} pages, {lang}: {heaviest}", f"{sizes[heaviest]} B", f"<= {LIMIT}")


IN_WORKER = {
    "compiled templates": ["show_templates"],
    "what templates stand on: sentences, formats, plurals": ["show_runtime", "show_formats", "show_plurals", "show_packing"],
    "the engine: journeys, questions, answers, conditions, days": ["domain"],
    "what is kept": ["keep"],
    "what is sent": ["send"],
    "pages and acts": ["show", "routes", "origin", "requests", "messages"],
}  # fmt: skip


def worker(town: Town) -> None:
    """`/sw.js` and the module it leads to."""
    first, text = wire(town, "/sw.js")
    address = re.findall(r'"(/w/[^"]+)"', text)[0]
    body, whole = sent(town, address)
    blocks = re.split(r"(?<=\})\n(?=\{)", whole)
    labels = [(re.findall(r"var _(\w+)=\{[^{}]*\}\}$", block) or ["worker"])[-1] for block in blocks]
    of = [next((part for part, names in IN_WORKER.items() for name in names if label == name or label.startswith(f"{name}_")), "") for label in labels]
    for part in IN_WORKER:
        rest = [block for block, one in zip(blocks, of, strict=True) if one != part]
        line(f"  {part}", f"{body - compressed(chr(10).join(rest))} B")
    line(f"worker, runtime and compiled templates, {len(blocks)} modules in one file (and {first} B of /sw.js)", f"{body} B", "<= 20,480")


def content(town: Town) -> None:
    for lang in LANGUAGES:
        body, text = sent(town, f"/api/content/{lang}")
        line(f"content for one language, {lang}", f"{body} B", "<= 12,288")
        bundle = json.loads(text)
        for name in bundle if lang == "ar" else ():
            line(f"  {name}", f"{body - packed({key: value for key, value in bundle.items() if key != name})} B")
        for service, bytes in per_service(bundle, body).items():
            line(f"  service {service}, its sentences too", f"{bytes} B")


def per_service(bundle: dict[str, Any], body: int) -> dict[str, int]:
    """Sentences travel in the order in which services need them first: 0.5 is one more of them."""
    sizes, start = {}, 0
    for at, service in enumerate(bundle["services"]):
        end = start + json.dumps(service).count(": 0.5") + json.dumps(service).count("[0.5") + json.dumps(service).count(", 0.5")
        without = {
            "services": bundle["services"][:at] + bundle["services"][at + 1 :],
            "said": bundle["said"][:start] + bundle["said"][end:],
            "marks": bundle["marks"][: start * MARK] + bundle["marks"][end * MARK :],
        }
        sizes[service["id"]] = body - packed(bundle | without)
        start = end
    return sizes


def sent(town: Town, path: str) -> tuple[int, str]:
    """(bytes of the body as they travel, the text)."""
    connection = http.client.HTTPConnection("127.0.0.1", town.port, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": "br", "Host": f"localhost:{town.port}"})
    body = connection.getresponse().read()
    return len(body), brotli.decompress(body).decode()


def packed(value: object) -> int:
    return compressed(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def compressed(text: str) -> int:
    return len(brotli.compress(text.encode(), quality=11))
