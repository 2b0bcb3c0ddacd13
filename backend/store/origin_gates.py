"""Push services that asked us to wait, and until when (epoch ms)."""

from backend.domain.actors import Actor
from backend.store.statements import Tx, load

SQL = load("origin_gates")


def shut(tx: Tx, actor: Actor, origin: str, until: int, why: str) -> None:
    tx.run(SQL.shut_gate, origin=origin, until=until, why=why)


def all_shut(tx: Tx, actor: Actor, now: int) -> dict[str, int]:
    return dict(tx.all(SQL.shut_gates, lambda origin, until: (origin, until), now=now))
