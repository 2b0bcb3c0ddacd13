"""Passkeys: public halves only, found by the credential the phone names."""

from msgspec import Struct, structs

from backend.domain.actors import Actor
from backend.domain.errors import NotFound, PasskeyRefused
from backend.store import audit
from backend.store.keyring import Keyring
from backend.store.statements import Tx, load

SQL = load("passkeys")


class Passkey(Struct, frozen=True):
    """`uses` is the phone's own counter; synced passkeys always say 0. `device`: on what it was made, "" for unknown."""

    public_id: str
    person: str
    credential: bytes
    public_key: bytes
    uses: int
    synced: int
    made_at: int
    used_at: int
    device: str
    mac: bytes = b""

    def is_authentic(self, keys: Keyring) -> bool:
        return keys.is_row(self.mac, "passkey", *given(self))


class New(Struct, frozen=True):
    public_id: str
    person: str
    credential: bytes
    public_key: bytes
    uses: int
    synced: bool
    made_at: int
    device: str
    mac: bytes = b""

    def signed(self, keys: Keyring) -> "New":
        return structs.replace(self, mac=keys.row_mac("passkey", *given(self)))


def given(row: Passkey | New) -> tuple[object, ...]:
    """What a passkey's row decides: who signs in, and by which key. The counter is the phone's own word."""
    return row.public_id, row.person, row.credential, row.public_key, row.made_at


def find(tx: Tx, actor: Actor, credential: bytes) -> Passkey | None:
    return tx.one(SQL.passkey_by_credential, Passkey, credential=credential)


def list_own(tx: Tx, actor: Actor) -> list[Passkey]:
    return [] if actor.is_guest else tx.all(SQL.passkeys_of_person, Passkey, person=actor.person)


def add(tx: Tx, actor: Actor, new: New) -> str:
    """Whose it is. Raises `PasskeyRefused` when the phone's passkey is known already, hers or anybody's."""
    if tx.one(SQL.add_passkey, int, new) is None:
        raise PasskeyRefused("known")
    audit.add(tx, actor, "add", f"passkey/{new.public_id}", new.made_at, subject=new.person)
    return new.person


def use(tx: Tx, actor: Actor, public_id: str, uses: int, synced: bool, used_at: int) -> None:
    tx.run(SQL.use_passkey, public_id=public_id, uses=uses, synced=synced, used_at=used_at)


def drop(tx: Tx, actor: Actor, public_id: str, at: int) -> None:
    if tx.one(SQL.drop_passkey, str, public_id=public_id, person=actor.person) is None:
        raise NotFound("passkey")
    audit.add(tx, actor, "remove", f"passkey/{public_id}", at)
