"""Everything that is kept about me, as one archive: what is in it, and the archive itself, made while it is sent."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from backend.domain.errors import SignInNeeded
from backend.store import exports as store
from backend.web import archives, exports
from backend.web.rendering.responder import Pages

MINUTE_S = 60


@get("/{lang:str}/mine/export", name="export")
async def show_export(pages: NamedDependency[Pages]) -> Response[bytes]:
    """Only for who proved less than five minutes ago that it is she: whoever finds an open phone takes nothing away."""
    need_strong(pages)
    return pages.show("export", {"minutes": 0})


@get("/{lang:str}/mine/export/all.zip", name="download_export")
async def download_export(pages: NamedDependency[Pages]) -> Response[Any] | Stream:
    need_strong(pages)
    if wait_s := await store.wait_s(pages.app.db, pages.actor, pages.now):
        return pages.show("export", {"minutes": -(-wait_s // MINUTE_S)}, status=429, headers={"retry-after": str(wait_s)})
    held = await exports.gather(pages)
    said = {"content-disposition": archives.disposition(f"medborger-{pages.today}.zip"), "cache-control": "no-store"}
    return Stream(archives.zipped(exports.entries(pages, held)), media_type="application/zip", headers=said)


def need_strong(pages: Pages) -> None:
    if not pages.owner:
        raise SignInNeeded("mine")
    pages.app.sessions.need_strong(pages.actor, pages.now)


ROUTES: list[Any] = [show_export, download_export]
