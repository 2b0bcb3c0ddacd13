"""Bytes made small for the way: br and gzip, and our own reading of `Accept-Encoding` (Litestar's ignores q=0)."""

import gzip
from functools import lru_cache

import brotli

LEAST_BYTES = 400
"""Below this an answer fits one packet anyway."""


@lru_cache(256)
def encodings(accept: str) -> tuple[str, ...]:
    """Of br and gzip those the other side takes, best first. `br;q=0` is a no; `*` speaks for the unnamed."""
    weights = dict(weight(part) for part in accept.lower().split(",") if part.strip())
    other = weights.get("*", 0.0)
    return tuple(name for name in ("br", "gzip") if weights.get(name, other) > 0)


def weight(part: str) -> tuple[str, float]:
    name, _, rest = part.partition(";")
    try:
        return name.strip(), float(rest.strip().removeprefix("q=") or 1)
    except ValueError:
        return name.strip(), 0.0


def compress(body: bytes, accept: str, quality: int = 4) -> tuple[bytes, str]:
    """The body as sent, and its `Content-Encoding` ("" for none)."""
    best = encodings(accept) if len(body) >= LEAST_BYTES else ()
    if "br" in best:
        return brotli.compress(body, quality=quality), "br"
    if "gzip" in best:
        return gzip.compress(body, 6, mtime=0), "gzip"
    return body, ""
