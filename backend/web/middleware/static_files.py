"""Files under names that hold their own hash: in memory, compressed once, kept by phones for ever.

Old names are answered for 30 days after a release: a page opened yesterday still finds its stylesheet, and a
worker of yesterday its modules.
"""

import gzip
import hashlib
import logging
import os
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli
from msgspec import Struct

from backend.web.build_cache import BuildCache
from backend.web.middleware.compression import encodings
from backend.web.middleware.headers import SECURITY_RAW, for_file

KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
    "ico": "image/x-icon",
}
SQUEEZED = {"css", "js", "json", "svg"}
OLD_DAYS = 30
log = logging.getLogger("medborger.web")


class Variant(Struct, frozen=True):
    body: bytes
    etag: bytes
    headers: list[tuple[bytes, bytes]]
    """Of a 200; a 304 drops the first two: length and type."""


class Files:
    """Every static file, by its whole address."""

    def __init__(self, cache: BuildCache | None = None) -> None:
        """`cache`: making a file as small as it gets takes a tenth of a second each."""
        self.cache = cache
        self.made: dict[str, dict[str, Variant]] = {}

    def add(self, address: str, body: bytes) -> str:
        kind = address.rpartition(".")[2]
        forms = {"": body}
        if kind in SQUEEZED:
            forms |= {"br": self.cache("br", body, lambda: smallest(body)) if self.cache else smallest(body), "gzip": gzip.compress(body, 9, mtime=0)}
        self.made[address] = {
            encoding: variant(address, made, KINDS[kind], encoding) for encoding, made in forms.items()
            if not encoding or len(made) < len(body)
        }  # fmt: skip
        return address

    def add_hashed(self, name: str, body: bytes) -> str:
        """`boot.js` becomes `/a/boot.1f0c….js`."""
        stem, _, kind = name.rpartition(".")
        return self.add(f"/a/{stem}.{hash_of(body)}.{kind}", body)

    def __contains__(self, address: str) -> bool:
        return address in self.made

    async def answer(self, scope: Any, send: Any) -> None:
        """One of ours: ask with `in` first."""
        forms = self.made[scope["path"]]
        if scope["method"] not in ("GET", "HEAD"):
            return await not_allowed(send)
        taken = known = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                taken = value
            elif name == b"if-none-match":
                known = value
        best = next((e for e in encodings(taken.decode("latin-1")) if e in forms), "")
        one = forms[best]
        if known and (known == b"*" or one.etag in known):
            await send({"type": "http.response.start", "status": 304, "headers": one.headers[2:]})
            return await send({"type": "http.response.body", "body": b""})
        await send({"type": "http.response.start", "status": 200, "headers": one.headers})
        await send({"type": "http.response.body", "body": one.body if scope["method"] == "GET" else b""})

    def keep_old(self, folder: Path) -> None:
        """Write what is new into `folder`, hand out what is there, forget what was last current 30 days ago.

        A disk that takes nothing now must not keep the town from opening: then it is written at the next start.
        """
        try:
            self.write_down(folder)
        except OSError as error:
            log.warning("this release's files were not kept for phones that have older pages: %s", error)
        for path in sorted(folder.glob("*")):
            address = "/" + path.name.replace("~", "/")
            if address not in self.made and address.rpartition(".")[2] in KINDS:
                self.add(address, path.read_bytes())

    def write_down(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for address, forms in list(self.made.items()):
            path = folder / address.strip("/").replace("/", "~")
            if path.exists():
                os.utime(path)
            else:
                half = path.with_name(f"{path.name}.part")
                half.write_bytes(forms[""].body)
                half.rename(path)
        for path in sorted(folder.iterdir()):
            if time.time() - path.stat().st_mtime > OLD_DAYS * 86400:
                path.unlink()


@lru_cache(64)
def smallest(body: bytes) -> bytes:
    return brotli.compress(body, quality=11)


def variant(address: str, body: bytes, kind: str, encoding: str) -> Variant:
    etag = f'"{hash_of(body)}"'.encode()
    said = [
        (b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), (b"etag", etag),
        (b"cache-control", b"public, max-age=31536000, immutable"), (b"vary", b"Accept-Encoding"),
    ]  # fmt: skip
    if encoding:
        said.append((b"content-encoding", encoding.encode()))
    return Variant(body, etag, said + for_file(address))


def hash_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


async def not_allowed(send: Any) -> None:
    said = [
        (b"content-type", b"text/plain"), (b"content-length", b"0"), (b"cache-control", b"no-store"), (b"allow", b"GET, HEAD"), *SECURITY_RAW,
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": 405, "headers": said})
    await send({"type": "http.response.body", "body": b""})
