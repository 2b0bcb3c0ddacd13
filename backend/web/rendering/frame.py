"""What stands around every page: the town, the phone and its hours, who is here, how the phone likes to read."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from backend.settings import Hours, Settings
from backend.web.preferences import Preferences


def frame(
    settings: Settings, hours: dict[str, Any], choice: Preferences, content: str, name: str = "", owner: str = ""
) -> dict[str, Any]:
    """`hours` as below. `content` tells the worker which bundle is the newest."""
    return {
        "town": settings.town,
        "phone": settings.phone,
        "hours": hours,
        "name": name,
        "owner": owner,
        "signed_in": int(bool(owner)),
        "own_phone": choice.own_phone,
        "ask_phone": 0,
        "text": choice.text,
        "contrast": choice.contrast,
        "demo": int(settings.demo),
        "content": content,
        "fetched": "",
        "switch": "link",
    }


def hours(settings: Settings, local: datetime) -> dict[str, Any]:
    """Open or closed now, until when, or from when again."""
    clock = local.strftime("%H:%M")
    now = next((h for h in open_hours(settings, local.date()) if h.from_ <= clock < h.to), None)
    return {
        "state": "open" if now else "closed",
        "until": now.to if now else "",
        "opens": "" if now else opens(settings, local),
        "week": msgspec.to_builtins(settings.hours),
    }


def opens(settings: Settings, local: datetime) -> str:
    """The next opening as "2026-11-25T09:00"; empty if there is none within three weeks."""
    for ahead in range(21):
        day = local.date() + timedelta(days=ahead)
        for h in open_hours(settings, day):
            if ahead or h.from_ > local.strftime("%H:%M"):
                return f"{day.isoformat()}T{h.from_}"
    return ""


def open_hours(settings: Settings, day: date) -> list[Hours]:
    if day.isoformat() in settings.closed_on:
        return []
    return [h for h in settings.hours if h.day == day.isoweekday()]


def kept_frame(settings: Settings, content: str) -> dict[str, Any]:
    """The frame of a page a phone keeps: nobody's, and the hours alone, for "open now" would soon be untrue."""
    week = {"state": "", "until": "", "opens": "", "week": msgspec.to_builtins(settings.hours)}
    return frame(settings, week, Preferences(), content)
