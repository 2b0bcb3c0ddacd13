"""SMS through a gateway: one HTTPS post of JSON. Which JSON a gateway wants stands in the settings (`sms_body`).

`Idempotency-Key` is the rung's id: a gateway that took the message when its answer was lost does not send it twice. An
answer of 200 with an error inside is an error.
"""

import asyncio
import re
import ssl
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from backend.domain.notices import Message, Outcome
from push.adapters import is_id, short

BODY = '{"id": "{id}", "to": "{to}", "from": "{sender}", "text": "{text}"}'
MOST_BYTES = 64 * 1024
TIMEOUT_S = 20.0
AGAIN = {401: "our key", 403: "our key", 404: "our address", 408: "", 425: "", 429: ""}
"""Answers about us or about the moment, not about this message; so is every 5xx."""
SENT_BEFORE = 409
PLACES = re.compile(r"\{(id|to|digits|sender|text)\}")
REFUSED = {"error", "errors", "rejected", "failed", "invalid", "undeliverable", "blocked"}


class Sms:
    """`token` is a file, read at each message, so that it can be renewed. `ssl_context` None = the machine's own roots."""

    def __init__(
        self, url: str, sender: str, token: Path | None = None, body: str = BODY, country: str = "+45",
        timeout_s: float = TIMEOUT_S, ssl_context: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.url, self.sender, self.token, self.country = url, sender, token, country
        self.body: Any = msgspec.json.decode(body)
        self.timeout = aiohttp.ClientTimeout(total=timeout_s)
        self.ssl_context = ssl_context
        self.session: aiohttp.ClientSession | None = None

    async def send(self, message: Message) -> Outcome:
        if not is_id(message.rung_id):
            return Outcome("failed", "rung-id")
        values = {"id": message.rung_id, "to": self.number(message.to), "sender": self.sender, "text": message.text}
        values["digits"] = values["to"].lstrip("+")
        if not values["digits"].isdecimal():
            return Outcome("failed", "number")
        try:
            return await self.post(filled(self.body, values), message.rung_id)
        except TimeoutError:
            return Outcome("retry", "timeout")
        except aiohttp.ClientConnectorCertificateError:
            return Outcome("retry", "certificate")
        except (FileNotFoundError, PermissionError):
            return Outcome("retry", "token")
        except (aiohttp.ClientError, OSError, ValueError):
            return Outcome("retry", "connection")

    async def post(self, body: Any, rung_id: str) -> Outcome:
        headers = {"Idempotency-Key": rung_id, "Content-Type": "application/json", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {await asyncio.to_thread(read, self.token)}"
        post = self.opened().post(self.url, data=msgspec.json.encode(body), headers=headers, allow_redirects=False, ssl=self.ssl_context or True)
        async with post as answer:
            return judged(answer.status, await answer.content.read(MOST_BYTES) if answer.status < 300 else b"")

    def opened(self) -> aiohttp.ClientSession:
        if self.session is None:
            self.session = aiohttp.ClientSession(timeout=self.timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self.session

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()

    def number(self, to: str) -> str:
        """With its country: what a resident wrote without one is of this country."""
        digits = "".join(to.split())
        return digits if digits.startswith("+") else "+" + digits[2:] if digits.startswith("00") else self.country + digits


def read(file: Path) -> str:
    return file.read_text("ascii").strip()


def filled(value: Any, values: dict[str, str]) -> Any:
    """Places in the texts of a JSON value; the values are put in once, so that `{to}` in a text stays text."""
    if isinstance(value, dict):
        return {key: filled(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    if isinstance(value, str):
        return PLACES.sub(lambda found: values[found[1]], value)
    return value


def judged(status: int, body: bytes) -> Outcome:
    if status == SENT_BEFORE:
        return Outcome("handed_over", "409")
    if 200 <= status < 300:
        return accepted(body)
    if status in AGAIN or status >= 500 or 300 <= status < 400:
        return Outcome("retry", str(status))
    return Outcome("failed", str(status))


def accepted(body: bytes) -> Outcome:
    """What cannot be read may have been sent or not: asked again with the same key."""
    try:
        said = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return Outcome("retry", "unreadable")
    found = list(inside(said))
    wrong = [value for key, value in found if key in ("error", "errors", "error_code", "errorCode") and value]
    states = [str(value).lower() for key, value in found if key in ("status", "state", "result")]
    if wrong or REFUSED & set(states) or any(key in ("success", "ok") and value is False for key, value in found):
        return Outcome("failed", next((short(value, "") for key, value in found if key in ("code", "error_code", "errorCode") and short(value, "")), "rejected"))
    ref = next((short(value, "") for key, value in found if key.lower() in ("id", "ids", "message_id", "messageid", "sid") and short(value, "")), "")
    return Outcome("handed_over", "200", ref) if isinstance(said, dict) and said else Outcome("retry", "unreadable")


def inside(value: Any, depth: int = 0) -> Any:
    """(key, value) of an answer, however its gateway nests them: `{"messages": [{"id": …, "status": …}]}`."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key, each[0] if isinstance(each, list) and each and not isinstance(each[0], (dict, list)) else each
            yield from inside(each, depth + 1) if depth < 4 else ()
    elif isinstance(value, list):
        for each in value[:10]:
            yield from inside(each, depth + 1) if depth < 4 else ()
