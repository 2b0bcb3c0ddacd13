"""Sessions as the server lives with them: an opaque token in a cookie, its keyed hash in a row, a small cache.

The cache says who, never what they may: rights are read from the store at each act.
"""

import asyncio
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from backend.domain.actors import NOBODY, SYSTEM, Actor, guest, resident
from backend.domain.errors import Busy, NotFound, PasskeyRefused, StepUpNeeded
from backend.store import guest_room, sessions as rows, staff, tampering
from backend.store.database import Database
from backend.store.sessions import New, Session

COOKIE = "__Host-session"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

MINUTE = 60_000
HOUR = 60 * MINUTE
IDLE = {"resident": 30 * MINUTE, "guest": 24 * HOUR, "desk": 15 * MINUTE}
"""A guest's session holds typed text and no rights: text is kept 20 hours idle or longer (WCAG 2.2.6)."""
LIFE = {"resident": 12 * HOUR, "guest": 7 * 24 * HOUR, "desk": 8 * HOUR}
STRONG = 5 * MINUTE
SEEN_EVERY = MINUTE
"""How often "last seen" is written: a crash can cost a session a minute, and never gives it one."""
SKEW = 2 * MINUTE
MOST_CACHED = 10_000


class Clock:
    """Milliseconds that never go back while the server runs, whatever is done to the machine's clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, not_before: int = 0) -> None:
        self.monotonic, self.high, self.at = monotonic, not_before, monotonic()

    def now(self, wall: datetime) -> int:
        at = self.monotonic()
        self.high = max(int(wall.timestamp() * 1000), self.high + int((at - self.at) * 1000))
        self.at = at
        return self.high


class Cached(Struct):
    session: Session
    read_at: int


class Sessions:
    """One for the whole server; made by `app.py` after the store has opened."""

    def __init__(self, db: Database, now: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.db = db
        self.clock = Clock(monotonic, self.earliest(now))
        self.cache: OrderedDict[bytes, Cached] = OrderedDict()
        self.writing: set[asyncio.Task[None]] = set()

    def earliest(self, now: datetime) -> int:
        """After a restart with the clock set back by hours, time goes on from when somebody was here last.

        A row from further ahead tells of a clock that was wrong then; such sessions are refused instead.
        """
        wall = int(now.timestamp() * 1000)
        seen = self.db.read_now(rows.last_seen, SYSTEM)
        return seen if wall < seen <= wall + 24 * HOUR else wall

    # Whose request is it?

    async def find(self, token: str, now: datetime) -> Session | None:
        if not TOKEN.fullmatch(token):
            return None
        at = self.clock.now(now)
        key, *older = self.db.keys.macs("hmac-session", token.encode())[::-1]
        cached = self.cache.get(key)
        if cached is None or at - cached.read_at >= SEEN_EVERY:
            cached = await self.look(key, [key, *older], at)
        if cached is None or self.db.is_denied(cached.session.public_id):
            return None
        return cached.session if is_alive(cached.session, at) else None

    def has_ended(self, token: str) -> bool:
        """Did this token let a person in until a while ago? To be asked after `find`, which has read the row."""
        cached = self.cache.get(self.db.keys.macs("hmac-session", token.encode())[-1])
        return cached is not None and cached.session.role != "guest" and not is_alive(cached.session, self.clock.high)

    async def look(self, key: bytes, token_macs: list[bytes], at: int) -> Cached | None:
        """The row, read at most once a minute; being here is noted beside the answer, not before it."""
        before = self.cache.pop(key, None)
        session = await self.db.read(rows.find, SYSTEM, token_macs=token_macs)
        if session is None:
            return None
        if not session.is_authentic(self.db.keys):
            await tampering.met(self.db, f"session/{session.public_id}", at)
            return None
        seen_at = max(session.seen_at, before.session.seen_at if before else 0)
        session = seen_again(session, seen_at)
        if is_alive(session, at):
            session = seen_again(session, at)
            self.later(self.see(session.public_id, at))
        self.cache[key] = Cached(session, at)
        if len(self.cache) > MOST_CACHED:
            self.cache.popitem(last=False)
        return self.cache[key]

    async def see(self, public_id: str, at: int) -> None:
        try:
            await self.db.write(rows.see, SYSTEM, public_id=public_id, seen_at=at)
        except Busy:
            pass  # the cache knows; should the server stop now, the session has lived a little shorter

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.writing.add(task)
        task.add_done_callback(self.writing.discard)

    # Beginning

    async def begin_guest(self, now: datetime) -> tuple[Actor, str]:
        """At a guest's first post: from now on the draft has an owner. Raises `Busy` where guests have filled their room."""
        await guest_room.refuse_new(self.db)
        token = secrets.token_urlsafe(32)
        new = self.new(token, NOBODY, "guest", "", self.clock.now(now), strong_at=0)
        await self.db.write(rows.insert, SYSTEM, new=new)
        return guest(new.public_id), token

    async def begin(self, before: Actor, person: str, now: datetime, device: str = "") -> tuple[Actor, str]:
        """At each sign-in and step-up: a new token. The old session ends, a guest's drafts come along. Raises `PasskeyRefused`
        for a staff member's key: it opens the desk and no resident's page."""
        if await self.db.read(staff.find, SYSTEM, id=person):
            raise PasskeyRefused("staff")
        token, at = secrets.token_urlsafe(32), self.clock.now(now)
        new = self.new(token, person, "resident", device, at, strong_at=at)
        await rows.begin(self.db, before, new, now)
        self.forget(before.session)
        return resident(person, new.public_id, new.strong_at), token

    async def begin_staff(self, before: str, staff: str, now: datetime, device: str = "") -> tuple[Actor, str]:
        """`before`: public id of the desk session this browser had, "" for none: it ends. `staff`: an account that was looked up now."""
        token, at = secrets.token_urlsafe(32), self.clock.now(now)
        new = self.new(token, staff, "desk", device, at, strong_at=at)
        actor = Actor("desk", staff, NOBODY, new.public_id, at)
        await self.db.write(rows.begin_staff, actor, new=new, before=before)
        self.forget(before)
        return actor, token

    def new(self, token: str, person: str, role: str, device: str, at: int, strong_at: int) -> New:
        token_mac = self.db.keys.mac("hmac-session", token.encode())
        new = New(secrets.token_hex(16), token_mac, person, role, device, at, at + LIFE[role], strong_at)
        return new.signed(self.db.keys)

    # Ending

    async def own(self, actor: Actor) -> list[Session]:
        """The person's own, the one used last first; dead ones are not shown."""
        return [one for one in await self.db.read(rows.list_own, actor) if is_alive(one, self.clock.high) and one.is_authentic(self.db.keys)]

    async def end(self, actor: Actor, public_id: str, now: datetime) -> None:
        """One's own session, here or on another device. Raises `NotFound` for any other."""
        if public_id != actor.session and public_id not in [one.public_id for one in await self.own(actor)]:
            raise NotFound("session")
        await self.end_all(actor, [public_id], now)

    async def end_others(self, actor: Actor, now: datetime) -> None:
        others = [one.public_id for one in await self.own(actor) if one.public_id != actor.session]
        await self.end_all(actor, others, now)

    async def end_all(self, actor: Actor, public_ids: list[str], now: datetime) -> None:
        """Refused from memory at once, also while nothing can be written; the rows go now or later."""
        for public_id in public_ids:
            self.db.deny(public_id)
            self.forget(public_id)
        if await self.db.write_later(rows.end, actor, public_ids=public_ids, at=self.clock.now(now)):
            self.db.denied.difference_update(public_ids)

    def forget(self, public_id: str) -> None:
        for key in [key for key, cached in self.cache.items() if cached.session.public_id == public_id]:
            del self.cache[key]

    async def sweep(self, now: datetime) -> None:
        """Rows of sessions that are over; `app.py` calls it at start and every hour."""
        at = self.clock.now(now)
        await self.db.bulk(
            rows.end_old, SYSTEM, now=at, idle_since=at - IDLE["resident"], guest_idle_since=at - IDLE["guest"], kept=IDLE["guest"]
        )

    # Step-up

    def need_strong(self, actor: Actor, now: datetime) -> None:
        """For acts that need a sign-in at most five minutes old."""
        if not 0 <= self.clock.now(now) - actor.strong_at <= STRONG:
            raise StepUpNeeded("too-long")


def is_alive(session: Session, at: int) -> bool:
    """Not over, not idle, and not from a future that only a wrong clock can have seen."""
    idle = at - session.seen_at
    return -SKEW <= idle < IDLE[session.role] and session.began_at - SKEW <= at < session.ends_at


def seen_again(session: Session, at: int) -> Session:
    return structs.replace(session, seen_at=at)
