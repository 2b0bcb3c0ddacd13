"""Values as operators write them, put into one form, and a sentence for each that makes no sense.

A wrong value must be told at the start: an hour written "9:00" once opened a town whose every page was an error.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

Values = dict[str, Any]
CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LAST_MINUTE = "23:59"
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
DESK_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")


def close(name: str, known: Any) -> str:
    found = get_close_matches(str(name), [str(one) for one in known], 1, 0.6)
    return f" Did you mean `{found[0]}`?" if found else ""


# ---- one form ------------------------------------------------------------------------------------------------


def tidied(values: Values, lists: set[str]) -> Values:
    """Blanks around words go, and empty places in lists; what nobody can read is left for the checks to name."""
    made = {name: stripped(value) for name, value in values.items()}
    for name in lists & made.keys():
        if isinstance(made[name], str):
            made[name] = made[name].split(",")
        if isinstance(made[name], list):
            made[name] = [one for one in map(stripped, made[name]) if one != ""]
    if isinstance(made.get("hours"), list):
        made["hours"] = [opening(one) for one in made["hours"]]
    if isinstance(made.get("desks"), list):
        made["desks"] = [desk(one) for one in made["desks"]]
    if isinstance(made.get("closed_on"), list):
        made["closed_on"] = [day(one) for one in made["closed_on"]]
    for name, form in {"origin": origin, "phone": phone}.items():
        if isinstance(made.get(name), str):
            made[name] = form(made[name])
    return made


def stripped(value: Any) -> Any:
    return value.strip(" \t\r\n\u00a0\ufeff") if isinstance(value, str) else value


def desk(one: Any) -> Any:
    if not isinstance(one, dict):
        return one
    made = {name: stripped(value) for name, value in one.items()}
    if isinstance(made.get("hours"), list):
        made["hours"] = [opening(each) for each in made["hours"]]
    return made


def opening(one: Any) -> Any:
    if not isinstance(one, dict):
        return one
    named = DAYS.index(str(one["day"]).strip().lower()) + 1 if str(one.get("day", "")).strip().lower() in DAYS else one.get("day")
    made = {**one, "day": named, "from": clock(one.get("from"), "00:00"), "to": clock(one.get("to"), LAST_MINUTE)}
    return {name: value for name, value in made.items() if name in one}


def clock(text: Any, midnight: str) -> Any:
    """"9", "9:00", "9.00" and "09:00" are one time; midnight at the end of a day is its last minute."""
    found = CLOCK.fullmatch(str(text).strip()) if isinstance(text, (str, int)) and not isinstance(text, bool) else None
    if not found:
        return text
    hour, minute = int(found[1]), int(found[2] or 0)
    if minute == 0 and hour in (0, 24):
        return midnight
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else text


def day(text: Any) -> Any:
    """As the file says it, or as people write it: 24.12.2026."""
    if isinstance(text, date):
        return text.isoformat()
    found = DAY.fullmatch(text) if isinstance(text, str) else None
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def origin(text: str) -> str:
    """Scheme and host in small letters, as browsers say them; no slash at the end, no usual port."""
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        return text
    if not host or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        return text
    where = f"[{host}]" if ":" in host else host
    return f"{parts.scheme.lower()}://{where}" + (f":{port}" if port and port != {"http": 80, "https": 443}.get(parts.scheme.lower()) else "")


def phone(text: str) -> str:
    """Eight digits are a Danish number."""
    digits = re.sub(r"[\s().\-\u00a0]", "", text)
    digits = re.sub(r"^00", "+", digits)
    return f"+45{digits}" if re.fullmatch(r"\d{8}", digits) else digits if re.fullmatch(r"\+\d{6,15}", digits) else text


# ---- sense ---------------------------------------------------------------------------------------------------


def mistakes(values: Values) -> Iterator[str]:
    """Of values that are of the right kind."""
    for name, check in CHECKS.items():
        if name in values and values[name] not in (None, ""):
            yield from check(name, values[name])


def at_least(least: int, most: int) -> Callable[[str, Any], Iterator[str]]:
    def check(name: str, value: int) -> Iterator[str]:
        if not least <= value <= most:
            yield f"`{name}` is {value}. It is a number from {least} to {most}."

    return check


def matches(pattern: str, hint: str) -> Callable[[str, Any], Iterator[str]]:
    def check(name: str, value: Any) -> Iterator[str]:
        for one in value if isinstance(value, list) else [value]:
            if not re.fullmatch(pattern, one):
                yield f'`{name}` cannot be "{one}". {hint}'

    return check


def a_zone(name: str, value: str) -> Iterator[str]:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        yield f'There is no time zone "{value}".{close(value, available_timezones()) or " Write for example Europe/Copenhagen."}'


def an_origin(name: str, value: str) -> Iterator[str]:
    if value != origin(value) or not re.fullmatch(r"https?://[a-z0-9.\-:\[\]]+", value):
        yield f'`origin` cannot be "{value}". Write what people type and nothing after the name: https://selv.example.dk'


def openings(name: str, value: list[dict[str, Any]]) -> Iterator[str]:
    before: dict[int, list[tuple[str, str]]] = {}
    for one in value:
        where, start, end = f'`{name}` from "{one["from"]}" to "{one["to"]}"', one["from"], one["to"]
        if not 1 <= one["day"] <= 7:
            yield f"{where} is on day {one['day']}. Days are 1 (Monday) to 7 (Sunday)."
        elif not (TIME.fullmatch(start) and TIME.fullmatch(end)):
            yield f'{where} is no time of day. Write "09:00".'
        elif start >= end:
            yield f"{where} ends before it begins. For hours past midnight write two rows."
        elif any(start < other[1] and other[0] < end for other in before.get(one["day"], [])):
            yield f"{where} overlaps with other hours of day {one['day']}."
        else:
            before.setdefault(one["day"], []).append((start, end))


def places(name: str, value: list[dict[str, Any]]) -> Iterator[str]:
    ids = [one["id"] for one in value]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield f"`desks: {id}`: no two desks have the same id."
    for one in value:
        whose = f"desks: {one['id']}"
        if not DESK_ID.fullmatch(one["id"]):
            yield f"`{whose}`: an id is small letters, digits and hyphens."
        yield from openings(f"{whose}: hours", one["hours"])
        yield from at_least(5, 480)(f"{whose}: slot_minutes", one.get("slot_minutes", 15))
        yield from at_least(1, 100)(f"{whose}: places", one.get("places", 1))
        if not one.get("name") or not one.get("address"):
            yield f"`{whose}` needs a name and an address: people go there."


def days_off(name: str, value: list[str]) -> Iterator[str]:
    for one in value:
        try:
            date.fromisoformat(one)
        except ValueError:
            yield f'`closed_on` cannot hold "{one}". Write days as "2026-12-24".'


def plain_words(name: str, value: str) -> Iterator[str]:
    if len(value) > 100 or any(ord(sign) < 32 for sign in value):
        yield f"`{name}` is one line of at most 100 signs."


def a_gateway(name: str, value: str) -> Iterator[str]:
    try:
        parts = urlsplit(value)
        is_safe = parts.scheme == "https" and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        is_safe = False
    if not is_safe:
        yield f"`{name}` is an address that begins with https:// and names nobody. What is sent there is about people."


def gateway_json(name: str, value: str) -> Iterator[str]:
    try:
        made = json.loads(value)
    except ValueError:
        made = None
    if not isinstance(made, dict):
        yield f"`{name}` is no JSON object. Write as the gateway wants it, as {{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}."
    elif "{text}" not in value or not ("{to}" in value or "{digits}" in value):
        yield f"`{name}` needs {{text}} and one of {{to}} and {{digits}}: what is sent, and to whom."


NEEDS = {
    "smtp_user": "smtp_password", "smtp_password": "smtp_user", "sms_token": "sms_url", "sms_sender": "sms_url", "sms_body": "sms_url",
    "smtp_from": "smtp_host",
}  # fmt: skip
"""A setting that means nothing without another one."""


def lonely(values: Values) -> list[str]:
    said = {name for name, value in values.items() if value not in (None, "")}
    return [f"`{name}` needs `{other}` beside it." for name, other in NEEDS.items() if name in said and other not in said]


CHECKS: dict[str, Callable[[str, Any], Iterator[str]]] = {
    "timezone": a_zone, "origin": an_origin, "hours": openings, "desks": places, "closed_on": days_off,
    "port": at_least(1, 65535), "metrics_port": at_least(0, 65535), "guest_files_mb": at_least(0, 10_000_000),
    "letters_at_once": at_least(1, 10_000),
    "guest_drafts_mb": at_least(1, 10_000_000),
    "papers_mb": at_least(1, 10_000_000), "least_free_mb": at_least(0, 10_000_000), "reads_per_minute": at_least(1, 10**9), "writes_per_minute": at_least(1, 10**9),
    "secrets_per_minute": at_least(1, 10**9), "town": plain_words, "address": plain_words,
    "phone": matches(r"\+\d{6,15}", "Write the number with its country: +4533663366."),
    "email": matches(r"[^@\s]+@[^@\s]+\.[^@\s]+", "Write one e-mail address."),
    "security_contact": matches(r"(mailto:[^@\s]+@[^@\s]+|https://\S+)", "Write mailto:… or https://…"),
    "push_contact": matches(r"mailto:[^@\s]+@[^@\s]+\.[^@\s]+", "Write mailto: and a mailbox that somebody reads."),
    "push_test_origins": matches(r"https?://[a-z0-9.\-:\[\]]+", "Write for example http://127.0.0.1:8030."),
    "print_days": at_least(0, 20), "post_days": at_least(1, 30),
    "sms_url": a_gateway, "sms_body": gateway_json, "smtp_port": at_least(1, 65535),
    "sms_sender": matches(r"[A-Za-z0-9 ]{1,11}|\+?\d{3,15}", "Write at most 11 letters and digits, or a number."),
    "smtp_host": matches(r"[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\]", "Write the name of the server alone."),
    "smtp_from": matches(r"[^@\s]+@[^@\s]+\.[^@\s]+", "Write one e-mail address."),
    "confirmed": matches(r"[a-z0-9-]+/[a-z0-9-]+", "Write a service and its figure, as passport/fee."),
    "withdrawn": matches(r"[a-z0-9-]+@[1-9]\d*", "Write a service and its version, as passport@1."),
}
