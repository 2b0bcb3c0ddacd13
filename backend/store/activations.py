"""Activation codes: bound to a person, used once, for one act."""

from msgspec import Struct, structs

from backend.domain.actors import Actor
from backend.domain.errors import CodeRefused, NotFound
from backend.store import audit, passkeys
from backend.store.keyring import Keyring
from backend.store.statements import Tx, load

SQL = load("activations")
MOST_TRIES = 5


class Activation(Struct, frozen=True):
    public_id: str
    person: str
    code_hash: str
    needs_born: int
    tries: int
    ends_at: int
    used_at: int | None
    code_mac: bytes = b""
    made_at: int = 0
    mac: bytes = b""

    def is_authentic(self, keys: Keyring) -> bool:
        return keys.is_row(self.mac, "activation", *given(self))

    def is_open(self, now: int) -> bool:
        return self.used_at is None and self.tries < MOST_TRIES and now < self.ends_at


class New(Struct, frozen=True):
    public_id: str
    person: str
    code_mac: bytes
    code_hash: str
    needs_born: bool
    made_at: int
    ends_at: int
    mac: bytes = b""

    def signed(self, keys: Keyring) -> "New":
        return structs.replace(self, mac=keys.row_mac("activation", *given(self)))


def given(row: Activation | New) -> tuple[object, ...]:
    """What a code's row decides: whose passkey it opens, by which code, how long, and whether the birthday is asked."""
    return row.public_id, row.person, row.code_mac, row.code_hash, int(row.needs_born), row.made_at, row.ends_at


def add(tx: Tx, actor: Actor, new: New) -> None:
    """One open code a person: an older one is void, as it may lie about on paper."""
    tx.run(SQL.void_older, new)
    if tx.one(SQL.add_activation, int, new) is None:
        raise NotFound("person")
    audit.add(tx, actor, "activate", f"activation/{new.public_id}", new.made_at, subject=new.person)


def find(tx: Tx, actor: Actor, code_macs: list[bytes]) -> Activation | None:
    found = (tx.one(SQL.activation_by_code, Activation, code_mac=mac) for mac in code_macs)
    return next((one for one in found if one), None)


def take_try(tx: Tx, actor: Actor, public_id: str, now: int) -> None:
    """One of the code's tries, whoever else takes one at the same moment. Raises `CodeRefused` when none is left."""
    if tx.one(SQL.take_try, int, public_id=public_id, now=now, most_tries=MOST_TRIES) is None:
        raise CodeRefused("tries")


def give_try_back(tx: Tx, actor: Actor, public_id: str) -> None:
    tx.run(SQL.give_try_back, public_id=public_id)


def use(tx: Tx, actor: Actor, public_id: str, passkey: passkeys.New, now: int, keys: Keyring) -> str:
    """The code's one act; whose it was. Whoever comes second finds it used."""
    found = tx.one(SQL.activation_by_id, Activation, public_id=public_id)
    if found is None or not found.is_authentic(keys):
        raise CodeRefused("code")
    person = tx.one(SQL.use_activation, str, public_id=public_id, now=now, most_tries=MOST_TRIES)
    if person is None:
        raise CodeRefused("used")
    return passkeys.add(tx, actor, structs.replace(passkey, person=person).signed(keys))


def drop_old(tx: Tx, actor: Actor, before: int, kept: int) -> None:
    """Those that ended before, and were made `kept` ms of uptime ago: a clock that jumped ahead voids no letter."""
    tx.run(SQL.drop_old_activations, before=before, kept=kept)
