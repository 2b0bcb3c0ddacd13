"""What bare Litestar does with the same bytes: the upright number beside each of ours.

`BENCH_DATA` holds `page.json` (the bytes of our JSON answer), `context.json` with `page.txt` and `lang.txt` (what our
page is rendered from), and `static/file.css` (about 35 KB).
"""

import json
import os
from pathlib import Path
from typing import Any

from litestar import Litestar, Response, get
from litestar.config.compression import CompressionConfig
from litestar.static_files import create_static_files_router

from tests.bench.ours import renderer

DATA = Path(os.environ["BENCH_DATA"])
KIND = os.environ["BENCH_FLOOR"]


@get("/healthz")
async def health() -> dict[str, str]:
    return {"state": "ready"}


def json_floor() -> Litestar:
    body = json.loads((DATA / "page.json").read_bytes())

    @get("/page")
    async def page() -> dict[str, Any]:
        return body

    return Litestar([page, health], openapi_config=None)


def html_floor() -> Litestar:
    context = json.loads((DATA / "context.json").read_bytes())
    page_name, lang = (DATA / "page.txt").read_text(), (DATA / "lang.txt").read_text()
    words, assets = renderer()

    @get("/page")
    async def page() -> Response[str]:
        return Response(words.render(page_name, context, lang, assets), media_type="text/html")

    return Litestar([page, health], openapi_config=None)


def static_floor() -> Litestar:
    router = create_static_files_router(path="/static", directories=[DATA / "static"])
    return Litestar([router, health], openapi_config=None, compression_config=CompressionConfig(backend="brotli"))


app = {"json": json_floor, "html": html_floor, "static": static_floor}[KIND]()
