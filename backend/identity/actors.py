"""From a request's cookie to the one who acts."""

from datetime import datetime

from backend.domain.actors import Actor, guest, resident
from backend.identity.sessions import Sessions
from backend.store.sessions import Session


async def actor_of(sessions: Sessions, cookie: str, now: datetime) -> Actor:
    """A guest without a session where the cookie is missing, unknown, ended or too old."""
    session = await sessions.find(cookie, now)
    if session is None:
        return guest()
    if session.role == "guest":
        return guest(session.public_id)
    if session.role != "resident":
        return guest()  # a desk's token in a resident's cookie
    return resident(session.person, session.public_id, session.strong_at)


async def staff_session(sessions: Sessions, cookie: str, now: datetime) -> Session | None:
    """The desk's own session: whose it is must still be looked up (`identity/staff.py`)."""
    session = await sessions.find(cookie, now)
    return session if session and session.role == "desk" else None
