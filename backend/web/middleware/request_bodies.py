"""Bodies come in at the pace of a poor connection, and no slower: a half-sent one may not be held open for ever.

There are limits on silence, on the pace of the whole, on how many one network sends at a time, and on how many and how
much all send together. When there are too many, the slowest is given up, not the newest: a thousand that drip never keep
out one that comes.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from litestar.exceptions import HTTPException

SILENCE_S = 15.0
"""Without a single byte."""
GRACE_S = 30.0
BYTES_PER_S = 500
"""After the grace: a tenth of what the poorest mobile connection (GPRS) carries."""
WHOLE_S = 900.0
YOUNG_S = 5.0
"""Nobody is given up for slowness before this."""
MANY_OPEN, MOST_OPEN = 1000, 4000
MANY_OF_ONE_NETWORK, MOST_OF_ONE_NETWORK = 64, 512
"""From the first number on a new one takes the place of the slowest; only at the second, with all still young, it is
refused: a body that comes whole is open for a moment, and many may come in one."""
MOST_BYTES = 256 * 2**20
MOST_DRAINED = 64 * 2**20
"""Of a body that is too large: more than any photo or video of a phone's minute."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class TooSlow(HTTPException):
    """408: the body came too slowly, or not at all."""

    status_code = 408


class ClientGone(HTTPException):
    """Nobody is there any more to read an answer: no fault, and no stack in the log."""

    status_code = 400


class Body:
    """One that is being sent. `timer` ends the wait for its next part."""

    def __init__(self, network: str) -> None:
        self.network = network
        self.began = time.monotonic()
        self.bytes = 0
        self.timer: asyncio.Timeout | None = None
        self.is_given_up = False
        self.is_whole = False
        self.is_kept = True
        """What came lies in memory; False once it is only read to be thrown away."""

    def until(self, now: float) -> float:
        """When its next part must have come, by the monotonic clock."""
        earned = GRACE_S + self.bytes / BYTES_PER_S
        return min(now + SILENCE_S, self.began + min(earned, WHOLE_S))

    def pace(self, now: float) -> float:
        return self.bytes / (now - self.began + 1)

    def give_up(self) -> None:
        """Whoever waits for its next part is told now."""
        self.is_given_up = True
        if self.timer is not None:
            self.timer.reschedule(0)


class Bodies:
    """All that are being sent to this server."""

    def __init__(self) -> None:
        self.open: set[Body] = set()
        self.of_network: Counter[str] = Counter()
        self.bytes = 0

    def begin(self, network: str) -> Body | None:
        """A place for one more; None when there is none, and nobody slow to make it."""
        if self.of_network[network] >= MANY_OF_ONE_NETWORK and not self.make_room(network) and self.of_network[network] >= MOST_OF_ONE_NETWORK:
            return None
        is_much = self.bytes > MOST_BYTES
        if (is_much or len(self.open) >= MANY_OPEN) and not self.make_room() and (is_much or len(self.open) >= MOST_OPEN):
            return None
        body = Body(network)
        self.open.add(body)
        self.of_network[network] += 1
        return body

    def make_room(self, network: str = "") -> bool:
        """Gives up the slowest of this network, or of all. False when all are young or already given up."""
        now = time.monotonic()
        old = [
            one for one in self.open
            if not one.is_given_up and now - one.began > YOUNG_S and (not network or one.network == network)
        ]  # fmt: skip
        if not old:
            return False
        slowest = min(old, key=lambda one: one.pace(now))
        slowest.give_up()
        self.end(slowest)
        return True

    def end(self, body: Body) -> None:
        """Twice is once."""
        if body not in self.open:
            return
        self.open.discard(body)
        self.bytes -= body.bytes if body.is_kept else 0
        self.of_network[body.network] -= 1
        if not self.of_network[body.network]:
            del self.of_network[body.network]

    def limited(self, body: Body, receive: Receive) -> Receive:
        """`receive`, which raises `TooSlow` or `ClientGone` while the body comes in."""

        async def part() -> Message:
            if body.is_whole:
                return await receive()
            message = await self.next_part(body, receive)
            if message["type"] == "http.disconnect":
                self.end(body)
                raise ClientGone
            self.count(body, len(message.get("body", b"")))
            if not message.get("more_body", False):
                body.is_whole = True
                self.end(body)
            return message

        return part

    async def drain(self, body: Body, part: Receive) -> None:
        """Reads on what nobody wanted: were the connection closed in the middle, a browser that is still sending would
        show its own error and never our answer."""
        if body not in self.open:
            return
        self.bytes -= body.bytes
        body.is_kept, most = False, body.bytes + MOST_DRAINED
        with suppress(TooSlow, ClientGone):
            while not body.is_whole and body.bytes < most and body in self.open:
                await part()

    async def next_part(self, body: Body, receive: Receive) -> Message:
        wait_s = body.until(time.monotonic()) - time.monotonic()
        try:
            if body.is_given_up:
                raise TimeoutError
            async with asyncio.timeout(wait_s) as body.timer:
                return await receive()
        except TimeoutError:
            self.end(body)
            raise TooSlow from None
        finally:
            body.timer = None

    def count(self, body: Body, size: int) -> None:
        if body in self.open:
            body.bytes += size
            self.bytes += size if body.is_kept else 0


def has_body(said: dict[str, str]) -> bool:
    return said.get("content-length", "0") != "0" or "transfer-encoding" in said
