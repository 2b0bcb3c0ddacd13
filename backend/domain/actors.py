"""Somebody acts for somebody: the argument every domain and store function takes."""

from typing import Literal

from msgspec import Struct

Role = Literal["guest", "resident", "helper", "desk", "sender", "operator", "system"]

NOBODY = "nobody"
"""Whom a guest acts for: one fixed row that owns what is sent without sign-in."""


class Actor(Struct, frozen=True):
    """Who is signed in, whom they act for, and in what role.

    `person` and `subject` are public ids of the person register (never a CPR number).
    `session` is the public id of the browser's session: it owns a guest's drafts.
    `strong_at` is when the person last proved who they are, in ms since 1970 (0 = never).
    """

    role: Role
    person: str = ""
    subject: str = NOBODY
    session: str = ""
    strong_at: int = 0
    why: str = ""
    """For which of the reasons in `domain/access.py` the office reads; a resident needs none for her own."""

    @property
    def is_guest(self) -> bool:
        return self.role == "guest"


def guest(session: str = "") -> Actor:
    return Actor("guest", session=session)


def resident(person: str, session: str = "", strong_at: int = 0) -> Actor:
    """A resident who acts for themself."""
    return Actor("resident", person, person, session, strong_at)


SYSTEM = Actor("system")
