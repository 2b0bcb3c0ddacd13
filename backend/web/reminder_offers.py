"""Whether she is asked "Shall we remind you?": on a receipt and at an appointment, never on arrival (rule N1)."""

from backend.domain.actors import Actor
from backend.store import contacts, subscriptions
from backend.web.preferences import Preferences
from backend.web.state import AppState


async def offered(app: AppState, actor: Actor, choice: Preferences) -> int:
    """1 or 0. Not on a phone that others use, not where messages come already, not for a month after "No thanks"."""
    if actor.is_guest or choice.own_phone == "no" or await subscriptions.list_own(app.db, actor):
        return 0
    return int((await contacts.get(app.db, actor)).asked_again_on <= app.today())
