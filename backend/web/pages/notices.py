"""Where a message leads to: its link signs nobody in, and says nothing of what it is about."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain.errors import SignInNeeded
from backend.domain.moments import milliseconds
from backend.store import notice_links
from backend.web.rendering.responder import Pages


@get("/{lang:str}/n/{notice:str}", name="notice")
async def open_notice(pages: NamedDependency[Pages], notice: FromPath[str]) -> Response[Any]:
    """To the case, the draft, the service. Whatever is not hers, or is no more, leads to all that is hers."""
    if not pages.owner:
        raise SignInNeeded("mine")
    return pages.go(path_of(*await pages.app.db.write(notice_links.follow, pages.actor, public_id=notice, now=milliseconds(pages.now))))


def path_of(kind: str, id: str, service: str) -> str:
    if kind == "case" and id:
        return f"mine/cases/{id}"
    if kind == "letter" and id:
        return f"post/{id}"
    if kind in ("draft", "register") and (service or id):
        return f"services/{service or id}"
    return "mine"


async def links(pages: Pages) -> list[dict[str, str]]:
    """For a phone that keeps My things: where a message leads, should it be pressed without a network."""
    places = await pages.app.db.read(notice_links.places, pages.actor)
    return [{"id": id, "path": path_of(kind, to, service)} for id, kind, to, service in places]
