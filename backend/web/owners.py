"""Whose is it? The phone names the owner of what it sends; another person's session never takes it."""

from typing import Any

from litestar import Request

from backend.domain.actors import Actor
from backend.domain.errors import SignInNeeded

HEADER = "medborger-owner"


def check(request: Request[Any, Any, Any], actor: Actor) -> None:
    """Without the header (a page's own script, a program) there is nothing to compare."""
    said = request.headers.get(HEADER)
    if said is not None and said != owner_of(actor):
        raise SignInNeeded("owner")


def owner_of(actor: Actor) -> str:
    return "" if actor.is_guest else actor.person
