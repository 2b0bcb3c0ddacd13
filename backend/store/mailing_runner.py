"""Letters to many, as the server and the command use them: begun, taken in, sent chunk by chunk, paused, ended, reported.

Who gets paper is read before the transaction, since what is printed has an id made by chance; the next chunk is read while the
last is being written.
"""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime

import msgspec
from msgspec import Struct

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import NotFound
from backend.domain.letters import Letter, to_do
from backend.domain.mailings import Line, State, Total, Unreadable
from backend.domain.moments import milliseconds
from backend.store import letters, mailings
from backend.store.database import Database
from backend.store.duties import Duty
from backend.store.keyring import Keyring, KeysWrong, Tampered
from backend.store.residents import Numbered
from backend.store.mailings import Listed, NewLine, Outcome, Row

CHUNK, FIRST_CHUNK, LEAST_CHUNK = 10_000, 2_000, 500
"""Rows of the register, or lines, a commit: at most, at first, and at least."""
LOCK_S, MEASURED = 0.012, 4
"""So long a chunk's rows may take, of the 15 ms they may hold the lock, judged by the best of the last few: the others say how
busy the machine was, and smaller chunks would only be more commits."""
TAKEN_IN = 500
POLL_S = 2.0
REPORTED = 10_000
log = logging.getLogger("medborger.store")


class Shown(Struct, frozen=True):
    """A mailing for whoever steers it. `title` in the letter's original language; `done` is the share, 0 to 1."""

    id: str
    title: str
    audience: str
    state: State
    starts_at: int
    total: Total
    done: float
    made_by: str
    made_at: int


class Mailings:
    """One for each open store."""

    def __init__(self, db: Database, clock: Callable[[], datetime], chunk: int = CHUNK) -> None:
        self.db, self.clock, self.chunk = db, clock, chunk
        self.duty = Duty("mailings", 60.0, grace_s=600.0)
        self.woken = asyncio.Event()
        self.size = min(chunk, FIRST_CHUNK)
        self.row_s: deque[float] = deque(maxlen=MEASURED)

    # ---- steering it -----------------------------------------------------------------------------------------

    async def start(
        self, actor: Actor, letter: Letter, *, name: str, digest: str = "", is_list: bool = True, starts_at: datetime | None = None, per_hour: int,
    ) -> Row:  # fmt: skip
        """To everybody in the register now, or to a list, which is then taken in (`add_lines`, `begin`). Raises `KeyReused` for a
        name under which another letter was sent."""
        now = milliseconds(self.clock())
        last, total = (0, 0) if is_list else await asyncio.to_thread(self.db.scan_now, mailings.everybody, SYSTEM)
        content = msgspec.json.encode(letter)
        new = mailings.New(
            secrets.token_hex(16), letters.sealed_for_many(self.db.keys, letter, starts_at or self.clock()), to_do(letter.actions), self.db.keys.id_macs(f"mailing/{name}"),
            [mac.hex() for mac in self.db.keys.macs("hmac-body", content)], digest or "all", "list" if is_list else "all", "filling" if is_list else "running",
            milliseconds(starts_at) if starts_at else now, per_hour, actor.person or actor.role, now, total, last,
        )  # fmt: skip
        row = await self.db.write(mailings.start, actor, new=new)
        self.woken.set()
        return row

    async def add_lines(self, actor: Actor, public_id: str, lines: Iterable[Line | Unreadable], upto: int) -> Row:
        """A piece of the list, in its order, up to line `upto`; what was taken in before is left alone."""
        row = await self.get(public_id)
        fresh = [line for line in lines if row.cursor < line.number <= upto]
        if row.state == "filling" and fresh:
            for at in range(0, len(fresh), TAKEN_IN):
                await self.take_in(actor, public_id, fresh[at : at + TAKEN_IN], is_last=at + TAKEN_IN >= len(fresh), upto=upto)
        return await self.get(public_id)

    async def take_in(self, actor: Actor, public_id: str, some: list[Line | Unreadable], is_last: bool, upto: int) -> None:
        row = await self.get(public_id)
        known = await asyncio.to_thread(self.known, some)
        made = await asyncio.to_thread(self.look_up, row.letter_id, some, known)
        ends = upto if is_last else some[-1].number
        await self.db.bulk(mailings.take_in, actor, row=row, lines=made, upto=ends, now=milliseconds(self.clock()))

    async def begin(self, actor: Actor, public_id: str) -> Row:
        row = await self.db.write(mailings.begin, actor, public_id=public_id, now=milliseconds(self.clock()))
        self.woken.set()
        return row

    async def pause(self, actor: Actor, public_id: str) -> Row:
        return await self.set_state(actor, public_id, "paused")

    async def resume(self, actor: Actor, public_id: str) -> Row:
        return await self.set_state(actor, public_id, "running")

    async def cancel(self, actor: Actor, public_id: str) -> Row:
        return await self.set_state(actor, public_id, "cancelled")

    async def set_state(self, actor: Actor, public_id: str, state: State) -> Row:
        row = await self.db.write(mailings.set_state, actor, public_id=public_id, state=state, now=milliseconds(self.clock()))
        self.woken.set()
        return row

    # ---- looking at it ---------------------------------------------------------------------------------------

    async def get(self, public_id: str) -> Row:
        return await self.db.read(mailings.find, SYSTEM, public_id=public_id)

    async def list_all(self) -> list[Shown]:
        return [self.shown(row) for row in await self.db.read(mailings.list_all, SYSTEM)]

    async def counts(self, public_id: str) -> dict[str, int]:
        """Of a list: how many lines have which outcome."""
        return await self.db.scan(mailings.count_outcomes, SYSTEM, mailing=(await self.get(public_id)).id)

    async def report(self, public_id: str) -> AsyncIterator[Outcome]:
        """What became of each line of the list, or of each in the register."""
        row, after = await self.get(public_id), 0
        while some := await self.outcomes(row, after):
            for one in some:
                yield one
            after = some[-1].at

    async def outcomes(self, row: Row, after: int) -> list[Outcome]:
        return await self.db.scan(mailings.outcomes, SYSTEM, row=row, after=after, most=REPORTED)

    def letter(self, row: Row) -> Letter:
        return letter_of(self.db, row.letter)

    def shown(self, row: Row) -> Shown:
        try:
            letter = self.letter(row)
            title = letter.texts[letter.original].title
        except (Tampered, KeysWrong, NotFound) as error:  # one damaged letter does not hide the others
            log.error("a letter to many cannot be read: %s", type(error).__name__)
            title = ""
        share = row.cursor / row.last if row.last and row.state != "filling" else float(row.state == "done")
        total = Total(row.total, row.to_mailbox, row.to_paper, row.refused)
        return Shown(row.public_id, title, row.audience, row.state, row.starts_at, total, share, row.made_by, row.made_at)

    async def judge(self, lines: Iterable[Line | Unreadable]) -> list[tuple[int, str, str]]:
        """(line, what would become of it, language) of a list that is not sent. Lines are looked at one by one: whether one
        stands there twice only the whole list says."""
        return await asyncio.to_thread(self.judge_now, list(lines))

    def judge_now(self, lines: list[Line | Unreadable]) -> list[tuple[int, str, str]]:
        known = self.known(lines)
        judged = []
        for line, new in zip(lines, self.look_up("", lines, known), strict=True):
            who = known.get(line.number)
            outcome = ("paper" if who and who.is_paper else "mailbox") if new.outcome == "ready" else new.outcome
            judged.append((line.number, outcome, who.language if who else ""))
        return judged

    async def judge_all(self) -> dict[str, int]:
        """How many of the register would have which outcome."""
        return await asyncio.to_thread(self.judge_all_now)

    def judge_all_now(self) -> dict[str, int]:
        last, _ = self.db.scan_now(mailings.everybody, SYSTEM)
        counts = self.db.scan_now(mailings.by_status, SYSTEM, after=0, upto=last)
        paper = self.db.scan_now(mailings.count_on_paper, SYSTEM, after=0, upto=last)
        return counts | {"mailbox": counts.get("mailbox", 0) - paper, "paper": paper}

    # ---- sending ---------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """As long as the server runs. What goes wrong is told by the health page and tried again; nothing is lost meanwhile."""
        while True:
            self.woken.clear()
            try:
                await self.send_due()
            except Exception as error:
                self.duty.missed(error)
            else:
                self.duty.done()
            try:
                await asyncio.wait_for(self.woken.wait(), POLL_S)
            except TimeoutError:
                pass

    async def send_due(self) -> None:
        """All that is to be sent by now, each mailing beside the others, until nothing is left of it."""
        rows = await self.db.read(mailings.due, SYSTEM, now=milliseconds(self.clock()))
        done = await asyncio.gather(*(self.send(row) for row in rows), return_exceptions=True)
        for error in done:
            if isinstance(error, BaseException):
                raise error

    async def send(self, row: Row) -> None:
        """Until it is done, or somebody has paused it."""
        upto = self.end_of(row)
        papers = await asyncio.to_thread(self.to_print, row, upto)
        while True:
            writing = self.db.bulk(mailings.send_chunk, SYSTEM, row=row, upto=upto, papers=papers, now=milliseconds(self.clock()))
            after = msgspec.structs.replace(row, cursor=upto)
            if upto >= row.last:
                await writing
                return
            ends = self.end_of(after)
            is_written, papers = await asyncio.gather(writing, asyncio.to_thread(self.to_print, after, ends))
            if not is_written:
                return
            self.measure(upto - row.cursor)
            row, upto = after, ends

    def end_of(self, row: Row) -> int:
        return min(row.cursor + self.size, row.last)

    def measure(self, rows: int) -> None:
        """How long the chunk of so many took says how many the next may hold."""
        self.row_s.append(self.db.writer.bulk_s / max(rows, 1))
        self.size = fitting(self.size, min(self.row_s), self.chunk)

    def to_print(self, row: Row, upto: int) -> list[mailings.ToPrint]:
        """Who of the next chunk gets paper. In a thread."""
        now = milliseconds(self.clock())
        return [mailings.to_print(person, now) for person in self.db.read_now(mailings.on_paper, SYSTEM, row=row, upto=upto)]

    def known(self, lines: Iterable[Line | Unreadable]) -> dict[int, Listed]:
        look_ups = {line.number: self.db.keys.look_ups(line.cpr) for line in lines if isinstance(line, Line)}
        return self.db.scan_now(mailings.listed, SYSTEM, look_ups=look_ups)

    def look_up(self, letter: str, lines: list[Line | Unreadable], known: dict[int, Listed]) -> list[NewLine]:
        """What becomes of each, with what is sealed for it. In a thread."""
        return [
            NewLine(line.number, None, line.outcome) if isinstance(line, Unreadable)
            else judged(self.db.keys, letter, line, known.get(line.number)) for line in lines
        ]  # fmt: skip


def fitting(size: int, row_s: float, most: int) -> int:
    """How many the next chunk holds, after one of `size` whose rows took `row_s` each: no more than twice as many."""
    wanted = min(LOCK_S / max(row_s, 1e-9), 2 * size)
    return max(min(int(wanted), most), min(LEAST_CHUNK, most))


def letter_of(db: Database, letter: int) -> Letter:
    """Raises `Tampered`."""
    holder, closed = db.read_now(mailings.letter_of, SYSTEM, letter=letter)
    return letters.DECODE(db.keys.open(holder, letters.TABLE, holder.public_id, closed))


def judged(keys: Keyring, letter: str, line: Line, known: Listed | None) -> NewLine:
    if known is None:
        return NewLine(line.number, None, "unknown" if line.is_checked else "mistyped")
    if not Numbered(known.id, known.public_id, known.cpr_mac, known.mac).is_authentic(keys):
        log.error("person/%s was changed outside Medborger", known.public_id)
        return NewLine(line.number, None, "damaged")  # whose number it is cannot be said
    if known.status:
        return NewLine(line.number, known.id, known.status)
    if not line.fields:
        return NewLine(line.number, known.id, "ready")
    try:
        merged = letters.sealed_merged(keys, known.person, letter, line.fields)
    except (Tampered, KeysWrong) as error:
        log.error("somebody of a list cannot be written to: %s", type(error).__name__)
        return NewLine(line.number, known.id, "damaged")
    return NewLine(line.number, known.id, "ready", merged)
