"""A town behind https, with a certificate of its own making: Safari and WebKitGTK take no Secure cookie from http,
not even on localhost, and ours are all Secure."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.browser.town import Town, free_port
from tests.certificates import certificate


class Front:
    """https before a town, in our hands. While the town is down nobody answers here either.

    While `cuts` holds a text, a connection whose request begins with it loses its reply, after the server has done
    its work. `asked` are the first lines of all requests."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.to = 0
        self.cuts = b""
        self.asked: list[bytes] = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        folder.mkdir(parents=True, exist_ok=True)
        self.context.load_cert_chain(*certificate(folder))
        self.loop = asyncio.new_event_loop()
        self.server: asyncio.Server | None = None
        self.ends: set[asyncio.StreamWriter] = set()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.port}"

    def count(self, start: bytes) -> int:
        return sum(one.startswith(start) for one in self.asked)

    def open(self, to: int) -> None:
        self.to = to
        asyncio.run_coroutine_threadsafe(self.listen(), self.loop).result(10)

    def shut(self) -> None:
        asyncio.run_coroutine_threadsafe(self.leave(), self.loop).result(10)

    def end(self) -> None:
        """For good: nothing stays open behind it."""
        asyncio.run_coroutine_threadsafe(self.cut_off(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def listen(self) -> None:
        self.server = await asyncio.start_server(self.carry, "127.0.0.1", self.port, ssl=self.context)

    async def leave(self) -> None:
        if self.server:
            self.server.close()
            self.server = None

    async def cut_off(self) -> None:
        await self.leave()
        carried = asyncio.all_tasks() - {asyncio.current_task()}
        for task in carried:
            task.cancel()
        await asyncio.gather(*carried, return_exceptions=True)
        for end in self.ends:
            with suppress(AttributeError):  # asyncio's transport of TLS that has ended already has nothing to abort
                end.transport.abort()
        await asyncio.sleep(0.05)

    async def carry(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        lost = asyncio.Event()
        self.ends.add(to_phone)
        to_town: asyncio.StreamWriter | None = None
        try:
            town, to_town = await asyncio.open_connection("127.0.0.1", self.to)
            self.ends.add(to_town)
            await asyncio.gather(self.forth(phone, to_town, lost), self.back(town, to_phone, lost))
        except OSError:
            pass
        finally:
            for end in (to_phone, to_town):
                if end:
                    end.close()

    async def forth(self, phone: asyncio.StreamReader, to_town: asyncio.StreamWriter, lost: asyncio.Event) -> None:
        while data := await phone.read(65536):
            line = data.split(b"\r\n", 1)[0]
            if line.endswith(b"HTTP/1.1"):
                self.asked.append(line)
                if self.cuts and line.startswith(self.cuts):
                    lost.set()
            to_town.write(data)
            await to_town.drain()
        to_town.close()

    async def back(self, town: asyncio.StreamReader, to_phone: asyncio.StreamWriter, lost: asyncio.Event) -> None:
        while data := await town.read(65536):
            if lost.is_set():
                break
            to_phone.write(data)
            await to_phone.drain()
        to_phone.close()


class SafeTown(Town):
    """`demo` whose address outside is that of its front."""

    def __init__(self, data: Path, *more: str) -> None:
        self.front = Front(data.parent / f"{data.name}-tls")
        super().__init__(data, *more, env={"MEDBORGER_ORIGIN": self.front.origin})

    @property
    def origin(self) -> str:
        return self.front.origin

    def wait_until_ready(self, status: int = 200) -> None:
        super().wait_until_ready(status)
        self.front.open(self.port)

    def end(self, how: int) -> None:
        self.front.shut()
        super().end(how)


@contextmanager
def safe_town(data: Path) -> Iterator[SafeTown]:
    town = SafeTown(data)
    try:
        town.start()
        yield town
    finally:
        town.kill()
        town.front.end()
