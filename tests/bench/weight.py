"""Bytes on the wire: what a first visit costs, what the worker and one language cost, all brotli, headers counted."""

import http.client
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import brotli

from tests.bench.load import line
from tests.browser.town import Town

LIMIT = 14_600
LANGUAGES = ("da", "en", "ar")
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


def worker(town: Town) -> None:
    """All modules that `/sw.js` leads to, each as the server sends it."""
    _, first = wire(town, "/sw.js")
    waiting = re.findall(r'"(/w/[^"]+)"', first)
    sizes: dict[str, int] = {}
    for path in waiting:
        if path in sizes:
            continue
        _, text = wire(town, path)
        sizes[path] = len(brotli.compress(text.encode(), quality=11))
        waiting += [f"{path.rsplit('/', 1)[0]}/{name}" for name in re.findall(r'from\s*"\./([^"]+)"|from\s*\'\./([^\']+)\'', text) for name in name if name]
    for path, size in sorted(sizes.items(), key=lambda item: -item[1])[:6]:
        line(f"  {path.rsplit('/', 1)[1]}", f"{size} B")
    line(f"worker modules, runtime and compiled templates ({len(sizes)} files)", f"{sum(sizes.values())} B", "<= 20,480")


def content(town: Town) -> None:
    for lang in LANGUAGES:
        _, text = wire(town, f"/api/content/{lang}")
        bundle = json.loads(text)
        line(f"content for one language, {lang}", f"{len(brotli.compress(text.encode(), quality=11))} B", "<= 12,288")
        if lang == "ar":
            for name, part in bundle.items():
                line(f"  {name}", f"{packed(part)} B")
            for service, definition in bundle["services"].items():
                line(f"  service {service}", f"{packed(definition)} B")


def packed(value: object) -> int:
    return len(brotli.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), quality=11))
