"""Whose is it? The phone names the owner of what it sends; another person's session never takes it."""

from typing import Any

from litestar import Request

from backend.domain.actors import Actor, guest
from backend.domain.errors import SignInNeeded

HEADER = "medborger-owner"


def check(request: Request[Any, Any, Any], actor: Actor) -> None:
    """Without the header (a page's own script, a program) there is nothing to compare."""
    said = request.headers.get(HEADER)
    if said is not None and said != owner_of(actor):
        raise SignInNeeded("owner")


def sender(request: Request[Any, Any, Any], actor: Actor) -> Actor:
    """Who sends this submission. What waited on a phone since before somebody signed in stays a guest's: it may have been
    received already, and under her name it would be a second case."""
    if request.headers.get(HEADER) == "" and not actor.is_guest:
        return guest()
    check(request, actor)
    return actor


def owner_of(actor: Actor) -> str:
    return "" if actor.is_guest else actor.person
