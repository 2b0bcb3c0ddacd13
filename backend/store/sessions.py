"""Sessions: found by a keyed hash of the cookie's token, and begun in one transaction with what the guest had."""

from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from backend.domain.actors import NOBODY, Actor
from backend.domain.errors import Busy, NotFound
from backend.store import audit, drafts, duplicate_drafts, files, persons, unfinished
from backend.store.database import Database
from backend.store.keyring import Keyring
from backend.store.statements import Tx, load

SQL = load("sessions")
TRIES = 3


class Session(Struct, frozen=True):
    """`person` is a public id. Times in ms; `strong_at` is when the person last proved who they are."""

    public_id: str
    person: str
    role: str
    device: str
    began_at: int
    seen_at: int
    ends_at: int
    strong_at: int
    token_mac: bytes = b""
    mac: bytes = b""

    def is_authentic(self, keys: Keyring) -> bool:
        return keys.is_row(self.mac, "session", *given(self))


class New(Struct, frozen=True):
    public_id: str
    token_mac: bytes
    person: str
    role: str
    device: str
    began_at: int
    ends_at: int
    strong_at: int
    mac: bytes = b""
    kek_id: str | None = None
    wrapped_key: bytes | None = None
    """A guest's alone: the key to what is begun here."""

    def signed(self, keys: Keyring) -> "New":
        kek_id, wrapped_key = keys.wrap(persons.guest_id(self.public_id)) if self.role == "guest" else (None, None)
        return structs.replace(self, mac=keys.row_mac("session", *given(self)), kek_id=kek_id, wrapped_key=wrapped_key)


def given(row: Session | New) -> tuple[object, ...]:
    """What a session's row decides: who, as what, until when, and how surely. "Last seen" can only be short of `ends_at`."""
    return row.public_id, row.person, row.token_mac, row.role, row.began_at, row.ends_at, row.strong_at


class Belongings(Struct, frozen=True):
    """What a guest leaves behind, sealed anew for the person who signs in, and what it was made from."""

    begun: list[drafts.New] = []
    papers: list[tuple[int, str, bytes]] = []
    """(person's row, public id, sealed)"""
    seen: list[tuple[str, int]] = []
    empty: frozenset[str] = frozenset()
    """Drafts in which nothing stands: only opened, or sent and nothing left but the mark."""
    typed: list[drafts.New] = []
    """Her own drafts, with what she typed here after her session had ended."""
    waited: list[tuple[str, int]] = []
    """What `typed` was made from."""


class GuestMoved(Exception):
    """The guest, or she on another device, saved once more between our reading and our writing: read again."""


async def begin(db: Database, before: Actor, new: New, now: datetime) -> None:
    """The new session; the old one ended; a guest's drafts and uploads handed over: all or nothing.

    Where the person has a draft of that service already, the guest's is set aside beside it: nobody but the
    person can say which of them counts.
    """
    actor = Actor("resident", new.person, new.person, new.public_id, new.strong_at)
    for tries_left in reversed(range(TRIES)):
        belongings = structs.replace(await belongings_of(db, before, actor, now), **await typed_for(db, before, actor, now))
        try:
            return await db.write(add, actor, new=new, before=before, belongings=belongings)
        except GuestMoved as moved:
            if not tries_left:
                raise Busy("queue-full", retry_after_s=1) from moved


async def belongings_of(db: Database, guest: Actor, actor: Actor, now: datetime) -> Belongings:
    if not guest.is_guest or not guest.session:
        return Belongings()
    holder, drawn = await db.read(drafts.find_all, guest)
    if holder.wrapped_key is None:
        return Belongings()  # the session ended meanwhile, and with it what was in it
    _, papers = await db.read(files.find_loose, guest)
    person = await db.read(persons.find, actor, public_id=actor.person)
    begun = [drafts.unseal(db, holder, row) for row in drawn]
    return Belongings(
        [drafts.sealed(db, person, actor, draft, now, "") for draft in begun],
        [(person.id, paper.public_id, reseal(db, holder, person, paper)) for paper in papers],
        seen(drawn),
        frozenset(db.keys.id_macs(draft.id)[-1] for draft in begun if draft.sent or not draft.answers | draft.raw),
    )


async def typed_for(db: Database, before: Actor, actor: Actor, now: datetime) -> dict[str, Any]:
    """Whoever was here before: the text may have been kept under a guest's session, or under another person's."""
    if not before.session:
        return {}
    rows = await db.read(unfinished.of_person, before, person=actor.person)
    if not rows:
        return {}
    person, own = await db.read(drafts.find_all, actor)
    hers = {row.service: drafts.unseal(db, person, row) for row in own}
    whole = [unfinished.joined(drafts.unseal(db, person, row, unfinished.TABLE), hers.get(row.service)) for row in rows]
    return {"typed": [drafts.sealed(db, person, actor, draft, now, draft.id) for draft in whole if draft], "waited": seen(rows)}


def reseal(db: Database, guest: persons.Person, person: persons.Person, paper: files.Row) -> bytes:
    data = db.keys.open(guest, files.TABLE, paper.public_id, paper.sealed)
    return db.keys.seal(person, files.TABLE, paper.public_id, data)


def seen(rows: list[drafts.Row]) -> list[tuple[str, int]]:
    return [(row.public_id, row.revision) for row in rows]


# Bodies


def add(tx: Tx, actor: Actor, new: New, before: Actor, belongings: Belongings) -> None:
    insert(tx, actor, new)
    if before.session:
        if seen(unfinished.of_person(tx, before, actor.person)) != belongings.waited:
            raise GuestMoved
        for draft in belongings.typed:
            if drafts.save(tx, actor, draft)[0] is None:
                raise GuestMoved
        unfinished.hand_over(tx, actor, before)
    if before.is_guest and before.session:
        if seen(drafts.of_person(tx, before, persons.find(tx, before, NOBODY).id)) != belongings.seen:
            raise GuestMoved
        for person, public_id, sealed in belongings.papers:
            files.move(tx, actor, person=person, public_id=public_id, sealed=sealed, guest=before)
        for draft in belongings.begun:
            duplicate_drafts.put(tx, actor, draft, before, is_empty=draft.public_id in belongings.empty)
    if before.session:
        tx.run(SQL.end_session, public_id=before.session)
    audit.add(tx, actor, "sign-in", f"session/{new.public_id}", new.began_at)


def begin_staff(tx: Tx, actor: Actor, new: New, before: str) -> None:
    insert(tx, actor, new)
    if before:
        tx.run(SQL.end_session, public_id=before)
    audit.add(tx, actor, "sign-in", f"session/{new.public_id}", new.began_at)


def insert(tx: Tx, actor: Actor, new: New) -> None:
    if tx.one(SQL.add_session, int, new) is None:
        raise NotFound("person")


def find(tx: Tx, actor: Actor, token_macs: list[bytes]) -> Session | None:
    """One hash per key still kept, the newest key's first."""
    found = (tx.one(SQL.session_by_token, Session, token_mac=token_mac) for token_mac in token_macs)
    return next((session for session in found if session), None)


def list_own(tx: Tx, actor: Actor) -> list[Session]:
    return [] if actor.is_guest else tx.all(SQL.sessions_of_person, Session, person=actor.person)


def see(tx: Tx, actor: Actor, public_id: str, seen_at: int) -> None:
    tx.run(SQL.see_session, public_id=public_id, seen_at=seen_at)


def end(tx: Tx, actor: Actor, public_ids: list[str], at: int) -> None:
    """One's own sessions; a stranger's is not met."""
    for public_id in public_ids:
        if tx.one(SQL.end_session_of_person, str, public_id=public_id, person=actor.subject):
            audit.add(tx, actor, "sign-out", f"session/{public_id}", at)


def end_old(tx: Tx, actor: Actor, now: int, idle_since: int, guest_idle_since: int, kept: int) -> None:
    """Those that are over, and were not seen for `kept` ms of uptime: with a guest's session goes the way to her draft."""
    tx.run(SQL.end_old_sessions, now=now, idle_since=idle_since, guest_idle_since=guest_idle_since, kept=kept)


def last_seen(tx: Tx, actor: Actor) -> int:
    """When anybody was here last; 0 if nobody ever was."""
    return tx.one(SQL.last_seen, int) or 0
