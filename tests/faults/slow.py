"""Phones that are slow, or play slow: thousands of connections from this machine, from one address of loopback or many.

    python -m tests.faults.slow            prints what is still held after a while, and how long honest people wait
"""

import asyncio
import contextlib
import itertools
import resource
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.browser.town import Town

ESTABLISHED = 1
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]

HEAD = "POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"


def post(town: Town, path: str, length: int, kind: str = "application/x-www-form-urlencoded") -> bytes:
    return HEAD.format(path=path, port=town.port, kind=kind, length=length).encode()


def openings(town: Town) -> dict[str, bytes]:
    """What a slow one says first, by the name of its trick."""
    host = f"Host: localhost:{town.port}\r\n"
    return {
        "nothing at all": b"",
        "half a head": f"GET /da/ HTTP/1.1\r\n{host}".encode(),
        "half a body": post(town, "/en/services/rats/where", 1000) + b"do=",
        "half a photo": post(town, "/api/files", 10**6, "multipart/form-data; boundary=x") + b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\n',
        "half a body of chunks": post(town, "/en/services/rats/where", 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"5\r\nab",
        "idle after an answer": f"GET /healthz HTTP/1.1\r\n{host}\r\n".encode(),
        "the first line of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "answers nobody reads": f"GET /en/services HTTP/1.1\r\n{host}Accept: text/html\r\n\r\n".encode() * 200,
    }  # fmt: skip


async def call(town: Town, said: bytes, source: str = "127.0.0.1") -> Line:
    reader, writer = await asyncio.open_connection("127.0.0.1", town.port, local_addr=(source, 0), limit=2**12)
    writer.write(said)
    return reader, writer


async def crowd(town: Town, said: bytes, count: int, sources: int = 1, street: int = 1) -> list[Line]:
    """`count` connections that say this and no more, from as many addresses as asked, all of one `street`."""
    lines: list[Line] = []
    addresses = itertools.cycle([f"127.{street}.{n // 250}.{n % 250 + 1}" for n in range(sources)])
    for _ in range(0, count, 200):
        tries = (call(town, said, next(addresses)) for _ in range(min(200, count - len(lines))))
        lines += [one for one in await asyncio.gather(*tries, return_exceptions=True) if isinstance(one, tuple)]
    return lines


def still_open(lines: list[Line]) -> int:
    """Those the other side has not closed, as the kernel sees it: nobody here reads what came."""
    return sum(is_established(writer) for _, writer in lines)


def is_established(writer: asyncio.StreamWriter) -> bool:
    try:
        return writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED
    except OSError:
        return False


def drop(lines: list[Line]) -> None:
    for _, writer in lines:
        with contextlib.suppress(Exception):
            writer.transport.abort()


async def drip(lines: list[Line], every_s: float, until: asyncio.Event) -> None:
    """One byte now and then, so that no idle limit is reached."""
    while not until.is_set():
        for _, writer in lines:
            with contextlib.suppress(Exception):
                writer.write(b"a")
        await asyncio.sleep(every_s)


async def ask(town: Town, path: str = "/da/", source: str = "127.0.0.1") -> tuple[float, int]:
    """Seconds, status: an honest visitor on a connection of her own. 0 when it broke."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", town.port, local_addr=(source, 0))
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            said = await reader.read()
            writer.close()
            return time.monotonic() - began, int(said[9:12] or 0)
    except (OSError, TimeoutError, ValueError):
        return time.monotonic() - began, 0


async def honest(town: Town, people: int = 100, source: str = "127.0.200.1") -> tuple[float, float, int]:
    """(median, p99, how many got their page) of visitors one after the other."""
    found = [await ask(town, source=source) for _ in range(people)]
    waits = sorted(seconds for seconds, _ in found)
    return statistics.median(waits), waits[int(people * 0.99) - 1], sum(status == 200 for _, status in found)


async def report(town: Town, count: int) -> None:
    print(f"{'nobody':28} honest p50 {{:.4f}} s, p99 {{:.4f}} s, served {{}} of 100".format(*await honest(town)))
    for name, said in openings(town).items():
        lines = await crowd(town, said, count)
        waits = await honest(town)
        held = [still_open(lines)]
        for _ in range(5):
            await asyncio.sleep(4)
            held.append(still_open(lines))
        print(f"{name:28} honest p50 {waits[0]:.4f} s, p99 {waits[1]:.4f} s, served {waits[2]} of 100; of {len(lines)} open after 0, 4, 8, 12, 16, 20 s: {held}; {town.memory_kib() // 1024} MiB", flush=True)
        drop(lines)
        await asyncio.sleep(1)


def main() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="medborger-slow-") as folder:
        town = Town(Path(folder) / "data").start()
        try:
            asyncio.run(report(town, int(sys.argv[1]) if len(sys.argv) > 1 else 3000))
            print(town.log.read_text()[-2000:])
        finally:
            town.stop()


if __name__ == "__main__":
    main()
