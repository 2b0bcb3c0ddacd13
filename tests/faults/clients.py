"""Phones that send reports of rats over HTTP, write down what was acknowledged, and never believe anything else."""

import asyncio
import json
import secrets
from collections import Counter
from datetime import date

import aiohttp
from msgspec import Struct, field

from tests.browser.town import Town

PATIENCE = aiohttp.ClientTimeout(total=30)
"""A hang limit, no measure."""


OURS = {"Sec-Fetch-Site": "same-origin"}


class Heard(Struct):
    """What the server said. `receipts`: key -> every receipt it gave for it; `statuses` counts all answers."""

    receipts: dict[str, set[str]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    whys: Counter[str] = field(default_factory=Counter)
    """Of refusals: what the server said of its reason."""
    hints: int = 0
    """Refusals that said when to come again."""
    cut: int = 0
    """Requests whose answer never came."""


def report(place: str = "Nygade 7") -> dict:
    answers = {
        "where": {"street": place, "postcode": "9999", "town": "Havneby"}, "inside": "outside", "what": "signs",
        "signs": ["holes"], "seen-on": date.today().isoformat(), "photo": "", "get-in": "Porten er åben.",
        "phone": "+4533663366",
    }  # fmt: skip
    return {"service": "rats", "version": 1, "answers": answers, "lang": "da"}


async def put(http: aiohttp.ClientSession, town: Town, key: str, heard: Heard, body: dict | None = None) -> int:
    """The status, or 0 when the connection broke."""
    try:
        async with http.put(f"{town.origin}/api/submissions/{key}", json=body or report(), headers={"Origin": town.origin}) as answer:
            said = json.loads(await answer.read())
            heard.statuses[answer.status] += 1
            heard.hints += "retry-after" in answer.headers
            if answer.status >= 400:
                heard.whys[f"{answer.status} {said.get('code', '')} {said.get('why', '')}"] += 1
            if answer.status in (200, 201):
                heard.receipts.setdefault(key, set()).add(said["receipt"]["jws"])
            return answer.status
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, json.JSONDecodeError):
        heard.cut += 1
        return 0


async def phone(http: aiohttp.ClientSession, town: Town, heard: Heard, until: asyncio.Event, tries: int) -> None:
    """One report after the other; each is sent again under its key until it is acknowledged, as the outbox does."""
    while not until.is_set():
        key = secrets.token_hex(16)
        for _ in range(tries):
            if await put(http, town, key, heard) in (200, 201) or until.is_set():
                break
            await asyncio.sleep(0.02)


async def crowd(town: Town, heard: Heard, phones: int, until: asyncio.Event, tries: int = 5) -> None:
    connector = aiohttp.TCPConnector(limit=phones)
    async with aiohttp.ClientSession(connector=connector, timeout=PATIENCE) as http:
        await asyncio.gather(*(phone(http, town, heard, until, tries) for _ in range(phones)))


async def send_again(town: Town, keys: list[str]) -> Heard:
    """What every phone would hear now, if it asked again under the same key."""
    heard = Heard()
    async with aiohttp.ClientSession(timeout=PATIENCE) as http:
        for key in keys:
            await put(http, town, key, heard)
    return heard


async def ask(town: Town, path: str, cookie: str = "", form: dict[str, str] | None = None) -> tuple[int, str, aiohttp.CookieJar]:
    """(status, text, headers) of a page, without following where it leads."""
    headers = {"Cookie": cookie} | OURS
    async with aiohttp.ClientSession(timeout=PATIENCE, headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as http:
        method = http.get if form is None else http.post
        async with method(town.origin + path, data=form, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers
