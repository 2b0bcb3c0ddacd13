"""The desk's front page: for whom works on cases the list of them, for others the first page they may see."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from backend.desk.page import MENU, Desk


@get("/", name="desk_work")
async def show_work(desk: NamedDependency[Desk]) -> Response[Any]:
    if not desk.staff.may("see-cases"):
        return desk.go(next((href for _, href, act in MENU if href != "/desk" and desk.staff.may(act)), "/desk/sign-in"))
    return desk.show("work", {"cases": []})


ROUTES: list[Any] = [show_work]
