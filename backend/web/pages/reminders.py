"""How a resident is told: messages on her phones, the other ways, what will come and when.

Works without script, but for the messages on a phone themselves: those a browser gives only to a script, after a tap.
"""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain import texts
from backend.domain.contacts import EMAIL, PHONE, Contact, sms_number
from backend.domain.errors import NotFound, SignInNeeded
from backend.domain.moments import milliseconds
from backend.domain.reading import read_phone
from backend.domain.reminders import AUTHORITY
from backend.store import contacts, residents, subscriptions
from backend.store.subscriptions import REMOVED, Kept
from backend.web import forms
from backend.web.pages import devices
from backend.web.rendering.responder import Pages, own_path

HERE = "mine/reminders"
WAYS = f"{HERE}/ways"
TOLD = {"saved", "removed", "later"}
QUIET_DAYS = 30
"""After "No thanks" (rule N1)."""
SOON = 5
"""How many of what will come are shown."""
QUIET = {"20-8": ("20:00", "08:00"), "22-7": ("22:00", "07:00"), "18-9": ("18:00", "09:00"), "none": ("00:00", "00:00")}
LEVELS = ("0", "1", "2")


@get("/{lang:str}/mine/reminders", name="reminders")
async def show_reminders(pages: NamedDependency[Pages], told: FromQuery[str] = "", back: FromQuery[str] = "") -> Response[bytes]:
    need_person(pages)
    return pages.show("reminders", {
        "told": told if told in TOLD else "", "back": own_path(back) or "mine", "key": pages.app.push.key[1],
        "ways": ways_of(await contact_of(pages)), "phones": [phone_row(pages, one) for one in await subscriptions.list_own(pages.app.db, pages.actor)],
        "coming": await coming(pages),
    }, keep="phone")  # fmt: skip


@post("/{lang:str}/mine/reminders", name="no_reminders")
async def say_no(request: Request, pages: NamedDependency[Pages], back: FromQuery[str] = "") -> Response[None]:
    """"No thanks": nothing is offered for a month; she can come here herself at any time."""
    need_person(pages)
    if forms.value(await forms.read(request), "do") == "no":
        contact = await contacts.get(pages.app.db, pages.actor)
        later = (date.fromisoformat(pages.today) + timedelta(days=QUIET_DAYS)).isoformat()
        await contacts.put(pages.app.db, pages.actor, msgspec.structs.replace(contact, asked_again_on=later), pages.now)
    return pages.go(own_path(back) or f"{HERE}?told=later")


@get("/{lang:str}/mine/reminders/ways", name="reminder_ways")
async def show_ways(pages: NamedDependency[Pages]) -> Response[bytes]:
    need_person(pages)
    return ask_ways(pages, ways_of(await contact_of(pages)), [])


async def contact_of(pages: Pages) -> Contact:
    """As reminders read it: with the register's number, until she has chosen."""
    contact, resident = await contacts.get(pages.app.db, pages.actor), await residents.get(pages.app.db, pages.actor)
    return msgspec.structs.replace(contact, phone=sms_number(contact, resident.phone if resident else ""))


def ask_ways(pages: Pages, ways: dict[str, Any], errors: list[dict[str, Any]]) -> Response[bytes]:
    wrong = {field: next((one for one in errors if one["field"] == field), {}) for field in ("phone", "email")}
    hours = [{"value": name, "from": one[0], "to": one[1]} for name, one in QUIET.items()]
    return pages.show("reminder-ways", {"ways": ways, "hours": hours, "errors": errors, "wrong": wrong}, status=422 if errors else 200)


@post("/{lang:str}/mine/reminders/ways", name="save_reminder_ways")
async def save_ways(request: Request, pages: NamedDependency[Pages]) -> Response[Any]:
    need_person(pages)
    said = dict(await forms.read(request))
    before = await contacts.get(pages.app.db, pages.actor)
    found, errors = read_ways(said, before)
    if errors:
        typed = {"phone": said.get("phone", "")[:100], "email": said.get("email", "")[:300]}
        return ask_ways(pages, ways_of(found) | typed, errors)
    await contacts.put(pages.app.db, pages.actor, found, pages.now)
    return pages.go(f"{HERE}?told=saved")


def read_ways(said: dict[str, str], before: Contact) -> tuple[Contact, list[dict[str, Any]]]:
    """What was chosen, and what is wrong with it. A way beside the phone is always needed (rule N2)."""
    phone, _ = read_phone(texts.digits(said.get("phone", "")).strip())
    email = said.get("email", "").strip()
    quiet = QUIET.get(said.get("quiet", ""), (before.quiet_from, before.quiet_to))
    found = msgspec.structs.replace(
        before, phone=phone, email=email, first="email" if said.get("first") == "email" else "sms", is_paper=said.get("paper") == "yes",
        quiet_from=quiet[0], quiet_to=quiet[1], is_chosen=True,
    )  # fmt: skip
    wrong = []
    if said.get("phone", "").strip() and not PHONE.fullmatch(phone):
        wrong.append(problem("phone", "phone-wrong"))
    if email and not EMAIL.fullmatch(email):
        wrong.append(problem("email", "email-wrong"))
    if not wrong and not (phone or email or found.is_paper):
        wrong.append(problem("phone", "way-empty"))
    return found, wrong


def problem(field: str, code: str) -> dict[str, Any]:
    return {"field": field, "code": code, "say": "", "n": 0, "date": ""}


def ways_of(contact: Contact) -> dict[str, Any]:
    """`quiet` is "" for hours that are none of those the page offers."""
    hours = (contact.quiet_from, contact.quiet_to)
    return {
        "phone": contact.phone, "email": contact.email, "first": contact.first, "paper": int(contact.is_paper),
        "quiet": next((name for name, one in QUIET.items() if one == hours), ""), "from": contact.quiet_from, "to": contact.quiet_to,
    }  # fmt: skip


@get("/{lang:str}/mine/reminders/phones/{phone:str}", name="reminder_phone")
async def show_phone(pages: NamedDependency[Pages], phone: FromPath[str]) -> Response[bytes]:
    one = await own_phone(pages, phone)
    return pages.show("reminder-phone", {"phone": phone_row(pages, one), "example": pages.today})


@post("/{lang:str}/mine/reminders/phones/{phone:str}", name="change_reminder_phone")
async def change_phone(request: Request, pages: NamedDependency[Pages], phone: FromPath[str]) -> Response[None]:
    """`do` is "save" with a `level`, or "remove"."""
    one, said, app = await own_phone(pages, phone), dict(await forms.read(request)), pages.app
    if said.get("do") == "remove":
        await app.db.write(subscriptions.end, pages.actor, public_id=phone, why=REMOVED, now=milliseconds(pages.now))
        return pages.go(f"{HERE}?told=removed")
    if said.get("level") in LEVELS:
        chosen = msgspec.structs.replace(one.phone, level=int(said["level"]))
        await subscriptions.put(app.db, pages.actor, chosen, one.row.origin, one.row.vapid, pages.now, phone)
    return pages.go(f"{HERE}?told=saved")


async def own_phone(pages: Pages, public_id: str) -> Kept:
    need_person(pages)
    held = await subscriptions.list_own(pages.app.db, pages.actor)
    found = next((one for one in held if one.row.public_id == public_id), None)
    if found is None:
        raise NotFound("phone")
    return found


def phone_row(pages: Pages, one: Kept) -> dict[str, Any]:
    return {"id": one.row.public_id, "device": one.phone.name, "level": str(one.phone.level), "seen": devices.local(pages, one.row.seen_at)}


async def coming(pages: Pages) -> list[dict[str, Any]]:
    """The next of what is open, each with the day and the way of its next message."""
    shown = []
    for one in (await pages.app.push.upcoming(pages.actor, pages.lang))[:SOON]:
        way, at = one.steps[0] if one.steps else ("", None)
        is_ours = one.about.shape == AUTHORITY
        if is_ours and way == "call":
            way, at = "", None  # a row for the office, no promise to her
        shown.append({
            "title": one.about.title, "own": one.about.own[0], "at": one.about.at, "last_day": one.about.last_day, "way": way, "ours": int(is_ours),
            "on": local_day(pages, at) if at else "", "path": f"n/{one.id}",
        })  # fmt: skip
    return shown


def local_day(pages: Pages, at: datetime) -> str:
    return at.astimezone(pages.app.zone).date().isoformat()


def need_person(pages: Pages) -> None:
    if not pages.owner:
        raise SignInNeeded("mine")


ROUTES: list[Any] = [show_reminders, say_no, show_ways, save_ways, show_phone, change_phone]
