"""Role x route, and role x command: whenever something sealed for a person is opened, her access log says so.

What is opened is seen at the keys, beneath all code that could forget to say it.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from msgspec import structs

from backend import cli
from backend.domain.actors import NOBODY, SYSTEM
from backend.identity import demo
from backend.store import access, audit, keyring, letters, persons
from backend.store.database import Database
from backend.store.keyring import Keyring
from tests.identity.conftest import NOW as THEN
from tests.web.conftest import NOW, ORIGIN, OURS, RATS, Client, built, see, send, sign_in, to_check
from tests.written import letter

DEMO = {"/{lang:str}/sign-in"}
"""Names the made-up people one may sign in as: in a real town it does not."""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Whose sealed rows were opened since the last look."""
    seen: set[str] = set()
    open, opener = Keyring.open, Keyring.opener

    def look(person: Any) -> None:
        """What a guest has begun is sealed with her session's key: her own, and nobody else's."""
        seen.add(NOBODY if person.public_id == persons.guest_id(person.public_id.partition("/")[2]) else person.public_id)

    def watched(self: Keyring, person: Any, *rest: Any) -> Any:
        look(person)
        return open(self, person, *rest)

    def watched_opener(self: Keyring, person: Any) -> Any:
        inner = opener(self, person)
        return lambda *rest: (look(person), inner(*rest))[1]

    monkeypatch.setattr(Keyring, "open", watched)
    monkeypatch.setattr(Keyring, "opener", watched_opener)
    return seen


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Any]:
    made = built(tmp_path / "town")
    with TestClient(made, base_url=ORIGIN):
        yield made


ROLES = ["a guest", "Inger", "Samir"]
COMMON = {"lang": "en", "service": "rats", "question": "where", "path": "rats"}


def paths(door: Any, case: str, key: str, letter: str) -> Iterator[tuple[str, str, str]]:
    """Every route of the server: (method, pattern, an address of it)."""
    values = COMMON | {"case": case, "key": key, "file": key, "paper": key, "appointment": key, "code": "x", "row": "r1", "letter": letter}
    for route in door.inner.routes:
        for method in sorted(getattr(route, "methods", set()) - {"HEAD", "OPTIONS"}):
            yield method, route.path, re.sub(r"\{(\w+)[^}]*\}", lambda part: values.get(part[1], key), route.path)


def logged(db: Database) -> set[str]:
    """Whose log has a line of a read, when what was noted is written."""
    db.write_now(access.nothing, SYSTEM)
    lines = db.read_now(lambda tx, actor: tx.all(audit.SQL.lines_after, audit.Line, after=0, most=10**6), SYSTEM)
    return {line.subject for line in lines if line.verb == "read"}


@pytest.mark.parametrize("role", ROLES)
def test_no_route_reads_in_silence(town: Any, opened: set[str], role: str) -> None:
    client, db = TestClient(town, base_url=ORIGIN), town.inner.state.app.db
    if role != "a guest":
        sign_in(client, role)
    to_check(client)
    key = send(client).partition("key=")[2][:32]
    case = see(client, "/en/mine")["cases"][0]["id"] if role != "a guest" else key
    letter = written_to(client, db) if role != "a guest" else key
    tried, silent = 0, []
    for method, pattern, path in paths(town, case, key, letter):
        if pattern in DEMO:
            continue
        forget(db)
        opened.clear()
        fresh = pattern.endswith("sign-out") or "sessions" in pattern
        if not fresh:
            client.request(method, path, headers=OURS, json={} if method in ("POST", "PUT") and path.startswith("/api/") else None, follow_redirects=False)
            tried += 1
        if unsaid := opened - {NOBODY} - logged(db):
            silent.append((method, pattern, unsaid))
    assert silent == [] and tried > 50


def written_to(client: Client, db: Database) -> str:
    """A letter in the mailbox of who is signed in; its id. Nothing tells of it: the ladder's own looks would stand among these."""
    new = asyncio.run(letters.sealed_for(db, see(client, "/en/mine")["frame"]["owner"], letter(), NOW))
    db.write_now(letters.add, SYSTEM, new=structs.replace(new, notices=[]))
    return new.public_id


def forget(db: Database) -> None:
    """As on a new day: every look is a line again."""
    db.access.noted.clear()
    db.access.waiting.clear()
    db.write_now(lambda tx, actor: tx.con.execute("DELETE FROM audit").fetchall() and None, SYSTEM)


def test_the_watch_itself_sees_a_silent_read(town: Any, opened: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    client, db = TestClient(town, base_url=ORIGIN), town.inner.state.app.db
    sign_in(client, "Inger")
    see(client, f"{RATS}/where")
    monkeypatch.setattr(type(db.access), "note", lambda *rest: None)
    forget(db)
    opened.clear()
    see(client, "/en/mine")
    client.get("/api/facts")
    assert opened - {NOBODY} - logged(db)


COMMANDS = [
    ("staff", "add", "Somebody New", "--role", "caseworker"), ("staff", "list"), ("senders", "add", "Skat", "--kind", "authority"), ("senders", "list"), ("letters", "list"),
    ("activate", "PERSON"), ("activate", "PERSON", "--by-letter"), ("person", "log", "PERSON"), ("person", "stop", "PERSON"), ("person", "erase", "PERSON"),
    ("residents", "import", "FILE"), ("check",), ("backup", "COPY"), ("services", "check", "SERVICE"), ("ladder", "calls"), ("notices", "list"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_reads_in_silence(command: tuple[str, ...], tmp_path: Path, opened: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    data, keys = tmp_path / "data", tmp_path / "keys"
    keyring.make(keys)
    db = Database(data, keyring.load(keys))
    demo.seed(db, THEN)
    person = demo.people(db, "2026-11-24")[0].id
    db.close()
    (tmp_path / "people.csv").write_text("number,name\n0101901234,Somebody New\n")
    places = {"PERSON": person, "FILE": str(tmp_path / "people.csv"), "COPY": str(tmp_path / "copy"), "SERVICE": "backend/services/rats.toml"}
    opened.clear()
    where = ["--data", str(data)] + (["--keys", str(keys)] if command[0] not in ("backup", "services") else [])
    cli.main([places.get(part, part) for part in command] + where)
    capsys.readouterr()
    seen = opened - {NOBODY}
    if command[0] in ("activate", "person") and command[1:2] != ("erase",):
        after = Database(data, keyring.load(keys))
        said = logged(after)
        after.close()
        assert seen <= said and person in said
    else:
        assert seen == set(), "a command that opens something sealed belongs into the log"


def test_every_command_is_tried() -> None:
    """A new command stands here, or among those that have no store of people: nobody forgets it."""
    help = cli.parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    none = {"demo", "serve", "receipt", "restore", "drill", "keys", "build", "i18n"}
    assert set(help) - none == {command[0] for command in COMMANDS}
