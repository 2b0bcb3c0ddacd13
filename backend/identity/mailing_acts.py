"""What an operator does with letters to many, at a running server or with the store to itself."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from backend.domain.actors import Actor
from backend.domain.errors import Invalid, KeyReused
from backend.domain.letters import Letter
from backend.domain.mailings import Line, Unreadable
from backend.domain.moments import milliseconds
from backend.store.mailing_runner import Mailings, Shown
from backend.store.mailings import Outcome

OPERATOR = Actor("operator")
MOST_LINES = 10_000
MOST_BYTES = 4 * 2**20
"""Of one question: a piece of a list."""
Id = Annotated[str, Meta(max_length=128)]


class Readable(Line, frozen=True, tag="line"):
    pass


class Refused(Unreadable, frozen=True, tag="unreadable"):
    pass


class MailingAct(Struct, forbid_unknown_fields=True, kw_only=True):
    """"" only lists. "start" has the letter; "lines" a piece of the list, up to line `upto`, and "try" one that is only judged;
    "outcomes" what became of those after `after`. `starts_at`: epoch ms, 0 for now."""

    act: Literal["", "start", "lines", "begin", "try", "try-all", "paused", "running", "cancelled", "outcomes"] = ""
    id: Id = ""
    name: Annotated[str, Meta(max_length=200)] = ""
    digest: Id = ""
    letter: Letter | None = None
    is_list: bool = True
    starts_at: int = 0
    per_hour: Annotated[int, Meta(ge=1, le=1_000_000)] = 60_000
    lines: Annotated[list[Readable | Refused], Meta(max_length=MOST_LINES)] = []
    upto: int = 0
    after: int = 0


class MailingDone(Struct, frozen=True):
    """`state` and `cursor`: of the mailing named. `tried`: (line, outcome, language) of a piece that was only judged. `wrong`: "lacks" or
    "reused", where nothing was begun."""

    id: str = ""
    state: str = ""
    cursor: int = 0
    all: list[Shown] = []
    tried: list[tuple[int, str, str]] = []
    counts: dict[str, int] = {}
    outcomes: list[Outcome] = []
    wrong: str = ""


async def perform(many: Mailings, wanted: MailingAct, now: datetime) -> MailingDone:
    """Raises `NotFound`."""
    if wanted.act == "try":
        return MailingDone(tried=await many.judge(wanted.lines))
    if wanted.act == "try-all":
        return MailingDone(counts=await many.judge_all())
    if wanted.act == "outcomes":
        return MailingDone(outcomes=await many.outcomes(await many.get(wanted.id), wanted.after))
    if not wanted.act:
        return MailingDone(all=await many.list_all())
    try:
        row = await act(many, wanted, now)
    except (KeyReused, Invalid) as error:
        return MailingDone(wrong="reused" if isinstance(error, KeyReused) else "lacks")
    return MailingDone(row.public_id, row.state, row.cursor)


async def act(many: Mailings, wanted: MailingAct, now: datetime):  # noqa: ANN201 - a row of the store
    if wanted.act == "start":
        if wanted.letter is None:
            raise Invalid("letter")
        at = datetime.fromtimestamp(wanted.starts_at / 1000, now.tzinfo) if wanted.starts_at > milliseconds(now) else None
        return await many.start(
            OPERATOR, wanted.letter, name=wanted.name, digest=wanted.digest, is_list=wanted.is_list, starts_at=at, per_hour=wanted.per_hour
        )
    if wanted.act == "lines":
        return await many.add_lines(OPERATOR, wanted.id, wanted.lines, wanted.upto)
    if wanted.act == "begin":
        return await many.begin(OPERATOR, wanted.id)
    return await many.set_state(OPERATOR, wanted.id, wanted.act)
