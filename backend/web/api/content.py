"""Everything a phone needs to make our pages, under one version; and the addresses of every static file.

`code` is the hash of worker modules and compiled templates, `content` that of everything: a bundle is used only by
the worker it was made for, and replaced as a whole.
"""

from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from backend.domain.errors import NotFound
from backend.web.api import manifest
from backend.web.middleware import compression
from backend.web.middleware.headers import PAGE_HEADERS, SECURITY
from backend.web.middleware.static_files import Files, hash_of
from backend.web.pages import about, help, home, services
from backend.web.rendering import packing
from backend.web.rendering.frame import kept_frame
from backend.web.rendering.words import TEMPLATES
from backend.web.state import AppState
from i18n import catalogue

PWA = TEMPLATES.parent
NEVER_ON_A_PAGE = {"content-length", "date"}


class Bundle(Struct, frozen=True):
    """One language's content, encoded; `forms` by `Content-Encoding`."""

    hash: str
    forms: dict[str, bytes]


class Content:
    def __init__(self, app: AppState, files: Files, modules: dict[str, str], scripts: dict[str, str]) -> None:
        """`modules`: the worker's, by file name, as phones get them; `scripts`: those of pages."""
        self.app = app
        self.assets = add_assets(files, scripts)
        self.modules = modules
        self.code = hash_of("".join(f"{n}\n{text}" for n, text in sorted(self.modules.items())).encode())
        for name, text in self.modules.items():
            files.add(f"/w/{self.code}/{name}", text.encode())
        self.said = {code: catalogue.said(words) for code, words in app.words.catalogues.items()}
        self.bundles: dict[tuple[str, str], Bundle] = {}

    def hash_of(self, lang: str) -> str:
        return self.bundle(lang).hash

    def bundle(self, lang: str) -> Bundle:
        """Made when first asked for, and again on a new day: start pages may name days."""
        today = self.app.today()
        if (lang, today) not in self.bundles:
            self.bundles = {key: one for key, one in self.bundles.items() if key[1] == today}
            self.bundles[lang, today] = self.made(lang, today)
        return self.bundles[lang, today]

    def made(self, lang: str, today: str) -> Bundle:
        """`headers` are a page's own; those of every answer come with the bundle as its own headers."""
        app = self.app
        words = app.words.catalogues[lang]
        body = {
            "content": "",
            "code": self.code,
            "lang": lang,
            "dir": words.about["dir"],
            **packing.packed(app.services.newest.values(), public_pages(app), self.said[lang], today),
            **catalogue.bundle(words, app.words.keys),
            "confirmed": app.services.confirmed,
            "languages": app.words.offered,
            "date_words": app.date_words,
            "assets": {name: address for name, address in self.assets.items() if "." not in name},
            "headers": PAGE_HEADERS,
            "frame": kept_frame(app.settings, ""),
        }
        version = hash_of(msgspec.json.encode([body, SECURITY]))
        body |= {"content": version, "frame": kept_frame(app.settings, version)}
        encoded = msgspec.json.encode(body)
        return Bundle(version, {e: compression.compress(encoded, e, 11)[0] for e in ("", "br", "gzip")})


def public_pages(app: AppState) -> list[dict[str, Any]]:
    """The pages every phone may keep, as nobody sees them; the phone puts its frame around them. Start pages it makes."""
    made = [
        ("home", "", home.home_view(app)),
        ("services", "services", services.services_view(app, "")),
        ("help", "help", help.view(app)),
        ("accessibility", "accessibility", about.accessibility_view(app)),
        ("languages", "languages", about.languages_view(app)),
        ("offline", "offline", {"back": "", "kept": []}),
    ]
    return [{"page": page, "here": here, **view} for page, here, view in made]


def add_assets(files: Files, scripts: dict[str, str]) -> dict[str, str]:
    """Short names for templates, addresses with hashes behind them."""
    drawn = {file.name: files.add_hashed(file.name, file.read_bytes()) for file in sorted((PWA / "icons").glob("*.*")) if file.suffix in (".svg", ".png")}
    run = {name: files.add_hashed(name, text.encode()) for name, text in scripts.items()}
    return {
        "css": files.add_hashed("look.css", stylesheet(PWA / "css")),
        "boot": run.get("boot.js", ""), "aloud": run.get("read-aloud.js", ""), "passkey": run.get("passkey.js", ""), "subscribe": run.get("subscribe.js", ""),
        "icon": drawn.get("icon.svg", ""), "apple": drawn.get("apple.png", ""), **drawn,
    }  # fmt: skip


def stylesheet(folder: Path) -> bytes:
    """The blocks in the order of `order.txt`, without comments and indentation (no text of ours holds either)."""
    names = (folder / "order.txt").read_text("utf-8").split()
    whole = "".join((folder / name).read_text("utf-8") for name in names)
    kept = "".join(piece.partition("*/")[2] if n else piece for n, piece in enumerate(whole.split("/*")))
    return "\n".join(line.strip() for line in kept.splitlines() if line.strip()).encode()


@get("/api/content/{lang:str}", name="content")
async def get_content(request: Request, lang: FromPath[str], app: NamedDependency[AppState]) -> Response[bytes]:
    """The bundle of one language, as a whole."""
    if not app.words.offers(lang):
        raise NotFound(lang)
    bundle = app.content.bundle(lang)
    etag = f'"{bundle.hash}"'
    said = {"etag": etag, "cache-control": "no-cache", "vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, media_type="application/json", headers=said)
    best = next(iter(compression.encodings(request.headers.get("accept-encoding", ""))), "")
    encoded = said | ({"content-encoding": best} if best else {})
    return Response(bundle.forms[best], media_type="application/json", headers=encoded)


@get("/sw.js", name="worker")
async def get_worker(app: NamedDependency[AppState]) -> Response[bytes]:
    """One line; or, when the operator says so, a worker that takes itself away."""
    off = app.settings.worker == "off"
    text = app.content.modules["emergency.js"] if off else f'import "/w/{app.content.code}/worker.js"\n'
    headers = {"cache-control": "no-cache"}
    return Response(text.encode(), media_type="text/javascript", headers=headers)


@get("/manifest.json", name="manifest")
async def get_manifest(request: Request, app: NamedDependency[AppState], lang: FromQuery[str] = "") -> Response[bytes]:
    """The web app's manifest in one language; always the same app."""
    code = app.words.pick(lang, "")
    body, encoding = compression.compress(
        msgspec.json.encode(manifest.manifest(app, code)), request.headers.get("accept-encoding", ""), quality=9
    )
    headers = {"cache-control": "no-cache", "vary": "Accept-Encoding"} | ({"content-encoding": encoding} if encoding else {})
    return Response(body, media_type="application/manifest+json", headers=headers)
