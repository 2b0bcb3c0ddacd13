"""What the answer of a push service means for the message, the phone and the service itself. Pure; one table."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from msgspec import Struct

WAIT_S = 120
"""Where a service asks us to wait and does not say how long, or something silly."""
LONGEST_S = 24 * 3600
Action = Literal["accepted", "gone", "wait", "retry", "too-long", "refused"]


class Answer(Struct, frozen=True):
    """`status` 0: there was none; then `error` is "timeout", "refused", "tls", "dns", "reset" or "address"."""

    status: int = 0
    retry_after: str = ""
    error: str = ""


class Verdict(Struct, frozen=True):
    """accepted: it is theirs now. gone: this phone takes no more. wait: nothing to this service for `wait_s`. retry: this message
    again, later. refused: this one never. `code` is for the books."""

    action: Action
    code: str
    wait_s: float = 0


def judge(answer: Answer, now: datetime) -> Verdict:
    status = answer.status
    code = str(status) if status else answer.error
    if status in (200, 201, 202):
        return Verdict("accepted", code)
    if status in (404, 410):
        return Verdict("gone", code)
    if status == 413:
        return Verdict("too-long", code)
    if status == 429 or status == 503 and answer.retry_after:
        return Verdict("wait", code, seconds(answer.retry_after, now))
    if status >= 500 or status == 0 and answer.error != "address":
        return Verdict("retry", code)
    return Verdict("refused", code)


def seconds(retry_after: str, now: datetime) -> float:
    """RFC 9110, section 10.2.3: seconds, or a date."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(float(text), LONGEST_S) or WAIT_S
    try:
        at = parsedate_to_datetime(text)
        left = (at - now if at.tzinfo else at.replace(tzinfo=UTC) - now).total_seconds()  # asctime's form names no zone and means UTC
    except (ValueError, TypeError, OverflowError):
        left = 0
    return min(left, LONGEST_S) if left > 0 else WAIT_S
