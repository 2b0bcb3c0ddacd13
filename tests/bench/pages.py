"""B7 and B8: home and My Page, as JSON and as HTML, against bare Litestar with the same bytes or the same template."""

import json
import urllib.error
import urllib.parse
import urllib.request
from functools import partial
from pathlib import Path

from tests.bench.load import Served, interleaved, line, ratio, serving, shoot
from tests.bench.submission import report

CONNECTIONS = 32
AIM = {("guest", "json"): ">= 0.4", ("signed in", "json"): ">= 0.25", ("guest", "html"): ">= 0.7", ("signed in", "html"): ">= 0.7"}
ACCEPT = {"json": "application/json", "html": "text/html"}


def run(folder: Path) -> None:
    with serving("tests.bench.ours:application()", folder / "ours") as ours:
        cookie = signed_in(ours)
        for page, path, jar in (("home", "/da/", ""), ("home", "/da/", cookie), ("mine", "/da/mine", cookie)):
            for kind in ("json", "html"):
                compare(folder, ours, page, path, jar, kind)


def compare(folder: Path, ours: Served, page: str, path: str, cookie: str, kind: str) -> None:
    who = "signed in" if cookie else "guest"
    floor_folder = folder / f"{page}-{kind}-{bool(cookie)}"
    floor_folder.mkdir(parents=True)
    context = json.loads(fetch(ours, path, cookie, "application/json"))
    (floor_folder / "page.json").write_text(json.dumps(context))
    (floor_folder / "context.json").write_text(json.dumps(context))
    (floor_folder / "page.txt").write_text(context["page"])
    (floor_folder / "lang.txt").write_text("da")
    headers = [f"Accept: {ACCEPT[kind]}", *([f"Cookie: {cookie}"] if cookie else [])]
    with serving("tests.bench.floors:app", floor_folder, BENCH_FLOOR=kind) as floor:
        shots = interleaved({
            "ours": partial(shoot, ours.origin, path, CONNECTIONS, headers=headers),
            "floor": partial(shoot, floor.origin, "/page", CONNECTIONS),
        })  # fmt: skip
    share = ratio([shot.per_second for shot in shots["ours"]], [shot.per_second for shot in shots["floor"]])
    line(f"{page}, {who}, {kind.upper()}: ours / bare Litestar", f"{share:.2f}", AIM[who, kind])
    if bad := sum(shot.bad + shot.lost for shot in shots["ours"] + shots["floor"]):
        line("  answers that were no success", str(bad))


def signed_in(ours: Served, cases: int = 20) -> str:
    """The cookie of a demo person whose page lists `cases` cases."""
    context = json.loads(fetch(ours, "/da/sign-in", "", "application/json"))
    person = context["demo"][0]["id"]
    answer = post(ours, "/da/sign-in/demo", {"person": person, "next": ""})
    cookie = next(value.split(";")[0] for value in answer if value.startswith("__Host-session="))
    for number in range(cases):
        request = urllib.request.Request(
            f"{ours.origin}/api/submissions/{number:032x}", data=report().encode(), method="PUT",
            headers={"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "Cookie": cookie},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=20) as kept:
            kept.read()
    return cookie


def fetch(ours: Served, path: str, cookie: str, accept: str) -> bytes:
    request = urllib.request.Request(ours.origin + path, headers={"Accept": accept, "Cookie": cookie})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return bytes(answer.read())


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def post(ours: Served, path: str, fields: dict[str, str]) -> list[str]:
    """The cookies a post is answered with."""
    request = urllib.request.Request(
        ours.origin + path, data=urllib.parse.urlencode(fields).encode(), headers={"Sec-Fetch-Site": "same-origin"}
    )
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=20) as answer:
            return answer.headers.get_all("Set-Cookie") or []
    except urllib.error.HTTPError as answer:
        if answer.code != 303:
            raise
        return answer.headers.get_all("Set-Cookie") or []
