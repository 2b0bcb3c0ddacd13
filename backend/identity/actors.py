"""From a request's cookie to the one who acts."""

from datetime import datetime

from backend.domain.actors import Actor, guest, resident
from backend.identity.sessions import Sessions


async def actor_of(sessions: Sessions, cookie: str, now: datetime) -> Actor:
    """A guest without a session where the cookie is missing, unknown, ended or too old."""
    session = await sessions.find(cookie, now)
    if session is None:
        return guest()
    if session.role == "guest":
        return guest(session.public_id)
    return resident(session.person, session.public_id, session.strong_at)
