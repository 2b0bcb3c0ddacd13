"""Letters from a sender's program: handed over once under the sender's own key, looked after, taken back. See docs/senders.md.

Who asks is said by the key in the header alone: no cookie is looked at here (`middleware/origin.py` leans on that).
"""

import asyncio
import re
import time
from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody

from backend.domain import sender_letters as domain
from backend.domain.errors import Invalid, KeyNeeded, TooMany
from backend.domain.moments import from_milliseconds, milliseconds
from backend.domain.sender_letters import TEST_NUMBERS, LetterState, SenderLetter, wrong
from backend.domain.senders import Sender
from backend.identity import senders
from backend.store import sender_letters
from backend.store.sender_letters import Key, Request as Asked
from backend.web.state import AppState

Answer = TypeVar("Answer")
MOST_BYTES = 512 * 1024
IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9._:+/=-]{8,128}")
TICK_S = 0.2
"""A private sender's answers leave at full ticks after the question came: how long a number took tells nothing of whose it is."""
EVERY = {"cache-control": "no-store"}


@post("/api/senders/letters", name="send_letter", request_max_body_size=MOST_BYTES, status_code=201)
async def send_letter(
    request: Request, data: JSONBody[SenderLetter], app: NamedDependency[AppState],
    authorization: Annotated[str, HeaderParameter(name="Authorization")] = "",
    idempotency_key: Annotated[str, HeaderParameter(name="Idempotency-Key")] = "",
) -> Response[LetterState]:  # fmt: skip
    """201 the first time; 200 and the same answer when the program, unsure, sends again."""
    began, sender = time.monotonic(), await known(app, authorization)
    return await evenly(sender, began, handed_over(app, sender, data, idempotency_key.strip().strip('"')))


async def handed_over(app: AppState, sender: Sender, said: SenderLetter, idem: str) -> Response[LetterState]:
    key = sender_letters.key_of(app.db, sender, idem, msgspec.json.encode(said))
    is_new = False
    kept = await sender_letters.earlier(app.db, sender, key) if IDEMPOTENCY_KEY.fullmatch(idem) else None
    if kept is None:
        kept, is_new = await send(app, sender, said, key, idem)
    first = msgspec.structs.replace(kept, withdrawn_at=0)
    body = shown(app, sender, first, kept.at, 0)
    headers = EVERY | {"location": f"/api/senders/letters/{kept.letter}"}
    return Response(body, status_code=201 if is_new else 200, headers=headers)


async def send(app: AppState, sender: Sender, said: SenderLetter, key: Key, idem: str) -> tuple[Asked, bool]:
    """Raises `Invalid` with every mistake there is."""
    now = app.now().astimezone(app.zone)
    number = senders.number_of(said.to)
    found = [] if IDEMPOTENCY_KEY.fullmatch(idem) else [wrong("Idempotency-Key", "idempotency-key")]
    found += [] if number else [wrong("to", "person-number")]
    found += domain.mistakes(said, sender, now)
    if found or number is None:
        raise Invalid("letter", found)
    digits, is_checked = number
    letter = domain.letter_of(said, sender)
    until = domain.moment_of(said.do_not_deliver_until, now) if said.do_not_deliver_until else now
    available_at = until or now
    if sender.is_test:
        played = TEST_NUMBERS.get(digits[6:], "")
        why, via = ("", "paper") if played == "paper" else (played, "" if played else "mailbox")
        return await sender_letters.pretend(app.db, sender, key, letter, why, via, now, available_at)
    look_ups = app.db.keys.look_ups(digits)
    unknown = "unknown" if is_checked else "mistyped"
    return await sender_letters.send(app.db, sender, key, letter, look_ups, now, unknown=unknown, available_at=available_at)


@get("/api/senders/letters/{letter:str}", name="sent_letter")
async def show_letter(
    letter: FromPath[str], app: NamedDependency[AppState],
    authorization: Annotated[str, HeaderParameter(name="Authorization")] = "",
) -> Response[LetterState]:  # fmt: skip
    """What became of a letter of this sender's own."""
    began, sender = time.monotonic(), await known(app, authorization)
    return await evenly(sender, began, looked_after(app, sender, letter))


async def looked_after(app: AppState, sender: Sender, letter: str) -> Response[LetterState]:
    kept, opened_at = await sender_letters.get(app.db, sender, letter)
    return Response(shown(app, sender, kept, milliseconds(app.now()), opened_at), headers=EVERY)


@delete("/api/senders/letters/{letter:str}", name="withdraw_letter", status_code=200)
async def withdraw_letter(
    letter: FromPath[str], app: NamedDependency[AppState],
    authorization: Annotated[str, HeaderParameter(name="Authorization")] = "",
) -> Response[LetterState]:  # fmt: skip
    """Before it is available; the same answer when asked again. 409 for one that is hers already."""
    began, sender = time.monotonic(), await known(app, authorization)
    return await evenly(sender, began, taken_back(app, sender, letter))


async def taken_back(app: AppState, sender: Sender, letter: str) -> Response[LetterState]:
    kept = await sender_letters.withdraw(app.db, sender, letter, app.now())
    return Response(shown(app, sender, kept, milliseconds(app.now()), 0), headers=EVERY)


async def known(app: AppState, authorization: str) -> Sender:
    """Raises `KeyNeeded`, `TooMany`."""
    sender = await senders.of(app.db, authorization, app.now())
    if sender is None:
        raise KeyNeeded("sender")
    if wait_s := app.sender_rates.take(("sender", sender.id), sender.per_minute / 60, time.monotonic()):
        raise TooMany(wait_s)
    return sender


async def evenly(sender: Sender, began: float, work: Awaitable[Answer]) -> Answer:
    try:
        return await work
    finally:
        if sender.is_private:
            await asyncio.sleep(TICK_S - (time.monotonic() - began) % TICK_S)


def shown(app: AppState, sender: Sender, kept: Asked, now: int, opened_at: int) -> LetterState:
    state = kept.told(sender, now, opened_at)
    return LetterState(
        kept.letter, state, kept.state if state == "refused" else "", local(app, kept.at),
        "" if state in ("refused", "withdrawn") else local(app, kept.available_at), local(app, opened_at) if state == "opened" else "", sender.is_test,
    )  # fmt: skip


def local(app: AppState, ms: int) -> str:
    moment: datetime = from_milliseconds(ms)
    return app.local(moment)


ROUTES = [send_letter, show_letter, withdraw_letter]
