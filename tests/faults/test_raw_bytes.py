"""Bytes nobody would send, over every address of the contract, through the real server: no fault, no death, no 5xx.

`tests/web/test_malformed.py` knows its inputs by name; here chance makes new ones, from a seed that is printed.
"""

import asyncio
import contextlib
import json
import random
import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.town import Town
from tests.conftest import NIGHTLY

SECONDS = 300 if NIGHTLY else 6
"""A budget, no judgement."""
AT_A_TIME = 12
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
PIECES = [
    b"\x00", b"\xff", b"\xed\xa0\x80", b"%", b"%00", b"%ff", b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b";", b",", b"=", b"&", b'"', b"\\", b"{", b"[", b"[" * 2000, b"NaN", b"1e999",
    b"9" * 400, b"-1", b"../", b"//", b"?", b"#", b"\xef\xbb\xbf", "٣".encode(), "\N{RIGHT-TO-LEFT OVERRIDE}".encode(), b"null", b"true", b"<!--", b"'", b"${7*7}", b"charset=klingon",
    b"; boundary=", b"--x\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", b"Expect: 100-continue\r\n", b"Upgrade: h2c\r\nConnection: upgrade\r\n", b"a" * 3000,
]  # fmt: skip
FILLED = {"lang": "en", "service": "rats", "step": "where", "row": "1", "version": "1"}
BODIES = [
    (b"application/x-www-form-urlencoded", b"do=continue&draft=" + b"0" * 32 + b"&revision=1&where_street=Havnegade+12"),
    (b"application/json", b'{"service":"rats","version":1,"answers":{"where":{"street":"Nygade 7"},"what":["a"],"n":1.5},"lang":"da"}'),
    (b"multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="do"\r\n\r\ncontinue\r\n--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff\r\n--x--\r\n'),
]  # fmt: skip

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = Town(tmp_path_factory.mktemp("bytes") / "data", env={"MEDBORGER_LOG_REQUESTS": "off"}).start()
    yield running
    running.stop()


def addresses(town: Town) -> list[tuple[bytes, bytes]]:
    with urllib.request.urlopen(f"{town.origin}/schema/openapi.json", timeout=20) as answer:
        paths = json.load(answer)["paths"]
    fill = lambda path: re.sub(r"\{(\w+)\}", lambda named: FILLED.get(named[1], "0" * 32), path)  # noqa: E731
    return [(method.upper().encode(), fill(path).encode()) for path, methods in paths.items() for method in methods if method in ("get", "post", "put", "delete")]


def broken(chance: random.Random, said: bytes) -> bytes:
    """One to five changes: a byte turned, a piece put in, cut out, or said twice."""
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(said) + 1)
        to = min(len(said), at + chance.randint(1, 20))
        match chance.randrange(5):
            case 0:
                said = said[:at] + bytes([chance.randrange(256)]) + said[at + 1 :]
            case 1 | 2:
                said = said[:at] + chance.choice(PIECES) + said[at:]
            case 3:
                said = said[:at] + said[to:]
            case _:
                said = said[:at] + said[at:to] * chance.choice([2, 50]) + said[to:]
    return said


def request(chance: random.Random, town: Town, address: tuple[bytes, bytes]) -> bytes:
    """Only one part is broken, most times, so that the rest leads deep inside."""
    method, path = address
    kind, body = chance.choice(BODIES)
    more = b"Accept: text/html\r\nAccept-Language: da,en;q=0.5\r\nCookie: __Host-session=abc; text=1\r\nContent-Type: " + kind + b"\r\n"
    what = chance.randrange(10)
    if what < 5 and method != b"GET":
        body = broken(chance, body)
    elif what < 7:
        path = broken(chance, path + b"?q=rat&row=1").replace(b" ", b"+").replace(b"\r", b"").replace(b"\n", b"")
    elif what < 9:
        more = broken(chance, more)
    head = method + b" " + path + b" HTTP/1.1\r\nHost: localhost\r\nOrigin: " + town.origin.encode() + b"\r\nConnection: close\r\n" + more
    whole = head + (b"Content-Length: %d\r\n\r\n" % len(body) + body if method != b"GET" else b"\r\n")
    return broken(chance, whole) if what == 9 else whole


async def send(town: Town, said: bytes) -> bytes:
    """What came back before it closed, or had nothing more to say for a moment."""
    got = b""
    with contextlib.suppress(OSError, TimeoutError):
        reader, writer = await asyncio.open_connection("127.0.0.1", town.port)
        with contextlib.suppress(OSError, TimeoutError):
            writer.write(said)
            async with asyncio.timeout(0.5):
                while part := await reader.read(65536):
                    got += part
        writer.transport.abort()
    return got


def test_bytes_by_chance_break_nothing(town: Town) -> None:
    seed = random.randrange(10**9) if NIGHTLY else 1
    print("seed", seed)
    chance, every = random.Random(seed), addresses(town)
    assert len(every) > 30
    wrong: list[tuple[bytes, bytes]] = []
    count = 0

    async def run() -> None:
        nonlocal count
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            asked = [request(chance, town, address) for address in chance.choices(every, k=AT_A_TIME)]
            for said, got in zip(asked, await asyncio.gather(*(send(town, one) for one in asked)), strict=True):
                count += 1
                if any(status.startswith(b"5") for status in STATUS.findall(got[:4096])):
                    wrong.append((said[:3000], got[:600]))

    asyncio.run(run())
    print(count, "requests")
    assert not wrong, wrong[:3]
    assert town.is_running and town.json("/healthz") == {"status": "well", "why": ""}
    said = town.log.read_text("utf-8", "replace")
    assert '"level":"error"' not in said and '"level":"critical"' not in said and "Traceback" not in said, said[-3000:]
