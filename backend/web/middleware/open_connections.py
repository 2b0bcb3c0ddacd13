"""Connections nobody uses, or whose other end does not read, are closed: the server below closes none of them by itself.

Granian ends a connection whose request does not come; it keeps one for ever that waits for a next request, or for a
reader of an answer. The kernel knows of each connection when something last came or went, so a thread looks through this
process's own sockets every few seconds and shuts those that have outstayed. Linux only; elsewhere a proxy must do it.
"""

import logging
import os
import socket
import struct
import sys
import threading
import time
from collections import defaultdict
from contextlib import suppress
from typing import Any

from msgspec import Struct

from backend.web.middleware.addresses import Addresses, own_network, parse

LOOK_EVERY_S = 2.0
NEVER_ASKED_S = 8.0
"""Time for a first request, TLS and a poor connection included."""
IDLE_S = 75.0
"""As long as most proxies keep one for the next request."""
STUCK_S = 30.0
BYTES_PER_S = 500
"""An answer must be read at least this fast, over `STUCK_S`."""
MOST_OF_ONE_NETWORK = 512
"""A school behind one address: sixty people with the connections a browser opens."""
CROWDED = 0.75
"""Of the most the server takes at once: from there the longest unused are closed without waiting for their time."""
AT_A_TIME = 200
"""Sockets looked at before the event loop gets its turn."""

INFO = struct.Struct("=24xI16xI4xI64xQ16xI")
"""Of Linux's tcp_info: unacked, last_data_sent, last_data_recv (ms ago), bytes_acked, notsent_bytes."""
AT_ONCE = struct.pack("ii", 1, 0)
Peer = tuple[str, str]
"""Host and port. Granian's port is a text, the kernel's and uvicorn's a number: here it is a text."""
log = logging.getLogger("medborger.web")


class Line(Struct):
    """One connection, over all looks. `acked_at`: when enough of an answer had last been read."""

    peer: Peer
    network: str
    first_seen: float
    acked: int
    acked_at: float
    quiet_s: float = 0.0
    waits_for_a_reader: bool = False


class Connections:
    """`asked`: how many requests are running on each connection that ever made one; the gateway keeps it."""

    def __init__(self, port: int, most: int, addresses: Addresses) -> None:
        self.port, self.most, self.addresses = port, most, addresses
        self.asked: dict[Peer, int] = {}
        self.lines: dict[Peer, Line] = {}
        self.closed = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, name="connections", daemon=True)

    def start(self) -> None:
        if sys.platform == "linux":
            self.thread.start()

    def stop(self) -> None:
        self.ended.set()

    # The gateway

    def begin(self, client: Any) -> Peer:
        """`client`: of the request's scope. The answer is what `end` takes."""
        peer = (client[0], str(client[1])) if client else ("", "")
        self.asked[peer] = self.asked.get(peer, 0) + 1
        return peer

    def end(self, peer: Peer) -> None:
        self.asked[peer] = self.asked.get(peer, 1) - 1

    # The thread

    def run(self) -> None:
        """At most a fifth of the time, however many there are. What fails is said once, and tried on."""
        has_failed, took_s = False, 0.0
        while not self.ended.wait(max(LOOK_EVERY_S, 4 * took_s)):
            began = time.monotonic()
            try:
                self.look(began)
            except Exception as error:
                if not has_failed:
                    log.error("connections that nobody uses are not closed", exc_info=error)
                has_failed = True
            took_s = time.monotonic() - began

    def look(self, now: float) -> None:
        sockets = own_sockets(self.port)
        try:
            found = {peer: self.seen(peer, one, now) for peer, one in sockets.items()}
            self.lines = {peer: line for peer, line in found.items() if line}
            self.forget(set(sockets))
            for line in self.to_close(now):
                with suppress(OSError):
                    shut(sockets[line.peer], line.waits_for_a_reader)
                    self.closed += 1
        finally:
            for one in sockets.values():
                one.close()

    def seen(self, peer: Peer, one: socket.socket, now: float) -> Line | None:
        try:
            unacked, sent_ms, received_ms, acked, not_sent = INFO.unpack(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, INFO.size))
        except (OSError, struct.error):
            return None
        line = self.lines.get(peer) or Line(peer, self.network(peer[0]), now, acked, now)
        line.quiet_s = min(sent_ms, received_ms) / 1000
        line.waits_for_a_reader = bool(unacked or not_sent)
        if not line.waits_for_a_reader or acked - line.acked >= BYTES_PER_S * STUCK_S:
            line.acked, line.acked_at = acked, now
        return line

    def network(self, host: str) -> str:
        """"" for a proxy of ours: all the town may come through it."""
        address = parse(host)
        return "" if address is None or self.addresses.is_proxy(address) else own_network(address)

    def forget(self, here: set[Peer]) -> None:
        for peer in list(self.asked):
            if peer not in here and not self.asked.get(peer):
                self.asked.pop(peer, None)

    def to_close(self, now: float) -> list[Line]:
        """Those that have outstayed; then, where there are too many, the longest unused."""
        outstayed = [line for line in self.lines.values() if self.has_outstayed(line, now)]
        gone = {line.peer for line in outstayed}
        unused = sorted((line for line in self.lines.values() if line.peer not in gone and not self.asked.get(line.peer)), key=lambda line: -line.quiet_s)
        by_network: defaultdict[str, int] = defaultdict(int)
        for line in self.lines.values():
            by_network[line.network] += line.peer not in gone
        too_many = len(self.lines) - len(gone) - self.most * CROWDED
        for line in unused:
            if too_many > 0 or (line.network and by_network[line.network] > MOST_OF_ONE_NETWORK):
                outstayed.append(line)
                by_network[line.network] -= 1
                too_many -= 1
        return outstayed

    def has_outstayed(self, line: Line, now: float) -> bool:
        if line.waits_for_a_reader and now - line.acked_at > STUCK_S:
            return True
        if line.peer not in self.asked:
            return now - line.first_seen > NEVER_ASKED_S
        return not self.asked[line.peer] and line.quiet_s > IDLE_S


def shut(one: socket.socket, is_stuck: bool) -> None:
    """The server sees an end and closes its handle. What nobody reads is thrown away: else the kernel would keep it, and
    go on asking the other end whether there is room, long after the server has forgotten the connection."""
    if is_stuck:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    one.shutdown(socket.SHUT_RDWR)


def own_sockets(port: int) -> dict[Peer, socket.socket]:
    """This process's connections to `port`, by who is at the other end. Each is a copy of the handle: to be closed."""
    found: dict[Peer, socket.socket] = {}
    for number, name in enumerate(os.listdir("/proc/self/fd")):
        if number % AT_A_TIME == AT_A_TIME - 1:
            time.sleep(0.001)
        one = copy_of(int(name))
        if one is None:
            continue
        try:
            if one.getsockname()[1] == port:
                host, number_of_port = one.getpeername()[:2]
                # One of our copies may have got a number that was still to be looked at: then it is here already.
                if (host, str(number_of_port)) not in found:
                    found[host, str(number_of_port)] = one
                    continue
        except (OSError, IndexError, TypeError):
            pass
        one.close()
    return found


def copy_of(handle: int) -> socket.socket | None:
    """None for what is no TCP socket, or is gone already."""
    try:
        if not os.readlink(f"/proc/self/fd/{handle}").startswith("socket:"):
            return None
        one = socket.socket(fileno=os.dup(handle))
    except OSError:
        return None
    if one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM:
        return one
    one.close()
    return None
