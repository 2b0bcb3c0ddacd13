"""`medborger staff`: who works at the town hall. The first account is made here; later ones also at the desk, by an operator."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from backend import settings as reading
from backend.domain import definitions
from backend.domain.actors import SYSTEM
from backend.domain.moments import milliseconds
from backend.domain.staff import ROLES
from backend.identity import activation_sheet, staff as accounts
from backend.identity.activation import Made
from backend.settings import BadSettings, Settings
from backend.store import keyring, staff as rows
from backend.store.database import Database
from backend.store.staff import Row

SERVICES = Path(__file__).parent / "services"


def add_to(verbs: Any, group: Callable[..., Any], verb: Callable[..., Any], placed: Callable[..., None]) -> None:
    those = group(verbs, "staff", "accounts of the town hall's staff; with a running server use its page /desk/staff")
    add = verb(those, "add", add_staff, "a new account, and the code that opens it")
    add.add_argument("name")
    add.add_argument("--role", action="append", required=True, choices=ROLES, help="may be said more than once")
    add.add_argument("--service", action="append", default=[], metavar="ID", help="a caseworker's own services; none for all")
    code = verb(those, "code", new_code, "one more code: a new computer, or a lost key")
    end = verb(those, "end", end_account, "somebody has left: sessions, keys and codes go")
    for one in (code, end):
        one.add_argument("who", help="the name, or the id that `staff list` shows")
    shown = verb(those, "list", show, "who has an account")
    for one in (add, code, end, shown):
        placed(one, keys=True)
        one.add_argument("--origin", help="what people type, for example https://selv.example.dk")


def opened(said: argparse.Namespace) -> tuple[Settings, Database]:
    chosen = reading.read(os.environ, data=said.data, keys=said.keys, origin=said.origin)
    return chosen, Database(chosen.data, keyring.load(chosen.key_folder))


def add_staff(said: argparse.Namespace) -> int:
    chosen, db = opened(said)
    try:
        known = definitions.load([SERVICES, *chosen.services]) if said.service else {}
        if unknown := [one for one in said.service if one not in known]:
            raise BadSettings(f"There is no service {unknown[0]}. There are: {', '.join(sorted(known))}.")
        tell(accounts.add(db, said.name, said.role, said.service, "", datetime.now(UTC)), chosen)
    finally:
        db.close()
    return 0


def new_code(said: argparse.Namespace) -> int:
    chosen, db = opened(said)
    try:
        tell(accounts.code_for(db, named(db, said.who), datetime.now(UTC)), chosen)
    finally:
        db.close()
    return 0


def end_account(said: argparse.Namespace) -> int:
    _, db = opened(said)
    try:
        row = named(db, said.who)
        db.write_now(rows.end, SYSTEM, id=row.id, now=milliseconds(datetime.now(UTC)))
        print(f"The account of {row.name} has ended.")
    finally:
        db.close()
    return 0


def show(said: argparse.Namespace) -> int:
    _, db = opened(said)
    try:
        for row in accounts.everybody(db):
            print(f"{row.id}  {row.name}: {row.roles}" + (f" ({row.services})" if row.services else ""))
    finally:
        db.close()
    return 0


def named(db: Database, who: str) -> Row:
    found = [row for row in accounts.everybody(db) if who in (row.id, row.name)]
    if len(found) != 1:
        raise BadSettings(f"{'Nobody' if not found else 'More than one'} is called {who}. `medborger staff list` shows every account with its id.")
    return found[0]


def tell(made: Made, chosen: Settings) -> None:
    """The code once; it is kept nowhere."""
    address = f"{chosen.where}/desk/activate#{made.code}"
    until = made.ends_at.astimezone(ZoneInfo(chosen.timezone)).strftime("%d.%m.%Y %H:%M")
    print(f"{made.name}\n\n    {made.code}\n\n{address}\nOpens one key at the desk, until {until}.")
    print("\n".join(activation_sheet.terminal(address)), file=sys.stdout)
