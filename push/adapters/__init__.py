"""What carries a message that is no push: `sms`, `email` and `paper` for real, `folder` for the demo.

Each is told a rung's id with its message; told again with the same id, it carries it once, or says so to its carrier, which
can do it. None raises: whatever went wrong is an `Outcome` with a short code. None writes a text, a number or an address
into a log.
"""

import re
from typing import Protocol

from backend.domain.notices import Message, Outcome

RUNG_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")


class Adapter(Protocol):
    async def send(self, message: Message) -> Outcome: ...


def is_id(rung_id: str) -> bool:
    """It becomes the name of a file and part of a header."""
    return RUNG_ID.fullmatch(rung_id) is not None


def short(code: object, otherwise: str) -> str:
    """A carrier's code, never its prose, which may quote the number or the text."""
    text = str(code) if isinstance(code, (str, int)) and not isinstance(code, bool) else ""
    return text if CODE.fullmatch(text) else otherwise
