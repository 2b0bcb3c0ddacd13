"""The line between phone and town, in our hands: replies can be lost after the server has done its work."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.town import Town, free_port


class Line:
    """A proxy of bytes. While `cuts` holds a text, a connection whose request begins with it loses its reply."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.port = free_port()
        self.cuts = b""
        self.asked: list[bytes] = []
        self.door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.listen, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def count(self, start: bytes) -> int:
        return sum(one.startswith(start) for one in self.asked)

    def listen(self) -> None:
        while True:
            try:
                phone, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(phone,), daemon=True).start()

    def carry(self, phone: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.town.port), 10)
        except OSError:
            phone.close()
            return
        lost = threading.Event()
        threading.Thread(target=self.back, args=(server, phone, lost), daemon=True).start()
        try:
            while data := phone.recv(65536):
                line = data.split(b"\r\n", 1)[0]
                if line.endswith(b"HTTP/1.1"):
                    self.asked.append(line)
                    if self.cuts and line.startswith(self.cuts):
                        lost.set()
                server.sendall(data)
        except OSError:
            pass
        finally:
            server.close()

    def back(self, server: socket.socket, phone: socket.socket, lost: threading.Event) -> None:
        try:
            while data := server.recv(65536):
                if lost.is_set():
                    break  # the server has answered, so what it did is done; nobody hears of it
                phone.sendall(data)
        except OSError:
            pass
        finally:
            for end in (phone, server):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                end.close()


@contextmanager
def through(town: Town) -> Iterator[Line]:
    line = Line(town)
    try:
        yield line
    finally:
        line.door.close()
