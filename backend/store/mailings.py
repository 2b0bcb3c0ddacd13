"""One letter to a list or to everybody: one row that says how far it has come, and what became of whom.

Chunk by chunk, by key range: the mailbox rows, what is to be printed and how far it has come are one commit, so that cut off anywhere
it goes on where it was, and (person, letter) is unique, so that nobody gets it twice. Times in epoch ms.
"""

import secrets

from msgspec import Struct

from backend.domain.actors import Actor
from backend.domain.errors import KeyReused, NotFound
from backend.domain.mailings import Audience, State
from backend.store import audit, letters
from backend.store.keyring import Person
from backend.store.statements import Tx, load

SQL = load("mailings")


class New(Struct, frozen=True):
    """`to_do`: as `domain.letters.to_do` gives it. `names`: keyed hashes of the name it may be sent under once, the newest last;
    `contents` those of the letter; `digest` names the list. `last`: where the walk ends."""

    public_id: str
    letter: letters.Shared
    to_do: int
    names: list[str]
    contents: list[str]
    digest: str
    audience: Audience
    state: State
    starts_at: int
    per_hour: int
    made_by: str
    now: int
    total: int = 0
    last: int = 0

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def content(self) -> str:
        return self.contents[-1]


class Row(Struct, frozen=True):
    """`cursor`: the row of the register, or the line of the list, that was come to; `last`: the one that it ends with."""

    id: int
    public_id: str
    letter: int
    letter_id: str
    audience: Audience
    state: State
    starts_at: int
    total: int
    cursor: int
    last: int
    to_mailbox: int
    to_paper: int
    refused: int
    made_by: str
    made_at: int
    to_do: int


class Listed(Struct, frozen=True):
    """Somebody of the list, as far as is known before it is sent."""

    id: int
    public_id: str
    kek_id: str | None
    wrapped_key: bytes | None
    cpr_mac: bytes
    mac: bytes
    language: str
    status: str
    is_paper: bool

    @property
    def person(self) -> Person:
        return Person(self.id, self.public_id, self.kek_id, self.wrapped_key)


class Named(Struct, frozen=True):
    """A letter that was sent under a name."""

    letter: int
    content: str


class NewLine(Struct, frozen=True):
    """`person`: a row, None where it is refused. `merged`: what fills the letter's gaps, sealed for the person."""

    number: int
    person: int | None
    outcome: str
    merged: bytes | None = None


class ToPrint(Struct, frozen=True):
    person: int
    public_id: str


class Outcome(Struct, frozen=True):
    """`at`: line of the list or row of the register. `person`: public id, "" where none is known."""

    at: int
    outcome: str
    person: str


def to_print(person: int, now: int) -> ToPrint:
    """Its id begins with the time, as UUID version 7 does (RFC 9562), and 80 bits are chance: wholly by chance each would write a
    page of the index of its own, and a letter to many seven times the bytes. `now` in epoch ms."""
    return ToPrint(person, f"{now:012x}{secrets.token_hex(10)}")


# Bodies


def start(tx: Tx, actor: Actor, new: New) -> Row:
    """Asked again under the same name with the same list it is the same mailing; with another list the same letter goes to
    those who have not got it. Raises `KeyReused`: another letter was sent under this name."""
    before = [row for name in new.names if (row := tx.one(SQL.letter_under_name, Named, name=name))]
    if any(one.content not in new.contents for one in before):
        raise KeyReused("mailing")
    for name in new.names:
        if again := tx.one(SQL.mailing_of_name, Row, name=name, digest=new.digest):
            return again
    letter = before[0].letter if before else letters.add_shared(tx, actor, new.letter)
    id = tx.one(SQL.add_mailing, int, new, letter_row=letter)
    if id is None:  # somebody else was faster
        return start(tx, actor, new)
    tx.run(SQL.add_telling, new, mailing=id)
    audit.add(tx, actor, "send", f"mailing/{new.public_id}", new.now)
    return found(tx, new.public_id)


def found(tx: Tx, public_id: str) -> Row:
    row = tx.one(SQL.mailing, Row, public_id=public_id)
    if row is None:
        raise NotFound("mailing")
    return row


def find(tx: Tx, actor: Actor, public_id: str) -> Row:
    return found(tx, public_id)


def list_all(tx: Tx, actor: Actor) -> list[Row]:
    return tx.all(SQL.mailings, Row)


def due(tx: Tx, actor: Actor, now: int) -> list[Row]:
    return tx.all(SQL.mailings_due, Row, now=now)


def letter_of(tx: Tx, actor: Actor, letter: int) -> tuple[Person, bytes]:
    """(the letter as holder of its own key, sealed bytes)"""
    row = tx.one(SQL.letter_to_many, lambda public_id, kek_id, key, sealed: (Person(0, public_id, kek_id, key), sealed), letter=letter)
    if row is None:
        raise NotFound("letter")
    return row


def by_status(tx: Tx, actor: Actor, after: int, upto: int) -> dict[str, int]:
    """Of the register between two rows: how many would have which outcome, but for paper."""
    return dict(tx.all(SQL.count_by_status, lambda outcome, count: (outcome, count), after=after, upto=upto))


def everybody(tx: Tx, actor: Actor) -> tuple[int, int]:
    """(the last row of the register, how many there are)"""
    last = tx.one(SQL.last_registered, int) or 0
    return last, tx.one(SQL.count_registered, int, after=0, upto=last) or 0


def listed(tx: Tx, actor: Actor, look_ups: dict[int, list[bytes]]) -> dict[int, Listed]:
    """By line, for each the hashes of its number under every key kept, the newest last."""
    found = {}
    for line, macs in look_ups.items():
        rows = (tx.one(SQL.recipient_by_mac, Listed, cpr_mac=mac) for mac in reversed(macs))
        if row := next(filter(None, rows), None):
            found[line] = row
    return found


def take_in(tx: Tx, actor: Actor, row: Row, lines: list[NewLine], upto: int, now: int) -> bool:
    """A chunk of the list, up to line `upto`. False: it was taken in meanwhile, or nobody waits for it any more."""
    if tx.one(SQL.take_in, int, id=row.id, before=row.cursor, upto=upto, lines=len(lines), now=now) is None:
        return False
    tx.batch(SQL.add_line, lines, mailing=row.id)
    tx.batch(SQL.add_line_twice, lines, mailing=row.id)  # where the line is not there: its person stands in another
    tx.run(SQL.add_refused, id=row.id, refused=tx.one(SQL.count_unready, int, mailing=row.id, after=row.cursor, upto=upto))
    return True


def begin(tx: Tx, actor: Actor, public_id: str, now: int) -> Row:
    """Its list is whole. Does nothing to one that has begun."""
    tx.one(SQL.begin_mailing, int, id=found(tx, public_id).id, now=now)
    return found(tx, public_id)


def set_state(tx: Tx, actor: Actor, public_id: str, state: State, now: int) -> Row:
    """Paused, going on, or never. One that is over stays so; the row says what holds. What was sent stays sent, and is told."""
    row = found(tx, public_id)
    if tx.one(SQL.set_mailing_state, int, public_id=public_id, state=state, now=now) is None:
        return row
    tx.run(SQL.set_telling_state, mailing=row.id, state="paused" if state == "paused" else "running", now=max(now, row.starts_at))
    audit.add(tx, actor, state, f"mailing/{public_id}", now)
    return found(tx, public_id)


def on_paper(tx: Tx, actor: Actor, row: Row, upto: int) -> list[int]:
    """Who of the next chunk gets paper too."""
    if row.audience == "all":
        return tx.all(SQL.on_paper_between, int, after=row.cursor, upto=upto)
    return tx.all(SQL.on_paper_of_lines, int, mailing=row.id, after=row.cursor, upto=upto)


def count_on_paper(tx: Tx, actor: Actor, after: int, upto: int) -> int:
    """How many of the register between two rows."""
    return tx.one(SQL.count_on_paper, int, after=after, upto=upto) or 0


def send_chunk(tx: Tx, actor: Actor, row: Row, upto: int, papers: list[ToPrint], now: int) -> bool:
    """False: it was paused, cancelled or sent by another meanwhile, and nothing is written; or its letter was withdrawn, and it is
    over."""
    if tx.one(SQL.take_turn, int, id=row.id, before=row.cursor, upto=upto, now=now) is None:
        tx.run(SQL.cancel_withdrawn, id=row.id, now=now)
        return False
    place = place_all if row.audience == "all" else place_lines
    place(tx, row, upto, papers, now)
    if upto >= row.last:
        tx.run(SQL.finish, id=row.id)
    return True


def place_all(tx: Tx, row: Row, upto: int, papers: list[ToPrint], now: int) -> None:
    seen = tx.one(SQL.count_registered, int, after=row.cursor, upto=upto) or 0
    placed = tx.changed(SQL.place_all, letter=row.letter, to_do=row.to_do, after=row.cursor, upto=upto, now=now)
    printed = print_placed(tx, row, upto, papers, now) if papers else 0
    tx.run(SQL.add_counts, id=row.id, to_mailbox=placed - printed, to_paper=printed, refused=seen - placed)


def place_lines(tx: Tx, row: Row, upto: int, papers: list[ToPrint], now: int) -> None:
    where = {"mailing": row.id, "after": row.cursor, "upto": upto}
    refused = tx.changed(SQL.refuse_erased, **where) + tx.changed(SQL.refuse_by_register, **where)
    refused += tx.changed(SQL.refuse_already, letter=row.letter, **where)
    tx.run(SQL.place_lines, letter=row.letter, to_do=row.to_do, now=now, **where)
    tx.batch(SQL.print_one, papers, letter=row.letter, now=now)
    to_paper = tx.changed(SQL.paper_lines, letter=row.letter, **where)
    to_mailbox = tx.changed(SQL.mailbox_lines, **where)
    tx.run(SQL.add_counts, id=row.id, to_mailbox=to_mailbox, to_paper=to_paper, refused=refused)


def print_placed(tx: Tx, row: Row, upto: int, papers: list[ToPrint], now: int) -> int:
    """How many are to be printed. First all, then without those who were not written to after all: row by row SQLite would ask the
    mailbox as often, and keep a journal for each."""
    made = tx.changed_by_all(SQL.print_new, papers, letter=row.letter, now=now)
    return made - tx.changed(SQL.drop_unplaced, letter=row.letter, after=row.cursor, upto=upto, now=now)


class Placed(Struct, frozen=True):
    """Somebody who has got it: `at` is the place in the walk."""

    person: int
    at: int
    is_paper: bool


def told_after(tx: Tx, actor: Actor, mailing: int, after: int, most: int) -> tuple[Row, list[Placed]]:
    """The next who have got it, no further than the letter itself has come."""
    row = tx.one(SQL.mailing_by_row, Row, id=mailing)
    assert row is not None, "what tells of it names its row"
    if row.audience == "all":
        return row, tx.all(SQL.placed_between, Placed, letter=row.letter, after=after, upto=row.cursor, most=most)
    upto = 0 if row.state == "filling" else row.cursor
    return row, tx.all(SQL.placed_lines, Placed, mailing=mailing, after=after, upto=upto, most=most)


def outcomes(tx: Tx, actor: Actor, row: Row, after: int, most: int) -> list[Outcome]:
    """What became of whom, the next `most` of them."""
    if row.audience == "all":
        return tx.all(SQL.registered_after, Outcome, letter=row.letter, after=after, last=row.last, most=most)
    return tx.all(SQL.lines_after, Outcome, mailing=row.id, after=after, most=most)


def count_outcomes(tx: Tx, actor: Actor, mailing: int) -> dict[str, int]:
    return dict(tx.all(SQL.outcomes, lambda outcome, count: (outcome, count), mailing=mailing))
