"""Letters of senders: each asked for under a key of the sender's own choosing, so that asking again writes nothing twice.

The row of a request holds no word of the letter and nothing of the recipient: what the sender chose as key and what it sent stand
there as keyed hashes. A private sender is answered the same whoever the number belongs to (docs/decisions/021).
"""

import secrets
from datetime import datetime

from msgspec import Struct, structs

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import KeyReused, NotFound, TooLate
from backend.domain.letters import Letter
from backend.domain.moments import milliseconds
from backend.domain.sender_letters import State
from backend.domain.senders import Sender
from backend.store import audit, letters, mailings
from backend.store.database import Database
from backend.store.keyring import KeysWrong, Tampered
from backend.store.residents import Numbered
from backend.store.statements import Tx, load

SQL = load("sender_letters")
SENT = "sent"


class Key(Struct, frozen=True):
    """Keyed hashes under every key of ours, the newest last: of the sender's own key, and of all that it sent under it."""

    ids: list[str]
    bodies: list[bytes]


class Request(Struct, frozen=True):
    """`letter`: the public id, also where none was written. `state`: SENT, or why it reached nobody. `via`: "mailbox", "paper", "".
    Moments in epoch ms, 0 for never."""

    sender: str
    idem: str
    body_mac: bytes
    letter: str
    state: str
    via: str
    is_legal: int
    at: int
    available_at: int
    withdrawn_at: int = 0

    def told(self, sender: Sender, now: int, opened_at: int = 0) -> State:
        """What this sender learns. A private one learns nothing of the recipient: neither that there is one, nor what she reads."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.state != SENT and not sender.is_private:
            return "refused"
        if now < self.available_at:
            return "received"
        if sender.is_private:
            return "available"
        return "opened" if opened_at and self.is_legal else "on-paper" if self.via == "paper" else "available"


def key_of(db: Database, sender: Sender, idem: str, body: bytes) -> Key:
    """`idem`: as the sender wrote it."""
    ids = db.keys.macs("hmac-body", f"sender/{sender.id}/{idem}".encode())
    return Key([mac.hex() for mac in ids], db.keys.macs("hmac-body", body))


async def earlier(db: Database, sender: Sender, key: Key) -> Request | None:
    """What was answered under this key. Raises `KeyReused`: other content was."""
    return await db.read(same, SYSTEM, sender=sender.id, key=key)


async def send(
    db: Database, sender: Sender, key: Key, letter: Letter, look_ups: list[bytes], now: datetime, *, unknown: str, available_at: datetime
) -> tuple[Request, bool]:  # fmt: skip
    """(what became of it, whether it is new). `look_ups`: hashes of the person number; `unknown`: what it is called if nobody has it."""
    known = (await db.read(mailings.listed, SYSTEM, look_ups={0: look_ups})).get(0)
    why, new = refusal(db, known, unknown), None
    if known is not None and not why:
        try:
            new = await letters.sealed_for(db, known.public_id, letter, now, available_at=available_at)
        except (Tampered, KeysWrong, NotFound):
            why = "damaged"
    via = "" if new is None else "paper" if new.print_id else "mailbox"
    request = requested(sender, key, letter, why or SENT, via, now, available_at)
    if new is not None:
        request = structs.replace(request, letter=new.public_id)
    kept = await db.write(add, Actor("sender", sender.id), request=request, key=key, new=new, is_optional=sender.is_private)
    return kept, kept.letter == request.letter


def refusal(db: Database, known: mailings.Listed | None, unknown: str) -> str:
    if known is None:
        return unknown
    if not Numbered(known.id, known.public_id, known.cpr_mac, known.mac).is_authentic(db.keys):
        return "damaged"  # whose number it is cannot be said
    return known.status or ("" if known.wrapped_key else "unknown")


async def pretend(db: Database, sender: Sender, key: Key, letter: Letter, why: str, via: str, now: datetime, available_at: datetime) -> tuple[Request, bool]:
    """As a test key is answered: no register is asked, and nothing is written but the request."""
    request = requested(sender, key, letter, why or SENT, via, now, available_at)
    kept = await db.write(add, Actor("sender", sender.id), request=request, key=key, new=None, is_optional=False)
    return kept, kept.letter == request.letter


def requested(sender: Sender, key: Key, letter: Letter, state: str, via: str, now: datetime, available_at: datetime) -> Request:
    return Request(
        sender.id, key.ids[-1], key.bodies[-1], secrets.token_hex(16), state, via, int(letter.is_legal), milliseconds(now), milliseconds(available_at)
    )  # fmt: skip


async def get(db: Database, sender: Sender, letter: str) -> tuple[Request, int]:
    """(the request, when it was opened, 0 for never). Raises `NotFound`, also for another sender's."""
    return await db.read(find, SYSTEM, sender=sender.id, letter=letter)


async def withdraw(db: Database, sender: Sender, letter: str, now: datetime) -> Request:
    """Before it is available. Raises `NotFound`, `TooLate`."""
    return await db.write(take_back, Actor("sender", sender.id), letter=letter, told=sender, now=milliseconds(now))


# Bodies


def same(tx: Tx, actor: Actor, sender: str, key: Key) -> Request | None:
    found = next((row for id in key.ids if (row := tx.one(SQL.request_of_key, Request, sender=sender, idem=id))), None)
    if found is not None and found.body_mac not in key.bodies:
        raise KeyReused("sender")
    return found


def add(tx: Tx, actor: Actor, request: Request, key: Key, new: letters.New | None, is_optional: bool) -> Request:
    """The letter and the request in one transaction; of two at once the second gets the first one's answer. Whether she has
    switched the sender off is asked here: what she said a moment ago holds."""
    if before := same(tx, actor, request.sender, key):
        return before
    if new is not None and is_optional and tx.one(SQL.is_off, int, owner=new.person, sender=request.sender):
        request, new = structs.replace(request, state="off", via=""), None
    if new is not None:
        letters.add(tx, actor, new)
    tx.run(SQL.add_request, request)
    return request


def find(tx: Tx, actor: Actor, sender: str, letter: str) -> tuple[Request, int]:
    request = tx.one(SQL.request_of_letter, Request, sender=sender, letter=letter)
    if request is None:
        raise NotFound("letter")
    return request, tx.one(SQL.opened_at, int, letter=letter) or 0 if request.is_legal else 0


def take_back(tx: Tx, actor: Actor, letter: str, told: Sender, now: int) -> Request:
    request, _ = find(tx, actor, told.id, letter)
    if request.told(told, now) in ("withdrawn", "refused"):
        return request
    if now >= request.available_at or (request.via and not told.is_test and not letters.withdraw(tx, actor, letter, now)):
        raise TooLate("letter")
    tx.run(SQL.withdraw_request, letter=letter, now=now)
    audit.add(tx, actor, "withdraw", f"sender/{told.id}", now)
    return structs.replace(request, withdrawn_at=now)
