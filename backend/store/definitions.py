"""Every version of a service that was ever served: a draft or a queued submission may still name it."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import VersionGone
from backend.domain.services import Service
from backend.store import connections, startup_checks
from backend.store.database import Database
from backend.store.statements import Tx, load

SQL = load("definitions")


def keep(db: Database, actor: Actor, services: Iterable[Service], now: int) -> list[str]:
    """At start. The ids of services whose text changed although their version did not: worth a warning."""
    texts = [(one.id, one.version, msgspec.json.encode(one).decode()) for one in services]
    changed = [one for one in texts if (old := find(db, actor, one[0], one[1])) is not None and old != one[2]]
    if any(find(db, actor, one[0], one[1]) != one[2] for one in texts):
        db.write_now(save, actor, texts=texts, now=now)
    return [one[0] for one in changed]


async def get(db: Database, actor: Actor, service: str, version: int) -> Service:
    """Raises `VersionGone` for one that was never served here."""
    text = await db.read(one, actor, service=service, version=version)
    if text is None:
        raise VersionGone(f"{service}@{version}")
    return msgspec.json.decode(text, type=Service)


def all_kept(db: Database, actor: Actor) -> list[Service]:
    """Every version ever served, but those no release can read any longer: a draft of such a one begins anew."""
    return readable(db.read_now(all_texts, actor))


def readable(texts: list[str]) -> list[Service]:
    kept = []
    for text in texts:
        try:
            kept.append(msgspec.json.decode(text, type=Service))
        except msgspec.ValidationError:
            continue
    return kept


def published(path: Path) -> dict[str, Service]:
    """The newest version of each service ever served from this file; none if there is no file yet. A server may run
    on it meanwhile. Raises `startup_checks.Unsafe`."""
    if not path.exists():
        return {}
    try:
        con = connections.to_read(path.resolve())
        try:
            texts = all_texts(Tx(con), SYSTEM)
        finally:
            con.close()
    except connections.Error as error:
        raise startup_checks.Unsafe(f"{path} cannot be read: {error}") from error
    return {service.id: service for service in readable(texts)}


def find(db: Database, actor: Actor, service: str, version: int) -> str | None:
    return db.read_now(one, actor, service=service, version=version)


# Bodies


def all_texts(tx: Tx, actor: Actor) -> list[str]:
    return tx.all(SQL.all_definitions, lambda service, version, definition: definition)


def one(tx: Tx, actor: Actor, service: str, version: int) -> str | None:
    return tx.one(SQL.definition, str, service=service, version=version)


def save(tx: Tx, actor: Actor, texts: list[tuple[str, int, str]], now: int) -> None:
    for service, version, definition in texts:
        tx.run(SQL.keep_definition, service=service, version=version, definition=definition, now=now)
