"""Moments as rows have them, milliseconds since 1970, and as code has them, with a zone."""

from datetime import UTC, datetime


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def from_milliseconds(ms: int) -> datetime:
    """In UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)
