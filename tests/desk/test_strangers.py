"""Role x route x whose: nobody meets or changes what is another's. Generated from the routes and from the owner's own pages.

Inger has one of everything, with a word planted in each. Everybody else asks every address with her ids, and sends every form of
her pages and every write; the word must not come, and none of her rows may change.
"""

import asyncio
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain.actors import SYSTEM, Actor
from backend.domain.letters import TOWN, Letter, Summary, Text
from backend.store import letters
from tests.desk.conftest import work_as
from tests.web.conftest import NOW, ORIGIN, Client, built, press, see, sign_in, to_check
from tests.web.test_uploads import picture

WORD = "Hemmelighed"
HTML = {"accept": "text/html", "origin": ORIGIN}
JSON = {"accept": "application/json", "origin": ORIGIN}
STRANGERS = ["a guest", "Samir", "Mette"]
OTHER_STAFF = {"Anne Berg": "a caseworker of other services", "Erik Dam": "editor and operator"}
WITH_REASON = {"Dorte Friis": "service centre", "Bo Krogh": "caseworker of all"}
NOT_HERS = {"session", "audit", "audit_link", "probe", "uptime", "staff", "guest_drafts"}
"""Tables that change whoever is there; a stranger's own rows are not hers either."""


class Forms(HTMLParser):
    """The forms of a page: where they go, their fields, their buttons."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here, self.found, self.buttons = here, [], []

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        said = dict(attributes)
        if tag == "form" and said.get("method") == "post":
            self.found.append((said.get("action") or self.here, [], []))
        if self.found and tag in ("input", "textarea") and said.get("name"):
            self.found[-1][1].append((said["name"], said.get("value") or "1"))
        if self.found and tag == "button" and said.get("name"):
            self.found[-1][2].append((said["name"], said.get("value") or ""))


def forms_of(page: str, here: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every way a form can be sent: once with each of its buttons."""
    read = Forms(here)
    read.feed(page)
    for action, fields, buttons in read.found:
        for button in buttons or [None]:
            yield action, dict(fields) | (dict([button]) if button else {})


class Town:
    """The made-up town with one of everything that is Inger's."""

    def __init__(self, data: Path) -> None:
        self.door = built(data)

    def fill(self) -> None:
        self.db = self.door.inner.state.app.db
        self.inger = TestClient(self.door, base_url=ORIGIN)
        sign_in(self.inger, "Inger")
        self.person = see(self.inger, "/en/mine")["frame"]["owner"]
        self.row = self.db.scan_now(lambda tx, actor: tx.con.execute("SELECT id FROM person WHERE public_id = ?", (self.person,)).fetchone()[0], SYSTEM)
        to_check(self.inger)
        press(self.inger, "/en/services/rats/get-in", {"get-in": WORD})
        declared = {d["name"]: "yes" for d in see(self.inger, "/en/services/rats/check")["declarations"]}
        key = press(self.inger, "/en/services/rats/check", declared).headers["location"].partition("key=")[2][:32]
        case = see(self.inger, "/en/mine")["cases"][0]["id"]
        summary = Summary(WORD, "Nothing.", "No day.", "Nothing.", "Call us.")
        letter = Letter(TOWN, "Havneby", "en", {"en": Text(WORD, summary, [WORD])}, may_reply=True, service="rats")
        new = asyncio.run(letters.sealed_for(self.db, self.person, letter, NOW))
        self.db.write_now(letters.add, SYSTEM, new=new)
        question = f"/en/mine/cases/{case}/question"
        for path, fields in forms_of(self.inger.get(question, headers=HTML).text, question):
            self.inger.post(path, data=fields | {"text": WORD, "question": WORD}, headers=HTML, follow_redirects=False)
        paper = self.inger.post("/en/papers", files={"file": ("a.jpg", picture(), "image/jpeg")}, headers=HTML, follow_redirects=False)
        self.inger.post(paper.headers["location"].partition("?")[0], data={"do": "save", "about": "lease", "name": WORD}, headers=HTML)
        to_photo = f"/en/mine/cases/{case}/paper"
        for path, fields in forms_of(self.inger.get(to_photo, headers=HTML).text, to_photo):
            self.inger.post(path, data=fields, files={"file": (f"{WORD}.jpg", picture(), "image/jpeg")}, headers=HTML, follow_redirects=False)
        notice = self.one("SELECT public_id FROM notice WHERE person = ?")
        self.ids = {
            "lang": "en", "service": "rats", "question": "where", "row": "r1", "key": key, "case": case, "letter": new.public_id, "person": self.person, "why": "help",
            "paper": self.one("SELECT public_id FROM paper WHERE person = ?"), "file": self.one("SELECT public_id FROM file WHERE person = ?"),
            "message": self.one("SELECT public_id FROM message WHERE person = ?"), "notice": notice, "phone": "0" * 32, "ability": "passport", "kind": "sms", "name": "x",
            "event": self.one("SELECT public_id FROM case_event WHERE person = ?"), "batch": "none", "call": "0" * 32, "id": self.person, "folder": "0" * 32, "code": "x",
        }  # fmt: skip

    def one(self, sql: str) -> str:
        found = self.db.scan_now(lambda tx, actor: tx.con.execute(sql, (self.row,)).fetchone(), SYSTEM)
        return found[0] if found else "0" * 32

    def paths(self) -> Iterator[tuple[str, str, str]]:
        for route in self.door.inner.routes:
            for method in sorted(getattr(route, "methods", set()) - {"HEAD", "OPTIONS"}):
                yield method, route.path, re.sub(r"\{(\w+)[^}]*\}", lambda part: self.ids.get(part[1], "0" * 32), route.path)

    def hers(self) -> dict[str, str]:
        """A digest of her rows, table by table."""

        def digests(tx: Any, actor: object) -> dict[str, str]:
            tables = [name for (name,) in tx.con.execute("SELECT name FROM sqlite_schema WHERE type = 'table'") if "sqlite_" not in name]
            found = {}
            for table in tables:
                columns = [row[1] for row in tx.con.execute(f"PRAGMA table_info({table})")]
                if "person" in columns and table not in NOT_HERS:
                    rows = tx.con.execute(f"SELECT * FROM {table} WHERE person = ? ORDER BY 1, 2", (self.row,)).fetchall()
                    found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
            return found

        return self.db.scan_now(digests, SYSTEM)

    def as_who(self, role: str) -> Client:
        client = TestClient(self.door, base_url=ORIGIN)
        if role in (*OTHER_STAFF, *WITH_REASON):
            work_as(client, role)
        elif role != "a guest":
            sign_in(client, role)
        return client


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("strangers"))
    with TestClient(made.door, base_url=ORIGIN):
        made.fill()
        yield made


NOT_TRIED = ("sign-out", "sessions", "/en/demo", "/en/sign-in/demo")
"""Ends one's own session; lets a week go by in a made-up town; signs in as her, to whom what was typed on her page then goes."""
BY_REASON = "/desk/residents/"
"""Every caseworker finds a resident, for a reason the resident sees; her cases stay closed to those of other services."""


def test_she_herself_meets_the_word_on_the_pages_that_are_hers(town: Town) -> None:
    """Else the others' silence would prove nothing."""
    met = {pattern for method, pattern, path in town.paths() if method == "GET" and WORD in text(town.inger, path)}
    wanted = {"/{lang:str}/papers", "/{lang:str}/mine/cases/{case:str}"} | {p for _, p, _ in town.paths() if p.endswith("/post") or p.endswith("/{letter:str}") and not p.startswith("/api/senders/")}
    assert wanted <= met


def text(client: Client, path: str) -> str:
    return "".join(client.get(path, headers=headers, follow_redirects=False).text for headers in (HTML, JSON))


@pytest.mark.parametrize("role", [*STRANGERS, *OTHER_STAFF])
def test_nobody_else_reads_it_at_any_address(town: Town, role: str) -> None:
    client = town.as_who(role)
    before, met = town.hers(), []
    for method, pattern, path in town.paths():
        if method == "GET" and not (role == "Anne Berg" and pattern.startswith(BY_REASON)) and (WORD in text(client, path) or (pattern != "/{lang:str}/sign-in" and "Inger Holm" in text(client, path))):
            met.append(pattern)
    assert met == []
    assert town.hers() == before, "reading changes nothing of hers"


@pytest.mark.parametrize("role", [*STRANGERS, *OTHER_STAFF])
def test_nobody_else_changes_it_by_any_form_or_write(town: Town, role: str) -> None:
    """Every form of her own pages with every button, and every write with her ids and nothing in it."""
    client = town.as_who(role)
    hers = [one for method, _, path in town.paths() if method == "GET" for one in forms_of(town.inger.get(path, headers=HTML).text, path)]
    desks = [one for method, _, path in town.paths() if method == "GET" and path.startswith("/desk") for one in forms_of(staffs(town).get(path, headers=HTML).text, path)]
    before, tried = town.hers(), 0  # that a caseworker has opened it, to see these forms, is noted by now
    for action, fields in [*hers, *desks]:
        if not any(part in action for part in NOT_TRIED) and action.startswith("/") and "language" not in action:
            answer = client.post(action, data=fields, headers=HTML, follow_redirects=False)
            assert answer.status_code < 500, (action, answer.text[:200])
            tried += 1
    for method, pattern, path in town.paths():
        if method != "GET" and not any(part in path for part in NOT_TRIED):
            answer = client.request(method, path, json={}, headers=JSON, follow_redirects=False)
            assert answer.status_code < 500 or answer.status_code == 503, (path, answer.text[:200])
            tried += 1
    after = town.hers()
    assert {table for table in after if after[table] != before.get(table)} == set()
    assert tried > 60


def staffs(town: Town) -> Client:
    return town.as_who("Bo Krogh")


@pytest.mark.parametrize("role", WITH_REASON)
def test_who_works_for_her_leaves_a_line_for_every_look(town: Town, role: str) -> None:
    client = town.as_who(role)
    for method, pattern, path in town.paths():
        if method == "GET" and path.startswith("/desk"):
            before = lines(town)
            if "Inger Holm" in text(client, path) or WORD in text(client, path):
                town.db.access.noted.clear()
                assert lines(town) > before, pattern


def lines(town: Town) -> int:
    from backend.store import access

    town.db.write_now(access.nothing, SYSTEM)
    sql = "SELECT count(*) FROM audit WHERE subject = ? AND role = 'desk'"
    return town.db.scan_now(lambda tx, actor: tx.con.execute(sql, (town.person,)).fetchone()[0], SYSTEM)


def test_an_actor_of_the_desk_without_a_reason_reads_nobody(town: Town) -> None:
    from backend.store import residents
    from backend.store.access import Unlogged

    with pytest.raises(Unlogged):
        town.db.read_now(residents.sealed_person, Actor("desk", "somebody"), public_id=town.person)
