"""What the test push service answers when it is told to: every answer that a real one gave somebody on a bad day."""

import asyncio
from collections import deque

from aiohttp import web
from msgspec import Struct

TEN_MB = 10_000_000


class Answer(Struct, frozen=True):
    """`status` 0: as usual, after `wait_s`. `how`: "whole" | "hang" | "reset" | "reset-in-body" | "drip"."""

    status: int = 0
    headers: dict[str, str] = {}
    body_bytes: int = 0
    wait_s: float = 0
    how: str = "whole"


def slow(seconds: float) -> Answer:
    return Answer(wait_s=seconds)


def busy(status: int = 429, retry_after: str | None = "120") -> Answer:
    """429 or 503; `retry_after` seconds, an HTTP date, something silly, or None for no header."""
    return Answer(status, {} if retry_after is None else {"Retry-After": retry_after})


def redirect(to: str, status: int = 307) -> Answer:
    return Answer(status, {"Location": to})


HANG = Answer(200, how="hang")
RESET = Answer(200, how="reset")
RESET_IN_BODY = Answer(200, body_bytes=1000, how="reset-in-body")
DRIP = Answer(200, body_bytes=1000, how="drip")
LARGE = Answer(500, body_bytes=TEN_MB)


class Script:
    """Answers to give in their order, for one channel or (channel "") for whichever is asked next."""

    def __init__(self) -> None:
        self.planned: dict[str, deque[Answer]] = {}

    def add(self, answer: Answer, times: int = 1, token: str = "") -> None:
        self.planned.setdefault(token, deque()).extend([answer] * times)

    def next(self, token: str) -> Answer:
        for name in (token, ""):
            if self.planned.get(name):
                return self.planned[name].popleft()
        return Answer()

    def clear(self) -> None:
        self.planned.clear()


async def give(request: web.Request, answer: Answer) -> web.StreamResponse:
    """`answer`, whose status is not 0. A hang ends when the sender goes, or the service stops."""
    if answer.how == "hang":
        await asyncio.Event().wait()
    if answer.how == "reset":
        cut(request)
    said = web.StreamResponse(status=answer.status, headers=answer.headers)
    said.content_length = answer.body_bytes
    await said.prepare(request)
    if answer.how == "whole":
        for start in range(0, answer.body_bytes, 65536):
            await said.write(b"x" * min(65536, answer.body_bytes - start))
    elif answer.how == "drip":
        for _ in range(answer.body_bytes):
            await said.write(b"x")
            await asyncio.sleep(0.5)
    elif answer.how == "reset-in-body":
        await said.write(b"x" * (answer.body_bytes // 2))
        cut(request)
    return said


def cut(request: web.Request) -> None:
    """Ends the connection at once, as a router does that was switched off."""
    if request.transport is not None:
        request.transport.abort()
