"""Who looks at the pages: the demo's three, and two more of its town, so that every step of every service has a reader.

A question that none of them can reach is an error of `plan`: name one more resident here who can.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from backend.domain.residents import age
from backend.identity import demo
from backend.identity.made_up_residents import Line
from backend.store import keyring
from backend.store.database import Database
from tests.browser import stations
from tests.browser.stations import SERVICES, Station
from tests.browser.town import Town, today as own_today

GUEST = -1
INGER, SAMIR, METTE, FAR, CHILD = range(5)
"""Places on the demo's sign-in page."""
ORDER = {"guest": [GUEST], "signed in": [METTE, SAMIR, FAR, CHILD, INGER]}
"""Who is asked first. The first of the signed-in reaches most steps."""


def has_far_doctor_and_secret_address(one: Line, today: str) -> bool:
    return bool(one.protected) and one.citizen == "dk" and int(one.doctor_km or 0) > 15 and age(one.born, today) >= 18


def is_child(one: Line, today: str) -> bool:
    return 7 <= age(one.born, today) < 15 and one.citizen == "dk" and not one.name.endswith(" Lund")


INVITED: list[tuple[int, str, Callable[[Line, str], bool]]] = [
    (FAR, "family", has_far_doctor_and_secret_address),
    (CHILD, "newcomer", is_child),
]


def invite(town: Town) -> Town:
    """The demo's town, with two more people to sign in as. Before it starts."""
    folder = town.data / "demo-keys"
    keyring.make(folder)
    db = Database(town.data, keyring.load(folder))
    try:
        now = datetime.now(UTC)
        demo.seed(db, now)
        lines, today = demo.town(now.date()), now.date().isoformat()
        demo.feature(db, [(next(one.cpr for one in lines if fits(one, today)), place, about) for place, about, fits in INVITED])
    finally:
        db.close()
    return town


def plan(town: Town, kind: str) -> dict[int, dict[str, list[Station]]]:
    """By reader and service: the steps this reader looks at, so that each step is looked at once.

    `kind` is "guest" or "signed in". A guest sees every step of what needs no sign-in, and of the rest what only a
    guest is asked."""
    return planned(town.data, town, kind)


@cache
def planned(data: Path, town: Town, kind: str) -> dict[int, dict[str, list[Station]]]:
    today = own_today().isoformat()
    found: dict[int, dict[str, list[Station]]] = {}
    for id, service in SERVICES.items():
        if kind == "guest" and service.sign_in == "to-start" or kind != "guest" and service.sign_in == "never":
            continue
        left = only_guests(town, id) if kind == "guest" and service.sign_in == "to-send" else all_steps(id)
        for reader in ORDER[kind]:
            if not left:
                break
            mine = [one for one in reach(town, reader, id, today) if one.step.id in left]
            left = left - {one.step.id for one in mine}
            if mine:
                found.setdefault(reader, {})[id] = mine
    return found


def all_steps(id: str) -> set[str]:
    service = SERVICES[id]
    more = {group.id for group in service.groups if group.more}
    return {one.id for one in service.questions if one.kind != "declaration"} | {one.id for one in service.endings} | more | {"check"}


def only_guests(town: Town, id: str) -> set[str]:
    """What no signed-in reader is asked, and the check page, which asks a guest to sign in."""
    seen = {one.step.id for services in plan(town, "signed in").values() for one in services.get(id, [])}
    return all_steps(id) - seen | {"check"}


@cache
def reach(town: Town, reader: int, service: str, today: str) -> list[Station]:
    cookie = "" if reader == GUEST else town.signed_in_cookie(reader)
    return stations.of(SERVICES[service], town.json("/api/facts", cookie).get("facts", {}), today)
