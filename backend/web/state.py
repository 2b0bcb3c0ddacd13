"""What a handler may lean on, made once by `app.py`: settings, store, services, words, content, clock."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.domain.dates import DateWords
from backend.settings import Settings


class AppState(Struct):
    """The rooms as one value; nothing in it belongs to a person."""

    settings: Settings
    db: Any
    sessions: Any
    names: Any
    passkeys: Any
    codes: Any
    services: Any
    words: Any
    content: Any
    signer: Any
    date_words: DateWords
    """Names of the months in every language: people type them in any."""
    clock: Callable[[], datetime]
    zone: ZoneInfo
    refusals: Any
    duties: list[Any]
    """What is done by itself every hour, see `store/duties.py`."""
    letters: Any = None
    """The templates of decisions (`letters/templates.py`)."""
    push: Any = None
    """Reminders: what is sent, and what pages ask of it (`push/service.py`)."""
    desk: Any = None
    """Templates and sentences of the staff's pages (`desk/page.py`)."""
    exports: Any = None
    """Templates and sentences of the archive of all that is kept about somebody (`web/exports.py`)."""
    mailings: Any = None
    """Letters to many (`store/mailing_runner.py`)."""
    sender_rates: Any = None
    """How often each sender's program asks (`web/middleware/rate_limits.py`)."""
    watchdog: Any = None
    """Set where this process is the server itself."""
    pages_made: dict[Any, Any] = {}
    hours_made: tuple[int, dict[str, Any]] = (0, {})
    """The minute, and whether the telephone is answered in it: the same on every page."""

    def now(self) -> datetime:
        return self.clock()

    def today(self) -> str:
        return self.clock().astimezone(self.zone).date().isoformat()

    def local(self, moment: datetime) -> str:
        """Wall time with offset, to the minute: the form every context uses ("2026-11-21T14:05+01:00")."""
        return moment.astimezone(self.zone).isoformat(timespec="minutes")

    def local_text(self, moment: str) -> str:
        """The same for a moment that lies in a row as text."""
        return self.local(datetime.fromisoformat(moment))
