"""The desk's front page: for whom works on cases the list of them, for others the first page they may see."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.desk.page import MENU, Desk
from backend.domain.moments import from_milliseconds
from backend.store import worklist
from backend.store.worklist import Counts, Item, Wanted

STATES, WHOS, ORDERS = ("open", "waiting", "decided"), ("all", "mine", "nobody"), ("due", "oldest", "newest")
FIRST = {"show": "open", "who": "all", "service": "", "order": "due", "late": ""}
"""What the list shows at first; only what differs stands in the address."""


@get("/", name="desk_work")
async def show_work(
    desk: NamedDependency[Desk], show: FromQuery[str] = "open", who: FromQuery[str] = "all", service: FromQuery[str] = "",
    order: FromQuery[str] = "due", late: FromQuery[str] = "", after: FromQuery[str] = "",
) -> Response[Any]:  # fmt: skip
    if not desk.staff.may("see-cases"):
        return desk.go(next((href for _, href, act in MENU if href != "/desk" and desk.staff.may(act)), "/desk/sign-in"))
    hers = services(desk)
    asked = {
        "show": show if show in STATES else "open", "who": who if who in WHOS else "all", "service": service if service in hers else "",
        "order": order if order in ORDERS else "due", "late": "1" if late == "1" else "",
    }  # fmt: skip
    db, today = desk.app.db, desk.app.today()
    found = await worklist.page(db, wanted(desk, asked, list(hers), today, after))
    counts = await worklist.counts(db, list(hers), desk.staff.id, today)
    more = address(asked, after=f"{found.after[0]}~{found.after[1]}") if found.after else ""
    return desk.show("work", {"rows": [row(desk, hers, one, today) for one in found.items], "more": more, "asked": asked} | narrowed(asked, hers, counts))


def services(desk: Desk) -> dict[str, str]:
    """Those whose cases are hers to see, also where nobody can apply any more: id -> title."""
    known = {id: one.title for (id, _), one in desk.app.services.versions.items()}
    return {id: title for id, title in known.items() if desk.staff.may("see-cases", id)}


def wanted(desk: Desk, asked: dict[str, str], hers: list[str], today: str, after: str) -> Wanted:
    order = "newest" if asked["show"] == "decided" and asked["order"] == "due" else asked["order"]
    return Wanted(
        [asked["service"]] if asked["service"] else hers, desk.staff.id, asked["show"], asked["who"], order,  # type: ignore[arg-type]
        today if asked["late"] else "", place(after),
    )  # fmt: skip


def place(text: str) -> tuple[str, int] | None:
    day, cut, row = text.rpartition("~")
    return (day[:10], int(row)) if cut and row.lstrip("-").isdecimal() and len(row) < 19 else None


def address(asked: dict[str, str], **change: str) -> str:
    said = {name: value for name, value in (asked | change).items() if value and value != FIRST.get(name)}
    return f"/desk?{urlencode(said)}" if said else "/desk"


def narrowed(asked: dict[str, str], hers: dict[str, str], counts: Counts) -> dict[str, Any]:
    """The links that narrow the list, each with how many are behind it; -1 where that is not counted."""
    of_state = {"decided": -1, "open": counts.states.get("open", 0), "waiting": counts.states.get("waiting", 0)}
    of_who = {"all": sum(counts.states.values()), "mine": counts.mine, "nobody": counts.nobody}
    every = [{"id": "", "title": "", "n": sum(counts.services.values())}, *({"id": id, "title": hers[id], "n": counts.services.get(id, 0)} for id in hers)]
    return {
        "states": [{"id": id, "n": of_state[id], "href": address(asked, show=id), "here": int(asked["show"] == id)} for id in STATES],
        "whos": [{"id": id, "n": of_who[id], "href": address(asked, who=id), "here": int(asked["who"] == id)} for id in WHOS],
        "services": [one | {"href": address(asked, service=one["id"]), "here": int(asked["service"] == one["id"])} for one in every],
        "orders": [{"id": id, "href": address(asked, order=id), "here": int(asked["order"] == id)} for id in ORDERS],
        "late": {"n": counts.late, "href": address(asked, late="" if asked["late"] else "1"), "here": int(bool(asked["late"]))},
    }  # fmt: skip


def row(desk: Desk, hers: dict[str, str], one: Item, today: str) -> dict[str, Any]:
    return {
        "href": f"/desk/cases/{one.id}", "number": one.number, "title": hers[one.service], "status": one.status, "decided": int(bool(one.decided_at)),
        "received_at": desk.app.local(from_milliseconds(one.opened_at)), "new": int(not one.looked_at), "due_on": one.due_on,
        "late": int(bool(one.due_on) and one.due_on < today and not one.decided_at), "assigned": one.assigned,
        "mine": int(one.assigned_id == desk.staff.id),
    }  # fmt: skip


ROUTES: list[Any] = [show_work]
