"""What the operator does for one person, at a running server or with the store to itself: end a lost phone (its messages too), erase, show the log."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from backend.domain.actors import NOBODY, Actor
from backend.domain.errors import NotFound
from backend.domain.moments import milliseconds
from backend.identity.activation import public_id_of
from backend.identity.sessions import Sessions
from backend.store import audit, erasures, passkeys, persons, sessions as rows, subscriptions
from backend.store.database import Database

WHY = {"stop": "stop", "erase": "erase", "log": "question"}


class PersonAct(Struct, forbid_unknown_fields=True, kw_only=True):
    """`person` is a person number or a public id."""

    act: Literal["stop", "erase", "log"]
    person: Annotated[str, Meta(max_length=64)]


class LogLine(Struct, frozen=True):
    at: int
    role: str
    verb: str
    object: str


class Done(Struct, frozen=True):
    """How many sessions ended and passkeys went; the lines of the log, newest first."""

    sessions: int = 0
    keys: int = 0
    lines: list[LogLine] = []


async def perform(db: Database, sessions: Sessions, wanted: PersonAct, now: datetime) -> Done:
    """Raises `NotFound` for nobody, and for who is erased. `sessions`: those of the server, whose memory forgets them too."""
    person = public_id_of(db, wanted.person)
    if person == NOBODY:
        raise NotFound("person")
    await db.read(persons.find, None, public_id=person)
    actor = Actor("operator", person, person, why=WHY[wanted.act])
    if wanted.act == "log":
        lines = await db.read(audit.of_subject, actor)
        return Done(lines=[LogLine(line.at, line.role, line.verb, line.object) for line in lines])
    done = await stop(db, sessions, actor, now)
    if wanted.act == "erase":
        await erasures.erase(db, actor, person, milliseconds(now))
    return done


async def stop(db: Database, sessions: Sessions, actor: Actor, now: datetime) -> Done:
    open_ids = [one.public_id for one in await db.read(rows.list_own, actor)]
    keys = await db.read(passkeys.list_own, actor)
    await sessions.end_all(actor, open_ids, now)
    for key in keys:
        await db.write(passkeys.drop, actor, public_id=key.public_id, at=milliseconds(now))
    await db.write(subscriptions.end_all, actor, why=subscriptions.REMOVED, now=milliseconds(now))
    return Done(len(open_ids), len(keys))
